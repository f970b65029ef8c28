#![cfg(not(target_arch = "wasm32"))]
//! The bugs proved in mixpanel-js (PEERS.md 3.8, B1 to B30), each as what must hold here instead.
//!
//! Do not apply, because what they are bugs of does not exist here:
//! - B12: options per call; where the decision is kept is an option of the client alone.
//! - B15: `set_config()` and remote settings; options are read once. That no other call writes after a refusal: B16 below.
//! - B19, the requests to `/settings` and `/flags`; that a refused page load sends nothing at all is below.
//! - B27: a bot filter.
//! - B28: a host per API; one host takes every request. wire: `every_request_goes_to_the_one_host_of_its_region`, `a_proxy_takes_every_request`.
//! - B30: a session recorder and its IndexedDB.
//!
//! Proved elsewhere, each exactly as it stands:
//! - B4: withdrawal: `a_tab_that_heard_nothing_of_a_refusal_sends_nothing`, `no_way_to_send_misses_a_refusal_in_another_tab`; in browsers
//!   tests/package/decision.
//! - B5: withdrawal: `a_tab_that_heard_nothing_of_a_refusal_writes_nothing_back`; stored: `a_tab_that_heard_nothing_of_a_refusal_stores_nothing`,
//!   `…_rewrites_nothing`.
//! - B7: withdrawal: `after_a_refusal_requests_are_aborted_and_none_starts`; that the browser really closes them: npm:
//!   `an_aborted_request_is_never_answered`, tests/package/decision.
//! - B16: consent: `nothing_is_written_or_sent_before_a_decision`; stored: `nothing_is_stored_while_nobody_agreed`; tests/package/untouched.
//! - B17: consent: `a_default_is_not_a_choice`.
//! - B20: consent: `opt_in_is_announced_once_however_often_it_is_called`, `opt_in_is_not_announced_on_the_next_page_or_for_an_existing_flag`,
//!   `opt_in_goes_out_at_once_with_the_identity_of_the_page`.
//! - B21: withdrawal: `after_a_withdrawal_the_visitor_is_somebody_new`.
//! - B24: consent: `opt_in_can_be_renamed_and_switched_off`, which gives it properties.
//! - B25: stored: `in_memory_means_that_nothing_but_the_decision_is_stored`.
//! - B29: delivery: `what_the_server_asks_for_is_waited_at_least_and_ten_minutes_at_most`; that it is read from real answers: npm:
//!   `requests_carry_the_form_and_bring_their_answers`, tests/package/wire.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, MemoryPlatform, Notice, Signals, Status, Store};
use serde_json::json;
use support::segments::*;
use support::tabs::*;
use support::*;

/// A page of an identified user with something stored, something under way, and something of this
/// tick.
fn of_a_user() -> Page {
    let mut page = granted("{}");
    page.identify("user-1");
    delivered(&mut page);
    page.track("Stored", "{}");
    profile(&mut page, "set", r#"{"colour":"red"}"#);
    end_tick(&mut page);
    page.flushes(1);
    page.track("Of this tick", "{}");
    profile(&mut page, "set", r#"{"colour":"blue"}"#);
    page
}

fn assert_only_the_decision_is_left(page: &Page) {
    // A refusal stands in a cookie as well, where every process of the browser sees it at once.
    assert_eq!([keys(page, Store::Local), keys(page, Store::Cookie)], [LEFT.to_vec(), vec![FLAG, RECORD]]);
}

/// Time, answers, inputs and calls.
fn provoke(page: &mut Page) {
    page.woke();
    for id in page.platform().sent.iter().map(|sent| sent.id).collect::<Vec<_>>() {
        page.answers(id, 200, 0, "1");
    }
    do_everything(page);
    pass(page, DAY);
}

// B1
#[test]
fn deleting_the_profile_at_a_refusal_leaves_the_browser_then_and_never_again() {
    for answer in [Some(200), Some(503), None] {
        let mut page = of_a_user();
        let before = page.platform().sent.len();
        refuse_and_delete(&mut page);
        let deletion = page.platform().sent[before].clone();
        assert_eq!((page.platform().sent.len(), deletion.aborted, deletion.data.matches("$delete").count()), (before + 1, false, 1));
        page.woke();
        assert_only_the_decision_is_left(&page);
        if let Some(status) = answer {
            page.answers(deletion.id, status, 0, body(status));
        }
        pass(&mut page, DAY);
        assert_only_the_decision_is_left(&page);

        let mut next = reload(&page, "{}");
        agree(&mut next, "$opt_in");
        next.identify("user-1");
        profile(&mut next, "set", r#"{"colour":"green"}"#);
        delivered(&mut next);
        let all = [&page, &next].map(|page| page.platform().sent.iter().filter(|sent| sent.data.contains("$delete")).count());
        assert_eq!(all, [1, 0], "answered {answer:?}: the user who agrees again keeps the new profile");
        let sets: Vec<_> = records(&next).into_iter().filter_map(|record| record.get("$set").cloned()).collect();
        assert_eq!(sets, [json!({ "colour": "green" })], "and no update from before makes the old one anew");
    }
}

// B2
#[test]
fn a_returning_user_who_was_not_identified_on_this_page_can_be_deleted() {
    for options in ["{}", r#"{"persistence":"cookie"}"#] {
        let mut first = granted(options);
        first.identify("user-1");
        let mut next = reload(&first, options);
        refuse_and_delete(&mut next);
        let list = wire::records_of(&next.platform().sent[0]);
        assert_eq!((list.len(), &list[0]["$distinct_id"], &list[0]["$delete"]), (1, &json!("user-1"), &json!("")), "{options}");
    }
}

// B3
#[test]
fn what_was_tracked_just_before_a_refusal_is_never_stored_and_never_sent() {
    let mut page = of_a_user();
    let device: serde_json::Value = serde_json::from_str(&stored(&page, Store::Local, IDENTITY).unwrap()).unwrap();
    let device = device["$device_id"].as_str().unwrap();
    refuse(&mut page);
    page.woke(); // the tick in which it all happened ends
    assert_only_the_decision_is_left(&page);
    pass(&mut page, 60_000);
    agree(&mut page, "$opt_in");
    page.platform_mut().sent.clear();
    provoke(&mut page);
    let data: String = page.platform().sent.iter().map(|sent| sent.data.as_str()).collect();
    assert!(!["Stored", "Of this tick", "blue", device].iter().any(|old| data.contains(old)), "{data}");
    let mut next = heir(&page, "{}");
    delivered(&mut next);
    assert!(next.platform().sent.iter().all(|sent| !sent.data.contains("Of this tick")));
}

// B6
#[test]
fn a_second_client_of_the_same_project_stops_with_the_first() {
    let mut browser = Browser::default();
    let (mut first, mut second) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut first, true);
    second.hears();
    second.track("Under way", "{}");
    second.flushes(1);
    second.track("Queued", "{}");
    decide(&mut first, false);
    assert!(first.platform().page.told > 1);
    second.hears(); // as the host does for every client of the page before `optOut` returns
    assert_eq!((second.status(), sent(&second).len(), second.platform().page.wake), (Status::Denied, 0, None));
    end_task(&mut second);
    second.page_hidden(false);
    assert_eq!((browser.keys(), sent(&second).len()), (LEFT.map(String::from).to_vec(), 0));
}

// B8
#[test]
fn an_answer_after_a_refusal_sends_no_record_that_another_tab_left() {
    let mut browser = Browser::default();
    let (mut tab, mut dead) = (browser.tab("{}"), browser.tab("{}"));
    decide(&mut tab, true);
    dead.hears();
    dead.track("Orphan", "{}");
    end_task(&mut dead);
    let orphans = browser.shared().world.local.clone();
    tab.track("Under way", "{}");
    tab.flushes(1);
    inherit(&mut tab, dead);
    decide(&mut tab, false);
    browser.shared().world.local.extend(orphans.into_iter().filter(|(key, _)| key.starts_with(SEGMENTS)));
    for status in [200, 413, 503] {
        tab.answers(1, status, 0, "1");
        tab.woke();
        tab.flushes(2);
    }
    assert_eq!((tab.platform().page.sent.len(), sent(&tab).len()), (1, 0));
    tab.hears();
    assert_eq!(browser.keys(), LEFT);
}

// B9
#[test]
fn where_local_storage_cannot_be_used_a_refusal_in_a_cookie_counts_at_once_and_in_every_tab() {
    for health in [Health::Throws, Health::Absent, Health::Full] {
        let mut browser = Browser::default();
        let (mut tab, mut other) = (browser.tab("{}"), browser.tab("{}"));
        decide(&mut tab, true);
        other.hears();
        for tab in [&mut tab, &mut other] {
            tab.track("Viewed", "{}");
        }
        browser.shared().world.local_health = health;
        decide(&mut tab, false);
        assert_eq!(browser.shared().world.jar.get(FLAG).map(String::as_str), Some("0"), "{health:?}");
        for tab in [&mut tab, &mut other] {
            tab.track("More", "{}");
            tab.flushes(1);
            tab.page_hidden(false);
            assert_eq!((tab.status(), sent(tab).len()), (Status::Denied, 0), "{health:?}");
        }
        assert_eq!(browser.tab("{}").status(), Status::Denied, "{health:?}");
    }
}

// B10
#[test]
fn a_refusal_on_a_disk_that_became_full_is_not_lost_and_sends_nothing() {
    for cookies in [Health::Works, Health::Full] {
        let mut page = of_a_user();
        page.platform_mut().local_health = Health::Full;
        page.platform_mut().cookie_health = cookies;
        let before = page.platform().sent.len();
        refuse(&mut page);
        assert_eq!(page.status(), Status::Denied);
        let lost = cookies == Health::Full;
        assert_eq!(errors(&page).iter().any(|(code, _)| *code == "not_persisted"), lost, "and where it cannot be kept, that is said");
        provoke(&mut page);
        assert_eq!(page.platform().sent.len(), before);
        assert_ne!(reload(&page, "{}").status(), Status::Granted, "the older grant does not come back");
        let left = keys(&page, Store::Local);
        assert!(left.iter().all(|key| LEFT.contains(key)), "what is there can still be removed: {left:?}");
    }
}

// B11
#[test]
fn a_disk_that_fills_up_changes_nothing_about_a_refusal() {
    for options in ["{}", r#"{"consent":{"storage":"cookie"}}"#] {
        let mut page = granted(options);
        refuse(&mut page);
        for health in [Health::Full, Health::Throws, Health::Works] {
            page.platform_mut().local_health = health;
            provoke(&mut page);
            page.hears();
            assert_eq!((page.status(), page.platform().sent.len()), (Status::Denied, 0), "{health:?}");
            assert_eq!(reload(&page, options).status(), Status::Denied, "{health:?}");
        }
    }
}

// B13. What a browser makes of a public suffix, or of `Secure` on http: tests/npm.rs and
// tests/package; there it shows as a cookie that is not there after it was set.
#[test]
fn a_cookie_that_the_browser_refuses_without_a_word_does_not_lose_a_refusal() {
    let options = r#"{"consent":{"storage":"cookie"},"persistence":"cookie"}"#;
    for health in [Health::Full, Health::Absent] {
        let mut page = granted(options);
        page.track("Viewed", "{}");
        page.platform_mut().cookie_health = health;
        refuse(&mut page);
        assert_eq!((consent(&page)["store"].as_str(), page.status()), (Some("localStorage"), Status::Denied), "{health:?}");
        page.flushes(1);
        assert!(page.platform().sent.is_empty());
        assert_eq!(state(&reload(&page, options)), "denied/stored", "{health:?}");
    }
}

// B14. That a cookie reaches every subdomain is for browsers to show; that it counts there is for
// the core.
#[test]
fn a_refusal_in_a_cookie_of_the_whole_domain_counts_on_a_subdomain_that_has_a_grant_of_its_own() {
    for options in ["{}", r#"{"consent":{"storage":"cookie"}}"#] {
        let mut app = granted("{}");
        app.track("Viewed", "{}");
        put(app.platform_mut(), Store::Cookie, FLAG, "0"); // said no on www
        pass(&mut app, INTERVAL);
        assert_eq!((state(&app).as_str(), app.platform().sent.len()), ("denied/stored", 0));
        assert_eq!(state(&reload(&app, options)), "denied/stored");
    }
}

// B18
#[test]
fn a_default_that_denies_leaves_no_queue_running() {
    let mut page = page(r#"{"consent":{"default":"granted"}}"#);
    page.track("Viewed", "{}");
    end_tick(&mut page);
    assert_eq!(stored_names(&page), ["Viewed"]);
    let mut next = heir(&page, r#"{"consent":{"default":"denied"}}"#);
    assert_eq!(state(&next), "denied/default");
    provoke(&mut next);
    next.page_hidden(false);
    assert_eq!((next.platform().sent.len(), next.platform().wake, next.platform().asked.len()), (0, None, 0));
    refuse(&mut next);
    assert_only_the_decision_is_left(&next);
}

// B19
#[test]
fn loading_a_page_whose_visitor_refused_sends_and_stores_nothing() {
    let mut page = granted("{}");
    refuse(&mut page);
    let mut next = reload(&page, "{}");
    provoke(&mut next);
    next.claims_unasked(7);
    next.returned();
    assert_eq!((next.platform().sent.len(), next.platform().writes, next.platform().wake), (0, 0, None));
}

// B22
#[test]
fn an_explicit_yes_counts_more_than_do_not_track_and_the_two_never_stand_together() {
    for signals in [Signals { gpc: false, dnt: true }, Signals { gpc: true, dnt: false }, Signals { gpc: true, dnt: true }] {
        let mut page = page_on(MemoryPlatform { signals, ..MemoryPlatform::default() }, "{}");
        assert_eq!(state(&page), "denied/signal");
        agree(&mut page, "");
        page.track("Viewed", "{}");
        end_tick(&mut page);
        let next = reload(&page, "{}");
        assert_eq!((state(&page).as_str(), state(&next).as_str()), ("granted/visitor", "granted/stored"));
        assert_eq!(delivered(&mut page).len(), 1);
    }
}

// B23
#[test]
fn only_the_flag_of_this_project_says_anything() {
    for key in ["mp_optout", "__mp_opt_in_out_TOKEN2", "__mp_opt_in_out_", "mp_TOKEN_optout"] {
        for value in ["0", "1"] {
            for store in [Store::Local, Store::Cookie] {
                let mut world = MemoryPlatform::default();
                put(&mut world, store, key, value);
                assert_eq!(state(&page_on(world, "{}")), "pending/default", "{key}={value}");
            }
        }
    }
}

// B26. The frame itself: tests/npm.rs and tests/package/hostile.
#[test]
fn where_every_access_throws_a_client_starts_and_answers_every_call() {
    for default in ["pending", "granted", "denied"] {
        let world = MemoryPlatform { local_health: Health::Throws, cookie_health: Health::Throws, ..MemoryPlatform::default() };
        let mut page = page_on(world, &format!(r#"{{"consent":{{"default":"{default}"}}}}"#));
        assert_eq!(state(&page), "denied/fault");
        provoke(&mut page);
        page.claims_unasked(7);
        page.returned();
        page.purge();
        page.reset_consent();
        refuse_and_delete(&mut page);
        assert_eq!((page.status(), page.platform().sent.len()), (Status::Denied, 0));
        agree(&mut page, "$opt_in");
        assert_eq!(page.status(), Status::Granted, "the visitor said so, and it holds for this page");
        page.track("Viewed", "{}");
        pass(&mut page, INTERVAL);
        delivered(&mut page);
        assert_eq!(event_names(&page), ["$opt_in", "Viewed"]);
        assert!(page.platform().notices.iter().any(|notice| matches!(notice, Notice::Error(error) if error.code() == "not_persisted")));
    }
}
