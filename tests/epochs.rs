#![cfg(not(target_arch = "wasm32"))]
//! Epochs: what was recorded before a withdrawal is neither sent nor stored after it, by pages that
//! slept through it, clocks that were set back, and stores that took less than they were given.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, Notice, OptIn, OptOut, Sent, Status, Store};
use support::segments::*;
use support::tabs::*;
use support::*;

#[test]
fn a_tab_that_slept_through_a_refusal_and_a_new_grant_stores_nothing_from_before() {
    let mut browser = Browser::default();
    let mut sleeping = browser.tab("{}");
    decide(&mut sleeping, true);
    sleeping.track("Before the refusal", "{}");
    let mut other = browser.tab("{}");
    browser.pass(60_000);
    decide(&mut other, false);
    browser.pass(60_000);
    decide(&mut other, true);
    end_task(&mut sleeping);
    let left: Vec<String> = browser.shared().world.local.values().filter(|value| value.contains("Before")).cloned().collect();
    assert!(left.is_empty(), "written after the refusal: {left:?}");
}

#[test]
fn a_tab_that_slept_through_a_refusal_and_a_new_grant_rewrites_nothing_from_before() {
    let mut browser = Browser::default();
    let mut sleeping = browser.tab(r#"{"batch":{"size":2}}"#);
    decide(&mut sleeping, true);
    for number in 0..3 {
        sleeping.track(&format!("Before the refusal {number}"), "{}");
    }
    sleeping.turns();
    let mut other = browser.tab("{}");
    browser.pass(60_000);
    decide(&mut other, false);
    browser.pass(60_000);
    decide(&mut other, true);
    let id = sleeping.platform().page.sent[0].id;
    sleeping.answers(id, 200, 0, "1");
    let left: Vec<String> = browser.shared().world.local.values().filter(|value| value.contains("Before")).cloned().collect();
    assert!(left.is_empty(), "written after the refusal: {left:?}");
}

#[test]
fn a_record_too_large_for_its_store_does_not_bring_an_old_epoch_back() {
    let mut browser = Browser::default();
    let mut sleeping = browser.tab("{}");
    decide(&mut sleeping, true);
    sleeping.track("Before the refusal", "{}");
    let mut other = browser.tab("{}");
    browser.shared().manner = Manner::Short(20); // takes the flag, and not the record beside it
    browser.pass(60_000);
    decide(&mut other, false);
    browser.pass(60_000);
    decide(&mut other, true);
    assert_eq!(delivered_names(&mut sleeping), Vec::<String>::new());
}

#[test]
fn a_refusal_and_a_new_grant_in_the_other_store_do_not_give_way_to_an_older_grant() {
    let mut page = granted("{}");
    page.track("Before the refusal", "{}");
    end_tick(&mut page);
    page.platform_mut().local_health = Health::Throws; // for a while
    page.platform_mut().now += 60_000;
    refuse(&mut page);
    page.platform_mut().now += 60_000;
    agree(&mut page, "");
    assert_eq!(stored(&page, Store::Cookie, FLAG).as_deref(), Some("1"));
    let mut world = page.platform().clone();
    world.local_health = Health::Works;
    world.sent.clear();
    let mut next = page_on(world, "{}");
    next.claims_all();
    delivered(&mut next);
    assert_eq!(event_names(&next), Vec::<String>::new(), "the refusal was stored, and still this is sent");
}

#[test]
fn a_purge_in_a_tab_that_could_not_read_the_grant_is_heard_of_by_other_tabs() {
    let mut browser = Browser::default();
    let mut other = browser.tab("{}");
    decide(&mut other, true);
    other.track("Before", "{}");
    browser.shared().world.local_health = Health::Throws;
    let mut tab = browser.tab("{}");
    browser.shared().world.local_health = Health::Works;
    browser.pass(60_000);
    tab.purge();
    other.hears();
    assert_eq!(delivered_names(&mut other), Vec::<String>::new());
}

#[test]
fn a_grant_never_gets_the_epoch_of_one_before_a_refusal_though_the_clock_was_set_back() {
    let mut browser = Browser::default();
    let mut refusing = browser.tab("{}");
    decide(&mut refusing, false);
    let (mut granted, mut late) = (browser.tab("{}"), browser.tab("{}"));
    browser.pass(2);
    decide(&mut granted, true);
    granted.track("Before the refusal", "{}");
    browser.shared().world.now -= DAY;
    // It has not heard of the grant, and the tab with the grant hears of neither of these.
    decide(&mut refusing, false);
    decide(&mut late, true);
    granted.flushes(1);
    let left: Vec<Sent> = sent(&granted).into_iter().filter(|sent| sent.data.contains("Before")).collect();
    assert!(left.is_empty(), "sent after the refusal: {left:?}");
}

#[test]
fn what_waits_is_dropped_at_a_refusal_under_an_older_policy() {
    let mut browser = Browser::default();
    let mut old = browser.tab(r#"{"consent":{"policyVersion":"1"}}"#);
    let mut new = browser.tab(r#"{"consent":{"policyVersion":"2","beforeDecision":"hold"}}"#);
    new.track("Before the refusal", "{}");
    old.opt_out(&OptOut::default());
    new.hears();
    assert_eq!(new.status(), Status::Pending, "that refusal is of another policy");
    new.opt_in(&OptIn { event: "", ..OptIn::default() });
    new.flushes(1);
    assert!(sent(&new).is_empty());
}

#[test]
fn the_epoch_of_a_purge_is_found_though_the_flag_is_in_the_other_store() {
    let mut browser = Browser::default();
    let options = r#"{"consent":{"default":"granted"},"batch":{"flushIntervalMs":1000}}"#;
    let (mut first, mut second) = (browser.tab(options), browser.tab(options));
    browser.shared().world.jar.insert(String::from(FLAG), String::from("1"));
    first.track("Before the purge", "{}");
    browser.pass(10);
    second.purge();
    first.flushes(1);
    assert!(sent(&first).is_empty(), "a tab that heard nothing of the purge");
}

#[test]
fn behind_a_flag_that_cannot_be_read_nothing_is_recorded_past_a_refusal() {
    let mut browser = Browser::default();
    let options = r#"{"consent":{"storage":"cookie"}}"#;
    let mut tab = browser.tab(options);
    decide(&mut tab, true);
    browser.shared().world.cookie_health = Health::Throws;
    browser.pass(60_000);
    let mut other = browser.tab(options);
    decide(&mut other, false);
    // What is left of the refusal is its epoch.
    browser.shared().world.local.remove(FLAG);
    tab.hears();
    assert_eq!(tab.status(), Status::Denied, "as a page that opens now");
    tab.track("While the refusal stood", "{}");
    end_task(&mut tab);
    browser.shared().world.cookie_health = Health::Works;
    decide(&mut tab, true);
    assert_eq!(delivered_names(&mut tab), Vec::<String>::new());
}

#[test]
fn of_one_choice_in_two_stores_the_later_counts() {
    for granted in [true, false] {
        let mut browser = Browser::default();
        let options = r#"{"consent":{"maxAgeDays":30}}"#;
        decide(&mut browser.tab(options), granted);
        browser.pass(20 * DAY);
        browser.shared().world.local_health = Health::Throws; // for a while
        let mut tab = browser.tab(options);
        decide(&mut tab, granted);
        browser.shared().world.local_health = Health::Works;
        browser.pass(20 * DAY);
        let tab = browser.tab(options);
        assert_eq!(tab.status(), if granted { Status::Granted } else { Status::Denied }, "the first has expired, the second has not");
        assert_eq!(tab.consent_parts().2, Some(Store::Cookie));
    }
}

#[test]
fn an_epoch_alone_in_the_other_store_is_no_proof() {
    let mut browser = Browser::default();
    let options = r#"{"consent":{"maxAgeDays":30}}"#;
    decide(&mut browser.tab(options), true);
    let epoch = browser.shared().world.now + 1_000;
    browser.shared().world.jar = [(String::from(RECORD), format!("{{\"epoch\":{epoch}}}"))].into();
    let tab = browser.tab(options);
    assert_eq!(tab.status(), Status::Granted, "what counts is the proof beside the flag");
    assert_eq!(tab.consent_parts().2, Some(Store::Local));
}

#[test]
fn of_one_choice_that_stands_in_two_stores_the_configured_one_is_named() {
    let mut browser = Browser::default();
    decide(&mut browser.tab("{}"), true);
    let kept = browser.shared().world.local.clone();
    browser.shared().world.jar.extend(kept);
    assert_eq!(browser.tab("{}").consent_parts().2, Some(Store::Local));
}

#[test]
fn a_store_that_takes_no_whole_proof_keeps_flag_and_epoch() {
    for granted in [true, false] {
        let mut browser = Browser::default();
        browser.shared().manner = Manner::Short(60); // takes status and epoch, and no more
        let mut tab = browser.tab("{}");
        decide(&mut tab, granted);
        let said = browser.tab("{}").consent_parts().2;
        // The cookie beside it takes the whole, and is the one that counts.
        assert_eq!((tab.consent_parts().2, said), (Some(Store::Cookie), Some(Store::Cookie)), "granted: {granted}");
        let local = browser.shared().world.local.clone();
        assert!(local.contains_key(FLAG) && local[RECORD].contains("\"epoch\""), "{local:?}");
    }
}

#[test]
fn a_refusal_without_its_proof_is_kept() {
    let mut browser = Browser::default();
    browser.shared().manner = Manner::Short(20); // takes the flag alone
    let mut tab = browser.tab("{}");
    decide(&mut tab, false);
    assert_eq!(tab.consent_parts().2, Some(Store::Cookie), "the proof stands beside the copy");
    assert!(!told(&tab, "not_persisted"));
}

#[test]
fn a_grant_beside_a_refusal_that_no_store_gives_up_is_not_kept() {
    let mut browser = Browser::default();
    let options = r#"{"consent":{"storage":"cookie"}}"#;
    browser.shared().world.local.insert(String::from(FLAG), String::from("0"));
    browser.shared().manner = Manner::Lies;
    let mut tab = browser.tab(options);
    decide(&mut tab, true);
    assert!(told(&tab, "not_persisted"), "the next page will find a refusal");
    assert_eq!(browser.tab(options).status(), Status::Denied);
}

#[test]
fn a_refusal_whose_date_is_spoiled_does_not_expire() {
    let mut browser = Browser::default();
    let options = r#"{"consent":{"maxAgeDays":30}}"#;
    browser.shared().world.local.insert(String::from(FLAG), String::from("0"));
    browser.shared().world.local.insert(String::from(RECORD), String::from(r#"{"status":"denied","decidedAt":"soon"}"#));
    assert_eq!(browser.tab(options).status(), Status::Denied);
}

/// Whether the page of this tab was told of that.
fn told(tab: &Tab, code: &str) -> bool {
    tab.platform().page.notices.iter().any(|notice| matches!(notice, Notice::Error(error) if error.code() == code))
}
