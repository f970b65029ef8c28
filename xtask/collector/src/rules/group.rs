//! Rules about one update of a group profile: like a user's, with fewer operations and no
//! modifiers.

use serde_json::Value;

use super::event::record_size;
use super::identifiers::{self, is_refused};
use super::operations::{self, DELETE, Key, REMOVE, SET, SET_ONCE, UNION, UNSET};
use super::{Case, Findings, Rule};

/// No `$add` and no `$append`: one page of the documentation lists them, no endpoint and no client
/// has them.
const OPERATIONS: &[Key] = &[SET, SET_ONCE, UNION, REMOVE, UNSET, DELETE];

const IDENTIFIERS: [&str; 3] = ["$token", "$group_key", "$group_id"];

pub(super) const RULES: &[Rule] = &[
    Rule { name: "token", check: |case, found| identifiers::check_name("$token", case.field("$token"), found) },
    Rule { name: "group_key", check: |case, found| identifiers::check_name("$group_key", case.field("$group_key"), found) },
    Rule { name: "group_id", check: group_id },
    Rule { name: "one_operation", check: |case, found| operations::one(case, OPERATIONS, found) },
    Rule { name: "operand", check: |case, found| operations::shapes(case, OPERATIONS, found) },
    Rule { name: "known_keys", check: known_keys },
    Rule { name: "reserved_property", check: |case, found| operations::reserved_property(case, OPERATIONS, found) },
    Rule { name: "property_count", check: |case, found| operations::property_count(case, OPERATIONS, found) },
    Rule { name: "geolocation", check: |case, found| operations::geolocation(case, OPERATIONS, found) },
    Rule { name: "record_size", check: record_size },
];

/// A string in the specification; clients in the field send numbers too.
fn group_id(case: &Case<'_>, findings: &mut Findings) {
    match case.field("$group_id") {
        Some(Value::String(id)) if is_refused(id) => findings.add("$group_id", format_args!("{id:?} is a refused value")),
        Some(Value::String(id)) if !id.is_empty() => {}
        Some(Value::Number(_)) => {}
        Some(Value::String(_)) | None => findings.add("$group_id", "missing or empty"),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            findings.add("$group_id", "must be a string or a number");
        }
    }
}

fn known_keys(case: &Case<'_>, findings: &mut Findings) {
    let known = |key: &str| IDENTIFIERS.contains(&key) || OPERATIONS.iter().any(|known| known.name == key);
    for key in case.record.keys().filter(|key| !known(key)) {
        findings.add(key, "not known here");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{Change, breaks, passes};
    use super::*;
    use crate::kind::Kind;

    fn good() -> Value {
        json!({"$token": "t", "$group_key": "company", "$group_id": "acme", "$set": {"plan": "pro"}})
    }

    #[test]
    fn good_updates_pass() {
        passes(
            Kind::Groups,
            &good(),
            &[
                |update| update["$group_id"] = json!(7),
                |update| operate(update, "$set_once", json!({"a": 1})),
                |update| operate(update, "$union", json!({"a": ["b"]})),
                |update| operate(update, "$remove", json!({"a": "b"})),
                |update| operate(update, "$unset", json!(["a"])),
                |update| operate(update, "$delete", json!("")),
            ],
        );
    }

    fn operate(update: &mut Value, operation: &str, operand: Value) {
        let fields = update.as_object_mut().unwrap();
        fields.remove("$set");
        fields.insert(operation.to_owned(), operand);
    }

    #[test]
    fn each_rule_is_broken_by_a_change() {
        let changes: &[Change] = &[
            ("token", |update| update["$token"] = json!(null)),
            ("group_key", |update| update["$group_key"] = json!("")),
            ("group_id", |update| update["$group_id"] = json!("")),
            ("group_id", |update| update["$group_id"] = json!({})),
            ("group_id", |update| update["$group_id"] = json!("undefined")),
            ("one_operation", |update| operate(update, "$add", json!({"n": 1}))),
            ("one_operation", |update| update["$delete"] = json!("")),
            ("operand", |update| operate(update, "$delete", json!(null))),
            ("known_keys", |update| update["$append"] = json!({"a": 1})),
            ("known_keys", |update| update["$distinct_id"] = json!("u1")),
            ("known_keys", |update| update["$device_id"] = json!("3f2504e0-4f89-41d3-9a0c-0305e82c3301")),
            ("reserved_property", |update| update["$set"]["$distinct_id"] = json!("u1")),
            ("property_count", |update| update["$set"] = (0..2001).map(|n| (n.to_string(), json!(n))).collect()),
            ("geolocation", |update| update["$set"]["$region"] = json!("Utrecht")),
            ("record_size", |update| update["$set"]["a"] = json!("x".repeat(1024 * 1024))),
        ];
        breaks(Kind::Groups, &good(), RULES, changes);
    }
}
