#![cfg(not(target_arch = "wasm32"))]
//! What becomes of the queue of a page that is gone: another page delivers it, as it was and once,
//! or finds it is not to be delivered.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use consentry::{Health, MemoryPlatform, Status, Store};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::segments::*;
use support::tabs::*;
use support::*;

const MINUTE: u64 = 60_000;

/// A page that recorded something of every kind, in several ticks.
fn busy(options: &str) -> Page {
    let mut page = granted(options);
    page.identify("user-1");
    page.track("First", r#"{"text":"žluťoučký \"кот\" 🦀\n\u2028","list":[1,[2,{"a":null}]]}"#);
    end_tick(&mut page);
    page.platform_mut().now += 1_500;
    profile(&mut page, "set", r#"{"colour":"red"}"#);
    group(&mut page, "union", r#"{"colours":["red"]}"#);
    page.track("Second", "{}");
    end_tick(&mut page);
    page.platform_mut().now += 1;
    profile(&mut page, "increment", r#"{"visits":1}"#);
    end_tick(&mut page);
    page
}

/// The names of what was planted: `Old 0`, `Old 1`, …
fn numbered(name: &str, range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("{name} {number}")).collect()
}

// ---- what survives

#[test]
fn the_next_page_sends_what_a_crashed_one_would_have_sent_byte_for_byte() {
    let mut page = busy("{}");
    let mut next = heir(&page, "{}");
    page.flushes(1);
    next.flushes(1);
    assert_eq!(page.platform().sent.len(), 3);
    assert_eq!(raw(&next), raw(&page));
    answer_all(&mut next);
    assert!(keys_of_segments(&next).is_empty() && errors(&next).is_empty());
    assert!(heir(&next, "{}").platform().sent.is_empty());
}

#[test]
fn what_was_adopted_survives_another_crash() {
    let page = busy("{}");
    let mut second = heir(&page, "{}");
    second.track("Third", "{}");
    end_tick(&mut second);
    let mut third = heir(&second, "{}");
    assert_eq!(delivered(&mut third).len(), 7);
    assert_eq!(event_names(&third), ["$identify", "First", "Second", "Third"]);
    assert!(keys_of_segments(&third).is_empty());
}

#[test]
fn adopted_records_go_out_by_themselves_within_the_interval() {
    let mut next = heir(&busy("{}"), "{}");
    assert!(next.platform().sent.is_empty(), "not in one burst with the load of every page");
    pass(&mut next, INTERVAL);
    assert_eq!(records(&next).len(), 6);
}

#[test]
fn a_full_batch_of_adopted_records_goes_at_once() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Old", 50, at - 1_000));
    let mut page = heir_of(&page, 7, "{}");
    page.turns();
    assert_eq!(event_names(&page), numbered("Old", 0..50));
}

#[test]
fn adopted_records_keep_the_ids_they_were_made_with() {
    let mut page = busy("{}");
    page.reset();
    let mut next = heir(&page, "{}");
    next.identify("user-2");
    next.track("Now", "{}");
    let all = delivered(&mut next);
    for record in all.iter().filter(|record| record["event"] == "First" || record["event"] == "Second") {
        assert_eq!(record["properties"]["$user_id"], "user-1");
    }
    assert_eq!(event(&mut next, "Now")["$user_id"], "user-2");
}

#[test]
fn several_dead_pages_are_inherited_one_by_one() {
    let mut browser = Browser::default();
    let mut heir = browser.tab("{}");
    decide(&mut heir, true);
    let mut dead = Vec::new();
    for number in 0..5 {
        let mut tab = browser.tab("{}");
        browser.pass(10);
        tab.track(&format!("Old {number}"), "{}");
        end_task(&mut tab);
        dead.push(tab);
    }
    assert_eq!(browser.segment_keys().len(), 5);
    dead.into_iter().for_each(|tab| inherit(&mut heir, tab));
    assert_eq!(delivered_names(&mut heir), numbered("Old", 0..5));
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_queue_that_nobody_gave_away_is_left_alone() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Old", 2, at - 1_000));
    plant(&mut page, 71, 1, 0, &events("Alive", 2, at - 1_000));
    put(page.platform_mut(), Store::Local, "consentry_TOKEN2_q_7_1", "of another project");
    let mut page = heir_of(&page, 7, "{}");
    delivered(&mut page);
    assert_eq!(event_names(&page), numbered("Old", 0..2));
    assert_eq!(keys_of_segments(&page), [segment_key(71, 1)]);
    assert!(page.platform().local.contains_key("consentry_TOKEN2_q_7_1"));
}

#[test]
fn ones_own_queue_and_empty_ones_are_nothing_to_adopt() {
    let mut page = granted("{}");
    let at = page.platform().now;
    for queue in [8, u32::MAX] {
        plant(&mut page, queue, 1, 0, &events("Delivered meanwhile", 1, at));
    }
    let mut page = reload(&page, "{}");
    [8, u32::MAX].iter().for_each(|queue| drop(page.platform_mut().local.remove(&segment_key(*queue, 1))));
    page.track("Own", "{}");
    end_tick(&mut page);
    let own = segments(&page)[0].queue;
    for queue in [own, 8, u32::MAX, own] {
        page.claims(queue);
    }
    delivered(&mut page);
    assert_eq!((event_names(&page), errors(&page).len()), (vec![String::from("Own")], 0));
}

// ---- order

#[test]
fn the_older_goes_first() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 2, 0, &[(at + 40, event_json("E", at + 40))]);
    plant(&mut page, 7, 1, 0, &[(at + 20, event_json("C", at + 20))]);
    plant(&mut page, 9, 1, 0, &[(at, event_json("A", at))]);
    let mut page = reload(&page, "{}");
    for (number, name) in ["B", "D"].iter().enumerate() {
        page.platform_mut().now = at + 10 + 20 * number as u64;
        page.track(name, "{}");
        end_tick(&mut page);
    }
    page.platform_mut().now = at + 100;
    page.track("F", "{}"); // not stored yet
    page.claims(7);
    page.claims(9);
    end_tick(&mut page);
    delivered(&mut page);
    assert_eq!(event_names(&page), ["A", "B", "C", "D", "E", "F"]);
}

#[test]
fn a_request_under_way_is_not_disturbed() {
    for (status, again) in [(200, false), (400, false), (413, true), (503, true)] {
        let mut page = granted("{}");
        let at = page.platform().now;
        plant(&mut page, 7, 1, 0, &events("Old", 3, at - MINUTE));
        let mut page = reload(&page, "{}");
        for number in 0..2 {
            page.track(&format!("Own {number}"), "{}");
        }
        end_tick(&mut page);
        page.flushes(1);
        page.claims_all();
        assert!(page.platform().sent.len() == 1 && !page.platform().sent[0].aborted);
        let first = page.platform().sent[0].id;
        page.answers(first, status, 0, body(status));
        pass(&mut page, MINUTE);
        delivered(&mut page);
        let later: Vec<String> = event_names(&page).split_off(2);
        let own = if again { numbered("Own", 0..2) } else { Vec::new() };
        let mut expected = [own, numbered("Old", 0..3)].concat();
        expected.sort_unstable();
        let mut found = later;
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, expected, "{status}");
        assert!(keys_of_segments(&page).is_empty());
    }
}

// ---- bounds

#[test]
fn adoption_keeps_the_newest_ten_thousand_records() {
    let mut page = granted("{}");
    let at = page.platform().now;
    let old = events("Old", 12_500, at - 20_000);
    for (number, records) in old.chunks(50).enumerate() {
        plant(&mut page, 7, 100 + number as u32, 0, records);
    }
    let mut page = heir_of(&page, 7, "{}");
    assert_eq!(dropped(&page, "queue_full"), 2_500);
    assert_eq!(errors(&page), [("queue_full", String::new())], "reported once");
    page.flushes(1);
    assert_eq!(stored_names(&page), numbered("Old", 2_500..12_500), "storage follows");
    answer_all(&mut page);
    assert_eq!(flushed(&page, 1), Some((10_000, 0, 0)));
    assert_eq!(event_names(&page), numbered("Old", 2_500..12_500));
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn adoption_keeps_the_newest_four_megabytes() {
    let mut page = granted("{}");
    let at = page.platform().now - 1_000;
    let more: String = (0..95).map(|number| format!(r#","p{number}":"{}""#, "x".repeat(250))).collect();
    let large: Vec<(u64, String)> =
        (0..200).map(|number| (at + number, event_with(&format!("Old {number}"), at + number, &more))).collect();
    let size = large[199].1.len();
    for (number, records) in large.chunks(10).enumerate() {
        plant(&mut page, 7, 100 + number as u32, 0, records);
    }
    let mut page = heir_of(&page, 7, "{}");
    let kept = (4 << 20) / size;
    assert_eq!(dropped(&page, "queue_full"), 200 - kept);
    delivered(&mut page);
    assert_eq!(event_names(&page), numbered("Old", 200 - kept..200));
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn what_is_older_than_five_days_is_dropped_counted_and_removed() {
    let mut page = granted("{}");
    let at = page.platform().now;
    let line = |name: &str, at: u64| (at, event_json(name, at));
    plant(&mut page, 7, 1, 0, &[line("Too old", at - 5 * DAY - 1), line("Old", at - 5 * DAY)]);
    plant(&mut page, 7, 2, 0, &[line("Far too old", at - 90 * DAY)]);
    let mut page = heir_of(&page, 7, "{}");
    page.flushes(1);
    assert_eq!((dropped(&page, "records_expired"), event_names(&page)), (2, vec![String::from("Old")]));
    assert_eq!(stored_names(&page), ["Old"]);
    answer_all(&mut page);
    assert_eq!(flushed(&page, 1), Some((1, 2, 0)));
    assert!(keys_of_segments(&page).is_empty());
}

// ---- what must not be sent

#[test]
fn what_cannot_be_read_as_a_segment_is_reported_and_removed_and_spoils_nothing() {
    let good = |page: &Page| segment_text(epoch(page), 0, &events("Damaged", 2, page.platform().now));
    type Damage = fn(String, u64) -> String;
    let damages: [(&str, Damage); 15] = [
        ("empty", |_, _| String::new()),
        ("cut short", |text, _| text[..text.len() - 1].into()),
        ("cut in half", |text, _| text[..text.len() / 2].into()),
        ("the checksum alone", |text, _| text.split_once('\n').unwrap().0.into()),
        ("one bit flipped", |text, _| text.replace("Damaged 1", "Damaged 0")),
        ("a byte of the time", |text, _| text.replace("\n1", "\n2")),
        ("another checksum", |text, _| format!("1{text}")),
        ("text of somebody else", |_, _| "[object Object]".into()),
        ("json", |_, _| r#"[{"event":"Foreign"}]"#.into()),
        ("no such kind", |_, epoch| sealed(&format!("{epoch}\n3\n1\n{{}}\n"))),
        ("kind is no number", |_, epoch| sealed(&format!("{epoch}\nx\n1\n{{}}\n"))),
        ("epoch is no number", |_, _| sealed("x\n0\n1\n{}\n")),
        ("a huge epoch", |_, _| sealed("99999999999999999999999\n0\n1\n{}\n")),
        ("a huge kind", |_, epoch| sealed(&format!("{epoch}\n99999999999999999999999\n1\n{{}}\n"))),
        ("no head", |_, _| sealed("")),
    ];
    for (name, damage) in damages {
        let mut page = granted("{}");
        let (at, text) = (page.platform().now, good(&page));
        let text = damage(text, epoch(&page));
        plant(&mut page, 7, 1, 0, &events("Before", 1, at - 10));
        put(page.platform_mut(), Store::Local, &segment_key(7, 2), &text);
        plant(&mut page, 7, 3, 0, &events("After", 1, at - 5));
        let mut page = heir_of(&page, 7, "{}");
        assert_eq!(errors(&page), [("storage_corrupt", segment_key(7, 2))], "{name}");
        assert_eq!(stored_names(&page), ["Before 0", "After 0"], "{name}");
        delivered(&mut page);
        assert_eq!(event_names(&page), ["Before 0", "After 0"], "{name}");
    }
}

#[test]
fn records_of_an_older_epoch_are_removed_and_never_sent() {
    let mut page = granted("{}");
    let (at, now) = (page.platform().now, epoch(&page));
    for (number, epoch) in [0, 1, now - 1, now + 1, 999_999_999_999_999].into_iter().enumerate() {
        let text = segment_text(epoch, 0, &events("Withdrawn", 2, at - 1_000));
        put(page.platform_mut(), Store::Local, &segment_key(7, 1 + number as u32), &text);
    }
    plant(&mut page, 7, 9, 0, &events("Granted", 1, at - 1_000));
    let mut page = heir_of(&page, 7, "{}");
    assert_eq!(keys_of_segments(&page), [segment_key(7, 9)]);
    delivered(&mut page);
    assert_eq!((event_names(&page), errors(&page).len()), (vec![String::from("Granted 0")], 0), "what was withdrawn is no error");
}

#[test]
fn what_a_dead_tab_wrote_before_a_refusal_is_not_sent_after_a_new_grant() {
    let mut browser = Browser::default();
    let mut dead = browser.tab("{}");
    decide(&mut dead, true);
    dead.track("Before", "{}");
    end_task(&mut dead);
    let written = browser.shared().world.local.clone();
    let mut tab = browser.tab("{}");
    browser.pass(MINUTE);
    decide(&mut tab, false);
    browser.pass(MINUTE);
    decide(&mut tab, true);
    // The write of the dead tab reaches the disk only now.
    for (key, value) in written.into_iter().filter(|(key, _)| key.starts_with(SEGMENTS)) {
        put(&mut browser.shared().world, Store::Local, &key, &value);
    }
    inherit(&mut tab, dead);
    assert_eq!(delivered_names(&mut tab), Vec::<String>::new());
    assert!(browser.segment_keys().is_empty());
}

// ---- claimed while nothing may be sent

#[test]
fn a_queue_claimed_while_nobody_agreed_is_neither_read_nor_touched() {
    let undecided = ["{}", r#"{"consent":{"beforeDecision":"hold"}}"#, r#"{"consent":{"default":"denied"}}"#];
    for (options, gpc) in undecided.iter().flat_map(|options| [(options, false), (options, true)]) {
        let mut browser = Browser::default();
        let text = segment_text(0, 0, &events("Old", 60, 1_789_999_999_000));
        put(&mut browser.shared().world, Store::Local, &segment_key(7, 1), &text);
        let mut tab = browser.tab(options);
        tab.platform_mut().page.signals.gpc = gpc;
        browser.count();
        tab.claims_unasked(7);
        tab.flushes(1);
        tab.page_hidden(false);
        tab.woke();
        let shared = browser.shared();
        assert_eq!((shared.writes, shared.bytes_read), (0, 0), "{options}, {gpc}");
        assert_eq!(shared.world.local[&segment_key(7, 1)], text);
        assert!(sent(&tab).is_empty() && tab.platform().page.wake.is_none());
    }
}

#[test]
fn a_queue_left_before_the_grant_was_heard_of_is_taken_over_then() {
    let mut browser = Browser::default();
    let mut waiting = browser.tab("{}");
    let mut other = browser.tab("{}");
    decide(&mut other, true);
    other.track("Old", "{}");
    end_task(&mut other);
    assert!(waiting.platform().page.asked.is_empty(), "it wants nothing yet");
    assert_eq!((waiting.status(), browser.segment_keys().len()), (Status::Pending, 1));
    waiting.hears();
    inherit(&mut waiting, other);
    ring_tab(&mut waiting);
    assert_eq!(delivered_names(&mut waiting), ["Old"]);
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_queue_left_before_ones_own_first_grant_is_of_no_epoch_of_his() {
    let mut page = page("{}");
    let text = segment_text(1_789_000_000_000, 0, &events("Old", 2, page.platform().now));
    put(page.platform_mut(), Store::Local, &segment_key(7, 1), &text);
    agree(&mut page, "$opt_in");
    page.claims(7);
    pass(&mut page, INTERVAL);
    delivered(&mut page);
    assert_eq!((event_names(&page), keys_of_segments(&page).len()), (vec![String::from("$opt_in")], 0));
}

#[test]
fn a_queue_claimed_while_the_visitor_refuses_is_gone_with_the_refusal() {
    let mut page = granted("{}");
    let (at, epoch) = (page.platform().now, epoch(&page));
    plant(&mut page, 7, 1, 0, &events("Old", 2, at - 1_000));
    let mut page = reload(&page, "{}");
    refuse(&mut page);
    page.claims_unasked(7); // it wants none any more, and the lock comes late
    let late = segment_text(epoch, 0, &events("Late", 2, at - 1_000));
    put(page.platform_mut(), Store::Local, &segment_key(7, 1), &late);
    page.flushes(1);
    assert!(page.platform().sent.is_empty());
    page.platform_mut().now += MINUTE;
    agree(&mut page, "");
    pass(&mut page, INTERVAL);
    delivered(&mut page);
    assert!(event_names(&page).is_empty() && keys_of_segments(&page).is_empty());
}

#[test]
fn a_queue_left_while_the_decision_cannot_be_read_waits_until_it_can() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Old", 2, at - 1_000));
    let mut world = page.platform().clone();
    world.local_health = Health::Throws;
    let mut next = page_on(world, "{}");
    next.platform_mut().notices.clear();
    assert_eq!(state(&next), "denied/fault");
    next.flushes(1);
    assert!(next.platform().sent.is_empty() && next.platform().asked.is_empty());
    next.platform_mut().local_health = Health::Works;
    next.hears();
    next.claims(7);
    pass(&mut next, INTERVAL);
    assert_eq!((state(&next).as_str(), delivered(&mut next).len()), ("granted/stored", 2));
    assert!(keys_of_segments(&next).is_empty() && errors(&next).is_empty());
}

#[test]
fn a_queue_claimed_after_an_unheard_refusal_is_not_adopted() {
    let mut browser = Browser::default();
    let (mut tab, mut dead) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut tab, true);
    dead.hears();
    dead.track("Old", "{}");
    end_task(&mut dead);
    let key = browser.segment_keys().remove(0);
    let text = browser.shared().world.local[&key].clone();
    let mut other = browser.tab("{}");
    decide(&mut other, false);
    put(&mut browser.shared().world, Store::Local, &key, &text); // written late
    drop(dead);
    tab.storage_changed(Some(&key));
    ring_tab(&mut tab);
    assert_eq!((tab.status(), sent(&tab).len()), (Status::Denied, 0));
    assert_eq!(browser.keys(), LEFT);
}

#[test]
fn a_page_that_returns_has_given_up_what_it_claimed() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Old", 2, at - 1_000));
    let mut page = reload(&page, "{}");
    page.platform_mut().local_health = Health::Throws;
    page.claims(7);
    page.platform_mut().local_health = Health::Works;
    page.returned();
    page.track("Own", "{}");
    pass(&mut page, 2 * INTERVAL);
    delivered(&mut page);
    assert!(event_names(&page) == ["Own"] && keys_of_segments(&page) == [segment_key(7, 1)], "it may be somebody else's now");
}

// ---- beside what goes wrong

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
    page.turns();
    page.answers(1, 503, 600_000, ""); // nothing is under way
    finds(&mut page, 9);
    assert_eq!(dropped(&page, "queue_full"), 20);
    pass(&mut page, 600_000);
    answer_all(&mut page);
    assert_eq!(event_names(&page).len(), 10_050, "the first batch was sent twice");
    let old = event_names(&page).iter().filter(|name| name.starts_with("Old")).count();
    assert_eq!(old, 0, "the oldest go first");
}

#[test]
fn equal_updates_of_one_millisecond_are_no_copies_of_each_other() {
    let mut page = granted("{}");
    page.identify("u1");
    page.flushes(1);
    answer_all(&mut page);
    profile(&mut page, "set", r#"{"plan":"pro"}"#);
    page.woke(); // a task ends, and the next is of the same millisecond
    profile(&mut page, "unset", r#"["plan"]"#);
    profile(&mut page, "set", r#"{"plan":"pro"}"#);
    page.woke();
    let mut next = reload(&page, "{}");
    next.claims_all();
    let sent = delivered(&mut next);
    let ends: Vec<&str> = ["$set", "$unset", "$set"].into();
    assert_eq!(sent.len(), ends.len(), "{sent:?}");
    assert!(sent.iter().zip(ends).all(|(record, operation)| record.get(operation).is_some()), "{sent:?}");
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

/// A queue is claimed while localStorage throws; its records and an own one arrive once it can be
/// read again.
fn claimed_while_nothing_can_be_read(options: &str) {
    let mut page = granted(options);
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Adopted", 2, at));
    let mut page = reload(&page, options);
    page.platform_mut().local_health = Health::Throws;
    page.claims(7);
    assert!(page.platform().locks.is_empty(), "who can read may have it");
    page.platform_mut().local_health = Health::Works;
    page.hears();
    pass(&mut page, 2 * INTERVAL);
    page.claims(7);
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

// ---- properties

/// Pieces of keys and segments, in any order.
fn rubbish() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\n",
        " ",
        "0",
        "1",
        "2166136261",
        "1790000000000",
        "1790000000000 0",
        "1790000000000 1\n",
        "{",
        "}",
        "{\"event\":\"Rubbish\"}",
        "{}\n",
        "é",
        "\u{0}",
        "-1",
        "1.5",
        "_",
        "q",
        "99999999999999999999",
        "\r",
    ]);
    prop_oneof![3 => prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat()), 1 => any::<String>()]
}

/// What may stand under the key of a segment: rubbish, rubbish under its checksum, or a segment
/// with something wrong in it.
fn values() -> impl Strategy<Value = String> {
    let broken = (any::<prop::sample::Index>(), rubbish()).prop_map(|(at, rubbish)| {
        let mut text = segment_text(1_790_000_000_000, 0, &events("Broken", 2, 1_789_999_999_000));
        let at = at.index(text.len());
        text.insert_str(at, &rubbish);
        text
    });
    prop_oneof![2 => rubbish(), 2 => rubbish().prop_map(|text| sealed(&text)), 2 => broken]
}

fn numbers() -> impl Strategy<Value = String> {
    let pieces =
        prop::sample::select(vec!["7", "0", "1", "_", "4294967295", "4294967303", "99999999999999999999", "-", ".", "X", "é", " "]); // no small letter: another token's could have it
    prop_oneof![2 => Just(String::from("7_1")), 3 => prop::collection::vec(pieces, 0..5).prop_map(|pieces| pieces.concat())]
}

/// Whether a text stands under its checksum.
fn fits(text: &str) -> bool {
    text.split_once('\n').is_some_and(|(sum, rest)| sum.parse() == Ok(checksum(rest)))
}

/// Any JSON value within the limits of the wire.
fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        any::<String>().prop_map(Value::from)
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z ]{0,6}", inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rubbish_under_the_keys_of_a_queue_harms_nothing_and_is_never_sent(
        stored in prop::collection::vec((numbers(), values()), 0..6), claimed in prop::sample::subsequence(vec![7_u32, 1, 9, u32::MAX], 0..=4),
    ) {
        let mut page = granted("{}");
        prop_assert_eq!(epoch(&page), 1_790_000_000_000);
        let stored: BTreeMap<String, String> = stored.into_iter().collect();
        for (key, text) in &stored {
            put(page.platform_mut(), Store::Local, &format!("{SEGMENTS}{key}"), text);
        }
        // Whatever it asks for, and before that some queues that others delivered by now.
        claimed.iter().for_each(|queue| put(page.platform_mut(), Store::Local, &segment_key(*queue, 99), ""));
        let mut page = reload(&page, "{}");
        claimed.iter().for_each(|queue| drop(page.platform_mut().local.remove(&segment_key(*queue, 99))));
        page.claims_all();
        page.flushes(1);
        end_tick(&mut page);
        if !stored.values().any(|text| fits(text)) {
            prop_assert!(page.platform().sent.is_empty(), "{:?}", page.platform().sent);
        }
        answer_all(&mut page);
        pass(&mut page, 2 * INTERVAL);
        page.platform_mut().sent.clear();
        page.track("Afterwards", "{}");
        end_tick(&mut page);
        prop_assert_eq!(&event(&mut page, "Afterwards")["token"], TOKEN);
        refuse(&mut page);
        prop_assert_eq!(keys(&page, Store::Local), LEFT);
        page.returned();
        prop_assert_eq!(page.status(), Status::Denied);
    }

    #[test]
    fn any_records_come_back_from_storage_as_they_were(
        ticks in prop::collection::vec(prop::collection::vec((".{1,20}", json_values(), any::<bool>()), 0..5), 1..4), pretty in any::<bool>(),
        user in prop::option::of("[^\\p{C}]{1,20}"),
    ) {
        let text = |value: &Value| if pretty { serde_json::to_string_pretty(value).unwrap() } else { value.to_string() };
        let mut page = granted("{}");
        if let Some(user) = &user {
            page.identify(user);
        }
        for tick in &ticks {
            for (name, value, update) in tick {
                if *update {
                    group(&mut page, "set", &text(&json!({ "value": value })));
                } else {
                    page.track(name, &text(&json!({ "value": value })));
                }
            }
            page.platform_mut().now += 1;
            end_tick(&mut page);
        }
        let mut next = heir(&page, "{}");
        prop_assert!(errors(&next).is_empty());
        page.flushes(1);
        next.flushes(1);
        prop_assert_eq!(raw(&next), raw(&page));
        answer_all(&mut next);
        prop_assert!(keys_of_segments(&next).is_empty());
    }

    #[test]
    fn a_segment_that_was_changed_anywhere_is_not_sent(at in any::<prop::sample::Index>(), byte in 0x20..0x7f_u8) {
        let mut page = granted("{}");
        let now = page.platform().now;
        let text = segment_text(epoch(&page), 0, &events("Changed", 3, now));
        let at = at.index(text.len());
        let mut changed = text.clone();
        changed.replace_range(at..=at, &String::from(char::from(byte)));
        prop_assume!(changed != text);
        put(page.platform_mut(), Store::Local, &segment_key(7, 1), &changed);
        let mut page = heir_of(&page, 7, "{}");
        page.flushes(1);
        prop_assert!(page.platform().sent.is_empty());
        prop_assert_eq!(errors(&page), [("storage_corrupt", segment_key(7, 1))]);
        prop_assert!(keys_of_segments(&page).is_empty());
    }
}

#[test]
fn two_hundred_dead_pages_are_adopted() {
    let mut page = granted("{}");
    let at = page.platform().now;
    for queue in 1..=200 {
        for number in 1..=10 {
            plant(&mut page, 2 * queue, number, 0, &[(at - u64::from(queue * number), event_json(&format!("Old {queue}.{number}"), at))]);
        }
    }
    let mut page = reload(&page, "{}");
    for (round, left) in [(1, 1_000), (2, 0)] {
        assert_eq!(page.platform().locks.len(), 100, "so many at a time");
        page.claims_all();
        page.flushes(round);
        answer_all(&mut page);
        assert_eq!(flushed(&page, round), Some((1_000, 0, 0)));
        assert_eq!(keys_of_segments(&page).len(), left);
        pass(&mut page, 2 * INTERVAL); // it looks again
    }
    assert!(page.platform().locks.is_empty() && page.platform().wake.is_none());
}

#[test]
fn a_world_without_storage_has_nothing_to_adopt() {
    for health in [Health::Absent, Health::Throws] {
        let world = MemoryPlatform { local_health: health, ..MemoryPlatform::default() };
        let mut page = page_on(world, r#"{"consent":{"storage":"cookie"}}"#);
        agree(&mut page, "$opt_in");
        page.claims_unasked(7);
        delivered(&mut page);
        assert_eq!(event_names(&page), ["$opt_in"], "{health:?}");
    }
}

#[test]
fn the_lock_of_a_queue_with_nothing_to_send_in_it_is_given_back() {
    let mut world = MemoryPlatform::default();
    world.local.insert("consentry_TOKEN_q_7_1".into(), "nobody wrote this".into());
    let mut page = page_on(world, "{}");
    agree(&mut page, "");
    page.claims(7);
    assert_eq!(page.platform().locks, []);
}

#[test]
fn a_segment_with_a_record_whose_time_is_no_number_is_reported_and_removed() {
    let mut page = granted("{}");
    let text = sealed(&format!("{}\n0\nsoon\n{}\n", epoch(&page), event_json("Odd", 1_790_000_000_000)));
    put(page.platform_mut(), Store::Local, &segment_key(7, 1), &text);
    page.storage_changed(Some(&segment_key(7, 1)));
    pass(&mut page, 20_000);
    page.claims(7);
    pass(&mut page, 20_000);
    assert_eq!(errors(&page), [("storage_corrupt", segment_key(7, 1))]);
    assert!(page.platform().sent.is_empty() && keys_of_segments(&page).is_empty());
}
