#![cfg(not(target_arch = "wasm32"))]
//! What should hold and does not yet: one test for each entry of `FINDINGS.md`. When one passes it moves to the file it belongs to.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, Store};
use support::segments::*;
use support::tabs::*;
use support::*;

// 6, and one that holds nothing
#[test]
fn a_segment_without_a_record_does_not_stay() {
    for lines in ["", "nonsense\n", "1790000000000\n", "1790000000000 {}"] {
        let mut page = granted("{}");
        let text = sealed(&format!("{} 0\n{lines}", epoch(&page)));
        put(page.platform_mut(), Store::Local, &segment_key(7, 1), &text);
        page.claimed(7);
        delivered(&mut page);
        assert!(keys_of_segments(&page).is_empty(), "{lines:?} stays until a denial");
    }
}

// 11
#[test]
fn a_tab_that_slept_while_mixpanel_js_refused_and_agreed_again_sends_nothing_from_before() {
    let mut browser = Browser::default();
    let mut sleeping = browser.tab("{}");
    decide(&mut sleeping, true);
    sleeping.track("Before the refusal", "{}", 0);
    let mut awake = browser.tab("{}");
    put(&mut browser.shared().world, Store::Local, FLAG, "0");
    awake.changed_elsewhere();
    put(&mut browser.shared().world, Store::Local, FLAG, "1");
    awake.changed_elsewhere();
    assert_eq!(delivered_names(&mut sleeping), Vec::<String>::new());
}

// 12
#[test]
fn a_name_that_was_blacklisted_since_does_not_leave_with_what_an_earlier_page_stored() {
    let mut page = granted("{}");
    page.track("Viewed", r#"{"secret":"GONE"}"#, 0);
    end_tick(&mut page);
    let mut next = heir(&page, r#"{"propertyBlacklist":["secret"]}"#);
    delivered(&mut next);
    assert!(next.platform().sent.iter().all(|sent| !sent.data.contains("GONE")), "it left");
}

// 13
#[test]
fn a_purge_on_a_full_disk_is_heard_of_by_other_tabs() {
    let mut browser = Browser::default();
    let (mut tab, mut other) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut tab, true);
    other.changed_elsewhere();
    other.track("Before", "{}", 0);
    end_task(&mut other);
    browser.shared().world.local_health = Health::Full;
    browser.pass(60_000);
    tab.purge();
    other.changed_elsewhere();
    assert_eq!(delivered_names(&mut other), Vec::<String>::new());
}

// 13, in a tab that missed the grant
#[test]
fn a_purge_in_a_tab_that_could_not_read_the_grant_is_heard_of_by_other_tabs() {
    let mut browser = Browser::default();
    let mut other = browser.tab("{}");
    decide(&mut other, true);
    other.track("Before", "{}", 0);
    browser.shared().world.local_health = Health::Throws;
    let mut tab = browser.tab("{}");
    browser.shared().world.local_health = Health::Works;
    browser.pass(60_000);
    tab.purge();
    other.changed_elsewhere();
    assert_eq!(delivered_names(&mut other), Vec::<String>::new());
}

// 14
#[test]
fn after_a_refusal_and_a_new_grant_in_the_other_store_the_visitor_is_somebody_new() {
    let mut page = granted("{}");
    page.track("Before the refusal", "{}", 0);
    end_tick(&mut page);
    let before = distinct_id(&page);
    page.platform_mut().local_health = Health::Throws; // for a while
    page.platform_mut().now += 60_000;
    refuse(&mut page);
    page.platform_mut().now += 60_000;
    agree(&mut page, "");
    assert_eq!(stored(&page, Store::Cookie, FLAG).as_deref(), Some("1"));
    let mut world = page.platform().clone();
    world.local_health = Health::Works;
    world.sent.clear();
    let next = page_on(world, "{}");
    assert_ne!(distinct_id(&next), before);
}

// 15
#[test]
fn a_grant_given_while_the_configured_store_threw_hears_of_a_reset_when_it_works_again() {
    let mut browser = Browser::default();
    let (mut tab, mut other) = (browser.tab("{}"), browser.tab("{}"));
    browser.shared().world.local_health = Health::Throws;
    decide(&mut tab, true);
    browser.shared().world.local_health = Health::Works;
    other.changed_elsewhere();
    tab.track("Before", "{}", 0);
    browser.pass(60_000);
    other.reset_consent();
    tab.changed_elsewhere();
    assert_eq!((tab.status(), delivered_names(&mut tab)), (consentry::Status::Pending, Vec::new()));
}
