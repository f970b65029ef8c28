#![cfg(not(target_arch = "wasm32"))]
//! What the page is told of: each thing once, and each loss whenever there is one.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Code, Health, MemoryPlatform, Notice};
use support::*;

/// What was told, with the records it cost.
fn told(page: &Page) -> Vec<(&'static str, String, usize)> {
    let error = |notice: &Notice| match notice {
        Notice::Error(error) => Some((error.code(), error.about.clone(), error.dropped)),
        Notice::Flushed(..) | Notice::Consent(..) | Notice::Deleted(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    };
    page.platform().notices.iter().filter_map(error).collect()
}

#[test]
fn a_thing_is_told_once_however_often_it_is_wrong() {
    let mut page = granted("{}");
    for _ in 0..30 {
        page.track("Viewed", r#"{"token":"x","time":1}"#);
        page.track("", "{}");
        page.register(r#"{"token":"x"}"#, false);
        page.identify("null");
        page.found_wrong(Code::InvalidProperty, "cart");
        pass(&mut page, 2 * INTERVAL);
        answer_all(&mut page);
    }
    let expected = [
        ("reserved_property", "token"),
        ("reserved_property", "time"),
        ("invalid_argument", "track"),
        ("invalid_user_id", "null"),
        ("invalid_property", "cart"),
    ];
    assert_eq!(told(&page), expected.map(|(code, about)| (code, String::from(about), 0)));
    assert_eq!(event_names(&page).len(), 30, "and it happens each time all the same");
}

#[test]
fn another_thing_is_told_too() {
    let mut page = granted("{}");
    page.identify("null");
    page.identify("0");
    page.track("Viewed", r#"{"token":"x"}"#);
    page.found_wrong(Code::InvalidProperty, "token");
    let abouts: Vec<(&str, String)> = errors(&page);
    let expected = [("invalid_user_id", "null"), ("invalid_user_id", "0"), ("reserved_property", "token"), ("invalid_property", "token")];
    assert_eq!(abouts, expected.map(|(code, about)| (code, String::from(about))));
}

#[test]
fn every_loss_is_told_with_its_count() {
    for (status, body, code) in [(400, "", "request_refused"), (200, "0", "records_rejected"), (413, "", "record_too_large")] {
        let mut page = granted(r#"{"batch":{"size":1}}"#);
        for round in 1..=5 {
            page.track("Viewed", "{}");
            page.turns();
            answer_last(&mut page, status, body);
            assert_eq!(told(&page), vec![(code, String::new(), 1); round]);
        }
        page.flushes(1);
        assert_eq!(flushed(&page, 1), Some((0, 0, 0)));
    }
}

#[test]
fn a_full_queue_tells_of_every_record_it_gives_up() {
    let mut world = MemoryPlatform::default();
    world.facts.iter_mut().for_each(|facts| *facts = "{}".into());
    let mut page = page_on(world, "{}");
    agree(&mut page, "");
    at_once(&mut page, |page| (0..10_003).for_each(|_| page.track("Viewed", "{}")));
    assert_eq!(told(&page), vec![("queue_full", String::new(), 1); 3]);
}

#[test]
fn storage_that_fails_again_is_no_news_and_costs_nothing() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    for _ in 0..5 {
        page.track("Viewed", "{}");
        pass(&mut page, 2 * INTERVAL);
        answer_all(&mut page);
    }
    assert_eq!(told(&page), [("storage_failed", String::new(), 0)]);
    assert_eq!(event_names(&page).len(), 5);
}

#[test]
fn the_next_page_is_told_anew() {
    let mut page = granted("{}");
    page.identify("null");
    let mut next = reload(&page, "{}");
    next.identify("null");
    assert_eq!((errors(&next), errors(&page)), (errors(&page), vec![("invalid_user_id", String::from("null"))]));
}
