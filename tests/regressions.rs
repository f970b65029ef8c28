#![cfg(not(target_arch = "wasm32"))]
//! Defects that were found in the stored queue and must not come back.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, OptIn, OptOut, Sent, Status, Store};
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
    end_task(&mut sleeping);
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
fn what_is_under_way_while_storage_was_full_is_stored_later_though_a_queue_was_adopted_meanwhile() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Adopted", 1, at - 1_000));
    let mut page = reload(&page, "{}");
    page.platform_mut().local_health = Health::Full;
    page.track("Under way", "{}");
    page.flushes(1);
    end_tick(&mut page);
    assert_eq!(page.platform().sent.len(), 1);
    page.claims(7);
    page.platform_mut().local_health = Health::Works;
    pass(&mut page, INTERVAL);
    page.answers(1, 503, 600_000, "");
    page.track("Later", "{}");
    pass(&mut page, INTERVAL);
    let mut names = stored_names(&page);
    names.sort_unstable();
    assert_eq!(names, ["Adopted 0", "Later", "Under way"], "a crash now must lose nothing");
}

#[test]
fn a_full_queue_adopts_nothing_that_is_older_than_all_it_has() {
    let mut page = granted("{}");
    let at = page.platform().now;
    let new: Vec<_> = events("New", 10_000, at - 20_000);
    for (number, records) in new.chunks(50).enumerate() {
        plant(&mut page, 7, 1 + number as u32, 0, records);
    }
    plant(&mut page, 9, 1, 0, &events("Old", 20, at - 100_000));
    let mut page = heir_of(&page, 7, "{}");
    page.answers(1, 503, 600_000, ""); // nothing is under way
    page.claims(9);
    assert_eq!(dropped(&page, "queue_full"), 20);
    pass(&mut page, 600_000);
    answer_all(&mut page);
    assert_eq!(event_names(&page).len(), 10_050, "the first batch was sent twice");
    let old = event_names(&page).iter().filter(|name| name.starts_with("Old")).count();
    assert_eq!(old, 0, "the oldest go first");
}

#[test]
fn adopted_records_of_one_millisecond_keep_their_order() {
    let mut page = granted("{}");
    page.identify("user-1");
    for number in 0..12 {
        profile(&mut page, "set", &format!(r#"{{"number":{number}}}"#));
        let world = page.platform_mut();
        world.wake = None;
        page.woke(); // a tick each, and all in the same millisecond
    }
    let mut next = heir(&page, "{}");
    let all = delivered(&mut next);
    let numbers: Vec<i64> = all.iter().filter_map(|record| record["$set"]["number"].as_i64()).collect();
    assert_eq!(numbers, (0..12).collect::<Vec<_>>(), "what was set last must count");
}

/// A queue is claimed while localStorage throws; its records and an own one arrive once it can be read again.
fn claimed_while_nothing_can_be_read(options: &str) {
    let mut page = granted(options);
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Adopted", 2, at));
    let mut page = reload(&page, options);
    page.platform_mut().local_health = Health::Throws;
    page.claims(7);
    page.platform_mut().local_health = Health::Works;
    page.hears();
    page.track("Own", "{}");
    pass(&mut page, 10 * INTERVAL);
    answer_all(&mut page);
    pass(&mut page, 10 * INTERVAL);
    assert_eq!(event_names(&page).len(), 3);
}

#[test]
fn a_queue_claimed_while_the_flag_could_not_be_read_is_taken_over_when_it_can() {
    claimed_while_nothing_can_be_read("{}");
}

#[test]
fn a_queue_claimed_while_the_queue_could_not_be_read_is_taken_over_when_it_can() {
    claimed_while_nothing_can_be_read(r#"{"consent":{"storage":"cookie"}}"#);
}

#[test]
fn a_segment_under_a_number_that_no_client_writes_is_never_sent_twice() {
    for key in ["7_0", "007_1", "7_01", "7_1.5", "4294967303_1", "7_4294967297"] {
        let mut page = granted("{}");
        let text = segment_text(epoch(&page), 0, &events("Once", 1, page.platform().now));
        put(page.platform_mut(), Store::Local, &format!("{SEGMENTS}{key}"), &text);
        let mut page = heir(&page, "{}");
        delivered(&mut page);
        end_tick(&mut page);
        let mut next = heir(&page, "{}");
        delivered(&mut next);
        assert!(event_names(&page).len() + event_names(&next).len() <= 1, "{key}: every page load sends it again");
    }
}

#[test]
fn records_of_a_grant_that_expired_are_not_lost_without_a_word_when_it_is_renewed() {
    let options = r#"{"consent":{"maxAgeDays":1}}"#;
    let mut page = granted(options);
    pass(&mut page, DAY - 1);
    page.track("Stored", "{}");
    end_tick(&mut page);
    assert_eq!(stored_names(&page), ["Stored"]);
    page.platform_mut().now += 1;
    let mut next = reload(&page, options);
    assert_eq!(state(&next), "pending/stored");
    agree(&mut next, "");
    next.claims_all();
    pass(&mut next, INTERVAL);
    delivered(&mut next);
    let lost: usize = ["records_expired", "queue_full", "storage_corrupt"].iter().map(|code| dropped(&next, code)).sum();
    assert_eq!(event_names(&next).len() + lost, 1, "sent, or reported as dropped");
}

#[test]
fn a_denial_leaves_the_queues_of_other_projects_alone() {
    let mut page = granted("{}");
    let others = ["__mpq_TOKEN2_ev", "__mpq_TOKENS_pp", "consentry_TOKEN2_q_7_1"];
    others.iter().for_each(|key| put(page.platform_mut(), Store::Local, key, "[]"));
    refuse(&mut page);
    let left: Vec<&str> = others.into_iter().filter(|key| page.platform().local.contains_key(*key)).collect();
    assert_eq!(left, others);
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
fn a_new_grant_does_not_wait_to_store_because_a_refusal_stopped_a_write() {
    let mut browser = Browser::default();
    let mut tab = browser.tab(r#"{"batch":{"flushIntervalMs":3600000}}"#);
    decide(&mut tab, true);
    tab.track("Before", "{}");
    let mut other = browser.tab("{}");
    decide(&mut other, false);
    end_task(&mut tab);
    decide(&mut tab, true);
    tab.track("After", "{}");
    end_task(&mut tab);
    assert_eq!(browser.segment_keys().len(), 1, "it is not stored for an hour");
}

#[test]
fn a_page_that_is_left_tries_once_more_to_store_what_storage_refused() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    page.track("Viewed", "{}");
    end_tick(&mut page);
    page.platform_mut().local_health = Health::Works; // something else made room
    page.platform_mut().now += 1_000;
    page.page_hidden(false);
    assert_eq!(stored_names(&page), ["Viewed"]);
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
fn a_segment_without_a_record_does_not_stay() {
    for lines in ["", "nonsense\n", "1790000000000\n", "1790000000000 {}"] {
        let mut page = granted("{}");
        let text = sealed(&format!("{} 0\n{lines}", epoch(&page)));
        put(page.platform_mut(), Store::Local, &segment_key(7, 1), &text);
        let mut page = heir_of(&page, 7, "{}");
        delivered(&mut page);
        assert!(keys_of_segments(&page).is_empty(), "{lines:?} stays until a denial");
    }
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
