//! Rules about one update of a user profile.

use serde_json::Value;

use super::event::{is_no_address, record_size};
use super::operations::{self, ADD, APPEND, DELETE, Key, REMOVE, SET, SET_ONCE, UNION, UNSET, key};
use super::{Case, Findings, Rule, identifiers};

const OPERATIONS: &[Key] = &[SET, SET_ONCE, ADD, APPEND, UNION, REMOVE, UNSET, DELETE];

/// What may stand beside the operation.
const MODIFIERS: &[Key] = &[
    key("$ip", |value| (!is_no_address(value)).then_some("an address must not be sent, only 0")),
    key("$ignore_time", boolean),
    key("$ignore_alias", boolean),
    key("$time", number),
    key("$latitude", number),
    key("$longitude", number),
    key("$had_persisted_distinct_id", boolean),
];

fn boolean(value: &Value) -> Option<&'static str> {
    (!value.is_boolean()).then_some("must be true or false")
}

fn number(value: &Value) -> Option<&'static str> {
    (!value.is_number()).then_some("must be a number")
}

const IDENTIFIERS: [&str; 4] = ["$token", "$distinct_id", "$device_id", "$user_id"];

pub(super) const RULES: &[Rule] = &[
    Rule { name: "token", check: |case, found| identifiers::check_name("$token", case.field("$token"), found) },
    Rule { name: "distinct_id", check: distinct_id },
    Rule { name: "user_id", check: user_id },
    Rule { name: "device_id", check: device_id },
    Rule { name: "one_operation", check: |case, found| operations::one(case, OPERATIONS, found) },
    Rule { name: "operand", check: |case, found| operations::shapes(case, OPERATIONS, found) },
    Rule { name: "modifier", check: |case, found| operations::shapes(case, MODIFIERS, found) },
    Rule { name: "known_keys", check: known_keys },
    Rule { name: "reserved_property", check: |case, found| operations::reserved_property(case, OPERATIONS, found) },
    Rule { name: "property_count", check: |case, found| operations::property_count(case, OPERATIONS, found) },
    Rule { name: "geolocation", check: |case, found| operations::geolocation(case, OPERATIONS, found) },
    Rule { name: "record_size", check: record_size },
];

/// A profile is never made for an unidentified device, so a device id is as wrong here as a refused
/// one.
fn distinct_id(case: &Case<'_>, findings: &mut Findings) {
    match case.field("$distinct_id") {
        None => findings.add("$distinct_id", "missing or empty"),
        Some(id) => identifiers::check_user("$distinct_id", id, findings),
    }
}

fn user_id(case: &Case<'_>, findings: &mut Findings) {
    if let Some(id) = case.field("$user_id") {
        identifiers::check_user("$user_id", id, findings);
    }
}

fn device_id(case: &Case<'_>, findings: &mut Findings) {
    if let Some(id) = case.field("$device_id") {
        identifiers::check_device("$device_id", id, findings);
    }
}

fn known_keys(case: &Case<'_>, findings: &mut Findings) {
    let known = OPERATIONS.iter().chain(MODIFIERS).map(|key| key.name);
    for name in case.record.keys() {
        if !IDENTIFIERS.contains(&name.as_str()) && !known.clone().any(|other| other == name) {
            findings.add(name, "not known here");
        }
    }
}

#[cfg(test)]
mod tests;
