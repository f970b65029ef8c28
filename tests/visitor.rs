#![cfg(not(target_arch = "wasm32"))]
//! One visitor for all pages of an origin and all clients of a token: a login, a logout or a super
//! property of one is known to the others before they write or record.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Message, Notice, Operation, Store};
use serde_json::Value;
use support::tabs::{self, Browser, Tab, answer_tab, decide, end_task, sent};
use support::*;

const KEY: &str = "mp_TOKEN_mixpanel";

/// Two tabs that were granted, with the identity of the first.
fn two(options: &str) -> (Browser, Tab, Tab) {
    let mut browser = Browser::default();
    let (mut one, mut other) = (browser.tab(options), browser.tab(options));
    decide(&mut one, true);
    other.hears();
    assert_eq!(one.distinct_id(), other.distinct_id());
    (browser, one, other)
}

/// What is stored of the visitor.
fn kept(browser: &Browser) -> Value {
    serde_json::from_str(&browser.shared().world.local[KEY]).unwrap()
}

/// What a tab sends of the event of that name.
fn properties(tab: &mut Tab, name: &str) -> Value {
    end_task(tab);
    tab.flushes(77);
    answer_tab(tab, 200);
    let all: Vec<Value> = sent(tab).iter().flat_map(wire::records_of).collect();
    let found = all.iter().find(|record| record["event"] == name);
    found.unwrap_or_else(|| panic!("{name} is not among {all:?}"))["properties"].clone()
}

#[test]
fn a_login_in_one_tab_counts_in_the_others_before_they_write() {
    let (browser, mut login, mut open) = two("{}");
    login.register(r#"{"plan":"pro"}"#, false);
    login.identify("u1");
    open.register(r#"{"x":1}"#, false);
    let stored = kept(&browser);
    assert_eq!((&stored["$user_id"], &stored["plan"], &stored["x"]), (&Value::from("u1"), &Value::from("pro"), &Value::from(1)));
    open.track("Seen", "{}");
    let seen = properties(&mut open, "Seen");
    assert_eq!((&seen["distinct_id"], &seen["plan"], &seen["x"]), (&Value::from("u1"), &Value::from("pro"), &Value::from(1)));
    end_task(&mut login);
    login.track("Seen too", "{}");
    assert_eq!(properties(&mut login, "Seen too")["x"], 1, "and the other way round");
}

#[test]
fn a_logout_in_one_tab_counts_in_the_others() {
    let (browser, mut logout, mut open) = two("{}");
    logout.identify("u1");
    logout.register(r#"{"plan":"pro"}"#, false);
    open.track("As u1", "{}");
    logout.reset();
    open.register(r#"{"x":1}"#, false);
    let stored = kept(&browser);
    assert_eq!((&stored["$user_id"], &stored["plan"], &stored["x"]), (&Value::Null, &Value::Null, &Value::from(1)));
    open.track("As nobody", "{}");
    let (first, then) = (properties(&mut open, "As u1"), properties(&mut open, "As nobody"));
    assert_eq!((&first["$user_id"], &then["$user_id"]), (&Value::from("u1"), &Value::Null));
    assert_ne!(first["$device_id"], then["$device_id"]);
    assert_eq!(Value::from(logout.distinct_id().trim_matches('"')), then["distinct_id"]);
}

#[test]
fn profile_updates_are_of_who_is_there() {
    let (_browser, mut login, mut open) = two("{}");
    open.profile(operation("set"), r#"{"waits":1}"#);
    login.identify("u1");
    // The one that waited was of the anonymous visitor that u1 turned out to be.
    open.profile(operation("set"), r#"{"then":1}"#);
    end_task(&mut open);
    login.reset();
    login.identify("u2");
    open.profile(operation("set"), r#"{"last":1}"#);
    end_task(&mut open);
    open.flushes(1);
    answer_tab(&mut open, 200);
    let all: Vec<Value> = sent(&open).iter().flat_map(wire::records_of).filter(|record| !record["$set"].is_null()).collect();
    let of: Vec<(&str, &str)> = all
        .iter()
        .map(|record| (record["$set"].as_object().unwrap().keys().next().unwrap().as_str(), record["$distinct_id"].as_str().unwrap()))
        .collect();
    assert_eq!(of, [("waits", "u1"), ("then", "u1"), ("last", "u2")]);
}

#[test]
fn a_page_back_from_the_cache_is_of_who_is_there_now() {
    let (browser, mut login, mut away) = two("{}");
    away.page_hidden(true);
    login.identify("u1");
    away.returned();
    away.register(r#"{"x":1}"#, false);
    assert_eq!(kept(&browser)["$user_id"], "u1");
    away.track("Back", "{}");
    assert_eq!(properties(&mut away, "Back")["distinct_id"], "u1");
}

#[test]
fn two_clients_of_a_page_have_one_visitor_within_a_task() {
    let (_browser, mut one, mut other) = two("{}");
    other.track("Before", "{}");
    let told = one.platform().page.told;
    one.identify("u1");
    assert_eq!(one.platform().page.told, told + 1, "the clients of the page hear of it when the call returns");
    other.heard(Message::Changed);
    other.track("After", "{}");
    assert_eq!(properties(&mut other, "Before")["$user_id"], Value::Null);
    assert_eq!(properties(&mut other, "After")["$user_id"], "u1");
}

#[test]
fn calls_that_wait_are_of_who_was_there_when_they_were_made() {
    let (browser, mut login, mut busy) = two(r#"{"batch":{"size":1000}}"#);
    login.identify("u1");
    for number in 0..150 {
        busy.track(&format!("Event {number}"), "{}");
    }
    busy.register(r#"{"plan":"of u1"}"#, false);
    login.reset();
    busy.storage_changed(Some(KEY));
    busy.track("Later", "{}");
    for _ in 0..10 {
        browser.pass(100);
        busy.woke();
    }
    assert_eq!(properties(&mut busy, "Event 149")["$user_id"], "u1");
    let later = properties(&mut busy, "Later");
    assert_eq!((&later["$user_id"], &later["plan"]), (&Value::Null, &Value::Null), "a logout forgets what was of the user");
}

#[test]
fn a_super_property_that_waits_survives_the_login_of_another_tab() {
    let (browser, mut login, mut busy) = two("{}");
    for number in 0..150 {
        busy.track(&format!("Event {number}"), "{}");
    }
    busy.register(r#"{"plan":"pro"}"#, false);
    login.identify("u1");
    busy.storage_changed(Some(KEY));
    let stored = kept(&browser);
    assert_eq!((&stored["$user_id"], &stored["plan"]), (&Value::from("u1"), &Value::from("pro")));
}

#[test]
fn what_the_site_cleared_comes_back_and_is_nobody_else() {
    let (browser, mut one, mut other) = two("{}");
    one.identify("u1");
    other.hears();
    browser.shared().world.local.remove(KEY);
    other.register(r#"{"x":1}"#, false);
    assert_eq!(kept(&browser)["$user_id"], "u1");
    assert_eq!(one.distinct_id(), "\"u1\"");
}

#[test]
fn held_records_are_of_who_made_them_though_somebody_else_is_stored() {
    let options = r#"{"consent":{"maxAgeDays":1,"beforeDecision":"hold"}}"#;
    let mut first = granted(options);
    first.identify("u1");
    first.register(r#"{"plan":"of u1"}"#, false);
    first.platform_mut().now += 2 * DAY;
    let mut page = reload(&first, options);
    assert_eq!(state(&page), "pending/stored");
    page.identify("u2");
    profile(&mut page, "set", r#"{"$email":"u2@example.com"}"#);
    page.track("Seen", "{}");
    agree(&mut page, "");
    let all = delivered(&mut page);
    assert_eq!(all.len(), 3, "{all:?}");
    let text = serde_json::to_string(&all).unwrap();
    assert!(!text.contains("u1"), "{text}");
    for record in &all {
        let of = if record["event"].is_null() { &record["$distinct_id"] } else { &record["properties"]["$user_id"] };
        assert_eq!(of, "u2", "{record}");
    }
    assert_eq!(distinct_id(&page), "u2");
    assert_eq!(distinct_id(&reload(&page, options)), "u2", "and stays for the next page");
}

#[test]
fn the_same_visitor_comes_back_with_its_device() {
    let options = r#"{"consent":{"maxAgeDays":1,"beforeDecision":"hold"}}"#;
    let first = granted(options);
    let device = distinct_id(&first);
    let mut page = reload(&first, options);
    page.platform_mut().now += 2 * DAY;
    let mut page = reload(&page, options);
    page.track("Seen", "{}");
    page.identify("u1");
    agree(&mut page, "");
    let all = delivered(&mut page);
    let merge = all.iter().find(|record| record["event"] == "$identify").unwrap();
    assert_eq!(merge["properties"]["$anon_distinct_id"], Value::from(device));
}

#[test]
fn ids_of_missing_values_are_refused_and_told() {
    for id in [
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "[object Object]",
        "undefined",
        "Undefined",
        "NULL",
        "N/A",
        "Anonymous",
        "TRUE",
        "{}",
        "[]",
        "0",
        "-1",
        "",
    ] {
        let mut page = granted("{}");
        let before = distinct_id(&page);
        page.identify(id);
        assert_eq!(errors(&page), [("invalid_user_id", String::from(id))]);
        assert_eq!(distinct_id(&page), before);
    }
}

#[test]
fn an_identity_too_long_for_a_cookie_is_kept_in_local_storage() {
    let options = r#"{"persistence":"cookie"}"#;
    let mut page = granted(options);
    page.identify("u1");
    assert!(stored(&page, Store::Cookie, KEY).is_some());
    let long = "x".repeat(250);
    let many: Vec<String> = (0..20).map(|number| format!(r#""p{number}":"{long}""#)).collect();
    page.register(&format!("{{{}}}", many.join(",")), false);
    assert!(errors(&page).is_empty(), "{:?}", errors(&page));
    assert_eq!(stored(&page, Store::Cookie, KEY), None, "an old one would speak for it");
    let mut next = reload(&page, options);
    next.track("Seen", "{}");
    let seen = event(&mut next, "Seen");
    assert_eq!((&seen["distinct_id"], &seen["p19"]), (&Value::from("u1"), &Value::from(long)));
    for number in 0..20 {
        next.unregister(&format!("p{number}"));
    }
    assert!(stored(&next, Store::Cookie, KEY).is_some(), "it goes back when it fits");
    assert_eq!(stored(&next, Store::Local, KEY), None);
    refuse(&mut next);
    assert_eq!(stored(&next, Store::Cookie, KEY), None);
}

#[test]
fn a_reset_counts_the_updates_that_waited_for_a_user() {
    let mut page = granted("{}");
    profile(&mut page, "set", r#"{"a":1}"#);
    profile(&mut page, "set", r#"{"b":1}"#);
    page.reset();
    assert_eq!(dropped(&page, "unidentified"), 2);
    page.identify("u1");
    assert!(delivered(&mut page).iter().all(|record| record["$set"].is_null()));
    page.reset();
    assert_eq!(dropped(&page, "unidentified"), 2, "nothing more waited");
}

#[test]
fn updates_that_wait_for_a_user_are_not_of_who_comes_after_a_logout_elsewhere() {
    for logs_in_here in [false, true] {
        let (_browser, mut logout, mut open) = two("{}");
        open.profile(Operation::Set, r#"{"a":1}"#);
        logout.reset();
        (if logs_in_here { &mut open } else { &mut logout }).identify("u2");
        open.profile(Operation::Set, r#"{"b":1}"#);
        end_task(&mut open);
        open.flushes(77);
        answer_tab(&mut open, 200);
        let all: Vec<Value> = sent(&open).iter().flat_map(wire::records_of).collect();
        let set: Vec<&Value> = all.iter().map(|record| &record["$set"]).filter(|set| !set.is_null()).collect();
        assert_eq!(set, [&serde_json::json!({"b":1})], "{all:?}");
        let told = |notice: &&Notice| matches!(notice, Notice::Error(error) if (error.code(), error.dropped) == ("unidentified", 1));
        assert_eq!(open.platform().page.notices.iter().filter(told).count(), 1, "and it is told");
    }
}

#[test]
fn who_is_named_before_the_next_grant_is_not_undone_by_what_was_stored_before() {
    let options = r#"{"consent":{"maxAgeDays":1,"beforeDecision":"hold"}}"#;
    for name in [Some("u1"), None] {
        let (browser, mut login, mut back) = two(options);
        back.page_hidden(true);
        login.identify("u0");
        end_task(&mut login);
        login.page_hidden(true);
        browser.pass(2 * 86_400_000);
        back.returned();
        match name {
            Some(name) => back.identify(name),
            None => back.reset(),
        }
        back.track("Seen", "{}");
        decide(&mut back, true);
        back.track("Seen later", "{}");
        for event in ["Seen", "Seen later"] {
            assert_eq!(properties(&mut back, event)["$user_id"].as_str(), name, "{event}");
        }
        assert_eq!(kept(&browser)["$user_id"].as_str(), name);
    }
}

#[test]
fn super_properties_are_bounded_and_told() {
    let mut page = granted("{}");
    let many: Vec<String> = (0..2_000).map(|number| format!(r#""p{number}":{number}"#)).collect();
    page.register(&format!("{{{}}}", many.join(",")), false);
    let stored: Value = serde_json::from_str(&stored(&page, Store::Local, KEY).unwrap()).unwrap();
    assert_eq!(stored.as_object().unwrap().len(), 247);
    let told = errors(&page);
    assert_eq!((told.len(), told[0].0), (1, "property_trimmed"), "{told:?}");
    page.register(r#"{"p3":"new"}"#, false);
    page.register(r#"{"p4":"kept"}"#, true);
    page.unregister("p5");
    page.register(r#"{"more":1}"#, false);
    page.track("Seen", "{}");
    let seen = event(&mut page, "Seen");
    assert_eq!(
        (&seen["p3"], &seen["p4"], &seen["p5"], &seen["more"]),
        (&Value::from("new"), &Value::from(4), &Value::Null, &Value::from(1))
    );
}

#[test]
fn an_identity_of_before_a_refusal_is_not_taken_up() {
    let options = r#"{"batch":{"size":200}}"#;
    for waiting in [false, true] {
        let (browser, mut login, mut late) = two(options);
        for number in 0..if waiting { 250 } else { 1 } {
            late.track(&format!("Event {number}"), "{}");
        }
        login.identify("u1");
        let before = browser.shared().world.local.clone();
        decide(&mut login, false);
        // The process of the other tab sees localStorage late, and cookies at once.
        browser.shared().world.local = before;
        if !waiting {
            end_task(&mut late);
        }
        late.storage_changed(Some(KEY));
        late.track("Afterwards", "{}");
        assert_eq!(late.status(), consentry::Status::Denied);
        browser.shared().world.local.retain(|key, _| key != KEY);
        browser.pass(2_000); // what is called now does not wait
        decide(&mut late, true);
        assert_eq!((late.status(), tabs::codes(&late)), (consentry::Status::Granted, vec![]));
        late.track("Agreed anew", "{}");
        let anew = properties(&mut late, "Agreed anew");
        assert_eq!(anew["$user_id"], Value::Null, "{waiting}: {anew}");
        let sent: Vec<Value> = sent(&late).iter().flat_map(wire::records_of).collect();
        assert_eq!(sent.len(), 1, "{waiting}: {sent:?}");
    }
}
