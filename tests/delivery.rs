#![cfg(not(target_arch = "wasm32"))]
//! Batches, answers, retries and their bounds.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{MemoryPlatform, Notice, Operation, RequestId, Store};
use support::*;

const MINUTE: u64 = 60_000;

fn track(page: &mut Page, count: usize) {
    at_once(page, |page| {
        for number in 0..count {
            page.track(&format!("Event {number}"), "{}");
        }
    });
    page.turns();
}

/// A page with that many events in one request under way.
fn under_way(count: usize) -> Page {
    let mut page = granted("{}");
    track(&mut page, count);
    page.flushes(1);
    assert_eq!(page.platform().sent.len(), 1);
    page
}

/// The number of records in each request so far.
fn sizes(page: &Page) -> Vec<usize> {
    page.platform().sent.iter().map(|sent| wire::records_of(sent).len()).collect()
}

/// How long until another request starts, at most that long.
fn next_request_within(page: &mut Page, most: u64) -> Option<u64> {
    let (start, before) = (page.platform().now, page.platform().sent.len());
    loop {
        if page.platform().sent.len() > before {
            return Some(page.platform().now - start);
        }
        let wake = u64::from(page.platform().wake?);
        if page.platform().now - start + wake > most {
            return None;
        }
        pass(page, wake);
    }
}

// ---- batches

#[test]
fn records_wait_for_the_interval_and_go_together() {
    for (options, interval) in [("{}", 5_000), (r#"{"batch":{"flushIntervalMs":250}}"#, 250)] {
        let mut page = granted(options);
        page.track("One", "{}");
        pass(&mut page, interval / 2);
        page.track("Two", "{}");
        pass(&mut page, interval / 2 - 1);
        assert!(page.platform().sent.is_empty());
        pass(&mut page, 1);
        assert_eq!(sizes(&page), [2]);
    }
}

#[test]
fn a_full_batch_goes_at_once_and_no_request_carries_more() {
    for (options, size) in [("{}", 50), (r#"{"batch":{"size":7}}"#, 7), (r#"{"batch":{"size":1}}"#, 1)] {
        let mut page = granted(options);
        track(&mut page, size - 1);
        assert!(page.platform().sent.is_empty());
        track(&mut page, 1);
        assert_eq!(sizes(&page), [size]);
        track(&mut page, 2 * size + 1);
        answer_all(&mut page);
        assert_eq!(sizes(&page), if size == 1 { vec![1; 4] } else { vec![size, size, size, 1] });
    }
}

#[test]
fn one_request_of_a_kind_is_under_way_and_kinds_do_not_wait_for_each_other() {
    let mut page = granted("{}");
    page.identify("user-1");
    track(&mut page, 300);
    at_once(&mut page, |page| {
        for _ in 0..120 {
            profile(page, "set", r#"{"a":1}"#);
            group(page, "set", r#"{"a":1}"#);
        }
    });
    page.flushes(1);
    page.page_hidden(false);
    pass(&mut page, MINUTE);
    assert_eq!(sizes(&page), [50, 50, 50], "one of each kind");
    let id = page.platform().sent[0].id;
    page.answers(id, 200, 0, "1");
    assert_eq!(sizes(&page).len(), 4);
    assert!(page.platform().sent[3].url.contains("/track/"), "the next of the kind that was answered");
}

#[test]
fn records_go_in_the_order_they_were_made() {
    let mut page = granted("{}");
    track(&mut page, 130);
    delivered(&mut page);
    let expected: Vec<String> = (0..130).map(|number| format!("Event {number}")).collect();
    assert_eq!(event_names(&page), expected);
}

#[test]
fn large_records_are_spread_over_several_requests() {
    let mut page = granted("{}");
    let large = serde_json::json!({ "list": vec!["x".repeat(250); 30] }).to_string();
    for _ in 0..50 {
        page.track("Large", &large);
    }
    delivered(&mut page);
    assert!(
        page.platform().sent.len() > 1 && page.platform().sent.iter().all(|sent| sent.data.len() < 333_000),
        "under 1 MB when percent-encoded"
    );
    assert_eq!(sizes(&page).iter().sum::<usize>(), 50);
}

#[test]
fn a_hidden_page_sends_at_once_what_it_has() {
    let mut page = granted("{}");
    track(&mut page, 3);
    group(&mut page, "set", r#"{"a":1}"#);
    page.page_hidden(false);
    assert_eq!(sizes(&page), [3, 1]);
    page.page_hidden(false);
    assert_eq!(sizes(&page), [3, 1], "and nothing twice");
}

/// Browsers go on with a keepalive request after it was aborted.
#[test]
fn only_a_page_that_is_left_uses_keepalive() {
    type Way = (&'static str, fn(&mut Page), Option<bool>);
    let ways: [Way; 4] = [
        ("hidden", |page| page.page_hidden(false), Some(false)),
        ("left", |page| page.page_hidden(true), Some(true)),
        // The visitor may still stay.
        ("unloading", |page| page.unloading(), None),
        ("left after that", |page| (page.unloading(), page.page_hidden(true)).1, Some(true)),
    ];
    for (name, way, keepalive) in ways {
        for persistence in ["localStorage", "memory"] {
            let mut page = granted(&format!(r#"{{"persistence":"{persistence}"}}"#));
            track(&mut page, 3);
            way(&mut page);
            let sent: Vec<bool> = page.platform().sent.iter().map(|sent| sent.keepalive).collect();
            assert_eq!(sent, keepalive.into_iter().collect::<Vec<_>>(), "{name}, {persistence}");
            page.opt_out(&consentry::OptOut::default());
            assert!(page.platform().sent.iter().all(|sent| sent.aborted), "{name}, {persistence}");
        }
    }
}

#[test]
fn calls_that_wait_leave_with_their_page() {
    let mut page = granted(r#"{"batch":{"size":1}}"#);
    track(&mut page, 100);
    // Behind a burst, and a batch of its own as soon as it is handed on.
    page.group(Operation::Set, r#"{"plan":"x"}"#, "company", "acme");
    let before = page.platform().sent.len();
    page.page_hidden(true);
    let sent: Vec<bool> = page.platform().sent[before..].iter().map(|sent| sent.keepalive).collect();
    assert_eq!(sent, [true]);
}

#[test]
fn what_comes_while_a_request_is_under_way_goes_when_it_is_answered() {
    let mut page = under_way(1);
    track(&mut page, 2);
    assert_eq!(sizes(&page), [1]);
    answer_last(&mut page, 200, "1");
    assert_eq!(sizes(&page), [1, 2]);
}

#[test]
fn an_idle_client_sets_no_timer() {
    let mut page = under_way(1);
    answer_all(&mut page);
    pass(&mut page, DAY);
    assert_eq!((page.platform().wake, page.platform().sent.len()), (None, 1));
}

// ---- answers

#[test]
fn an_answer_decides_what_becomes_of_the_records() {
    let taken = |body: &'static str| (200_u16, body, Some((3, 0, 0)), None);
    let gone = |status: u16, body: &'static str, code: &'static str| (status, body, Some((0, 3, 0)), Some(code));
    let kept = |status: u16| (status, "", Some((0, 0, 3)), None);
    // A page of the site, of a service worker, or of a proxy in trouble.
    let no_answer = |body: &'static str| (200_u16, body, Some((0, 0, 3)), None);
    for (status, body, expected, code) in [
        taken("1"),
        taken("1\n"),
        taken(r#"{"status":1,"error":null}"#),
        taken(r#"{"error":"","status":1}"#),
        taken(r#"{"code":200,"status":"OK"}"#),
        no_answer(""),
        no_answer("<html>"),
        no_answer("OK"),
        no_answer("11"),
        no_answer("{}"),
        no_answer("null"),
        no_answer(r#"{"status":"error"}"#),
        no_answer(r#"{"status":{"status":1}}"#),
        no_answer(r#"<script>{"status":1}</script>"#),
        gone(200, "0", "records_rejected"),
        gone(200, r#"{"error":"token, missing or empty","status":0}"#, "records_rejected"),
        gone(200, r#"{ "status" : 0 }"#, "records_rejected"),
        gone(400, "", "request_refused"),
        gone(401, r#"{"status":"error"}"#, "request_refused"),
        gone(403, "", "request_refused"),
        gone(404, "1", "request_refused"),
        gone(410, "", "request_refused"),
        gone(422, "", "request_refused"),
        gone(302, "", "request_refused"),
        kept(0),
        kept(408),
        kept(429),
        kept(500),
        kept(502),
        kept(503),
        kept(504),
        kept(599),
    ] {
        // Where the wait can be nothing at all, the same request may be out again; the largest
        // random number there is makes it long.
        let mut page = under_way(3);
        answer_last(&mut page, status, body);
        assert!(flushed(&page, 1) == expected || page.platform().sent.len() == 2, "{status} {body}: {:?}", flushed(&page, 1));
        let codes: Vec<&str> = errors(&page).iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{status} {body}");
        assert_eq!(code.map_or(0, |code| dropped(&page, code)), if code.is_some() { 3 } else { 0 }, "each drop is counted");
        let again = next_request_within(&mut page, 20 * MINUTE).is_some();
        assert_eq!(again, expected == Some((0, 0, 3)), "{status} {body}");
    }
}

#[test]
fn too_large_a_request_is_halved_until_a_single_record_is_given_up() {
    let mut page = granted("{}");
    track(&mut page, 50);
    page.flushes(1);
    for _ in 0..6 {
        answer_last(&mut page, 413, "<html>too large</html>");
    }
    assert_eq!(sizes(&page)[..6], [50, 25, 12, 6, 3, 1]);
    assert_eq!(dropped(&page, "record_too_large"), 1);
    answer_all_from(&mut page, 6);
    assert_eq!(flushed(&page, 1), Some((49, 1, 0)), "the others arrive");
    assert_eq!(event_names(&page).iter().filter(|name| *name == "Event 49").count(), 2, "49 was in the first request and in its own");
}

fn answer_all_from(page: &mut Page, first: usize) {
    let mut at = first;
    while at < page.platform().sent.len() {
        let id = page.platform().sent[at].id;
        page.answers(id, 200, 0, "1");
        at += 1;
    }
}

#[test]
fn a_retry_carries_the_same_records_unchanged() {
    let mut page = under_way(3);
    let first = page.platform().sent[0].data.clone();
    for status in [503, 0, 429] {
        answer_last(&mut page, status, "");
        if page.platform().sent.last().unwrap().id == RequestId::FIRST || page.platform().wake.is_some() {
            next_request_within(&mut page, 20 * MINUTE);
        }
        page.register(r#"{"later":1}"#, false);
        page.identify("somebody-else");
    }
    let again: Vec<&str> =
        page.platform().sent.iter().filter(|sent| sent.data.contains("Event 0")).map(|sent| sent.data.as_str()).collect();
    assert!(again.len() >= 3);
    assert!(again.iter().all(|data| data.starts_with(&first[..first.len() - 1])), "same $insert_id, time and distinct_id");
}

#[test]
fn no_answer_for_90_seconds_counts_as_none_and_a_late_one_is_ignored() {
    let mut page = under_way(2);
    pass(&mut page, 89_999);
    assert!(!page.platform().sent[0].aborted);
    pass(&mut page, 1);
    assert!(page.platform().sent[0].aborted);
    assert!(flushed(&page, 1).is_some() || page.platform().sent.len() == 2, "the flush does not hang");
    next_request_within(&mut page, 20 * MINUTE);
    assert_eq!(page.platform().sent.len(), 2);
    page.answers(1, 400, 0, "");
    page.answers(1, 200, 0, "1");
    assert!(errors(&page).is_empty());
    page.flushes(2);
    let id = page.platform().sent[1].id;
    page.answers(id, 200, 0, "1");
    assert_eq!(flushed(&page, 2), Some((2, 0, 0)), "they count once");
}

#[test]
fn an_answer_counts_once() {
    let mut page = under_way(2);
    track(&mut page, 5);
    page.answers(1, 200, 0, "1");
    page.answers(1, 200, 0, "1");
    page.answers(77, 200, 0, "1");
    assert_eq!(flushed(&page, 1), Some((2, 0, 5)), "five more are under way");
    page.flushes(2);
    answer_last(&mut page, 200, "1");
    assert_eq!(flushed(&page, 2), Some((5, 0, 0)));
}

// ---- waiting

/// The wait after the last of `failures` failures, and the random source began with that seed.
fn wait_after(failures: usize, seed: u64, interval: u64, retry_after: u64) -> u64 {
    let mut page =
        page_on(MemoryPlatform { seed, ..MemoryPlatform::default() }, &format!(r#"{{"batch":{{"flushIntervalMs":{interval}}}}}"#));
    agree(&mut page, "");
    page.track("Viewed", "{}");
    page.flushes(1);
    for failure in 1..=failures {
        let id = page.platform().sent.last().unwrap().id;
        let before = page.platform().now;
        let asked = if failure == failures { retry_after } else { 0 };
        page.answers(id, 503, asked, "");
        if page.platform().sent.last().unwrap().id == id {
            next_request_within(&mut page, 24 * 60 * MINUTE).expect("another attempt");
        }
        if failure == failures {
            return page.platform().now - before;
        }
    }
    unreachable!()
}

#[test]
fn waits_grow_exponentially_with_full_jitter_up_to_ten_minutes() {
    for (interval, first) in [(5_000, 10_000), (100, 2_000), (400_000, 600_000)] {
        for failures in [1, 2, 3, 6, 9] {
            let most = (first << (failures - 1)).min(600_000);
            let waits: Vec<u64> = (0..100).map(|seed| wait_after(failures, seed, interval, 0)).collect();
            assert!(waits.iter().all(|wait| *wait <= most), "{failures} failures: at most {most}");
            assert!(waits.iter().any(|wait| *wait > most * 9 / 10), "{failures} failures: up to {most}, and it grew");
            assert!(waits.iter().any(|wait| *wait < most / 10), "{failures} failures: from nothing, so that pages spread out");
            let mean = waits.iter().sum::<u64>() / 100;
            assert!(mean > most * 4 / 10 && mean < most * 6 / 10, "{failures} failures: evenly spread, mean {mean} of {most}");
        }
    }
}

#[test]
fn what_the_server_asks_for_is_waited_at_least_and_ten_minutes_at_most() {
    for asked in [1_000, 30_000, 120_000, 599_999, 600_000, 3_600_000, u64::MAX] {
        for seed in 0..50 {
            let wait = wait_after(1, seed, 5_000, asked);
            assert!(wait >= asked.min(600_000) && wait <= 600_000, "asked for {asked}, waited {wait}");
        }
    }
}

#[test]
fn a_flush_does_not_cut_a_wait_short() {
    let mut page = under_way(1);
    page.answers(1, 503, 300_000, "");
    page.flushes(2);
    page.page_hidden(false);
    track(&mut page, 200);
    pass(&mut page, 299_999);
    page.flushes(3);
    assert_eq!(page.platform().sent.len(), 1);
    assert_eq!((flushed(&page, 2), flushed(&page, 3)), (Some((0, 0, 1)), Some((0, 0, 201))));
}

#[test]
fn success_ends_the_waiting() {
    let mut page = under_way(1);
    for _ in 0..6 {
        answer_last(&mut page, 503, "");
        next_request_within(&mut page, 24 * 60 * MINUTE);
    }
    answer_all(&mut page);
    page.track("Next", "{}");
    pass(&mut page, INTERVAL);
    assert!(page.platform().sent.last().unwrap().data.contains("Next"));
    answer_last(&mut page, 503, "");
    assert!(next_request_within(&mut page, 10_000).is_some(), "counting failures began anew");
}

#[test]
fn a_failing_kind_does_not_hold_up_the_others() {
    let mut page = under_way(1);
    page.answers(1, 503, 600_000, "");
    group(&mut page, "set", r#"{"a":1}"#);
    pass(&mut page, INTERVAL);
    assert!(page.platform().sent.last().unwrap().url.contains("/groups/"));
}

#[test]
fn an_outage_of_hours_costs_no_record_and_ends_by_itself() {
    let mut page = granted("{}");
    track(&mut page, 120);
    let end = page.platform().now + 6 * 3_600_000;
    while page.platform().now < end {
        let id = page.platform().sent.last().unwrap().id;
        page.answers(id, 502, 0, "");
        pass(&mut page, 10 * MINUTE);
    }
    next_request_within(&mut page, 3_600_000).unwrap();
    page.flushes(2);
    let id = page.platform().sent.last().unwrap().id;
    let attempts = page.platform().sent.len();
    assert!(attempts > 36, "it kept trying");
    page.answers(id, 200, 0, "1");
    answer_all_from(&mut page, attempts);
    assert_eq!(flushed(&page, 2), Some((120, 0, 0)));
}

// ---- flush

#[test]
fn a_flush_with_nothing_to_do_ends_at_once() {
    for mut page in [granted("{}"), page("{}")] {
        page.flushes(7);
        assert_eq!(flushed(&page, 7), Some((0, 0, 0)));
    }
}

#[test]
fn flushes_count_what_happened_while_they_ran() {
    let mut page = granted(r#"{"batch":{"size":2}}"#);
    track(&mut page, 2);
    page.flushes(1);
    track(&mut page, 3);
    page.flushes(2);
    answer_last(&mut page, 400, "");
    assert_eq!((flushed(&page, 1), flushed(&page, 2)), (Some((0, 2, 3)), None));
    answer_all(&mut page);
    assert_eq!(flushed(&page, 2), Some((3, 2, 0)));
    page.flushes(3);
    assert_eq!(flushed(&page, 3), Some((0, 0, 0)));
}

#[test]
fn every_flush_ends_whatever_the_server_does() {
    for status in [200, 200, 400, 413, 429, 500, 0] {
        for silent in [true, false] {
            let mut page = granted("{}");
            track(&mut page, 120);
            group(&mut page, "set", r#"{"a":1}"#);
            page.flushes(1);
            for _ in 0..200 {
                let open: Vec<RequestId> = page.platform().sent.iter().map(|sent| sent.id).collect();
                if !silent {
                    open.into_iter().for_each(|id| page.answers(id, status, 0, body(status)));
                }
                pass(&mut page, 90_000);
            }
            assert!(flushed(&page, 1).is_some(), "{status}, silent: {silent}");
        }
    }
}

// ---- bounds

#[test]
fn records_older_than_five_days_are_given_up_and_counted() {
    let mut page = under_way(2);
    let start = page.platform().now;
    while page.platform().now - start < 5 * DAY {
        answer_last(&mut page, 503, "");
        pass(&mut page, 3_600_000);
    }
    page.track("Young", "{}");
    answer_last(&mut page, 503, "");
    page.flushes(2);
    next_request_within(&mut page, DAY);
    assert_eq!(dropped(&page, "records_expired"), 2);
    assert_eq!(sizes(&page).last(), Some(&1));
    assert!(page.platform().sent.last().unwrap().data.contains("Young"));
}

#[test]
fn an_event_that_happened_long_ago_is_not_sent() {
    let mut page = granted("{}");
    let now = page.platform().now;
    page.tracks_at("Too old", "{}", now - 5 * DAY - 1);
    page.tracks_at("Old", "{}", now - 5 * DAY);
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Old"]);
    assert_eq!(dropped(&page, "records_expired"), 1);
}

/// A page whose server does not answer, with that many events.
fn offline(count: usize) -> Page {
    // Small events, so that their number is what fills the queue and not their size.
    let mut world = MemoryPlatform::default();
    world.facts.iter_mut().for_each(|facts| *facts = "{}".into());
    let mut page = page_on(world, r#"{"persistence":"memory"}"#);
    agree(&mut page, "");
    track(&mut page, count);
    assert_eq!(sizes(&page), [50], "one request is under way, and nobody answers");
    page
}

#[test]
fn the_queue_holds_ten_thousand_records_and_the_oldest_go_first() {
    let mut page = offline(10_000);
    assert_eq!(dropped(&page, "queue_full"), 0);
    track(&mut page, 70);
    assert_eq!(dropped(&page, "queue_full"), 70, "each loss is counted");
    pass(&mut page, 1_000);
    page.flushes(1);
    answer_all(&mut page);
    assert_eq!(flushed(&page, 1), Some((10_000, 0, 0)));
    let names = event_names(&page);
    assert_eq!((names.len(), names[49].as_str(), names[50].as_str()), (10_000, "Event 49", "Event 120"), "what is under way stays");
}

#[test]
fn the_oldest_of_every_kind_goes_first() {
    let mut page = offline(9_990);
    let oldest = page.platform().now;
    for number in 0..10 {
        group(&mut page, "set", &format!(r#"{{"number":{number}}}"#));
    }
    pass(&mut page, 1_000);
    assert!(page.platform().now > oldest);
    // Of the events 50 are under way, and all are older than the updates.
    track(&mut page, 9_940);
    page.flushes(1);
    answer_all(&mut page);
    assert_eq!(dropped(&page, "queue_full"), 9_940);
    assert_eq!(records(&page).iter().filter(|record| record.get("$set").is_some()).count(), 10, "newer than the events that went");
    let mut page = offline(9_990);
    for number in 0..10 {
        group(&mut page, "set", &format!(r#"{{"number":{number}}}"#));
    }
    pass(&mut page, 1_000);
    track(&mut page, 9_945);
    page.flushes(1);
    answer_all(&mut page);
    let left = records(&page).iter().filter(|record| record.get("$set").is_some()).count();
    assert_eq!(left, 5, "older than the events that came");
}

#[test]
fn a_full_queue_takes_updates_in_the_place_of_its_oldest_records() {
    let mut page = offline(10_000);
    pass(&mut page, 1_000);
    for number in 0..10 {
        group(&mut page, "set", &format!(r#"{{"number":{number}}}"#));
    }
    page.flushes(1);
    let updates = |page: &Page| records(page).iter().filter(|record| record.get("$set").is_some()).count();
    answer_all(&mut page);
    assert_eq!(updates(&page), 10, "newer than every event in the queue");
    assert_eq!(flushed(&page, 1), Some((10_000, 0, 0)), "ten thousand in all");
    assert_eq!(dropped(&page, "queue_full"), 10);
}

#[test]
fn the_queue_holds_about_four_megabytes() {
    let mut page = granted("{}");
    let small = serde_json::json!({ "text": "x".repeat(200) }).to_string();
    let lists: Vec<_> = (0..9).map(|number| (format!("list{number}"), serde_json::json!(vec!["y".repeat(250); 30]))).collect();
    let large = serde_json::Value::Object(lists.into_iter().collect()).to_string();
    at_once(&mut page, |page| {
        for _ in 0..7_500 {
            page.track("Small", &small);
        }
        for _ in 0..300 {
            page.track("Large", &large);
        }
    });
    let lost = dropped(&page, "queue_full");
    page.flushes(1);
    answer_all(&mut page);
    let bytes: usize = page.platform().sent.iter().map(|sent| sent.data.len()).sum();
    assert!(bytes <= 5 << 20, "{bytes} bytes were queued, and {lost} records were dropped to make room");
    assert!(page.platform().sent.last().unwrap().data.contains("Large"), "the newest stay");
}

#[test]
fn updates_that_wait_for_a_user_are_bounded_and_counted() {
    let mut page = granted("{}");
    at_once(&mut page, |page| (0..1_200).for_each(|_| profile(page, "set", r#"{"a":1}"#)));
    assert_eq!(dropped(&page, "queue_full"), 200);
    page.identify("user-1");
    let all = delivered(&mut page);
    assert_eq!(all.iter().filter(|record| record.get("$set").is_some()).count(), 1_000);
}

// ---- deletion

/// A page of an identified user with an update queued.
fn of_a_user() -> Page {
    let mut page = granted("{}");
    page.identify("user-1");
    delivered(&mut page);
    page.platform_mut().sent.clear();
    profile(&mut page, "set", r#"{"a":1}"#);
    page.track("Viewed", "{}");
    page
}

#[test]
fn a_profile_is_deleted_by_one_request_that_the_refusal_does_not_abort() {
    let mut page = of_a_user();
    refuse_and_delete(&mut page);
    assert_eq!(page.platform().sent.len(), 1);
    let sent = page.platform().sent[0].clone();
    assert!(!sent.aborted && sent.url.contains("/engage/?verbose=1&ip=0&"));
    let list = wire::records_of(&sent);
    assert_eq!((list.len(), &list[0]["$delete"], &list[0]["$distinct_id"]), (1, &serde_json::json!(""), &serde_json::json!("user-1")));
    assert_eq!(state(&page), "denied/visitor");
    assert!(deletions(&page).is_empty(), "not before the server answered");
    page.answers(sent.id, 200, 0, r#"{"status":1}"#);
    assert_eq!((deletions(&page), errors(&page).len()), (vec![true], 0));
    do_everything(&mut page);
    pass(&mut page, DAY);
    assert_eq!(page.platform().sent.len(), 1, "nothing follows that could make the profile anew");
    assert!(stored(&page, Store::Local, IDENTITY).is_none());
}

#[test]
fn updates_under_way_are_aborted_when_the_profile_is_deleted() {
    let mut page = of_a_user();
    page.flushes(1);
    assert_eq!(page.platform().sent.len(), 2);
    refuse_and_delete(&mut page);
    let aborted: Vec<bool> = page.platform().sent.iter().map(|sent| sent.aborted).collect();
    assert_eq!(aborted, [true, true, false]);
}

#[test]
fn a_failed_deletion_is_reported() {
    for (status, body) in [(0, ""), (400, ""), (429, ""), (503, ""), (200, r#"{"status":0,"error":"x"}"#), (413, "")] {
        let mut page = of_a_user();
        refuse_and_delete(&mut page);
        let id = page.platform().sent[0].id;
        page.answers(id, status, 0, body);
        assert_eq!(deletions(&page), [false], "{status} {body}");
        assert_eq!(errors(&page), [("deletion_failed", String::new())]);
        pass(&mut page, DAY);
        assert_eq!(page.platform().sent.len(), 1, "after a refusal nothing is tried again");
    }
}

#[test]
fn a_deletion_that_is_never_answered_ends_as_failed() {
    let mut page = of_a_user();
    refuse_and_delete(&mut page);
    pass(&mut page, 10 * MINUTE);
    assert_eq!(deletions(&page), [false], "who waits for it must hear something");
}

#[test]
fn a_deletion_ends_though_the_clock_was_set_back() {
    let mut page = of_a_user();
    refuse_and_delete(&mut page);
    page.platform_mut().now -= 30 * DAY;
    pass(&mut page, 4 * MINUTE);
    assert_eq!(deletions(&page), [false]);
}

#[test]
fn who_is_nobody_has_no_profile_to_delete() {
    for mut page in [granted("{}"), page("{}")] {
        refuse_and_delete(&mut page);
        assert_eq!((deletions(&page), page.platform().sent.len()), (vec![false], 0));
        assert_eq!(state(&page), "denied/visitor", "the refusal counts all the same");
    }
    let mut denied = of_a_user();
    refuse(&mut denied);
    refuse_and_delete(&mut denied);
    assert_eq!((deletions(&denied), denied.platform().sent.len()), (vec![false], 0), "forgotten already");
}

#[test]
fn each_of_two_deletions_hears_of_its_own_end() {
    let mut page = of_a_user();
    refuse_and_delete(&mut page);
    agree(&mut page, "");
    page.identify("user-2");
    refuse_and_delete(&mut page);
    let deleted: Vec<RequestId> = page.platform().sent.iter().filter(|sent| sent.data.contains("$delete")).map(|sent| sent.id).collect();
    assert_eq!(deleted.len(), 2);
    deleted.into_iter().for_each(|id| page.answers(id, 200, 0, "1"));
    assert_eq!(deletions(&page), [true, true]);
}

#[test]
fn that_nothing_is_reached_is_told_after_the_third_time_and_once_until_it_works() {
    for (status, seen, text) in [(0, "", "no answer"), (0, "a redirect", "a redirect"), (200, "<!doctype html>", "200")] {
        let mut page = granted("{}");
        let told =
            |page: &Page| errors(page).into_iter().filter(|(code, _)| *code == "unreachable").map(|(_, about)| about).collect::<Vec<_>>();
        let fails = |page: &mut Page, times: usize| {
            for _ in 0..times {
                next_request_within(page, 20 * MINUTE).expect("it is tried again");
                answer_last(page, status, seen);
            }
        };
        page.track("Waits", "{}");
        fails(&mut page, 2);
        assert_eq!(told(&page), Vec::<String>::new(), "a passing failure is nothing to tell");
        fails(&mut page, 5);
        let about = format!("https://api-js.mixpanel.com: {text}");
        assert_eq!(told(&page), vec![about.clone()], "once");
        next_request_within(&mut page, 20 * MINUTE).expect("it is tried again");
        answer_last(&mut page, 200, "1");
        page.track("Waits too", "{}");
        fails(&mut page, 3);
        assert_eq!(told(&page), [about.clone(), about], "it had worked");
    }
}

#[test]
fn a_server_in_trouble_is_reached() {
    let mut page = granted("{}");
    page.track("Waits", "{}");
    for _ in 0..6 {
        next_request_within(&mut page, 20 * MINUTE).expect("it is tried again");
        answer_last(&mut page, 503, "");
    }
    assert_eq!(errors(&page), []);
}

// ---- what a 413 teaches

/// The requests it takes to deliver that many events to a server that takes `most` records at once.
fn requests_where_at_most(most: usize, events: usize) -> usize {
    let mut page = granted("{}");
    track(&mut page, events);
    pass(&mut page, 1_000);
    page.flushes(1);
    let mut at = 0;
    while at < page.platform().sent.len() {
        let sent = &page.platform().sent[at];
        let (id, size) = (sent.id, wire::records_of(sent).len());
        let status = if size > most { 413 } else { 200 };
        page.answers(id, status, 0, body(status));
        at += 1;
    }
    let lost = if most == 0 { events } else { 0 };
    assert_eq!(flushed(&page, 1), Some((events - lost, lost, 0)), "at most {most}");
    assert_eq!(dropped(&page, "record_too_large"), lost);
    at
}

#[test]
fn a_413_is_learned_from() {
    for most in [0, 1, 2, 3, 6, 7, 12, 20, 25, 30, 49, 50] {
        let requests = requests_where_at_most(most, 1_000);
        let fit = 1_000 / most.max(1);
        assert!(requests <= 5 * fit / 2 + 10, "{requests} requests where {fit} had been enough, at most {most}");
    }
    assert!(requests_where_at_most(1, 1_000) < 1_100);
}

#[test]
fn one_record_that_is_too_large_does_not_make_the_others_small() {
    let mut page = granted("{}");
    track(&mut page, 500);
    let mut at = 0;
    while at < page.platform().sent.len() {
        let sent = &page.platform().sent[at];
        let (id, status) = (sent.id, if sent.data.contains("\"Event 60\"") { 413 } else { 200 });
        page.answers(id, status, 0, body(status));
        at += 1;
    }
    assert_eq!((dropped(&page, "record_too_large"), event_names(&page).iter().filter(|name| *name == "Event 499").count()), (1, 1));
    assert!(at <= 10 + 15, "{at} requests");
}

#[test]
fn a_server_that_takes_more_again_is_given_more_again() {
    let mut page = granted("{}");
    track(&mut page, 10_000);
    let mut at = 0;
    while at < page.platform().sent.len() {
        let sent = &page.platform().sent[at];
        let (id, size) = (sent.id, wire::records_of(sent).len());
        let status = if at < 100 && size > 7 { 413 } else { 200 };
        page.answers(id, status, 0, body(status));
        at += 1;
    }
    assert_eq!(sizes(&page)[at - 10..at - 1], [50; 9]);
}

// ---- a flush under steady tracking

#[test]
fn a_flush_ends_when_what_was_there_is_settled_though_more_comes() {
    for status in [200, 400, 503] {
        let mut page = granted("{}");
        track(&mut page, 60);
        group(&mut page, "set", r#"{"a":1}"#);
        page.flushes(1);
        let mut rounds = 0;
        while flushed(&page, 1).is_none() {
            rounds += 1;
            assert!(rounds < 10, "{status}: it does not end while events keep coming");
            let open: Vec<RequestId> = page.platform().sent.iter().map(|sent| sent.id).collect();
            for id in open {
                // Something is always under way.
                page.track("Later", "{}");
                group(&mut page, "set", r#"{"later":1}"#);
                page.answers(id, status, 0, body(status));
            }
            pass(&mut page, 100);
        }
        let (sent, lost, pending) = flushed(&page, 1).unwrap();
        assert!(sent + lost >= 61 || (status == 503 && pending >= 61), "{status}: not before that, {sent} {lost} {pending}");
    }
}

#[test]
fn a_flush_does_not_wait_for_what_is_taken_over_meanwhile() {
    use support::segments::*;
    let mut page = granted("{}");
    let at = page.platform().now;
    track(&mut page, 10);
    page.flushes(1);
    plant(&mut page, 7, 1, 0, &events("Old", 50, at - 1_000));
    finds(&mut page, 7);
    page.answers(1, 200, 0, "1");
    assert!(matches!(flushed(&page, 1), Some((10, 0, _))), "{:?}", flushed(&page, 1));
}

// ---- a deadline, not a debounce

#[test]
fn what_is_due_is_not_put_off_by_what_comes() {
    // A timer that rings late, as in a hidden page.
    let mut page = granted("{}");
    page.track("First", "{}");
    for _ in 0..20 {
        page.platform_mut().now += 1_000;
        page.track("Another", "{}");
        page.turns();
    }
    assert!(!sizes(&page).is_empty(), "the interval is over for long");
    // A wait that ends.
    let mut page = under_way(1);
    page.answers(1, 503, 20_000, "");
    pass(&mut page, 0); // storing is tried at the end of the task
    let start = page.platform().now;
    let wait = u64::from(page.platform().wake.unwrap());
    while page.platform().now - start < wait {
        page.track("Another", "{}");
        let left = start + wait - page.platform().now;
        pass(&mut page, left.min(900));
    }
    assert_eq!(sizes(&page).len(), 2, "the wait was {wait} ms");
}

#[test]
fn a_kind_that_waits_does_not_hurry_another() {
    let mut page = granted("{}");
    page.track("First", "{}");
    page.flushes(1);
    page.answers(1, 503, 600_000, "");
    pass(&mut page, INTERVAL);
    for _ in 0..10 {
        group(&mut page, "set", r#"{"a":1}"#);
        pass(&mut page, 100);
    }
    assert_eq!(sizes(&page), [1], "updates go together");
    pass(&mut page, INTERVAL);
    assert_eq!(sizes(&page), [1, 10]);
}

#[test]
fn each_deletion_has_its_own_end() {
    let ends = |page: &Page| -> Vec<(u32, bool)> {
        let end = |notice: &Notice| if let Notice::Deleted(number, done) = notice { Some((*number, *done)) } else { None };
        page.platform().notices.iter().filter_map(end).collect()
    };
    let mut page = of_a_user();
    refuse_and_delete(&mut page);
    // Nobody is left to delete: that this was not made says nothing of the first.
    refuse_and_delete(&mut page);
    assert_eq!(ends(&page), [(2, false)], "the first is under way");
    page.answers(page.platform().sent[0].id, 200, 0, "1");
    assert_eq!(ends(&page), [(2, false), (1, true)]);
    // Two under way, of which the later is answered first.
    let mut page = of_a_user();
    refuse_and_delete(&mut page);
    agree(&mut page, "");
    page.identify("user-2");
    refuse_and_delete(&mut page);
    let ids: Vec<RequestId> = page.platform().sent.iter().filter(|sent| sent.data.contains("$delete")).map(|sent| sent.id).collect();
    page.answers(ids[1], 200, 0, "1");
    page.answers(ids[0], 503, 0, "");
    pass(&mut page, 10 * MINUTE);
    assert_eq!(ends(&page), [(2, true), (1, false)]);
}
