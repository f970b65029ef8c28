use serde_json::{Value, json};

use super::super::trial::{Change, NOW, breaks, passes};
use super::*;
use crate::kind::Kind;

const DEVICE: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

fn good() -> Value {
    json!({"event": "Signed Up", "properties": {
        "token": "t",
        "distinct_id": format!("$device:{DEVICE}"),
        "$device_id": DEVICE,
        "time": NOW / 1000.0 - 0.5,
        "$insert_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3302",
        "$browser_version": null,
        "plan": {"name": "pro", "seats": [1, 2]},
    }})
}

#[test]
fn good_events_pass() {
    passes(
        Kind::Track,
        &good(),
        &[
            |event| event["properties"]["time"] = json!(NOW),
            |event| event["properties"]["time"] = json!(NOW + CLOCK_TOLERANCE),
            |event| event["properties"]["time"] = json!(NOW - OLDEST),
            |event| event["properties"]["distinct_id"] = json!(""),
            |event| event["properties"]["$insert_id"] = json!("a"),
            |event| event["properties"]["ip"] = json!(0),
            |event| event["properties"]["$ip"] = json!("0"),
            |event| {
                event["properties"]["$user_id"] = json!("u1");
                event["properties"]["distinct_id"] = json!("u1");
            },
            |event| fill(event, MOST_PROPERTIES),
        ],
    );
}

fn fill(event: &mut Value, count: usize) {
    let properties = event["properties"].as_object_mut().unwrap();
    for number in 0..count - properties.len() {
        properties.insert(format!("p{number}"), json!(number));
    }
}

#[test]
fn each_rule_is_broken_by_a_change() {
    let changes: &[Change] = &[
        ("top_level_keys", |event| event["$mp_metadata"] = json!({})),
        ("event_name", |event| event["event"] = json!("")),
        ("event_name", |event| event["event"] = json!(1)),
        ("event_name", |event| drop(event.as_object_mut().unwrap().remove("event"))),
        ("properties", |event| event["properties"] = json!([])),
        ("token", |event| event["properties"]["token"] = json!("")),
        ("token", |event| event["properties"]["token"] = json!(5)),
        ("token", |event| remove(event, "token")),
        ("distinct_id", |event| remove(event, "distinct_id")),
        ("distinct_id", |event| event["properties"]["distinct_id"] = json!(7)),
        ("distinct_id", |event| event["properties"]["distinct_id"] = json!("undefined")),
        ("user_id", |event| event["properties"]["$user_id"] = json!("$device:u")),
        ("user_id", |event| event["properties"]["$user_id"] = json!("null")),
        ("user_id", |event| event["properties"]["$user_id"] = json!(1)),
        ("device_id", |event| event["properties"]["$device_id"] = json!("18f-2a")),
        ("device_id", |event| event["properties"]["$device_id"] = json!(null)),
        ("ids_agree", |event| event["properties"]["distinct_id"] = json!(DEVICE)),
        ("ids_agree", |event| event["properties"]["distinct_id"] = json!("$device:3f2504e0-4f89-41d3-9a0c-0305e82c3309")),
        ("ids_agree", |event| remove(event, "$device_id")),
        ("ids_agree", |event| {
            event["properties"]["distinct_id"] = json!("u1");
            remove(event, "$device_id");
        }),
        ("time", |event| remove(event, "time")),
        ("time", |event| event["properties"]["time"] = json!("1800000000")),
        ("time", |event| event["properties"]["time"] = json!(NOW + CLOCK_TOLERANCE + 1.0)),
        ("time", |event| event["properties"]["time"] = json!((NOW - OLDEST) / 1000.0 - 1.0)),
        ("time", |event| event["properties"]["time"] = json!(-5)),
        ("insert_id", |event| remove(event, "$insert_id")),
        ("insert_id", |event| event["properties"]["$insert_id"] = json!("")),
        ("insert_id", |event| event["properties"]["$insert_id"] = json!(1)),
        ("insert_id", |event| event["properties"]["$insert_id"] = json!("a_b")),
        ("insert_id", |event| event["properties"]["$insert_id"] = json!("a".repeat(37))),
        ("insert_id", |event| event["properties"]["$insert_id"] = json!("-1")),
        ("property_count", |event| fill(event, MOST_PROPERTIES + 1)),
        ("address", |event| event["properties"]["ip"] = json!("192.0.2.1")),
        ("address", |event| event["properties"]["$ip"] = json!("192.0.2.1")),
        ("reserved_property", |event| event["properties"]["$ignore"] = json!(true)),
        ("reserved_property", |event| event["properties"]["bucket"] = json!(1)),
        ("reserved_property", |event| event["properties"]["$bucket"] = json!(1)),
        ("geolocation", |event| event["properties"]["$city"] = json!("Utrecht")),
        ("geolocation", |event| event["properties"]["$latitude"] = json!(52.0)),
        ("record_size", |event| event["properties"]["long"] = json!("x".repeat(SIZE_LIMIT))),
    ];
    breaks(Kind::Track, &good(), RULES, changes);
}

fn remove(event: &mut Value, name: &str) {
    event["properties"].as_object_mut().unwrap().remove(name).unwrap();
}
