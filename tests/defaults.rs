#![cfg(not(target_arch = "wasm32"))]
//! A default that comes late: the site learns after the client has begun whether the law here asks
//! for consent. It is no decision.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{MemoryPlatform, Signals, Status, Store};
use support::segments::end_tick;
use support::*;

const HOLD: &str = r#"{"consent":{"beforeDecision":"hold"}}"#;
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
