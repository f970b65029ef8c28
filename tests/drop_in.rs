#![cfg(not(target_arch = "wasm32"))]
//! What only the drop-in for mixpanel-browser asks of the core.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Delivery, Kind, Operation, Store};
use serde_json::json;
use support::*;

// ---- ids

#[test]
fn an_identify_that_links_is_told_of_every_change_of_the_id() {
    let mut page = granted("{}");
    let device = distinct_id(&page);
    for id in ["user-1", "user-1", "user-2"] {
        page.deliver(Delivery { links: true, ..Delivery::default() });
        page.identify(id);
    }
    let told: Vec<_> = delivered(&mut page).iter().map(|record| record["properties"]["$anon_distinct_id"].clone()).collect();
    assert_eq!(told, [json!(device), json!("user-1")]);
    page.identify("user-3");
    assert!(!event_names(&page).is_empty());
    assert_eq!(delivered(&mut page).len(), 2, "it says so for one call");
}

#[test]
fn properties_of_an_event_say_of_whom_it_is_only_where_they_may() {
    let mut page = granted("{}");
    let properties = r#"{"distinct_id":"another","$device_id":7,"$insert_id":"mine","token":"no","time":5,"$user_id":{}}"#;
    page.deliver(Delivery { says_ids: true, ..Delivery::default() });
    page.track("Theirs", properties);
    page.track("Ours", properties);
    let (theirs, ours) = (event(&mut page, "Theirs"), event(&mut page, "Ours"));
    assert_eq!((&theirs["distinct_id"], &theirs["$device_id"], &theirs["$insert_id"]), (&json!("another"), &json!("7"), &json!("mine")));
    assert_eq!((&theirs["token"], theirs.get("$user_id")), (&json!("TOKEN"), None));
    assert_ne!(theirs["time"], 5);
    page.deliver(Delivery { says_ids: true, ..Delivery::default() });
    page.track("Spoilt", r#"{"$insert_id":"no id"}"#);
    assert_ne!(event(&mut page, "Spoilt")["$insert_id"], "no id", "the server would refuse it");
    assert_eq!(errors(&page).last().unwrap(), &("reserved_property", "$insert_id".into()));
    assert_eq!(ours["distinct_id"], distinct_id(&page));
    assert_ne!(ours["$insert_id"], "mine");
}

#[test]
fn ids_that_are_set_are_those_of_what_comes_and_of_the_next_page() {
    let mut page = granted("{}");
    let before = distinct_id(&page);
    page.track("Before", "{}");
    page.set_ids(r#"{"distinct_id":"given","$device_id":"device","$user_id":""}"#);
    page.track("After", "{}");
    let mut next = reload(&page, "{}");
    next.track("Next", "{}");
    assert_eq!(event(&mut page, "Before")["distinct_id"], before);
    for after in [event(&mut page, "After"), event(&mut next, "Next")] {
        assert_eq!((&after["distinct_id"], &after["$device_id"], after.get("plan")), (&json!("given"), &json!("device"), None));
    }
    assert_eq!(errors(&page), [("reserved_property", "$user_id".into())]);
    assert_eq!(event_names(&page), ["Before", "After"]);
}

#[test]
fn an_identify_that_is_silent_names_the_visitor_all_the_same() {
    let mut page = granted("{}");
    page.deliver(Delivery { silent: true, ..Delivery::default() });
    page.identify("user-1");
    page.track("After", "{}");
    assert_eq!(event(&mut page, "After")["$user_id"], "user-1");
    assert_eq!(event_names(&page), ["After"]);
}

// ---- groups and lists

#[test]
fn the_id_of_a_group_can_be_any_json() {
    let mut page = granted("{}");
    page.group_of(Operation::Set, r#"{"a":1}"#, "company", "7");
    page.group_of(Operation::Set, r#"{"a":1}"#, "company", r#""7""#);
    for none in ["", "null", "\"\"", "{"] {
        page.group_of(Operation::Set, r#"{"a":1}"#, "company", none);
    }
    page.flushes(1);
    pass(&mut page, 1);
    let records: Vec<serde_json::Value> = serde_json::from_str(&page.platform().sent[0].data).unwrap();
    let ids: Vec<_> = records.iter().map(|record| record["$group_id"].clone()).collect();
    assert_eq!(ids, [json!(7), json!("7")]);
    assert_eq!(errors(&page)[0], ("invalid_argument", "group".into()));
}

#[test]
fn what_cannot_be_merged_or_added_costs_only_itself() {
    let mut page = granted("{}");
    page.identify("user-1");
    page.profile(Operation::Union, r#"{"a":[1,"x"],"b":[null]}"#);
    page.profile(Operation::Add, r#"{"n":1,"m":"one"}"#);
    let updates: Vec<_> = delivered(&mut page).into_iter().filter(|record| record["event"].is_null()).collect();
    assert_eq!((&updates[0]["$union"], &updates[1]["$add"]), (&json!({"a": [1, "x"]}), &json!({"n": 1})));
    assert_eq!(errors(&page), [("invalid_property", "b".into()), ("invalid_property", "m".into())]);
}

// ---- what is stored

#[test]
fn a_page_that_keeps_nothing_takes_what_is_stored_off_the_device() {
    let mut page = granted("{}");
    page.identify("user-1");
    let mut next = reload(&page, r#"{"persistence":"memory"}"#);
    assert_eq!(distinct_id(&next), "user-1");
    assert_eq!(stored(&next, Store::Local, IDENTITY), None);
    next.track("After", "{}");
    assert_eq!(event(&mut next, "After")["$user_id"], "user-1");
}

#[test]
fn of_two_stores_one_fills_what_the_other_lacks_of_the_same_visitor() {
    for (first, other, plan, device) in [
        (r#"{"distinct_id":"u"}"#, r#"{"distinct_id":"$device:d","$device_id":"d","plan":"pro"}"#, Some("pro"), Some("d")),
        (
            r#"{"distinct_id":"$device:e","$device_id":"e"}"#,
            r#"{"distinct_id":"u","$device_id":"d","$user_id":"u","plan":"pro"}"#,
            None,
            Some("e"),
        ),
    ] {
        let mut page = granted("{}");
        put(page.platform_mut(), Store::Local, IDENTITY, first);
        put(page.platform_mut(), Store::Cookie, IDENTITY, other);
        let mut next = reload(&page, "{}");
        next.track("After", "{}");
        let after = event(&mut next, "After");
        assert_eq!(after.get("plan").and_then(|plan| plan.as_str()), plan);
        assert_eq!(after.get("$device_id").and_then(|device| device.as_str()), device);
        assert_eq!(after.get("$user_id"), None);
    }
}

// ---- ids that say nobody's name

const HASH: &str = "75e1c9e2ecfeb00cd5106d0f6a93667bcc6ab2f6fdf50fb3b4d1d60d4d4766c9";
const ANONYMOUS: &str = r#"{"anonymousIds":true}"#;

/// Everything that a page has stored, sent and told.
fn everything(page: &Page) -> String {
    let world = page.platform();
    format!("{:?} {:?} {:?} {:?}", world.local, world.jar, world.sent, world.notices)
}

#[test]
fn where_ids_are_to_be_anonymous_nobodys_own_is_stored_sent_or_told_of() {
    let mut page = granted(ANONYMOUS);
    page.identify("jane@x");
    page.alias("jane@x", None);
    page.alias(HASH, Some("jane@x"));
    page.group(Operation::Set, r#"{"a":1}"#, "company", "jane@x");
    page.membership(Operation::Set, "company", r#"["jane@x"]"#);
    page.set_ids(r#"{"distinct_id":"jane@x","$user_id":"jane@x"}"#);
    page.deliver(Delivery { says_ids: true, ..Delivery::default() });
    page.track("Theirs", r#"{"distinct_id":"jane@x","$user_id":"jane@x"}"#);
    assert!(page.adopt(Kind::Track, r#"{"event":"Left","properties":{"token":"TOKEN","distinct_id":"jane@x"}}"#, page.platform().now));
    delivered(&mut page);
    assert!(!everything(&page).contains("jane@x"));
    assert_eq!(event_names(&page), ["Theirs"]);
    assert!(errors(&page).iter().all(|(code, about)| (*code != "invalid_user_id" || about.is_empty()) && !about.contains("jane@x")));
    assert_eq!(errors(&page).iter().filter(|(code, _)| *code == "invalid_user_id").count(), 2, "once, and of what was dropped");
}

#[test]
fn where_ids_are_to_be_anonymous_hashes_are_taken() {
    let mut page = granted(ANONYMOUS);
    page.identify(HASH);
    page.membership(Operation::Set, "company", &format!("[\"{HASH}\"]"));
    page.group(Operation::Set, r#"{"a":1}"#, "company", HASH);
    page.track("After", "{}");
    let after = event(&mut page, "After");
    assert_eq!((&after["distinct_id"], &after["company"]), (&json!(HASH), &json!([HASH])));
    assert_eq!(errors(&page), []);
    assert_eq!(distinct_id(&reload(&page, ANONYMOUS)), HASH);
}

#[test]
fn somebodys_own_id_from_before_ids_were_anonymous_is_nobodys_any_more() {
    let mut page = granted("{}");
    page.identify("jane@x");
    page.track("Before", "{}");
    delivered(&mut page);
    let mut next = reload(&page, ANONYMOUS);
    next.track("After", "{}");
    let after = event(&mut next, "After");
    assert_eq!(after.get("$user_id"), None);
    assert!(after["distinct_id"].as_str().unwrap().starts_with("$device:"));
    assert!(!stored(&next, Store::Local, IDENTITY).unwrap().contains("jane@x"));
}
