#![cfg(not(target_arch = "wasm32"))]
//! The rules of consent: the table of `vectors/decide.json`, which the packed package replays in
//! browsers too, and every input of `decide`.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Decision, Health, MemoryPlatform, Reading, Recording, Signal, Source, Status, Store, decide};
use serde_json::{Value, json};
use support::*;

#[test]
fn every_row_of_the_table_holds() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("vectors/decide.json")).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let (world, options) = world_of(row);
        let page = page_on(world, &options);
        let expected = format!("{}/{}", row["expect"]["status"].as_str().unwrap(), row["expect"]["source"].as_str().unwrap());
        if state(&page) != expected {
            wrong.push(format!("{}: {} instead of {expected}", row["name"], state(&page)));
        }
    }
    assert!(rows.len() > 60 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_page_of_the_table_behaves_as_its_status_says() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("vectors/decide.json")).unwrap();
    for row in &rows {
        let (world, options) = world_of(row);
        let before = world.clone();
        let mut page = page_on(world, &options);
        page.track("Viewed", "{}");
        page.flushes(1);
        let granted = row["expect"]["status"] == "granted";
        assert_eq!(!page.platform().sent.is_empty(), granted, "{}", row["name"]);
        let untouched = page.platform().local == before.local && page.platform().jar == before.jar;
        assert!(granted || untouched, "{}", row["name"]);
        assert_eq!(page.records(), granted, "{}", row["name"]);
    }
}

/// The world before the page of a row is opened, and the page's options.
fn world_of(row: &Value) -> (MemoryPlatform, String) {
    let mut world = MemoryPlatform::default();
    let options = &row["options"];
    let key = format!("{}{TOKEN}", options["prefix"].as_str().unwrap_or("__mp_opt_in_out_"));
    for (column, store) in [("localStorage", Store::Local), ("cookie", Store::Cookie)] {
        match row[column].as_str() {
            None => {}
            Some("unreadable") => set_health(&mut world, store, Health::Throws),
            Some(value) => put(&mut world, store, &key, value),
        }
    }
    if let Some(record) = row["record"].as_object() {
        let store = if record["store"] == "cookie" { Store::Cookie } else { Store::Local };
        let mut written = json!({ "status": record["status"], "library": "consentry/0.1.0" });
        // A full store may have taken the record without its date.
        if let Some(days) = record.get("agoDays") {
            written["decidedAt"] = json!(world.now - days.as_u64().unwrap() * DAY);
        }
        for name in ["policyVersion", "epoch"] {
            if let Some(value) = record.get(name) {
                written[name] = value.clone();
            }
        }
        put(&mut world, store, RECORD, &written.to_string());
    }
    world.signals.gpc = row["gpc"] == true;
    world.signals.dnt = row["dnt"] == true;
    (world, json!({ "consent": options }).to_string())
}

/// The facts `decide` is asked about.
type Asked = (Reading, bool, Signal, Status, bool);

/// Every input `decide` can have, with its answer.
fn every_decision() -> Vec<(Asked, Decision)> {
    let mut all = Vec::new();
    for stored in [Reading::Absent, Reading::Granted, Reading::Denied, Reading::Unreadable] {
        for current in [true, false] {
            for signal in [Signal::Silent, Signal::Honored, Signal::Enforced] {
                for default in [Status::Pending, Status::Granted, Status::Denied] {
                    for hold in [true, false] {
                        all.push(((stored, current, signal, default, hold), decide(stored, current, signal, default, hold)));
                    }
                }
            }
        }
    }
    assert_eq!(all.len(), 144);
    all
}

#[test]
fn a_current_denial_is_always_a_denial() {
    for ((stored, current, ..), decision) in every_decision() {
        if stored == Reading::Denied && current {
            assert_eq!((decision.status, decision.source), (Status::Denied, Source::Stored));
        }
    }
}

#[test]
fn an_enforced_signal_is_always_a_denial() {
    for ((_, _, signal, ..), decision) in every_decision() {
        assert!(signal != Signal::Enforced || decision.status == Status::Denied);
    }
}

#[test]
fn what_cannot_be_read_is_always_a_denial() {
    for ((stored, ..), decision) in every_decision() {
        assert!(stored != Reading::Unreadable || decision.status == Status::Denied);
    }
}

#[test]
fn a_default_never_speaks_for_a_visitor_who_decided() {
    for ((stored, current, signal, _, hold), decision) in every_decision() {
        if matches!(stored, Reading::Granted | Reading::Denied) {
            let with_other_default = |default| decide(stored, current, signal, default, hold);
            assert_eq!(decision, with_other_default(Status::Pending));
            assert!(current || decision.status != Status::Granted);
        }
    }
}

#[test]
fn granted_needs_a_current_grant_or_a_granting_default() {
    for ((stored, current, signal, default, _), decision) in every_decision() {
        let by_visitor = stored == Reading::Granted && current && signal != Signal::Enforced;
        let by_default = stored == Reading::Absent && default == Status::Granted && signal == Signal::Silent;
        assert_eq!(decision.status == Status::Granted, by_visitor || by_default);
    }
}

#[test]
fn only_granted_is_allowed_and_only_pending_is_held() {
    for ((.., hold), decision) in every_decision() {
        assert_eq!(decision.allowed, decision.status == Status::Granted);
        let expected = match decision.status {
            Status::Granted => Recording::Keep,
            Status::Pending if hold => Recording::Hold,
            Status::Pending | Status::Denied => Recording::Drop,
        };
        assert_eq!(decision.recording, expected);
    }
}

#[test]
fn the_source_tells_what_decided() {
    for ((stored, current, signal, default, _), decision) in every_decision() {
        match decision.source {
            Source::Visitor => unreachable!("facts know no page"),
            Source::Stored => assert!(matches!(stored, Reading::Granted | Reading::Denied)),
            Source::Signal => assert!(signal != Signal::Silent && !(stored == Reading::Denied && current)),
            Source::Fault => assert_eq!(stored, Reading::Unreadable),
            Source::Default => assert!(stored == Reading::Absent && decision.status == default),
        }
    }
}

#[test]
fn of_two_stores_a_denial_wins_whichever_it_is_in() {
    let all = [Reading::Absent, Reading::Granted, Reading::Denied, Reading::Unreadable];
    for configured in all {
        for other in all {
            let together = configured.with(other);
            assert_eq!(together == Reading::Denied, configured == Reading::Denied || other == Reading::Denied);
            assert!(configured != Reading::Unreadable || together != Reading::Granted);
            assert!(together != Reading::Granted || configured == Reading::Granted || other == Reading::Granted);
        }
    }
}
