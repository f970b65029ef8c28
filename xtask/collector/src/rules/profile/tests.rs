use serde_json::{Value, json};

use super::super::trial::{Change, breaks, findings, passes};
use super::*;
use crate::kind::Kind;

fn good() -> Value {
    json!({"$token": "t", "$distinct_id": "u1", "$set": {"plan": "pro", "seats": [1, 2]}})
}

fn with(operation: &str, operand: Value) -> Value {
    json!({"$token": "t", "$distinct_id": "u1", operation: operand})
}

#[test]
fn good_updates_pass() {
    passes(
        Kind::Engage,
        &good(),
        &[
            |update| update["$ip"] = json!("0"),
            |update| update["$ip"] = json!(0),
            |update| update["$ignore_time"] = json!(true),
            |update| update["$ignore_alias"] = json!(false),
            |update| update["$time"] = json!(1_800_000_000_000_u64),
            |update| update["$user_id"] = json!("u1"),
            |update| update["$device_id"] = json!("3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
            |update| update["$had_persisted_distinct_id"] = json!(true),
            |update| update["$set"] = (0..2000).map(|n| (n.to_string(), json!(n))).collect(),
        ],
    );
}

#[test]
fn every_operation_has_a_good_and_a_bad_operand() {
    let rows = [
        ("$set", json!({"a": [1], "b": null}), json!([])),
        ("$set_once", json!({"a": "2026-01-01T00:00:00"}), json!("a")),
        ("$add", json!({"a": -1.5}), json!({"a": "1"})),
        ("$add", json!({"a": 1}), json!(1)),
        ("$append", json!({"a": "v", "b": 2}), json!(["a"])),
        ("$union", json!({"a": ["v", 1]}), json!({"a": []})),
        ("$union", json!({"a": ["v"]}), json!({"a": "v"})),
        ("$union", json!({"a": ["v"]}), json!({"a": [{}]})),
        ("$union", json!({"a": ["v"]}), json!([])),
        ("$remove", json!({"a": "v"}), json!(["a"])),
        ("$unset", json!(["a", "b"]), json!([])),
        ("$unset", json!(["$city"]), json!({"a": 1})),
        ("$unset", json!(["a"]), json!([1])),
        ("$unset", json!(["a"]), json!([""])),
        ("$delete", json!(""), json!(null)),
        ("$delete", json!(""), json!("u1")),
    ];
    for (operation, right, wrong) in rows.clone() {
        assert_eq!(findings(Kind::Engage, &with(operation, right)), [""; 0]);
        let found = findings(Kind::Engage, &with(operation, wrong));
        assert!(matches!(&found[..], [only] if only.starts_with(&format!("{operation}: operand: "))), "{found:?}");
    }
    assert!(OPERATIONS.iter().all(|operation| rows.iter().any(|(name, ..)| *name == operation.name)));
}

#[test]
fn each_rule_is_broken_by_a_change() {
    let changes: &[Change] = &[
        ("token", |update| update["$token"] = json!("")),
        ("token", |update| drop(update.as_object_mut().unwrap().remove("$token"))),
        ("distinct_id", |update| drop(update.as_object_mut().unwrap().remove("$distinct_id"))),
        ("distinct_id", |update| update["$distinct_id"] = json!("")),
        ("distinct_id", |update| update["$distinct_id"] = json!("anonymous")),
        ("distinct_id", |update| update["$distinct_id"] = json!("$device:3f2504e0-4f89-41d3-9a0c-0305e82c3301")),
        ("user_id", |update| update["$user_id"] = json!("$device:x")),
        ("device_id", |update| update["$device_id"] = json!("x")),
        ("one_operation", |update| drop(update.as_object_mut().unwrap().remove("$set"))),
        ("one_operation", |update| update["$delete"] = json!("")),
        ("operand", |update| update["$set"] = json!(1)),
        ("modifier", |update| update["$ip"] = json!("192.0.2.1")),
        ("modifier", |update| update["$ignore_time"] = json!(1)),
        ("modifier", |update| update["$ignore_alias"] = json!("true")),
        ("modifier", |update| update["$time"] = json!("now")),
        ("modifier", |update| update["$latitude"] = json!("52")),
        ("modifier", |update| update["$longitude"] = json!(null)),
        ("modifier", |update| update["$had_persisted_distinct_id"] = json!(1)),
        ("known_keys", |update| update["$mp_metadata"] = json!({})),
        ("known_keys", |update| update["properties"] = json!({})),
        ("reserved_property", |update| update["$set"]["$token"] = json!("t")),
        ("reserved_property", |update| *update = with("$unset", json!(["$user_id"]))),
        ("property_count", |update| {
            update["$set"] = (0..2001).map(|n| (n.to_string(), json!(n))).collect();
        }),
        ("geolocation", |update| update["$set"]["$city"] = json!("Utrecht")),
        ("geolocation", |update| update["$set"]["$country_code"] = json!("NL")),
        ("geolocation", |update| update["$latitude"] = json!(52)),
        ("record_size", |update| update["$set"]["a"] = json!("x".repeat(1024 * 1024))),
    ];
    breaks(Kind::Engage, &good(), RULES, changes);
}
