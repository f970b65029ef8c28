//! The rules of Mixpanel's wire for requests and records (`WIRE.md` 1.6, 1.7 and 5), checked on
//! parsed JSON, independently of the core.

use std::collections::HashSet;

use consentry::Sent;
use serde_json::{Map, Value};

use super::TOKEN;

/// Ids the server refuses.
pub const REFUSED: [&str; 19] = [
    "",
    "00000000-0000-0000-0000-000000000000",
    "anon",
    "anonymous",
    "nil",
    "none",
    "null",
    "n/a",
    "na",
    "undefined",
    "unknown",
    "<nil>",
    "0",
    "-1",
    "true",
    "false",
    "[]",
    "{}",
    "$device:",
];
const IDS: [&str; 3] = ["$device_id", "$user_id", "$had_persisted_distinct_id"];
const PROFILE_OPERATIONS: [&str; 8] = ["$set", "$set_once", "$add", "$append", "$union", "$remove", "$unset", "$delete"];
const GROUP_OPERATIONS: [&str; 6] = ["$set", "$set_once", "$union", "$remove", "$unset", "$delete"];

/// The host, path and query parameters of a request.
pub fn address(sent: &Sent) -> (String, String, Vec<(String, String)>) {
    let rest = sent.url.split_once("://").expect("an absolute address").1;
    let (place, query) = rest.split_once('?').expect("a query");
    let (host, path) = place.split_at(place.find('/').expect("a path"));
    let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.into(), value.into())).expect("name=value");
    (host.into(), path.into(), query.split('&').map(pair).collect())
}

/// The records of a request. Panics where the request or a record breaks a rule of the wire.
pub fn records_of(sent: &Sent) -> Vec<Value> {
    let (_, path, query) = address(sent);
    let names: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["verbose", "ip", "_"], "{}", sent.url);
    assert!(query[0].1 == "1" && matches!(query[1].1.as_str(), "0" | "1") && query[2].1.parse::<u64>().is_ok(), "{}", sent.url);
    let list: Vec<Value> = serde_json::from_str(&sent.data).unwrap_or_else(|error| panic!("not a JSON array, {error}: {}", sent.data));
    assert!((1..=2000).contains(&list.len()), "{} records in a request", list.len());
    assert!(sent.data.len() < 10 << 20, "a request of {} bytes", sent.data.len());
    let now: u64 = query[2].1.parse().unwrap();
    for record in &list {
        let Value::Object(members) = record else { panic!("not an object: {record}") };
        let checked = if path.ends_with("/track/") {
            check_event(members, now)
        } else if path.ends_with("/engage/") {
            check_profile(members)
        } else {
            assert!(path.ends_with("/groups/"), "no such path: {path}");
            check_group(members)
        };
        assert_eq!(checked, Ok(()), "{record}");
    }
    assert_eq!(repeated_key(&sent.data), None, "{}", sent.data);
    list
}

fn check_event(members: &Map<String, Value>, sent_at: u64) -> Result<(), String> {
    only(members, &["event", "properties"])?;
    let name = text(members, "event")?;
    ensure(!name.is_empty() && units(name) <= 255, "the name")?;
    let Some(Value::Object(properties)) = members.get("properties") else { return Err("no properties".into()) };
    ensure(properties.len() <= 254, "too many properties")?;
    ensure(text(properties, "token")? == TOKEN, "token")?;
    check_ids(properties, "distinct_id")?;
    let time = properties.get("time").and_then(Value::as_f64).ok_or("no time")?;
    ensure(time > 0.0 && time <= sent_at as f64 / 1000.0, "time is not in the past, in seconds")?;
    let insert_id = text(properties, "$insert_id")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ensure(insert_id.len() <= 36 && !REFUSED.contains(&insert_id) && insert_id.bytes().all(allowed), "$insert_id")?;
    for name in ["$ignore", "bucket", "$bucket"] {
        ensure(!properties.contains_key(name), name)?;
    }
    properties.iter().try_for_each(|(name, value)| check_property(name, value, 8 * 1024))
}

fn check_profile(members: &Map<String, Value>) -> Result<(), String> {
    ensure(text(members, "$token")? == TOKEN, "$token")?;
    check_ids(members, "$distinct_id")?;
    ensure(members.contains_key("$user_id"), "an update of somebody who was not identified")?;
    check_operation(members, &[&["$token", "$distinct_id"], &IDS[..]].concat(), &PROFILE_OPERATIONS)
}

fn check_group(members: &Map<String, Value>) -> Result<(), String> {
    ensure(text(members, "$token")? == TOKEN, "$token")?;
    for name in ["$group_key", "$group_id"] {
        let text = text(members, name)?;
        ensure(!text.is_empty() && units(text) <= 255, name)?;
    }
    check_operation(members, &["$token", "$group_key", "$group_id"], &GROUP_OPERATIONS)
}

/// One operation, of the right shape, beside the identifiers.
fn check_operation(members: &Map<String, Value>, ids: &[&str], operations: &[&str]) -> Result<(), String> {
    let others: Vec<&String> = members.keys().filter(|name| !ids.contains(&name.as_str())).collect();
    let [operation] = others[..] else { return Err(format!("not one operation: {others:?}")) };
    ensure(operations.contains(&operation.as_str()), operation)?;
    let operand = &members[operation];
    let properties = match (operation.as_str(), operand) {
        ("$delete", Value::String(text)) => return ensure(text.is_empty(), "$delete takes an empty text"),
        ("$unset", Value::Array(names)) => {
            let is_name = |name: &Value| name.as_str().is_some_and(|name| units(name) <= 255);
            return ensure(!names.is_empty() && names.iter().all(is_name), "names to unset");
        }
        (_, Value::Object(properties)) if operation != "$delete" && operation != "$unset" => properties,
        _ => return Err(format!("operand of {operation}")),
    };
    ensure(!properties.is_empty() && properties.len() <= 2000, "number of properties")?;
    for (name, value) in properties {
        check_property(name, value, 256 * 1024)?;
        for reserved in ["$token", "$distinct_id", "$device_id", "$user_id", "$had_persisted_distinct_id"] {
            ensure(name != reserved, reserved)?;
        }
        match operation.as_str() {
            "$add" => ensure(value.is_number(), "$add takes numbers")?,
            "$union" => ensure(value.as_array().is_some_and(|list| !list.is_empty()), "$union takes lists")?,
            _ => {}
        }
    }
    Ok(())
}

/// The ids of an event or a profile update agree with each other.
fn check_ids(members: &Map<String, Value>, distinct_name: &str) -> Result<(), String> {
    let distinct_id = text(members, distinct_name)?;
    ensure(!REFUSED.contains(&distinct_id), distinct_name)?;
    for name in IDS {
        match (name, members.get(name)) {
            (_, None) => {}
            ("$had_persisted_distinct_id", Some(value)) => ensure(value == &Value::Bool(true), name)?,
            (_, Some(Value::String(id))) => ensure(!REFUSED.contains(&id.as_str()), name)?,
            _ => return Err(name.into()),
        }
    }
    Ok(())
}

fn check_property(name: &str, value: &Value, most_bytes: usize) -> Result<(), String> {
    ensure(units(name) <= 255, "a long name")?;
    if value.is_object() || value.is_array() {
        // Compact JSON is never longer than what was sent.
        ensure(serde_json::to_string(value).unwrap().len() <= most_bytes, "a large list or object")?;
    }
    check_value(value, 0).map_err(|error| format!("{name}: {error}"))
}

fn check_value(value: &Value, depth: usize) -> Result<(), String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => ensure(units(text) <= 255, "a long text"),
        Value::Array(items) => {
            ensure(depth < 3 && items.len() < 255, "a list too deep or too long")?;
            items.iter().try_for_each(|item| check_value(item, depth + 1))
        }
        Value::Object(members) => {
            ensure(depth < 3 && members.len() < 255, "an object too deep or too large")?;
            members.iter().try_for_each(|(name, value)| {
                ensure(units(name) <= 255, "a long name")?;
                check_value(value, depth + 1)
            })
        }
    }
}

/// The first key that stands twice in a record or in its properties. A parser that builds a tree
/// would not tell.
pub fn repeated_key(json: &str) -> Option<String> {
    let mut open: Vec<HashSet<String>> = Vec::new();
    let bytes = json.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'{' => open.push(HashSet::new()),
            b'}' => drop(open.pop()),
            b'"' => {
                at += 1;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let key: String = serde_json::from_str(&json[start..=at]).unwrap();
                if bytes.get(at + 1) == Some(&b':') && open.len() <= 2 && !open.last_mut().unwrap().insert(key.clone()) {
                    return Some(key);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// UTF-16 units, as JavaScript counts the length of a text.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    members.get(name).and_then(Value::as_str).ok_or_else(|| format!("no text {name}"))
}

fn only(members: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    members.keys().try_for_each(|name| ensure(names.contains(&name.as_str()), name))
}

fn ensure(holds: bool, rule: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(rule.into()) }
}
