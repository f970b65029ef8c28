#![cfg(not(target_arch = "wasm32"))]
//! Out means out: what is left, and what still happens, after the visitor refused here or in
//! another tab.

mod support;

use consentry::{MemoryPlatform, Notice, OptOut, RequestId, Status, Store};
use support::*;

/// Something a page does, by name.
type Way = (&'static str, fn(&mut Page));

/// A granted page with something of everything: stored, queued, waiting, and under way.
fn busy(options: &str) -> Page {
    let mut page = granted(options);
    page.register(r#"{"plan":"pro"}"#, false);
    profile(&mut page, "set", r#"{"waits":"for a user"}"#);
    page.track("Under way", "{}");
    group(&mut page, "set", r#"{"colour":"red"}"#);
    page.flushes(1);
    page.track("Queued", "{}");
    let world = page.platform_mut();
    for store in [Store::Local, Store::Cookie] {
        put(world, store, IDENTITY, r#"{"distinct_id":"$device:abc","$device_id":"abc"}"#);
        put(world, store, "theme", "dark");
    }
    for key in MIXPANEL_QUEUES {
        put(world, Store::Local, key, r#"[{"id":"1","payload":{"event":"Old"}}]"#);
    }
    assert_eq!(page.platform().sent.len(), 2);
    page
}

/// Everything that could make a client send: time, answers, inputs, calls.
fn provoke(page: &mut Page) {
    let ids: Vec<RequestId> = page.platform().sent.iter().map(|sent| sent.id).collect();
    for id in ids {
        for status in [200, 503, 0] {
            page.answers(id, status, 1_000, body(status));
        }
    }
    page.woke();
    do_everything(page);
    pass(page, DAY);
    page.woke();
    page.page_hidden(false);
    page.flushes(99);
}

fn assert_only_the_decision_is_left(page: &Page) {
    for store in [Store::Local, Store::Cookie] {
        let left: Vec<&str> = keys(page, store).into_iter().filter(|key| !["theme", FLAG, HISTORY, RECORD].contains(key)).collect();
        assert!(left.is_empty(), "{left:?} left in {}", store.name());
        assert!(page.platform().local.contains_key("theme") == page.platform().jar.contains_key("theme"), "what is not ours stays");
    }
}

const PLACES: [&str; 4] = [
    "{}",
    r#"{"consent":{"storage":"cookie"}}"#,
    r#"{"persistence":"cookie"}"#,
    r#"{"persistence":"memory","consent":{"storage":"cookie"}}"#,
];

#[test]
fn after_a_refusal_only_the_decision_is_left() {
    for options in PLACES {
        let mut page = busy(options);
        refuse(&mut page);
        assert_only_the_decision_is_left(&page);
        provoke(&mut page);
        assert_only_the_decision_is_left(&page);
        assert!(keys(&page, Store::Local).contains(&"theme") && keys(&page, Store::Cookie).contains(&"theme"));
    }
}

#[test]
fn after_a_refusal_requests_are_aborted_and_none_starts() {
    for options in PLACES {
        let mut page = busy(options);
        refuse(&mut page);
        assert!(page.platform().sent.iter().all(|sent| sent.aborted));
        assert_eq!(page.platform().wake, None);
        provoke(&mut page);
        assert_eq!(page.platform().sent.len(), 2, "{options}");
        assert_eq!(page.platform().wake, None);
    }
}

#[test]
fn a_refusal_ends_every_flush_and_counts_what_was_dropped() {
    let mut page = granted("{}");
    for _ in 0..3 {
        page.track("Viewed", "{}");
    }
    page.flushes(1);
    page.flushes(2);
    assert_eq!((flushed(&page, 1), flushed(&page, 2)), (None, None));
    refuse(&mut page);
    assert_eq!(flushed(&page, 1).map(|(sent, _, pending)| (sent, pending)), Some((0, 0)));
    assert_eq!(
        (flushed(&page, 1), flushed(&page, 2)),
        (Some((0, 3, 0)), Some((0, 3, 0))),
        "a denial drops records, and each drop is counted"
    );
}

#[test]
fn records_from_before_a_refusal_are_never_sent_after_a_later_grant() {
    for options in PLACES {
        let mut page = busy(options);
        refuse(&mut page);
        agree(&mut page, "$opt_in");
        page.identify("user-1");
        page.track("New", "{}");
        pass(&mut page, INTERVAL);
        delivered(&mut page);
        assert_eq!(event_names(&page), ["$opt_in", "$identify", "New"], "{options}");
        assert!(records(&page).iter().all(|record| record.get("$set").is_none()));
    }
}

#[test]
fn a_late_answer_to_an_aborted_request_touches_no_newer_record() {
    let mut page = granted("{}");
    page.track("Old", "{}");
    page.flushes(1);
    let old = page.platform().sent[0].id;
    refuse(&mut page);
    agree(&mut page, "");
    page.track("New", "{}");
    for status in [200, 400, 413, 503] {
        page.answers(old, status, 0, r#"{"status":1}"#);
    }
    page.flushes(2);
    answer_all(&mut page);
    assert_eq!(event_names(&page), ["New"]);
    assert_eq!(flushed(&page, 2), Some((1, 0, 0)));
}

#[test]
fn after_a_withdrawal_the_visitor_is_somebody_new() {
    let mut page = granted("{}");
    page.identify("user-1");
    page.register(r#"{"plan":"pro"}"#, false);
    let device = event(&mut page, "$identify")["$device_id"].clone();
    refuse(&mut page);
    agree(&mut page, "$opt_in");
    let after = event(&mut page, "$opt_in");
    assert_ne!(after["$device_id"], device);
    assert_eq!((after.get("$user_id"), after.get("plan")), (None, None));

    refuse(&mut page);
    let mut next = reload(&page, "{}");
    agree(&mut next, "Back");
    let back = event(&mut next, "Back");
    assert!(back["$device_id"] != device && back["$device_id"] != after["$device_id"]);
}

#[test]
fn a_refusal_finds_what_a_dead_tab_left_behind() {
    let mut world = MemoryPlatform::default();
    put(&mut world, Store::Local, FLAG, "0");
    for store in [Store::Local, Store::Cookie] {
        put(&mut world, store, IDENTITY, r#"{"distinct_id":"u","$user_id":"u"}"#);
    }
    for key in MIXPANEL_QUEUES {
        put(&mut world, Store::Local, key, "[]");
    }
    assert_only_the_decision_is_left(&page_on(world, "{}"));
}

#[test]
fn a_second_refusal_changes_nothing_but_the_record() {
    let mut page = granted("{}");
    refuse(&mut page);
    page.opt_out(&OptOut { via: "api", ..OptOut::default() });
    assert_eq!(state(&page), "denied/visitor");
    assert_eq!(consent(&page)["record"]["via"], "api");
    assert_eq!(changes(&page), [(Status::Granted, Status::Denied)]);
}

// ---- other tabs

/// What another tab of the site leaves in the stores of this page when its visitor decides there.
fn decide_elsewhere(page: &mut Page, options: &str, granted: bool) {
    let mut other = reload(page, options);
    choose(&mut other, granted);
    copy_stores(&other, page);
}

fn copy_stores(from: &Page, to: &mut Page) {
    let (local, jar) = (from.platform().local.clone(), from.platform().jar.clone());
    let world = to.platform_mut();
    (world.local, world.jar) = (local, jar);
}

#[test]
fn a_refusal_in_another_tab_stops_this_one() {
    for options in PLACES {
        let mut page = busy(options);
        decide_elsewhere(&mut page, options, false);
        page.hears();
        assert_eq!(state(&page), "denied/stored", "{options}");
        assert_eq!(changes(&page), [(Status::Granted, Status::Denied)]);
        assert!(page.platform().sent.iter().all(|sent| sent.aborted) && page.platform().wake.is_none());
        assert_only_the_decision_is_left(&page);
        provoke(&mut page);
        assert_eq!(page.platform().sent.len(), 2, "{options}");
        assert_only_the_decision_is_left(&page);
    }
}

#[test]
fn a_tab_that_heard_nothing_of_a_refusal_sends_nothing() {
    for options in PLACES {
        let mut page = granted(options);
        page.track("Viewed", "{}");
        group(&mut page, "set", r#"{"colour":"red"}"#);
        decide_elsewhere(&mut page, options, false);
        assert!(ring(&mut page), "its timer rings");
        assert!(page.platform().sent.is_empty(), "{options}");
        assert_eq!(state(&page), "denied/stored");
        assert_eq!(page.platform().wake, None);
    }
}

/// Some pages have a storage that puts something before each key, and events tell of the whole.
#[test]
fn a_refusal_in_another_tab_is_heard_whatever_stands_before_its_key() {
    for key in [FLAG.to_string(), format!("tenant:{FLAG}")] {
        let mut page = granted("{}");
        put(page.platform_mut(), Store::Local, FLAG, "0");
        page.storage_changed(Some(&key));
        assert_eq!(page.status(), Status::Denied, "{key}");
    }
}

#[test]
fn no_way_to_send_misses_a_refusal_in_another_tab() {
    let ways: [Way; 6] = [
        ("flush", |page| page.flushes(2)),
        ("hidden", |page| page.page_hidden(true)),
        ("woke", |page| pass(page, DAY)),
        ("full batch", |page| {
            (0..60).for_each(|_| page.track("Viewed", "{}"));
            page.turns();
        }),
        ("answer", |page| page.answers(1, 200, 0, "1")),
        ("retry", |page| {
            page.answers(1, 503, 0, "");
            pass(page, DAY);
        }),
    ];
    for (name, way) in ways {
        let mut page = granted("{}");
        page.track("Under way", "{}");
        page.flushes(1);
        page.track("Queued", "{}");
        assert_eq!(page.platform().sent.len(), 1);
        put(page.platform_mut(), Store::Local, FLAG, "0");
        if name != "answer" && name != "retry" {
            // The lane must be free, or nothing would be sent anyway.
            put(page.platform_mut(), Store::Local, FLAG, "1");
            page.answers(1, 200, 0, "1");
            answer_all(&mut page);
            page.track("Queued", "{}");
            put(page.platform_mut(), Store::Local, FLAG, "0");
        }
        let before = page.platform().sent.len();
        way(&mut page);
        assert_eq!(page.platform().sent.len(), before, "{name}");
        assert_eq!(page.status(), Status::Denied, "{name}");
    }
}

#[test]
fn a_tab_that_heard_nothing_of_a_refusal_writes_nothing_back() {
    let ways: [Way; 4] = [
        ("register", |page| page.register(r#"{"plan":"pro"}"#, false)),
        ("unregister", |page| page.unregister("plan")),
        ("identify", |page| page.identify("user-1")),
        ("reset", Page::reset),
    ];
    for (name, way) in ways {
        let mut page = granted("{}");
        decide_elsewhere(&mut page, "{}", false);
        way(&mut page);
        assert!(stored(&page, Store::Local, IDENTITY).is_none(), "{name} brought the identity back after the visitor refused");
    }
}

#[test]
fn a_grant_in_another_tab_opens_this_one_without_announcing_it_again() {
    for options in ["{}", r#"{"consent":{"storage":"cookie"}}"#] {
        let mut page = page(options);
        decide_elsewhere(&mut page, options, true);
        page.hears();
        assert_eq!(state(&page), "granted/stored");
        assert_eq!(changes(&page), [(Status::Pending, Status::Granted)]);
        agree(&mut page, "$opt_in");
        page.track("Viewed", "{}");
        delivered(&mut page);
        assert_eq!(event_names(&page), ["Viewed"]);
    }
}

#[test]
fn a_grant_in_another_tab_is_of_the_same_visitor() {
    let mut page = page("{}");
    let mut other = reload(&page, "{}");
    other.platform_mut().seed = 77;
    agree(&mut other, "");
    let expected = distinct_id(&other);
    copy_stores(&other, &mut page);
    page.hears();
    assert_eq!(distinct_id(&page), expected);
}

#[test]
fn agreeing_again_in_a_tab_that_heard_nothing_of_a_refusal_sends_nothing_from_before() {
    let mut page = granted("{}");
    page.track("Before the refusal", "{}");
    decide_elsewhere(&mut page, "{}", false);
    agree(&mut page, "$opt_in");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["$opt_in"], "a new grant, and nothing else");
}

#[test]
fn a_decision_that_vanished_makes_no_empty_request() {
    let mut page = granted(r#"{"batch":{"size":1},"consent":{"default":"granted"}}"#);
    page.platform_mut().local.clear(); // the visitor cleared the site's data; the default grants
    page.track("Viewed", "{}");
    for sent in &page.platform().sent {
        assert!(!wire::records_of(sent).is_empty());
    }
}

#[test]
fn a_tab_that_slept_through_a_refusal_and_a_new_grant_sends_nothing_from_before() {
    let mut page = granted("{}");
    page.track("Before the refusal", "{}");
    let before = distinct_id(&page);
    let mut other = reload(&page, "{}");
    refuse(&mut other);
    other.platform_mut().now += 60_000;
    agree(&mut other, "");
    copy_stores(&other, &mut page);
    pass(&mut page, 120_000);
    page.track("After the grant", "{}");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["After the grant"]);
    assert!(distinct_id(&page) != before, "after a withdrawal the visitor is somebody new");
}

#[test]
fn forgetting_in_another_tab_makes_this_one_ask_again() {
    let mut page = busy("{}");
    let mut other = reload(&page, "{}");
    other.reset_consent();
    copy_stores(&other, &mut page);
    page.hears();
    assert_eq!(state(&page), "pending/default");
    assert!(page.platform().sent.iter().all(|sent| sent.aborted) && page.platform().wake.is_none());
    assert_only_the_decision_is_left(&page);
    assert!(stored(&page, Store::Local, FLAG).is_none());
    agree(&mut page, "$opt_in");
    assert_eq!(event_names(&page), ["$opt_in"], "and the next grant is a new one");
}

#[test]
fn a_refusal_in_another_tab_shows_as_the_visitors_and_not_the_signals() {
    let mut world = MemoryPlatform::default();
    world.signals.gpc = true;
    let mut page = page_on(world, "{}");
    assert_eq!(state(&page), "denied/signal");
    decide_elsewhere(&mut page, "{}", false);
    page.hears();
    assert_eq!(state(&page), "denied/stored", "the visitor decided; a banner need not ask");
}

#[test]
fn a_grant_in_another_tab_shows_as_the_visitors_and_not_the_defaults() {
    let options = r#"{"consent":{"default":"granted"}}"#;
    let mut page = page(options);
    assert_eq!(state(&page), "granted/default");
    decide_elsewhere(&mut page, options, true);
    page.hears();
    assert_eq!(state(&page), "granted/stored");
}

#[test]
fn a_decision_forgotten_in_another_tab_does_not_show_as_the_visitors() {
    let options = r#"{"consent":{"default":"granted"}}"#;
    let mut page = page(options);
    agree(&mut page, "");
    let mut other = reload(&page, options);
    other.reset_consent();
    copy_stores(&other, &mut page);
    page.hears();
    assert_eq!(state(&page), "granted/default");
}

#[test]
fn hearing_of_ones_own_decision_changes_nothing() {
    let mut page = busy("{}");
    page.hears();
    assert_eq!(state(&page), "granted/visitor");
    assert!(changes(&page).is_empty() && page.platform().sent.iter().all(|sent| !sent.aborted));
    refuse(&mut page);
    page.hears();
    assert_eq!(state(&page), "denied/visitor");
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
fn what_another_tab_wrote_late_goes_as_soon_as_it_is_seen() {
    for key in [IDENTITY, "consentry_TOKEN_q_7_1", MIXPANEL_QUEUES[0]] {
        let mut page = granted("{}");
        refuse(&mut page);
        page.platform_mut().local.insert(key.into(), "late".into());
        page.storage_changed(Some(key));
        assert_eq!(page.platform().local.keys().collect::<Vec<_>>(), LEFT, "{key}");
    }
}

#[test]
fn a_deletion_that_nobody_answers_ends_although_another_tab_refuses_as_well() {
    let mut page = granted("{}");
    page.identify("user-1");
    refuse_and_delete(&mut page);
    let mut other = reload(&page, "{}");
    refuse(&mut other);
    page.platform_mut().local = other.platform().local.clone();
    page.hears();
    pass(&mut page, 100_000);
    assert!(page.platform().notices.contains(&Notice::Deleted(1, false)));
}
