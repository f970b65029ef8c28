#![cfg(not(target_arch = "wasm32"))]
//! The queue in storage: what a tick writes, what an answer leaves of it, and what happens where
//! storage fails. `adoption.rs` has what becomes of the queue of a page that is gone.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, MemoryPlatform, Store};
use proptest::prelude::*;
use support::segments::*;
use support::tabs::*;
use support::*;

fn track(page: &mut Page, names: &[&str]) {
    names.iter().for_each(|name| page.track(name, "{}"));
}

/// So many events in one tick, and the tick ends.
fn tick(page: &mut Page, first: usize, count: usize) {
    at_once(page, |page| (first..first + count).for_each(|number| page.track(&format!("Event {number}"), "{}")));
    end_tick(page);
}

/// The number of records in each stored segment.
fn sizes(page: &Page) -> Vec<usize> {
    segments(page).iter().map(|segment| segment.records.len()).collect()
}

fn assert_only_the_decision_is_stored(page: &Page) {
    assert_eq!(keys(page, Store::Local), LEFT);
}

// ---- what a tick writes

#[test]
fn a_tick_is_written_when_it_ends_and_not_before() {
    let mut page = granted("{}");
    track(&mut page, &["One", "Two"]);
    group(&mut page, "set", r#"{"a":1}"#);
    assert_eq!((page.platform().writes, page.platform().wake), (0, Some(0)));
    end_tick(&mut page);
    assert_eq!((page.platform().writes, sizes(&page)), (2, vec![2, 1]), "events and updates, each once");
    track(&mut page, &["Three"]);
    end_tick(&mut page);
    assert_eq!((page.platform().writes, sizes(&page)), (3, vec![2, 1, 1]), "what stands there is not written again");
    end_tick(&mut page);
    page.woke();
    assert_eq!(page.platform().writes, 3);
}

#[test]
fn a_segment_holds_fifty_records_at_most() {
    let mut page = granted(r#"{"batch":{"size":2000}}"#);
    tick(&mut page, 0, 120);
    assert_eq!((page.platform().writes, sizes(&page)), (3, vec![50, 50, 20]));
    let all = segments(&page);
    assert!(all.iter().all(|segment| segment.epoch == epoch(&page) && own_queues(page.platform()) == [segment.queue]));
    let names: Vec<String> = (0..120).map(|number| format!("Event {number}")).collect();
    assert_eq!(stored_names(&page), names);
}

#[test]
fn a_stored_record_is_the_one_that_is_sent() {
    let mut page = granted("{}");
    page.identify("user-1");
    page.track("Before", r#"{"text":"žluťoučký \"кот\"\n"}"#);
    profile(&mut page, "set", r#"{"colour":"red"}"#);
    group(&mut page, "union", r#"{"colours":["red"]}"#);
    end_tick(&mut page);
    page.flushes(1);
    for (kind, sent) in page.platform().sent.iter().enumerate() {
        let stored: Vec<String> =
            segments(&page).into_iter().filter(|segment| segment.kind == kind).flat_map(|s| s.records).map(|(_, json)| json).collect();
        assert_eq!(sent.data, format!("[{}]", stored.join(",")));
    }
    assert_eq!(page.platform().sent.len(), 3);
}

#[test]
fn a_page_that_is_left_stores_first_and_then_sends() {
    let mut page = granted("{}");
    track(&mut page, &["One", "Two"]);
    page.page_hidden(false);
    assert_eq!((stored_names(&page), page.platform().sent.len()), (vec![String::from("One"), String::from("Two")], 1));
}

#[test]
fn storing_costs_the_same_however_long_the_queue_is() {
    let cost_behind = |count: usize| {
        let mut browser = Browser::default();
        let mut tab = browser.tab("{}");
        decide(&mut tab, true);
        for number in 0..count {
            browser.pass(10); // never too thick
            tab.track(&format!("Event {number}"), "{}");
            if number % 50 == 49 {
                end_task(&mut tab);
            }
        }
        assert_eq!(browser.segment_keys().len(), count / 50);
        browser.pass(10);
        browser.count();
        tab.track("One more", "{}");
        end_task(&mut tab);
        assert_eq!(browser.segment_keys().len(), count / 50 + 1);
        browser.counted()
    };
    let (reads, bytes, writes) = cost_behind(50); // what is stored was measured once
    assert_eq!(writes, 1);
    for count in [1_000, 5_000] {
        let (more_reads, more_bytes, more_writes) = cost_behind(count);
        assert_eq!((more_reads, more_writes), (reads, writes), "behind {count} records");
        assert!(more_bytes.abs_diff(bytes) < 10, "{more_bytes} and {bytes} bytes: only the checksum has its length");
    }
}

// ---- what an answer leaves

#[test]
fn acknowledged_records_leave_storage() {
    let mut page = granted("{}");
    for first in [0, 40, 80] {
        tick(&mut page, first, 40);
        pass(&mut page, 1_000);
    }
    group(&mut page, "set", r#"{"a":1}"#);
    end_tick(&mut page);
    assert_eq!(sizes(&page), [40, 40, 40, 1]);
    delivered(&mut page);
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn a_partly_acknowledged_segment_keeps_the_rest() {
    let mut page = granted(r#"{"batch":{"size":7}}"#);
    tick(&mut page, 0, 20);
    page.turns();
    for left in [13, 6] {
        answer_last(&mut page, 200, "1");
        let names: Vec<String> = (20 - left..20).map(|number| format!("Event {number}")).collect();
        assert_eq!((stored_names(&page), sizes(&page)), (names, vec![left]));
    }
    page.flushes(1);
    answer_last(&mut page, 200, "1");
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn what_the_server_refuses_for_good_leaves_storage() {
    for (status, body, code) in [(400, "", "request_refused"), (404, "", "request_refused"), (200, "0", "records_rejected")] {
        let mut page = granted("{}");
        tick(&mut page, 0, 3);
        page.flushes(1);
        answer_last(&mut page, status, body);
        assert_eq!((dropped(&page, code), keys_of_segments(&page).len()), (3, 0), "{status}");
        assert!(delivered(&mut heir(&page, "{}")).is_empty());
    }
}

#[test]
fn what_the_server_could_not_take_stays_in_storage() {
    for status in [0, 408, 429, 500, 503] {
        let mut page = granted("{}");
        tick(&mut page, 0, 3);
        page.flushes(1);
        let before = segments(&page);
        answer_last(&mut page, status, "");
        end_tick(&mut page);
        assert_eq!(segments(&page), before, "{status}");
        page.platform_mut().now += 600_000;
        assert_eq!(delivered(&mut heir(&page, "{}")).len(), 3, "the next page sends them");
    }
}

#[test]
fn a_timer_that_ends_a_request_keeps_its_records_in_storage() {
    let mut page = granted("{}");
    tick(&mut page, 0, 3);
    page.flushes(1);
    pass(&mut page, 90_000);
    assert!(page.platform().sent[0].aborted);
    assert_eq!(stored_names(&page).len(), 3);
}

/// Lets time pass until another request starts.
fn wait_for_a_request(page: &mut Page, before: usize) {
    while page.platform().sent.len() == before && ring(page) {}
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn storage_holds_exactly_what_is_left_whatever_the_server_answers(
        ticks in prop::collection::vec(1..40_usize, 1..6), size in 1..60_usize,
        statuses in prop::collection::vec(prop::sample::select(vec![200_u16, 200, 413, 413, 400, 503, 0]), 1..25),
    ) {
        let mut page = granted(&format!(r#"{{"batch":{{"size":{size}}}}}"#));
        let mut left = Vec::new();
        for count in ticks {
            tick(&mut page, left.len(), count);
            left.extend((left.len()..left.len() + count).map(|number| format!("Event {number}")));
        }
        prop_assert_eq!(stored_names(&page), left.clone());
        page.flushes(1);
        for status in statuses {
            let before = page.platform().sent.len();
            let count = page.platform().sent.last().map_or(0, |sent| wire::records_of(sent).len());
            answer_last(&mut page, status, body(status));
            if matches!(status, 200 | 400) || (status == 413 && count == 1) {
                left.drain(..count);
            }
            end_tick(&mut page);
            prop_assert_eq!(stored_names(&page), left.clone(), "after {}", status);
            if left.is_empty() {
                break;
            }
            wait_for_a_request(&mut page, before);
        }
        let mut next = heir(&page, "{}");
        delivered(&mut next);
        prop_assert_eq!(event_names(&next), left, "and after a crash now that is what is sent");
        prop_assert!(keys_of_segments(&next).is_empty());
    }
}

#[test]
fn a_removal_that_storage_refused_is_tried_again() {
    let mut browser = Browser::default();
    let mut tab = browser.tab("{}");
    decide(&mut tab, true);
    tab.track("One", "{}");
    end_task(&mut tab);
    browser.shared().manner = Manner::Lies;
    assert_eq!(delivered_names(&mut tab), ["One"]);
    assert_eq!(browser.segment_keys().len(), 1);
    tab.flushes(2);
    assert_eq!(names(&tab), ["One"], "it is not sent again for that");
    browser.shared().manner = Manner::Honest;
    tab.flushes(3);
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_segment_that_could_not_be_rewritten_is_rewritten_later() {
    let mut page = granted(r#"{"batch":{"size":2}}"#);
    tick(&mut page, 0, 3);
    page.turns();
    page.platform_mut().local_health = Health::Full;
    answer_last(&mut page, 200, "1");
    assert_eq!(sizes(&page), [3], "after a crash now two would be sent twice, and none is lost");
    page.platform_mut().local_health = Health::Works;
    page.platform_mut().now += 1;
    track(&mut page, &["Another"]);
    end_tick(&mut page);
    assert_eq!(stored_names(&page), ["Event 2", "Another"]);
}

#[test]
fn storage_follows_the_queue_where_it_overflows() {
    let mut world = MemoryPlatform::default();
    world.facts.iter_mut().for_each(|facts| *facts = "{}".into());
    let mut page = page_on(world, "{}");
    agree(&mut page, "");
    for first in (0..10_000).step_by(100) {
        tick(&mut page, first, 100);
        page.turns();
    }
    let before = dropped(&page, "queue_full");
    assert_eq!(stored_names(&page).len() + before, 10_000, "over its part of the origin the oldest go");
    tick(&mut page, 10_000, 70);
    pass(&mut page, INTERVAL);
    let names = stored_names(&page);
    let dropped = dropped(&page, "queue_full");
    assert_eq!(names.len() + dropped, 10_070);
    assert_eq!((names[49].clone(), names[50].clone()), ("Event 49".into(), format!("Event {}", 50 + dropped)), "what is under way stays");
}

#[test]
fn what_is_too_old_leaves_storage_too() {
    let mut page = granted("{}");
    tick(&mut page, 0, 2);
    page.flushes(1);
    page.answers(1, 503, 600_000, "");
    page.platform_mut().now += 5 * DAY;
    tick(&mut page, 2, 1);
    page.platform_mut().now += 1;
    pass(&mut page, 600_000);
    assert_eq!((dropped(&page, "records_expired"), stored_names(&page)), (2, vec![String::from("Event 2")]));
}

// ---- storage that fails

#[test]
fn a_full_disk_is_reported_once_and_costs_no_record() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    tick(&mut page, 0, 60);
    group(&mut page, "set", r#"{"a":1}"#);
    assert_eq!(errors(&page), [("storage_failed", String::new())]);
    tick(&mut page, 60, 3);
    assert_eq!((errors(&page).len(), page.platform().writes), (1, 1), "it is not tried with every tick");
    pass(&mut page, INTERVAL);
    assert_eq!((errors(&page).len(), page.platform().writes), (1, 2), "but after the interval, and nothing new is said of it");
    assert_eq!(page.platform().sent.len(), 2, "nothing waits for storage");
    answer_all(&mut page);
    assert_eq!(records(&page).len(), 64);
    pass(&mut page, DAY);
    assert!(errors(&page).len() == 1 && page.platform().wake.is_none(), "nothing is left to store");
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn what_a_full_disk_refused_is_stored_when_there_is_room() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    tick(&mut page, 0, 60);
    page.flushes(1);
    page.answers(1, 503, 600_000, "");
    page.platform_mut().local_health = Health::Works;
    pass(&mut page, INTERVAL);
    assert_eq!((stored_names(&page).len(), errors(&page).len()), (60, 1));
    assert_eq!(delivered(&mut heir(&page, "{}")).len(), 60);
}

#[test]
fn a_store_that_takes_everything_and_keeps_nothing_is_found_out() {
    let mut browser = Browser::default();
    let mut tab = browser.tab("{}");
    decide(&mut tab, true);
    browser.shared().manner = Manner::Lies;
    tab.track("One", "{}");
    end_task(&mut tab);
    assert_eq!((codes(&tab), browser.segment_keys().len()), (vec!["storage_failed"], 0));
    browser.shared().manner = Manner::Honest;
    browser.pass(INTERVAL);
    tab.woke();
    assert_eq!((names(&tab), browser.segment_keys().len()), (vec![String::from("One")], 1), "sent, and stored until that is answered");
    answer_tab(&mut tab, 200);
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_store_that_keeps_a_part_costs_no_record_and_sends_no_part() {
    let mut browser = Browser::default();
    let mut tab = browser.tab("{}");
    decide(&mut tab, true);
    browser.shared().manner = Manner::Cuts(150);
    tab.track("One", "{}");
    end_task(&mut tab);
    assert_eq!(codes(&tab), ["storage_failed"]);
    browser.shared().manner = Manner::Honest;
    browser.pass(INTERVAL);
    tab.page_hidden(false);
    let mut next = browser.tab("{}");
    inherit(&mut next, tab);
    assert_eq!(codes(&next), ["storage_corrupt"]);
    assert_eq!(delivered_names(&mut next), ["One"]);
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_page_that_is_left_sends_what_can_go_twice_and_leaves_to_the_next_what_would_count_twice() {
    for (operation, operand, goes) in [
        ("set", r#"{"a":1}"#, true),
        ("setOnce", r#"{"a":1}"#, true),
        ("union", r#"{"a":[1]}"#, true),
        ("unset", r#"["a"]"#, true),
        ("increment", r#"{"a":1}"#, false),
        ("append", r#"{"a":1}"#, false),
    ] {
        for (options, stored) in [("{}", true), (r#"{"persistence":"memory"}"#, false)] {
            let mut page = granted(options);
            page.identify("user-1");
            delivered(&mut page);
            let before = page.platform().sent.len();
            page.track("Last", "{}");
            group(&mut page, "set", r#"{"a":1}"#);
            profile(&mut page, operation, operand);
            page.page_hidden(true);
            page.woke(); // the end of the task
            let paths = |page: &Page| -> Vec<String> {
                page.platform().sent[before..].iter().map(|sent| sent.url.split('/').nth(3).unwrap().to_owned()).collect()
            };
            let mut expected = vec!["track", "groups"];
            // What is nowhere else has no next page to wait for.
            if goes || !stored {
                expected.insert(1, "engage");
            }
            assert_eq!(paths(&page), expected, "{operation}, {options}");
            let next = delivered(&mut heir(&page, options));
            assert_eq!(
                next.iter().any(|record| record.get("$append").or(record.get("$add")).is_some()),
                !goes && stored,
                "{operation}, {options}"
            );
        }
    }
}

#[test]
fn a_store_that_throws_for_a_while_costs_no_record() {
    for options in ["{}", r#"{"consent":{"storage":"cookie"}}"#] {
        let mut page = granted(options);
        page.platform_mut().local_health = Health::Throws;
        tick(&mut page, 0, 3);
        pass(&mut page, INTERVAL);
        page.platform_mut().local_health = Health::Works;
        pass(&mut page, 2 * INTERVAL);
        assert_eq!(event_names(&page).len(), 3, "{options}");
        let id = page.platform().sent.last().unwrap().id;
        page.answers(id, 503, 600_000, "");
        end_tick(&mut page);
        pass(&mut page, INTERVAL);
        page.platform_mut().now += 600_000;
        assert_eq!(delivered(&mut heir(&page, options)).len(), 3, "{options}");
    }
}

#[test]
fn where_there_is_no_storage_everything_lives_in_memory() {
    let world = MemoryPlatform { local_health: Health::Absent, ..MemoryPlatform::default() };
    let mut page = page_on(world, "{}");
    agree(&mut page, "");
    tick(&mut page, 0, 3);
    pass(&mut page, INTERVAL);
    answer_all(&mut page);
    assert_eq!(event_names(&page).len(), 3);
    pass(&mut page, DAY);
    assert_eq!(page.platform().wake, None);
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

// ---- withdrawal

#[test]
fn a_refusal_removes_the_queues_of_every_client() {
    let mut page = granted("{}");
    tick(&mut page, 0, 3);
    let at = page.platform().now;
    for queue in [7, 9, u32::MAX] {
        plant(&mut page, queue, 1, 2, &events("Theirs", 2, at));
    }
    put(page.platform_mut(), Store::Local, "consentry_TOKEN_q_rubbish", "rubbish");
    put(page.platform_mut(), Store::Local, "consentry_TOKEN_q_", "");
    refuse(&mut page);
    assert!(keys_of_segments(&page).is_empty());
    assert_eq!(keys(&page, Store::Local), LEFT);
}

#[test]
fn a_refusal_in_the_same_tick_leaves_nothing_to_store() {
    let mut page = granted("{}");
    track(&mut page, &["One"]);
    refuse(&mut page);
    assert_eq!(page.platform().wake, None);
    page.woke(); // the task ends all the same
    page.page_hidden(false);
    assert_only_the_decision_is_stored(&page);
    agree(&mut page, "");
    end_tick(&mut page);
    assert!(keys_of_segments(&page).is_empty() && delivered(&mut page).is_empty());
}

#[test]
fn what_another_tab_writes_after_the_refusal_is_removed_when_it_is_heard_of() {
    let mut page = granted("{}");
    let epoch = epoch(&page);
    refuse(&mut page);
    for input in [Driven::hears, Page::returned, |page: &mut Page| *page = reload(page, "{}")] {
        let late = segment_text(epoch, 0, &events("Late", 1, page.platform().now));
        put(page.platform_mut(), Store::Local, &segment_key(7, 3), &late);
        input(&mut page);
        assert_only_the_decision_is_stored(&page);
    }
    assert!(page.platform().sent.is_empty());
}

/// Something a tab does, by name.
type Way = (&'static str, fn(&mut Tab));

#[test]
fn a_tab_that_heard_nothing_of_a_refusal_stores_nothing() {
    let ways: [Way; 3] = [("end of task", end_task), ("hidden", |tab| tab.page_hidden(false)), ("woke", |tab| tab.woke())];
    for (name, way) in ways {
        let mut browser = Browser::default();
        let mut tab = browser.tab("{}");
        decide(&mut tab, true);
        tab.track("Unheard", "{}");
        let mut other = browser.tab("{}");
        decide(&mut other, false);
        way(&mut tab);
        assert_eq!(browser.keys(), LEFT, "{name}");
        assert!(sent(&tab).is_empty(), "{name}");
    }
}

#[test]
fn a_tab_that_heard_nothing_of_a_refusal_rewrites_nothing() {
    let mut browser = Browser::default();
    let mut tab = browser.tab(r#"{"batch":{"size":2}}"#);
    decide(&mut tab, true);
    (0..3).for_each(|_| tab.track("Unheard", "{}"));
    end_task(&mut tab);
    let mut other = browser.tab("{}");
    decide(&mut other, false);
    tab.answers(1, 200, 0, "1");
    assert_eq!(browser.keys(), LEFT);
}

#[test]
fn forgetting_the_decision_removes_the_queues() {
    for default in ["pending", "denied", "granted"] {
        let mut page = granted(&format!(r#"{{"consent":{{"default":"{default}"}}}}"#));
        tick(&mut page, 0, 3);
        let at = page.platform().now;
        plant(&mut page, 7, 1, 0, &events("Theirs", 2, at));
        page.reset_consent();
        page.woke();
        assert!(keys_of_segments(&page).is_empty(), "{default}");
        assert!(delivered(&mut page).is_empty(), "{default}");
    }
}

#[test]
fn a_tab_that_slept_while_the_decision_was_forgotten_sends_nothing_from_before_where_the_default_grants() {
    let options = r#"{"consent":{"default":"granted"}}"#;
    let mut browser = Browser::default();
    let mut sleeping = browser.tab(options);
    sleeping.track("Before", "{}");
    end_task(&mut sleeping);
    let before = String::from(sleeping.distinct_id());
    let mut other = browser.tab(options);
    browser.pass(60_000);
    other.reset_consent();
    assert!(browser.segment_keys().is_empty());
    assert_eq!(delivered_names(&mut sleeping), Vec::<String>::new());
    assert_ne!(sleeping.distinct_id(), before, "the visitor is somebody new");
    assert_eq!(sleeping.distinct_id(), other.distinct_id(), "and the same in both tabs");
    sleeping.track("After", "{}");
    end_task(&mut sleeping);
    assert_eq!(browser.segment_keys().len(), 1);
    assert_eq!(delivered_names(&mut sleeping), ["After"]);
}

#[test]
fn a_mixpanel_js_tab_that_flips_the_flag_ends_and_begins_everything_anew() {
    let mut page = granted("{}");
    tick(&mut page, 0, 3);
    page.flushes(1);
    let before = distinct_id(&page);
    put(page.platform_mut(), Store::Local, FLAG, "0");
    page.hears();
    assert_eq!(state(&page), "denied/stored");
    assert!(page.platform().sent[0].aborted && page.platform().wake.is_none());
    assert_only_the_decision_is_stored(&page);
    put(page.platform_mut(), Store::Local, FLAG, "1");
    page.hears();
    assert_eq!(state(&page), "granted/stored");
    assert_ne!(distinct_id(&page), before);
    page.track("After", "{}");
    end_tick(&mut page);
    let mut next = heir(&page, "{}");
    assert_eq!(delivered(&mut next).len(), 1);
    assert_eq!((event_names(&next), distinct_id(&next)), (vec![String::from("After")], distinct_id(&page)));
}

// ---- purge

#[test]
fn a_purge_of_a_granted_page_begins_anew_in_every_tab() {
    let mut browser = Browser::default();
    let (mut tab, mut other) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut tab, true);
    other.hears();
    tab.register(r#"{"plan":"pro"}"#, false);
    tab.track("Under way", "{}");
    tab.flushes(1);
    for (tab, name) in [(&mut tab, "Stored"), (&mut other, "Elsewhere")] {
        tab.track(name, "{}");
        end_task(tab);
    }
    let before = (String::from(tab.distinct_id()), browser.shared().world.local[RECORD].clone());
    assert_eq!((browser.segment_keys().len(), other.distinct_id()), (3, before.0.as_str()));
    browser.pass(60_000);
    tab.track("Just before", "{}");
    tab.purge();
    assert_eq!((browser.segment_keys().len(), sent(&tab).len(), tab.platform().page.told), (0, 0, 3));
    assert_eq!(tab.status(), consentry::Status::Granted);
    assert_ne!(tab.distinct_id(), before.0);
    let record = browser.shared().world.local[RECORD].clone();
    assert!(epoch_of(Some(record.clone())) > epoch_of(Some(before.1)) && record.contains("banner"), "the proof stays");
    tab.track("After", "{}");
    end_task(&mut tab);
    assert_eq!(delivered_names(&mut tab), ["After"]);
    assert!(sent(&tab).iter().all(|sent| !sent.data.contains("plan")), "super properties are forgotten");
    assert_eq!(delivered_names(&mut other), Vec::<String>::new(), "a tab that heard nothing drops what it has");
    assert_eq!(other.distinct_id(), tab.distinct_id());
    other.track("Later", "{}");
    assert_eq!(delivered_names(&mut other), ["Later"]);
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_purge_of_a_denied_page_leaves_the_decision_and_touches_nothing_else() {
    let mut page = granted("{}");
    refuse(&mut page);
    let writes = page.platform().writes;
    page.purge();
    assert_eq!((state(&page).as_str(), page.platform().writes), ("denied/visitor", writes));
    put(page.platform_mut(), Store::Local, &segment_key(7, 1), "rubbish");
    put(page.platform_mut(), Store::Cookie, IDENTITY, "{}");
    page.purge();
    assert_only_the_decision_is_stored(&page);
    assert_eq!(keys(&page, Store::Cookie), [FLAG, RECORD], "and its copy");
    assert_eq!(state(&reload(&page, "{}")), "denied/stored");
}

#[test]
fn a_purge_of_an_undecided_page_drops_what_was_held() {
    let mut page = page(HOLD);
    track(&mut page, &["Held"]);
    page.flushes(1);
    page.purge();
    assert_eq!((state(&page).as_str(), page.platform().writes), ("pending/default", 0));
    track(&mut page, &["Held later"]);
    agree(&mut page, "");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Held later"]);
}

// ---- the back-forward cache

#[test]
fn a_page_that_returns_forgets_what_it_had_stored_and_keeps_what_it_had_not() {
    let mut page = granted("{}");
    tick(&mut page, 0, 2);
    page.flushes(1);
    track(&mut page, &["Unstored"]);
    page.returned();
    assert!(page.platform().sent[0].aborted, "who knows who sends that now");
    assert_eq!((event_names(&page), page.platform().locks.len()), (vec![String::from("Unstored")], 0), "it gave up its queue");
    end_tick(&mut page);
    let owned = own_queues(page.platform());
    assert!(owned.len() == 2 && owned[0] != owned[1], "and writes to a new one: {owned:?}");
    assert_eq!(segments(&page).iter().map(|segment| segment.records.len()).sum::<usize>(), 3, "nothing was removed");
    answer_all(&mut page);
    assert_eq!(stored_queues(&page), owned[..1]);
    finds(&mut page, owned[0]);
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Unstored", "Event 0", "Event 1"], "nobody else wanted its old queue");
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn a_page_that_returns_does_not_bring_back_what_another_tab_delivered() {
    let mut browser = Browser::default();
    let mut tab = browser.tab("{}");
    decide(&mut tab, true);
    tab.track("One", "{}");
    end_task(&mut tab);
    let mut other = browser.tab("{}");
    own_queues(&tab.platform().page).into_iter().for_each(|queue| other.claims(queue));
    assert_eq!(delivered_names(&mut other), ["One"]);
    tab.returned();
    tab.track("Two", "{}");
    assert_eq!(delivered_names(&mut tab), ["Two"]);
    assert!(browser.segment_keys().is_empty());
}

#[test]
fn a_page_that_returns_after_a_refusal_is_silent() {
    let mut browser = Browser::default();
    let mut tab = browser.tab("{}");
    decide(&mut tab, true);
    tab.track("One", "{}");
    tab.flush(consentry::FlushId(std::num::NonZeroU32::MIN));
    let mut other = browser.tab("{}");
    decide(&mut other, false);
    tab.returned();
    assert_eq!((tab.status(), sent(&tab).len(), tab.platform().page.locks.len()), (consentry::Status::Denied, 0, 0));
    assert!(tab.platform().page.notices.iter().any(|notice| matches!(notice, consentry::Notice::Flushed(_, 0, 1, 0))), "the flush ends");
    assert_eq!(browser.keys(), LEFT);
}

#[test]
fn a_page_that_returns_to_a_full_disk_still_delivers_what_it_kept_in_memory() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    tick(&mut page, 0, 3);
    page.page_hidden(false);
    page.returned();
    delivered(&mut page);
    assert_eq!(event_names(&page).len(), 3);
}

#[test]
fn a_page_that_returns_undecided_keeps_what_it_holds() {
    let mut page = page(HOLD);
    track(&mut page, &["Held"]);
    page.returned();
    assert_eq!((page.platform().writes, page.platform().asked.len()), (0, 0));
    agree(&mut page, "");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Held"]);
}

// ---- where it is kept

#[test]
fn in_memory_means_that_nothing_but_the_decision_is_stored() {
    let mut page = granted(r#"{"persistence":"memory"}"#);
    tick(&mut page, 0, 120);
    group(&mut page, "set", r#"{"a":1}"#);
    page.page_hidden(false);
    page.returned();
    pass(&mut page, INTERVAL);
    assert_only_the_decision_is_stored(&page);
    assert_eq!((page.platform().writes, page.platform().asked.len(), keys(&page, Store::Cookie).len()), (0, 0, 2));
    answer_all(&mut page);
    assert_eq!(records(&page).len(), 121);
}

#[test]
fn the_queue_is_in_local_storage_wherever_the_rest_is() {
    for options in [r#"{"persistence":"cookie"}"#, r#"{"persistence":"cookie","consent":{"storage":"cookie"}}"#] {
        let mut page = granted(options);
        tick(&mut page, 0, 3);
        assert_eq!(stored_names(&page).len(), 3, "{options}");
        assert!(keys(&page, Store::Cookie).iter().all(|key| [FLAG, RECORD, IDENTITY].contains(key)));
        let mut next = heir(&page, options);
        assert_eq!(delivered(&mut next).len(), 3);
        refuse(&mut page);
        assert!(keys_of_segments(&page).is_empty());
    }
}

// ---- before the decision. `consent.rs` has the rest: what is held is bounded, keeps its time, and
// is dropped at a refusal or after five days

const HOLD: &str = r#"{"consent":{"beforeDecision":"hold"}}"#;

#[test]
fn held_records_are_in_memory_only_until_the_grant_and_stored_from_then_on() {
    let mut page = page(HOLD);
    let at = page.platform().now;
    track(&mut page, &["Held"]);
    page.woke();
    page.page_hidden(false);
    pass(&mut page, DAY);
    page.flushes(1);
    assert_eq!((page.platform().writes, page.platform().asked.len(), page.platform().wake), (0, 0, None));
    assert!(keys(&page, Store::Local).is_empty() && page.platform().sent.is_empty());
    agree(&mut page, "$opt_in");
    end_tick(&mut page);
    assert_eq!(stored_names(&page), ["Held", "$opt_in"]);
    let times: Vec<u64> = segments(&page)[0].records.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [at, at + DAY], "with their original time");
    let mut next = heir(&page, HOLD);
    let all = delivered(&mut next);
    assert_eq!((all.len(), &all[0]["properties"]["time"]), (2, &serde_json::json!(at as f64 / 1000.0)));
}

#[test]
fn nothing_is_stored_while_nobody_agreed() {
    for options in ["{}", HOLD, r#"{"consent":{"default":"denied"}}"#] {
        let mut page = page(options);
        do_everything(&mut page);
        page.claims_unasked(7);
        page.returned();
        pass(&mut page, DAY);
        assert_eq!((page.platform().writes, page.platform().asked.len()), (0, 0), "{options}");
    }
}
