#![cfg(not(target_arch = "wasm32"))]
//! What sites need besides events and profiles: aliases, timers, the groups somebody is in, records that
//! go alone, hooks, options that change, and what another library left.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::num::NonZeroU32;

use consentry::{Delivery, Kind, Notice, Operation, OptOut, Store};
use serde_json::{Value, json};
use support::*;

fn number(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

fn entry(page: &Page) -> Value {
    serde_json::from_str(&stored(page, Store::Local, IDENTITY).unwrap()).unwrap()
}

fn answers(page: &Page) -> Vec<(u32, u16, String)> {
    let told = |notice: &Notice| match notice {
        Notice::AnsweredAlone(number, status, body) => Some((number.get(), *status, body.clone())),
        Notice::Flushed(..) | Notice::Error(_) | Notice::Consent(..) | Notice::Deleted(..) | Notice::Record(_) => None,
    };
    page.platform().notices.iter().filter_map(told).collect()
}

// ---- aliases

#[test]
fn an_alias_is_an_event_of_the_visitor_and_identifies_nobody() {
    let mut page = granted("{}");
    let before = distinct_id(&page);
    page.alias("user-1", None);
    let alias = event(&mut page, "$create_alias");
    assert_eq!((&alias["alias"], &alias["distinct_id"]), (&json!("user-1"), &json!(before)));
    assert_eq!(event_names(&page), ["$create_alias"]);
    assert_eq!(distinct_id(&page), before);
    assert_eq!(alias.get("__alias"), None);
    // It is known by then: who is named so goes on under the old id, which the server joins.
    page.identify("user-1");
    assert_eq!(distinct_id(&page), before);
    let identify = event(&mut page, "$identify");
    assert_eq!((&identify["distinct_id"], &identify["$anon_distinct_id"]), (&json!("user-1"), &json!(before)));
}

#[test]
fn an_alias_can_be_of_another_id_and_needs_a_new_and_usable_one() {
    let mut page = granted("{}");
    page.alias("user-2", Some("user-1"));
    assert_eq!(event(&mut page, "$create_alias")["distinct_id"], "user-1");
    for (alias, original) in [("user-1", Some("user-1")), ("null", None), ("$device:x", None)] {
        page.platform_mut().notices.clear();
        page.alias(alias, original);
        assert_eq!(errors(&page), [("invalid_user_id", alias.into())]);
    }
    assert_eq!(delivered(&mut page).len(), 1);
}

// ---- timers

#[test]
fn the_next_event_of_a_timed_name_says_how_long_it_took_over_pages() {
    let mut page = granted("{}");
    page.time_event("Upload");
    page.track("Other", "{}");
    assert_eq!(event(&mut page, "Other").get("$duration"), None);
    let mut page = reload(&page, "{}");
    page.platform_mut().now += 2_345;
    page.track("Upload", r#"{"$duration":"mine"}"#);
    let upload = event(&mut page, "Upload");
    assert_eq!((&upload["$duration"], upload.get("__timers")), (&json!(2.345), None));
    assert_eq!(entry(&page).get("__timers"), None);
    page.platform_mut().sent.clear();
    page.track("Upload", "{}");
    assert_eq!(event(&mut page, "Upload").get("$duration"), None);
    page.time_event("");
    assert_eq!(errors(&page), [("invalid_argument", String::from("timeEvent"))]);
}

#[test]
fn a_timer_that_mixpanel_js_started_is_ended_here() {
    let mut world = granted("{}").platform().clone();
    let start = world.now - 1_500;
    put(&mut world, Store::Local, IDENTITY, &format!(r#"{{"distinct_id":"u","__timers":{{"Upload":{start}}}}}"#));
    let mut page = page_on(world, "{}");
    page.track("Upload", "{}");
    assert_eq!(event(&mut page, "Upload")["$duration"], json!(1.5));
}

// ---- the groups of a visitor

#[test]
fn the_groups_of_a_visitor_are_a_list_that_grows_and_shrinks() {
    let mut page = granted("{}");
    let mut seen = |operation, ids| {
        page.membership(operation, "company", ids);
        page.platform_mut().sent.clear();
        page.track("Seen", "{}");
        event(&mut page, "Seen").get("company").cloned()
    };
    assert_eq!(seen(Operation::Set, r#"["a"]"#), Some(json!(["a"])));
    assert_eq!(seen(Operation::Union, r#"["b"]"#), Some(json!(["a", "b"])));
    assert_eq!(seen(Operation::Union, r#"["a"]"#), Some(json!(["a", "b"])));
    assert_eq!(seen(Operation::Remove, r#"["a"]"#), Some(json!(["b"])));
    assert_eq!(seen(Operation::Remove, r#"["b"]"#), None);
    assert_eq!(seen(Operation::Set, "[7]"), Some(json!([7])));
}

// ---- records that go alone

#[test]
fn a_record_that_goes_alone_is_under_way_when_the_call_returns_and_its_answer_is_told() {
    let mut page = granted("{}");
    page.deliver(Delivery { alone: true, number: number(7), ..Delivery::default() });
    page.track("Alone", "{}");
    let sent = page.platform().sent[0].clone();
    assert!(sent.data.starts_with(r#"{"event":"Alone""#), "{}", sent.data);
    assert!(sent.url.contains("/track/?ip=0&_="), "{}", sent.url);
    answer_last(&mut page, 200, "0");
    assert_eq!(answers(&page), [(7, 200, String::from("0"))]);
    page.track("Together", "{}");
    pass(&mut page, INTERVAL);
    assert_eq!(event_names(&page)[..], ["Together"], "the next is as ever");
}

/// The records of requests in which they are alone are no lists.
fn event_names(page: &Page) -> Vec<String> {
    page.platform()
        .sent
        .iter()
        .filter(|sent| sent.data.starts_with('['))
        .flat_map(wire::records_of)
        .map(|one| one["event"].as_str().unwrap().into())
        .collect()
}

#[test]
fn without_an_answer_it_is_queued_where_nobody_waits_and_told_where_somebody_does() {
    let mut page = granted("{}");
    page.deliver(Delivery { alone: true, ..Delivery::default() });
    page.track("Unheard", "{}");
    answer_last(&mut page, 503, "");
    page.deliver(Delivery { alone: true, number: number(1), ..Delivery::default() });
    page.track("Heard", "{}");
    answer_last(&mut page, 503, "");
    pass(&mut page, INTERVAL);
    assert_eq!(event_names(&page), ["Unheard"]);
    assert_eq!(answers(&page), [(1, 503, String::new())]);
    // One that never comes is as good as none.
    page.deliver(Delivery { alone: true, number: number(2), ..Delivery::default() });
    page.track("Lost", "{}");
    pass(&mut page, 90_000);
    assert_eq!(answers(&page).last(), Some(&(2, 0, String::new())));
    assert!(page.platform().sent.iter().any(|sent| sent.aborted && sent.data.contains("Lost")));
}

#[test]
fn a_refusal_aborts_what_goes_alone_and_lets_nothing_follow() {
    let mut page = granted("{}");
    for at in [Some(3), None] {
        page.deliver(Delivery { alone: true, number: at.and_then(number), ..Delivery::default() });
        page.track("Alone", "{}");
    }
    refuse(&mut page);
    assert!(page.platform().sent.iter().all(|sent| sent.aborted));
    assert_eq!(answers(&page), [(3, 0, String::new())]);
    page.deliver(Delivery { alone: true, number: number(4), ..Delivery::default() });
    page.track("Never", "{}");
    pass(&mut page, DAY);
    assert_eq!(page.platform().sent.len(), 2);
    assert_eq!(answers(&page).last(), Some(&(4, 0, String::new())));
    agree(&mut page, "");
    pass(&mut page, DAY);
    assert_eq!(page.platform().sent.len(), 2, "what was aborted does not come back");
}

#[test]
fn the_stored_flag_is_read_before_a_record_goes_alone() {
    let mut page = granted("{}");
    put(page.platform_mut(), Store::Local, FLAG, "0");
    page.deliver(Delivery { alone: true, number: number(1), ..Delivery::default() });
    page.track("Never", "{}");
    assert!(page.platform().sent.is_empty());
    assert_eq!(answers(&page), [(1, 0, String::new())]);
}

#[test]
fn an_update_of_anybody_does_not_wait_for_a_user_id() {
    let mut page = granted("{}");
    page.profile(Operation::Set, r#"{"a":1}"#);
    page.deliver(Delivery { anyone: true, ..Delivery::default() });
    page.profile(Operation::Set, r#"{"b":1}"#);
    page.flushes(1);
    pass(&mut page, 1);
    let records: Vec<Value> = serde_json::from_str(&page.platform().sent[0].data).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!((&records[0]["$set"], &records[0]["$distinct_id"]), (&json!({"b": 1}), &json!(distinct_id(&page))));
}

// ---- hooks

#[test]
fn a_hook_changes_and_drops_what_leaves_and_brings_back_nothing_that_may_not() {
    let mut page = granted(r#"{"propertyBlacklist":["secret"]}"#);
    page.set_hooks(true);
    for name in ["Changed", "Dropped", "Spoilt", "Same"] {
        page.track(name, r#"{"a":1}"#);
    }
    let changed = r#"{"event":"Changed","properties":{"token":"TOKEN","distinct_id":"$device:d","time":1789999999.5,"$insert_id":"i","secret":1,"$city":"Bern","b":2}}"#;
    page.platform_mut().hooked = [Some(changed.into()), None, Some("no JSON".into())].into();
    let records = delivered(&mut page);
    let names: Vec<&Value> = records.iter().map(|record| &record["event"]).collect();
    assert_eq!(names, ["Changed", "Spoilt", "Same"]);
    let properties = &records[0]["properties"];
    assert_eq!([properties.get("secret"), properties.get("$city"), properties.get("b")], [None, None, Some(&json!(2))]);
    assert_eq!(errors(&page), [("invalid_argument", String::from("beforeSend"))]);
    // An update is held to the same.
    page.identify("user-1");
    page.profile(Operation::Set, r#"{"a":1}"#);
    page.platform_mut().sent.clear();
    page.platform_mut().hooked =
        [Some(r#"{"$token":"TOKEN","$distinct_id":"user-1","$user_id":"user-1","$set":{"secret":1,"a":2},"$ip":"1.2.3.4"}"#.into())].into();
    page.platform_mut().hooked.push_front(None); // the event
    let records = delivered(&mut page);
    assert_eq!(records, [json!({"$token": "TOKEN", "$distinct_id": "user-1", "$user_id": "user-1", "$set": {"a": 2}})]);
}

#[test]
fn a_hook_that_drops_everything_leaves_an_empty_queue() {
    let mut page = granted("{}");
    page.set_hooks(true);
    page.track("A", "{}");
    page.platform_mut().hooked = [None].into();
    page.flushes(1);
    pass(&mut page, INTERVAL);
    assert!(page.platform().sent.is_empty());
    assert_eq!(flushed(&page, 1), Some((0, 1, 0)));
    assert!(keys(&page, Store::Local).iter().all(|key| !key.contains("_q_")));
}

// ---- options that change

#[test]
fn options_change_while_the_client_works() {
    let mut page = granted("{}");
    page.register(r#"{"plan":"pro","kept":1}"#, false);
    page.change_options(r#"{"geolocation":true,"propertyBlacklist":["plan"],"batch":{"size":2},"apiHost":"https://shop.example/mp","routes":{"track":"t/"}}"#);
    assert_eq!(entry(&page).get("plan"), None, "what is listed is not kept");
    page.track("A", "{}");
    page.track("B", "{}");
    pass(&mut page, 1);
    let sent = &page.platform().sent[0];
    assert!(sent.url.starts_with("https://shop.example/mp/t/?verbose=1&ip=1&_="), "{}", sent.url);
    let records: Vec<Value> = serde_json::from_str(&sent.data).unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!([records[0]["properties"].get("plan"), records[0]["properties"].get("kept")], [None, Some(&json!(1))]);
    // Consent is asked for as the client began.
    page.change_options(r#"{"consent":{"default":"granted"},"geolocation":false}"#);
    assert_eq!(state(&page), "granted/visitor");
}

#[test]
fn storage_can_be_given_up_and_taken_up_again() {
    let mut page = granted("{}");
    page.track("A", "{}");
    pass(&mut page, 1);
    assert!(stored(&page, Store::Local, IDENTITY).is_some());
    page.change_options(r#"{"persistence":"memory"}"#);
    let left: Vec<&str> = keys(&page, Store::Local).into_iter().filter(|key| !LEFT.contains(key)).collect();
    assert!(left.is_empty(), "{left:?}");
    page.track("B", "{}");
    let names: Vec<Value> = delivered(&mut page).into_iter().map(|mut record| record["event"].take()).collect();
    assert_eq!(names, ["A", "B"]);
    page.change_options(r#"{"persistence":"cookie"}"#);
    assert!(stored(&page, Store::Cookie, IDENTITY).is_some());
}

#[test]
fn each_kind_has_a_route_and_the_identity_a_name() {
    let mut page = granted(r#"{"routes":{"engage":"/e","groups":"https://other.example/g/"},"persistenceName":"own"}"#);
    page.identify("user-1");
    page.profile(Operation::Set, r#"{"a":1}"#);
    page.group(Operation::Set, r#"{"a":1}"#, "company", "acme");
    page.flushes(1);
    pass(&mut page, 1);
    let urls: Vec<&str> = page.platform().sent.iter().map(|sent| sent.url.split('?').next().unwrap()).collect();
    assert_eq!(urls, ["https://api-js.mixpanel.com/track/", "https://api-js.mixpanel.com/e", "https://other.example/g/"]);
    assert!(stored(&page, Store::Local, "mp_own").is_some());
    refuse(&mut page);
    assert_eq!(stored(&page, Store::Local, "mp_own"), None);
}

// ---- sending that stops

#[test]
fn sending_stops_and_goes_on() {
    let mut page = granted("{}");
    page.track("Gone", "{}");
    pass(&mut page, 1);
    page.stop_sending();
    assert!(keys(&page, Store::Local).iter().all(|key| !key.contains("_q_")), "what was queued is gone");
    page.track("Held", "{}");
    page.flushes(1);
    pass(&mut page, DAY);
    assert!(page.platform().sent.is_empty());
    page.start_sending();
    pass(&mut page, 1);
    assert_eq!(event_names(&page), ["Held"]);
}

// ---- what another library left

#[test]
fn what_another_library_left_is_delivered_where_it_may_be() {
    let mut page = granted(r#"{"propertyBlacklist":["secret"]}"#);
    let at = page.platform().now - 1_000;
    let left = r#"{"event":"Left","properties":{"token":"TOKEN","distinct_id":"u","time":1789999999,"$insert_id":"abc","secret":1}}"#;
    assert!(page.adopt(Kind::Track, left, at));
    assert!(page.adopt(Kind::Engage, r#"{"$token":"TOKEN","$distinct_id":"u","$user_id":"u","$add":{"n":1}}"#, at));
    assert!(page.adopt(Kind::Track, "no JSON", at));
    pass(&mut page, 1);
    let records = records(&page);
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["properties"]["$insert_id"], "abc");
    assert_eq!(records[0]["properties"].get("secret"), None);
    page.opt_out(&OptOut::default());
    assert!(!page.adopt(Kind::Track, left, at));
}

#[test]
fn what_is_kept_with_the_visitor_is_in_no_event_and_goes_with_a_reset() {
    let mut page = granted("{}");
    page.keep("__mps", Some(r#"{"plan":"pro"}"#));
    page.keep("plan", Some("1"));
    assert_eq!(entry(&page)["__mps"], json!({"plan": "pro"}));
    page.track("A", "{}");
    let a = event(&mut page, "A");
    assert_eq!([a.get("__mps"), a.get("plan")], [None, None]);
    page.reset();
    assert_eq!(entry(&page).get("__mps"), None);
}
