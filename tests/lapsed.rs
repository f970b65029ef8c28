#![cfg(not(target_arch = "wasm32"))]
//! A grant that has expired, or is for another policy, while pages are open: nothing is sent or
//! stored under it, and nothing of it is lost until the visitor decides.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use consentry::{Health, Status, Store};
use support::segments::end_tick;
use support::tabs::{Browser, Tab, decide, delivered_names, end_task};
use support::*;

const EXPIRES: &str = r#"{"consent":{"maxAgeDays":1},"batch":{"flushIntervalMs":60000}}"#;

/// A page that recorded one event under a grant which has expired since, and one as it expired.
fn lapsed(options: &str) -> Page {
    let mut page = granted(options);
    pass(&mut page, DAY - 1_000);
    page.track("Before", "{}");
    end_tick(&mut page);
    page.platform_mut().now += 1_000;
    page.track("Just then", "{}");
    pass(&mut page, 120_000);
    assert_eq!(state(&page), "pending/stored");
    assert!(page.platform().sent.is_empty());
    page
}

/// The visitor agrees, and everything is sent.
fn agree_again(page: &mut Page) {
    agree(page, "");
    page.claims_all();
    for _ in 0..12 {
        pass(page, 10_000);
        answer_all(page);
    }
}

#[test]
fn what_was_recorded_is_sent_when_the_visitor_agrees_again() {
    for options in [EXPIRES, r#"{"consent":{"maxAgeDays":1},"persistence":"memory","batch":{"flushIntervalMs":60000}}"#] {
        let mut page = lapsed(options);
        let visitor = distinct_id(&page);
        agree_again(&mut page);
        let mut names = event_names(&page);
        names.sort();
        assert_eq!(names, ["Before", "Just then"], "{options}");
        assert_eq!(distinct_id(&page), visitor, "and the visitor is the same");
    }
}

#[test]
fn what_was_recorded_is_gone_when_the_visitor_refuses() {
    let mut page = lapsed(EXPIRES);
    refuse(&mut page);
    assert_eq!(keys(&page, Store::Local), LEFT);
    agree(&mut page, "");
    delivered(&mut page);
    assert_eq!(event_names(&page), Vec::<String>::new());
}

#[test]
fn the_next_page_finds_what_was_stored() {
    let mut page = lapsed(EXPIRES);
    page.page_hidden(true);
    let mut next = reload(&page, EXPIRES);
    assert_eq!(state(&next), "pending/stored");
    agree_again(&mut next);
    assert_eq!(event_names(&next), ["Before"]);
}

#[test]
fn while_it_waits_nothing_is_written_and_no_timer_is_set() {
    let mut page = lapsed(EXPIRES);
    let before = page.platform().local.clone();
    page.track("While nobody agreed", "{}");
    page.register(r#"{"plan":"pro"}"#, false);
    pass(&mut page, 600_000);
    assert_eq!(page.platform().local, before);
    assert_eq!(page.platform().wake, None);
}

#[test]
fn a_request_under_way_is_aborted_and_its_records_go_again() {
    let mut page = granted(EXPIRES);
    page.track("Under way", "{}");
    page.flushes(1);
    assert_eq!(page.platform().sent.len(), 1);
    page.platform_mut().now += DAY;
    page.track("Just then", "{}");
    ring(&mut page);
    assert_eq!(state(&page), "pending/stored");
    assert!(page.platform().sent[0].aborted);
    agree_again(&mut page);
    assert_eq!(event_names(&page).iter().filter(|name| *name == "Under way").count(), 1);
}

#[test]
fn calls_that_came_too_thick_are_kept_as_well() {
    let mut page = granted(EXPIRES);
    for number in 0..350 {
        page.track(&format!("Event {number}"), "{}");
    }
    page.platform_mut().now += DAY;
    pass(&mut page, 120_000);
    assert_eq!(state(&page), "pending/stored");
    agree_again(&mut page);
    let names: BTreeSet<String> = event_names(&page).into_iter().collect();
    assert_eq!(names.len(), 350);
}

/// Two tabs of a site that has changed its policy between them.
fn of_two_policies() -> (Browser, Tab, Tab) {
    let mut browser = Browser::default();
    let mut old = browser.tab(r#"{"consent":{"policyVersion":"1"}}"#);
    decide(&mut old, true);
    old.track("Under the old policy", "{}");
    end_task(&mut old);
    let new = browser.tab(r#"{"consent":{"policyVersion":"2"}}"#);
    (browser, old, new)
}

#[test]
fn a_page_with_an_older_policy_destroys_nothing_that_was_granted_elsewhere() {
    let (browser, mut old, mut new) = of_two_policies();
    assert_eq!(new.status(), Status::Pending);
    browser.pass(60_000);
    decide(&mut new, true);
    for number in 0..5 {
        new.track(&format!("Event {number}"), "{}");
    }
    end_task(&mut new);
    let kept = browser.keys();
    old.returned();
    assert_eq!(old.status(), Status::Pending, "the grant is for another policy");
    assert_eq!(browser.keys(), kept);
    let names = delivered_names(&mut new);
    assert_eq!(names.iter().filter(|name| name.starts_with("Event")).count(), 5, "{names:?}");
}

#[test]
fn what_waits_is_gone_when_another_tab_withdraws_meanwhile() {
    for forgets in [true, false] {
        let mut browser = Browser::default();
        let options = r#"{"consent":{"maxAgeDays":1,"default":"granted"}}"#;
        let (mut tab, mut other) = (browser.tab(options), browser.tab(options));
        decide(&mut tab, true);
        browser.pass(DAY);
        tab.track("Before", "{}");
        end_task(&mut tab);
        assert_eq!(tab.status(), Status::Pending);
        if forgets {
            other.reset_consent();
        } else {
            decide(&mut other, false);
        }
        browser.pass(60_000);
        decide(&mut other, true);
        tab.hears();
        decide(&mut tab, true);
        assert_eq!(delivered_names(&mut tab), Vec::<String>::new(), "forgets: {forgets}");
    }
}

#[test]
fn a_flag_that_was_spoilt_is_no_denial_while_the_other_store_cannot_be_read() {
    let options = r#"{"consent":{"default":"denied"}}"#;
    let mut page = page(options);
    agree(&mut page, "");
    page.track("Kept", "{}");
    end_tick(&mut page);
    put(page.platform_mut(), Store::Local, FLAG, "odd");
    page.platform_mut().cookie_health = Health::Throws;
    page.track("Meanwhile", "{}");
    end_tick(&mut page);
    pass(&mut page, 60_000);
    assert!(page.platform().sent.is_empty(), "an unreadable flag is no grant either");
    page.platform_mut().cookie_health = Health::Works;
    let mut next = reload(&page, options);
    next.claims_all();
    pass(&mut next, 10_000);
    assert_eq!(event_names(&next), ["Kept"]);
}
