#![cfg(not(target_arch = "wasm32"))]
//! A default that comes late: the site learns after the client has begun whether the law here asks
//! for consent. It is no decision.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Epoch, MemoryPlatform, Message, Signals, Status, Store};
use support::segments::{end_tick, epoch_of};
use support::tabs::{Browser, decide, end_task, names, ring_tab, sent};
use support::*;

const HOLD: &str = r#"{"consent":{"beforeDecision":"hold"}}"#;
const GRANTED_HOLD: &str = r#"{"consent":{"default":"granted","beforeDecision":"hold"}}"#;
const GRANTED: &str = r#"{"consent":{"default":"granted"}}"#;

/// Nothing of a decision is stored.
fn is_undecided(page: &Page) -> bool {
    Store::ALL.iter().all(|store| LEFT.iter().all(|key| stored(page, *store, key).is_none()))
}

#[test]
fn before_it_is_known_nothing_is_stored_or_sent_and_then_what_was_held_is() {
    let mut page = page(HOLD);
    page.track("Early", "{}");
    pass(&mut page, 60_000);
    assert_eq!((page.platform().writes, page.platform().sent.len()), (0, 0));
    page.set_default(Status::Granted);
    assert_eq!(state(&page), "granted/default");
    page.track("Late", "{}");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Early", "Late"], "and no $opt_in");
    assert!(is_undecided(&page));
    assert_eq!(changes(&page), [(Status::Pending, Status::Granted)]);
}

#[test]
fn the_next_page_knows_nothing_of_it() {
    let mut page = page("{}");
    page.set_default(Status::Granted);
    page.track("Viewed", "{}");
    end_tick(&mut page);
    let mut next = reload(&page, "{}");
    assert_eq!(state(&next), "pending/default");
    pass(&mut next, 60_000);
    assert_eq!((next.platform().writes, next.platform().sent.len()), (0, 0));
    // What that page left is sent as soon as the default is known here too.
    next.set_default(Status::Granted);
    next.claims_all();
    pass(&mut next, 60_000);
    assert_eq!(event_names(&next), ["Viewed"]);
}

#[test]
fn it_changes_no_decision_no_signal_and_no_fault() {
    for status in Status::ALL {
        let mut agreed = granted("{}");
        let mut refused = page("{}");
        refuse(&mut refused);
        let signals = Signals { gpc: true, dnt: false };
        let mut signalled = page_on(MemoryPlatform { signals, ..MemoryPlatform::default() }, "{}");
        let mut world = MemoryPlatform::default();
        set_health(&mut world, Store::Local, consentry::Health::Throws);
        let mut blind = page_on(world, "{}");
        for page in [&mut agreed, &mut refused, &mut signalled, &mut blind] {
            let (before, stores) = (state(page), page.platform().local.clone());
            page.set_default(status);
            assert_eq!((state(page), &page.platform().local), (before, &stores), "{}", status.name());
        }
        // But it is what holds when the decision is forgotten.
        agreed.reset_consent();
        assert_eq!(agreed.status(), status);
    }
}

#[test]
fn where_it_grants_no_more_requests_are_aborted_and_nothing_is_sent_or_stored() {
    for status in [Status::Pending, Status::Denied] {
        let mut page = page(GRANTED);
        page.track("Under way", "{}");
        pass(&mut page, INTERVAL);
        page.track("Waits", "{}");
        page.set_default(status);
        assert!(page.platform().sent.iter().all(|sent| sent.aborted));
        let (writes, sent) = (page.platform().writes, page.platform().sent.len());
        page.track("After", "{}");
        page.register(r#"{"plan":"pro"}"#, false);
        page.flushes(1);
        pass(&mut page, 120_000);
        page.page_hidden(true);
        assert_eq!((page.platform().writes, page.platform().sent.len()), (writes, sent), "{}", status.name());
        assert!(page.platform().wake.is_none());
        // It was no refusal: what was stored stays, and what waits is sent when it grants again.
        let visitor = distinct_id(&page);
        page.set_default(Status::Granted);
        page.claims_all();
        pass(&mut page, 60_000);
        answer_all(&mut page);
        let mut names = event_names(&page);
        names.sort();
        assert_eq!((names, distinct_id(&page)), (vec![String::from("Under way"), String::from("Waits")], visitor));
    }
}

#[test]
fn what_waits_in_memory_is_sent_when_the_visitor_agrees_and_gone_when_not() {
    for agrees in [true, false] {
        let mut page = page(r#"{"consent":{"default":"granted"},"persistence":"memory"}"#);
        page.track("Waits", "{}");
        page.set_default(Status::Denied);
        choose(&mut page, agrees);
        delivered(&mut page);
        assert_eq!(event_names(&page), if agrees { vec!["Waits"] } else { vec![] });
    }
}

#[test]
fn a_refusal_after_it_purges_what_was_stored_before() {
    let mut page = page(GRANTED);
    page.track("Viewed", "{}");
    end_tick(&mut page);
    page.set_default(Status::Pending);
    assert!(keys(&page, Store::Local).contains(&IDENTITY));
    refuse(&mut page);
    assert_eq!(keys(&page, Store::Local), LEFT);
}

#[test]
fn a_regime_stands_for_a_default() {
    for (regime, expected) in [("opt-in", "pending/default"), ("opt-out", "granted/default"), ("none", "granted/default")] {
        let mut page = page(&format!(r#"{{"consent":{{"regime":"{regime}"}}}}"#));
        assert_eq!(state(&page), expected);
        page.set_default(Status::Denied);
        assert_eq!(state(&page), "denied/default", "what is learnt later counts");
    }
}

#[test]
fn a_refusal_elsewhere_that_was_not_heard_of_comes_first() {
    let mut page = page("{}");
    let world = page.platform_mut();
    put(world, Store::Local, FLAG, "0");
    page.set_default(Status::Granted);
    assert_eq!(state(&page), "denied/stored");
}

#[test]
fn options_that_change_leave_the_default_as_it_is() {
    let mut page = page("{}");
    page.set_default(Status::Granted);
    page.change_options(r#"{"batch":{"size":2}}"#);
    assert_eq!(state(&page), "granted/default");
}

#[test]
fn who_logs_in_where_it_grants_no_more_is_not_joined_with_who_logs_in_elsewhere() {
    for another in [true, false] {
        let mut browser = Browser::default();
        let (mut here, mut there) = (browser.tab(GRANTED_HOLD), browser.tab(GRANTED_HOLD));
        let device = there.distinct_id().replace("\"$device:", "\"");
        here.set_default(Status::Pending);
        here.track("Here", "{}");
        here.identify("Ada");
        if another {
            there.identify("Bob");
            end_task(&mut there);
        }
        here.set_default(Status::Granted);
        here.track("Later", "{}");
        end_task(&mut here);
        browser.pass(INTERVAL);
        ring_tab(&mut here);
        let all = sent(&here).into_iter().map(|sent| sent.data).collect::<String>();
        assert!(all.contains("\"Later\"") && all.contains("\"Ada\""), "{all}");
        let joins = all.contains(&format!("\"$anon_distinct_id\":\"$device:{}", device.trim_matches('"')));
        assert_eq!(joins, !another, "with the device of all pages, where nobody else was named: {all}");
        assert!(!another || !all.contains("\"Bob\""), "{all}");
    }
}

#[test]
fn a_reset_elsewhere_is_for_what_waits_too() {
    let mut browser = Browser::default();
    let (mut here, mut there) = (browser.tab(GRANTED_HOLD), browser.tab(GRANTED_HOLD));
    let device = here.distinct_id().replace('"', "");
    here.set_default(Status::Pending);
    there.reset_consent();
    here.heard(Message::Changed);
    here.track("After", "{}");
    decide(&mut here, true);
    let all = sent(&here).into_iter().map(|sent| sent.data).collect::<String>();
    assert!(all.contains("\"After\"") && !all.contains(&device), "{device} is from before the reset: {all}");
}

#[test]
fn a_reset_where_nothing_grants_is_seen_by_who_records_by_default() {
    let mut browser = Browser::default();
    let (mut here, mut there) = (browser.tab(GRANTED_HOLD), browser.tab("{}"));
    let before = String::from(here.distinct_id());
    here.track("Before", "{}");
    there.reset_consent();
    here.heard(Message::Changed);
    end_task(&mut here);
    browser.pass(INTERVAL);
    ring_tab(&mut here);
    assert_ne!(here.distinct_id(), before);
    assert_eq!(names(&here), Vec::<String>::new());
    // Where nobody records by default it leaves nothing.
    let mut alone = page("{}");
    alone.reset_consent();
    assert!(is_undecided(&alone));
}

#[test]
fn another_default_purges_nothing_that_others_recorded_after_a_reset() {
    let mut browser = Browser::default();
    let (mut here, mut there) = (browser.tab(GRANTED_HOLD), browser.tab(GRANTED_HOLD));
    there.reset_consent();
    there.track("After", "{}");
    end_task(&mut there);
    let stored = browser.keys();
    assert!(!browser.segment_keys().is_empty());
    here.set_default(Status::Pending); // it has not heard of the reset
    assert_eq!(browser.keys(), stored);
}

#[test]
fn a_refusal_from_before_a_reset_elsewhere_that_is_told_late_drops_nothing() {
    let mut browser = Browser::default();
    let (mut here, mut there) = (browser.tab(HOLD), browser.tab(HOLD));
    decide(&mut there, false);
    let refusal = epoch_of(browser.shared().world.local.get(RECORD).cloned());
    here.heard(Message::Changed);
    there.reset_consent();
    here.heard(Message::Changed);
    here.track("Held", "{}");
    here.heard(Message::Refused(Epoch::of(refusal)));
    decide(&mut here, true);
    end_task(&mut here);
    assert!(names(&here).contains(&String::from("Held")), "{:?}", names(&here));
}
