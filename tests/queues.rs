//! Promise 7 where many pages have left something: their queues are found in linear time, and joined.

mod support;

use std::collections::BTreeSet;

use consentry::{Lock, QueueId};
use support::segments::*;
use support::tabs::{Browser, Manner, Tab, answer_tab, delivered_names, end_task, ring_tab, sent};
use support::*;

/// A browser in which so many pages left one event each, in queues of their own.
fn left_by(count: u32) -> Browser {
    let mut page = granted("{}");
    let at = page.platform().now;
    (1..=count).for_each(|queue| plant(&mut page, 2 * queue, 1, 0, &[(at - 1_000, event_json(&format!("Old {queue}"), at - 1_000))]));
    Browser::of(&page)
}

/// It gets all it asks for, also what it finds when it looks again, and the server is well.
fn adopts_all(tab: &mut Tab) {
    tab.claims_all();
    for _ in 0..20 {
        answer_tab(tab, 200);
        ring_tab(tab);
        tab.claims_all();
    }
}

/// The queues in which something is stored.
fn queues(browser: &Browser) -> usize {
    let mut all: Vec<String> =
        browser.segment_keys().iter().filter_map(|key| key.rsplit_once('_').map(|(queue, _)| queue.into())).collect();
    all.dedup();
    all.len()
}

#[test]
fn left_queues_are_found_in_time_linear_in_their_number() {
    let cost_of = |count| {
        let mut browser = left_by(count);
        browser.count();
        let mut tab = browser.tab("{}");
        tab.claims_all();
        let shared = browser.shared();
        (shared.reads, shared.looked)
    };
    let (few, many) = (cost_of(10), cost_of(90));
    assert_eq!(many.1, few.1, "all that a page gets together is looked for at once");
    let each = (many.0 - few.0) / 80;
    assert!(each <= 6, "{each} reads for each queue");
}

#[test]
fn a_page_asks_for_a_hundred_queues_at_a_time() {
    let mut browser = left_by(350);
    let mut tab = browser.tab("{}");
    for _ in 0..4 {
        let asked = tab.platform().page.asked.len();
        assert!(asked <= 100, "{asked}");
        tab.claims_all();
        tab.platform_mut().page.asked.clear();
        browser.pass(10_000);
        tab.woke();
    }
    assert!(queues(&browser) <= 10, "{}", queues(&browser));
}

#[test]
fn what_many_pages_left_is_joined_while_the_server_is_away() {
    let mut browser = left_by(150);
    let mut tab = browser.tab("{}");
    tab.claims_all();
    answer_tab(&mut tab, 503);
    browser.pass(10_000);
    tab.woke();
    tab.claims_all();
    assert!(queues(&browser) <= 6, "{}", queues(&browser));
    drop(tab);
    let mut heir = browser.tab("{}");
    adopts_all(&mut heir);
    let all: BTreeSet<String> = delivered_names(&mut heir).into_iter().collect();
    assert_eq!((all.len(), browser.segment_keys()), (150, vec![]));
}

#[test]
fn one_page_after_the_other_behind_a_blocker_leaves_few_queues() {
    let mut browser = left_by(0);
    for view in 0..150 {
        let mut tab = browser.tab("{}");
        tab.claims_all();
        tab.track(&format!("View {view}"), "{}");
        end_task(&mut tab);
        browser.pass(5_000);
        tab.woke();
        answer_tab(&mut tab, 0);
        tab.page_hidden(true);
    }
    assert!(queues(&browser) <= 10, "{}", queues(&browser));
    browser.pass(600_000);
    let mut heir = browser.tab("{}");
    adopts_all(&mut heir);
    let all: BTreeSet<String> = delivered_names(&mut heir).into_iter().collect();
    assert_eq!(all.len(), 150);
}

#[test]
fn what_a_page_had_joined_when_it_died_is_sent_once() {
    let mut page = granted("{}");
    let at = page.platform().now - 1_000;
    let old = events("Old", 3, at);
    plant(&mut page, 7, 1, 0, &old);
    plant(&mut page, 9, 1, 0, &old[1..2]); // not removed yet
    let mut browser = Browser::of(&page);
    let mut tab = browser.tab("{}");
    tab.claims_all();
    let mut all = delivered_names(&mut tab);
    all.sort_unstable();
    assert_eq!((all, browser.segment_keys()), (vec!["Old 0".into(), "Old 1".into(), "Old 2".into()], vec![]));
}

#[test]
fn what_another_page_had_joined_stays_where_it_was_read_last() {
    let mut page = granted("{}");
    let old = events("Old", 3, page.platform().now - 1_000);
    let whole = segment_text(epoch(&page), 0, &old);
    plant(&mut page, 7, 1, 0, &old[1..2]);
    let mut browser = Browser::of(&page);
    let mut tab = browser.tab("{}");
    tab.claims_all(); // it has Old 1 of a queue
    // It did not see yet that somebody has joined that to another one.
    browser.shared().world.local.remove(&segment_key(7, 1));
    browser.shared().world.local.insert(segment_key(9, 1), whole);
    tab.storage_changed(Some(&segment_key(9, 1)));
    browser.pass(10_000);
    tab.woke();
    tab.claims_all();
    tab.frozen();
    let mut names = stored_names(&page_on(browser.shared().world.clone(), "{}"));
    names.sort_unstable();
    assert_eq!(names, ["Old 0", "Old 1", "Old 2"]);
}

#[test]
fn updates_that_count_twice_stay_where_they_are() {
    let add = format!(r#"{{"$token":"{TOKEN}","$distinct_id":"u","$add":{{"n":1}}}}"#);
    let set = format!(r#"{{"$token":"{TOKEN}","$distinct_id":"u","$set":{{"n":1}}}}"#);
    let mut page = granted("{}");
    let at = page.platform().now - 1_000;
    for queue in [3, 5, 7] {
        plant(&mut page, queue, 1, 1, &[(at, add.clone())]);
        plant(&mut page, queue, 2, 1, &[(at + u64::from(queue), set.replace("\"n\"", &format!("\"n{queue}\"")))]);
    }
    let mut browser = Browser::of(&page);
    let mut tab = browser.tab("{}");
    tab.claims_all();
    let (adds, sets): (Vec<String>, Vec<String>) = browser.segment_keys().into_iter().partition(|key| key.ends_with("_1"));
    assert_eq!((adds.len(), sets.len()), (3, 1));
    tab.flushes(1);
    answer_tab(&mut tab, 200);
    let data: String = sent(&tab).iter().map(|sent| sent.data.clone()).collect();
    assert_eq!((data.matches("$add").count(), data.matches("$set\"").count()), (3, 3), "no two pages' are one");
}

#[test]
fn a_queue_that_cannot_be_removed_is_kept_and_not_sent_twice() {
    let mut browser = left_by(20);
    let mut tab = browser.tab("{}");
    browser.shared().manner = Manner::Keeps;
    tab.claims_all();
    browser.shared().manner = Manner::Honest;
    browser.pass(10_000);
    tab.storage_changed(Some(&segment_key(9, 9)));
    browser.pass(10_000);
    tab.woke();
    assert!(tab.platform().page.locks.len() >= 20, "nobody else may have them");
    let mut all = delivered_names(&mut tab);
    all.sort_unstable();
    assert_eq!(all.len(), 20);
    all.dedup();
    assert_eq!((all.len(), browser.segment_keys()), (20, vec![]));
}

#[test]
fn where_nothing_can_be_written_nothing_is_joined_and_nothing_lost() {
    for manner in [Manner::Lies, Manner::Short(300), Manner::Cuts(300)] {
        let mut browser = left_by(20);
        let mut tab = browser.tab("{}");
        browser.shared().manner = manner;
        tab.claims_all();
        browser.shared().manner = Manner::Honest;
        browser.pass(100_000);
        tab.woke();
        drop(tab);
        let mut heir = browser.tab("{}");
        adopts_all(&mut heir);
        let all: BTreeSet<String> = delivered_names(&mut heir).into_iter().collect();
        assert_eq!(all.len(), 20, "{manner:?}");
    }
}

#[test]
fn a_lock_that_is_never_answered_keeps_the_others_no_longer_than_a_timer() {
    let mut browser = left_by(3);
    let mut tab = browser.tab("{}");
    tab.locked(QueueId::new(2).unwrap(), Lock::Held);
    tab.locked(QueueId::new(4).unwrap(), Lock::Held);
    ring_tab(&mut tab);
    let mut all = delivered_names(&mut tab);
    all.sort_unstable();
    assert_eq!(all, ["Old 1", "Old 2"]);
}
