#![cfg(not(target_arch = "wasm32"))]
//! A choice has its time: one that waited for the client does not undo a newer one, and what a bare
//! repetition does not say is as it was.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Answer, OptIn, OptOut, Status, Store};
use support::tabs::{Browser, Tab, codes, decide, ring_tab, sent};
use support::*;

/// What the visitor chose, and what waited.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Choice {
    Grant,
    Refusal,
    Reset,
}

use Choice::{Grant, Refusal, Reset};

fn make(tab: &mut Tab, choice: Choice) {
    match choice {
        Grant => decide(tab, true),
        Refusal => decide(tab, false),
        Reset => tab.reset_consent(),
    }
}

/// A choice stands; another that was made so many milliseconds later, or earlier, comes in only now.
/// Answers the status then, and what the page was told.
fn waited(stands: Choice, late: Choice, later: i64) -> (Status, Vec<&'static str>) {
    let mut browser = Browser::default();
    browser.pass(60_000);
    let mut tab = browser.tab("{}");
    make(&mut browser.tab("{}"), stands);
    let at = browser.shared().world.now.saturating_add_signed(later);
    browser.pass(60_000);
    tab.as_of(at, "{}");
    make(&mut tab, late);
    let status = tab.status();
    assert_eq!(browser.tab("{}").status(), status, "and the next page finds the same");
    (status, codes(&tab))
}

#[test]
fn an_older_choice_never_undoes_a_newer_one() {
    for (stands, late, later, status) in [
        (Refusal, Grant, -1, Status::Denied),
        (Refusal, Grant, 0, Status::Denied), // a denial wins a tie
        (Refusal, Reset, -1, Status::Denied),
        (Refusal, Reset, 0, Status::Denied),
        (Grant, Refusal, -1, Status::Granted),
        (Grant, Reset, -1, Status::Granted),
    ] {
        assert_eq!(waited(stands, late, later), (status, vec!["superseded"]), "{stands:?}, then {late:?} {later}");
    }
}

#[test]
fn a_newer_choice_counts_although_it_waited() {
    for (stands, late, later, status) in [
        (Refusal, Grant, 1, Status::Granted),
        (Refusal, Reset, 1, Status::Pending),
        (Grant, Refusal, 0, Status::Denied), // a denial wins a tie
        (Grant, Refusal, 1, Status::Denied),
        (Grant, Reset, 0, Status::Pending),
        (Refusal, Refusal, -1, Status::Denied),
        (Grant, Grant, -1, Status::Granted),
    ] {
        assert_eq!(waited(stands, late, later), (status, vec![]), "{stands:?}, then {late:?} {later}");
    }
}

#[test]
fn a_refusal_without_a_date_is_newer_than_what_waited() {
    let mut browser = Browser::default();
    let mut tab = browser.tab("{}");
    let at = browser.shared().world.now;
    browser.shared().world.local.insert(String::from(FLAG), String::from("0"));
    browser.pass(60_000);
    tab.as_of(at, "{}");
    decide(&mut tab, true);
    assert_eq!((tab.status(), codes(&tab)), (Status::Denied, vec!["superseded"]));
}

#[test]
fn a_deletion_asked_for_with_a_refusal_that_came_too_late_ends_as_not_made() {
    let mut page = granted("{}");
    page.identify("user-1");
    let at = page.platform().now - 1_000;
    page.as_of(at, "{}");
    refuse_and_delete(&mut page);
    assert_eq!((page.status(), deletions(&page)), (Status::Granted, vec![false]));
}

#[test]
fn a_deletion_that_waited_is_of_whoever_was_there_then() {
    let stored = r#"{"distinct_id":"user-1","$device_id":"d","$user_id":"user-1","plan":"pro"}"#;
    for (stored, named, whom) in [
        (stored, None, Some("user-1")),
        (stored, Some("user-2"), Some("user-2")),
        (stored, Some("null"), Some("user-1")),
        (stored, Some(""), None),
        ("", Some("user-2"), Some("user-2")),
        ("", None, None),
        (r#"{"distinct_id":"$device:d","$device_id":"d"}"#, None, None),
        ("rubbish", None, None),
    ] {
        let mut page = granted("{}");
        refuse(&mut page);
        let at = page.platform().now;
        let mut page = reload(&page, "{}");
        page.as_of(at, "{}");
        page.was(stored, named);
        refuse_and_delete(&mut page);
        let sent: Vec<_> = page.platform().sent.iter().map(|sent| sent.data.clone()).collect();
        let Some(whom) = whom else {
            assert_eq!((sent.len(), deletions(&page)), (0, vec![false]), "{stored} {named:?}");
            continue;
        };
        assert!(sent.len() == 1 && sent[0].contains("$delete") && sent[0].contains(&format!(r#""$distinct_id":"{whom}""#)), "{sent:?}");
        assert!(deletions(&page).is_empty());
        let id = page.platform().sent[0].id;
        page.answered(id, Answer { status: 200, body: r#"{"status":1}"#, ..Answer::default() });
        assert_eq!((deletions(&page), page.platform().wake), (vec![true], None));
        refuse_and_delete(&mut page);
        assert_eq!(deletions(&page), [true, false], "it was asked for once");
    }
}

#[test]
fn a_bare_repetition_keeps_means_and_purposes() {
    let purposes = [String::from("analytics"), String::from("ads")];
    for granted in [true, false] {
        let mut page = page("{}");
        let make = |page: &mut Page, via: &str, purposes: Option<&[String]>| {
            if granted {
                page.opt_in(&OptIn { via, purposes, ..OptIn::default() });
            } else {
                page.opt_out(&OptOut { via, purposes, ..OptOut::default() });
            }
            let record = consent(page)["record"].clone();
            (record["via"].as_str().unwrap_or_default().to_owned(), record["purposes"].clone())
        };
        let all = serde_json::json!(purposes);
        assert_eq!(make(&mut page, "banner", Some(&purposes)), (String::from("banner"), all.clone()));
        assert_eq!(make(&mut page, "", None), (String::from("banner"), all));
        assert_eq!(make(&mut page, "", Some(&purposes[..1])), (String::from("banner"), serde_json::json!(["analytics"])));
        assert_eq!(make(&mut page, "cmp:klaro", None), (String::from("cmp:klaro"), serde_json::Value::Null), "another choice");
    }
    let mut page = page("{}");
    refuse(&mut page);
    page.opt_in(&OptIn::default());
    assert_eq!(consent(&page)["record"]["via"], "api", "that repeats nothing");
}

#[test]
fn a_decision_from_the_future_counts_as_made_now_and_expires() {
    let options = r#"{"consent":{"maxAgeDays":30}}"#;
    let mut browser = Browser::default();
    browser.pass(1_000 * DAY); // the clock is wrong
    decide(&mut browser.tab(options), true);
    browser.shared().world.now -= 1_000 * DAY;
    assert_eq!(browser.tab(options).status(), Status::Granted);
    browser.pass(29 * DAY);
    assert_eq!(browser.tab(options).status(), Status::Granted);
    browser.pass(2 * DAY);
    assert_eq!(browser.tab(options).status(), Status::Pending);
}

#[test]
fn a_choice_that_waited_undoes_no_newer_one_of_another_policy() {
    for stands in [true, false] {
        let mut browser = Browser::default();
        let mut tab = browser.tab(r#"{"consent":{"policyVersion":"1"}}"#);
        let made = browser.shared().world.now;
        browser.pass(1_000);
        decide(&mut tab, stands);
        let before = browser.shared().world.local.clone();
        let mut late = browser.tab(r#"{"consent":{"policyVersion":"2"}}"#);
        late.as_of(made, "{}");
        decide(&mut late, !stands);
        assert_eq!((codes(&late), late.status()), (vec!["superseded"], Status::Pending), "{stands}");
        assert_eq!(browser.shared().world.local, before);
    }
}

// ---- where a refusal stands

#[test]
fn a_refusal_outlives_a_clear_of_local_storage() {
    let options = r#"{"consent":{"default":"granted","maxAgeDays":30}}"#;
    let mut page = page(options);
    refuse(&mut page);
    page.platform_mut().local.clear();
    let mut next = reload(&page, options);
    assert_eq!(state(&next), "denied/stored");
    assert_eq!(consent(&next)["record"], consent(&page)["record"], "with its proof");
    next.platform_mut().now += 31 * DAY;
    assert_eq!(state(&reload(&next, options)), "pending/stored", "it does not stay for ever");
}

#[test]
fn a_choice_stands_in_a_cookie_as_well_and_the_next_takes_its_place() {
    let mut page = page("{}");
    refuse(&mut page);
    agree(&mut page, "");
    assert!(page.platform().jar.iter().all(|(key, value)| page.platform().local.get(key) == Some(value)));
    assert_eq!(keys(&page, Store::Cookie), [FLAG, RECORD]);
    assert_eq!(state(&reload(&page, "{}")), "granted/stored");
    refuse(&mut page);
    page.reset_consent();
    assert!(keys(&page, Store::Cookie).is_empty() && keys(&page, Store::Local).is_empty());
}

#[test]
fn a_process_that_sees_local_storage_late_sees_a_refusal_at_once() {
    let mut browser = Browser::default();
    let (mut tab, mut busy) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut tab, true);
    busy.hears();
    busy.track("Waits", "{}");
    let before = browser.shared().world.local.clone();
    decide(&mut tab, false);
    // What the process of the busy tab still sees.
    browser.shared().world.local = before;
    ring_tab(&mut busy);
    busy.flushes(1);
    assert!(sent(&busy).is_empty());
    assert_eq!(busy.status(), Status::Denied);
}
