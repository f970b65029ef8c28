#![cfg(not(target_arch = "wasm32"))]
//! How long the server is left alone, by all pages of the origin and for how long at most.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::Store;
use support::segments::*;
use support::tabs::*;
use support::*;

const MINUTE: u64 = 60_000;
/// How long the server is to be left with events.
const WAIT: &str = "consentry_TOKEN_q_wait0";

/// A page that was told to come back so much later, which has ended its task.
fn told_to_wait(status: u16, retry_after: u64) -> Page {
    let mut page = granted("{}");
    page.track("First", "{}");
    page.flushes(1);
    page.answers(1, status, retry_after, "");
    end_tick(&mut page);
    page
}

/// The visitor goes on, page by page, each with an event and left after so long; the server does not
/// answer. The time of the first request.
fn first_request_of_next_pages(page: &Page, each: u64) -> u64 {
    let start = page.platform().now;
    let mut page = heir(page, "{}");
    for number in 0..2_000 {
        page.track(&format!("Page {number}"), "{}");
        pass(&mut page, each);
        page.page_hidden(true);
        if !page.platform().sent.is_empty() {
            return page.platform().now - start;
        }
        page = heir(&page, "{}");
    }
    panic!("nothing is ever sent");
}

#[test]
fn the_next_pages_leave_the_server_alone_as_long_as_it_asked() {
    for asked in [30_000, 2 * MINUTE, 9 * MINUTE] {
        let after = first_request_of_next_pages(&told_to_wait(503, asked), 3_000);
        assert!((asked..=10 * MINUTE + 3_000).contains(&after), "asked for {asked}, after {after}");
    }
}

#[test]
fn where_there_was_no_answer_they_wait_a_minute_at_most() {
    let mut page = told_to_wait(0, 0);
    for _ in 0..8 {
        pass(&mut page, 10 * MINUTE);
        answer_last(&mut page, 0, "");
    }
    end_tick(&mut page);
    let after = first_request_of_next_pages(&page, 3_000);
    assert!(after <= MINUTE + 3_000, "{after}: the network may be back");
}

#[test]
fn failures_of_page_after_page_add_up() {
    let mut page = told_to_wait(503, 0);
    let mut asked = 0;
    let start = page.platform().now;
    while page.platform().now - start < 60 * MINUTE {
        page = heir(&page, "{}");
        page.track("Viewed", "{}");
        pass(&mut page, 6_000);
        if let Some(sent) = page.platform().sent.first() {
            asked += 1;
            let id = sent.id;
            page.answers(id, 503, 0, "");
        }
        page.page_hidden(true);
    }
    assert!(asked < 60, "{asked} requests in an hour of 600 pages");
}

#[test]
fn where_nothing_is_wrong_the_last_page_of_a_visit_sends_when_it_is_left() {
    let mut page = granted("{}");
    page.track("First", "{}");
    delivered(&mut page);
    assert_eq!(stored(&page, Store::Local, WAIT), None);
    let mut page = heir(&page, "{}");
    page.track("Last", "{}");
    pass(&mut page, 100);
    page.page_hidden(true);
    assert_eq!(event_names(&page), ["Last"]);
}

#[test]
fn an_answer_ends_the_wait_for_all() {
    let mut page = told_to_wait(503, 30_000);
    assert!(stored(&page, Store::Local, WAIT).is_some());
    pass(&mut page, 10 * MINUTE);
    answer_last(&mut page, 200, "1");
    assert_eq!(stored(&page, Store::Local, WAIT), None);
}

#[test]
fn the_tabs_of_an_origin_wait_together() {
    let mut browser = Browser::default();
    let (mut first, mut second) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut first, true);
    second.hears();
    first.track("Viewed", "{}");
    first.flushes(1);
    first.answers(1, 429, 60_000, "");
    browser.pass(1_000);
    second.track("Viewed", "{}");
    second.flushes(1);
    assert_eq!((sent(&first).len(), sent(&second).len()), (1, 0));
    let until = second.platform().page.wake;
    assert!(until.is_some());
    browser.pass(10 * MINUTE);
    second.woke();
    assert_eq!(sent(&second).len(), 1);
}

#[test]
fn a_wait_that_nobody_can_have_stored_is_none() {
    let now = granted("{}").platform().now;
    let far = format!("{}\n9\n", now + 11 * MINUTE);
    let past = format!("{}\n4000000000\n", now - 1);
    for text in ["", "soon", "\n\n", "99999999999999999999\n1\n", "-1", "1e99\n", &far, &past] {
        let mut page = granted("{}");
        put(page.platform_mut(), Store::Local, WAIT, text);
        page.track("Viewed", "{}");
        page.flushes(1);
        assert_eq!(page.platform().sent.len(), 1, "{text:?}");
        page.answers(1, 503, 0, "");
        let start = page.platform().now;
        while page.platform().sent.len() < 2 {
            pass(&mut page, 1_000);
            assert!(page.platform().now - start <= 10 * MINUTE, "{text:?}");
        }
    }
}

#[test]
fn a_clock_set_back_keeps_no_page_waiting() {
    for back in [11 * MINUTE, 3_600_000, 400 * DAY] {
        let mut page = told_to_wait(503, 30_000);
        page.platform_mut().now -= back;
        assert!(first_request_of_next_pages(&page, 3_000) <= 10 * MINUTE, "{back}");
    }
}

#[test]
fn a_wait_is_stored_only_where_records_are() {
    let mut page = granted(r#"{"persistence":"memory"}"#);
    page.track("First", "{}");
    page.flushes(1);
    page.answers(1, 503, 30_000, "");
    assert_eq!(stored(&page, Store::Local, WAIT), None);
    let mut page = told_to_wait(503, 30_000);
    refuse(&mut page);
    assert_eq!(keys_of_segments(&page), Vec::<String>::new(), "a refusal leaves nothing of it");
}

#[test]
fn a_wait_is_not_stored_after_a_refusal_that_was_not_heard_of() {
    let mut page = granted("{}");
    page.track("First", "{}");
    page.flushes(1);
    put(page.platform_mut(), Store::Local, FLAG, "0");
    page.answers(1, 503, 30_000, "");
    assert_eq!(stored(&page, Store::Local, WAIT), None);
    pass(&mut page, DAY);
    assert_eq!(keys_of_segments(&page), Vec::<String>::new());
}

#[test]
fn who_is_online_again_asks_soon() {
    let mut page = told_to_wait(0, 0);
    for _ in 0..8 {
        pass(&mut page, 10 * MINUTE);
        answer_last(&mut page, 0, "");
    }
    let before = page.platform().sent.len();
    page.online();
    pass(&mut page, 2_000);
    assert_eq!(page.platform().sent.len(), before + 1);
}

// ---- the clock

#[test]
fn after_a_success_a_clock_set_back_does_not_bring_an_old_wait_back() {
    let mut page = told_to_wait(503, 30_000);
    pass(&mut page, 10 * MINUTE);
    answer_last(&mut page, 200, "1");
    pass(&mut page, 10 * MINUTE);
    page.platform_mut().now -= 3_600_000;
    page.track("Later", "{}");
    pass(&mut page, INTERVAL);
    assert_eq!(event_names(&page).last().unwrap(), "Later");
}

#[test]
fn whatever_waits_goes_on_though_the_clock_was_set_back() {
    for back in [10_000, 3_600_000, 400 * DAY] {
        // A record, a request without an answer, a wait.
        for state in 0..3 {
            let mut page = granted("{}");
            page.track("Viewed", "{}");
            if state > 0 {
                page.flushes(1);
            }
            if state > 1 {
                page.answers(1, 503, 0, "");
            }
            end_tick(&mut page);
            let before = page.platform().sent.len();
            page.platform_mut().now -= back;
            let most = [2 * INTERVAL, 13 * MINUTE, 11 * MINUTE][state];
            pass(&mut page, most);
            assert!(page.platform().sent.len() > before, "state {state}, {back} ms back");
        }
    }
}
