//! The operations of profile updates, for users and groups alike.

use serde_json::Value;

use super::event::is_place;
use super::{Case, Findings};

const MOST_PROPERTIES: usize = 2000;

/// Names that belong beside the operation and never inside it.
const RESERVED: [&str; 5] = ["$distinct_id", "$token", "$device_id", "$user_id", "$had_persisted_distinct_id"];

/// A key of an update, and what is wrong with its value.
pub(super) struct Key {
    pub(super) name: &'static str,
    check: fn(&Value) -> Option<&'static str>,
}

pub(super) const fn key(name: &'static str, check: fn(&Value) -> Option<&'static str>) -> Key {
    Key { name, check }
}

pub(super) const SET: Key = key("$set", any_object);
pub(super) const SET_ONCE: Key = key("$set_once", any_object);
pub(super) const ADD: Key = key("$add", |operand| match operand.as_object() {
    None => Some("must be an object"),
    Some(numbers) => (!numbers.values().all(Value::is_number)).then_some("each value must be a number"),
});
pub(super) const APPEND: Key = key("$append", any_object);
pub(super) const UNION: Key = key("$union", |operand| match operand.as_object() {
    None => Some("must be an object"),
    Some(lists) => (!lists.values().all(is_union_list)).then_some("each value must be a list of strings or numbers"),
});
pub(super) const REMOVE: Key = key("$remove", any_object);
pub(super) const UNSET: Key = key("$unset", |operand| {
    let names = operand.as_array().filter(|names| !names.is_empty());
    (!names.is_some_and(|names| names.iter().all(is_name))).then_some("must be a list of names, not empty")
});
pub(super) const DELETE: Key = key("$delete", |operand| (operand.as_str() != Some("")).then_some("must be an empty string"));

fn any_object(operand: &Value) -> Option<&'static str> {
    (!operand.is_object()).then_some("must be an object")
}

fn is_union_list(value: &Value) -> bool {
    let items = value.as_array().filter(|items| !items.is_empty());
    items.is_some_and(|items| items.iter().all(|item| item.is_string() || item.is_number()))
}

fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(|name| !name.is_empty())
}

/// Exactly one of `operations` must be there.
pub(super) fn one(case: &Case<'_>, operations: &[Key], findings: &mut Findings) {
    let present: Vec<_> = operations.iter().map(|operation| operation.name).filter(|name| case.field(name).is_some()).collect();
    match present.as_slice() {
        [_] => {}
        [] => findings.add("record", "holds no operation"),
        several => findings.add("record", format_args!("holds several operations: {}", several.join(" "))),
    }
}

/// Each of `keys` that is there must have a value of the right shape.
pub(super) fn shapes(case: &Case<'_>, keys: &[Key], findings: &mut Findings) {
    for key in keys {
        if let Some(message) = case.field(key.name).and_then(key.check) {
            findings.add(key.name, message);
        }
    }
}

/// The properties that the operations of this record touch: `(operation, property)`.
fn touched<'a>(case: &Case<'a>, operations: &'a [Key]) -> impl Iterator<Item = (&'static str, &'a str)> {
    operations.iter().filter_map(|operation| Some((operation.name, case.field(operation.name)?))).flat_map(|(name, operand)| {
        let keys = operand.as_object().into_iter().flat_map(|keys| keys.keys());
        let items = operand.as_array().into_iter().flatten();
        keys.map(String::as_str).chain(items.filter_map(Value::as_str)).map(move |property| (name, property))
    })
}

pub(super) fn reserved_property(case: &Case<'_>, operations: &[Key], findings: &mut Findings) {
    for (operation, property) in touched(case, operations) {
        if RESERVED.contains(&property) {
            findings.add(format_args!("{operation}.{property}"), "reserved by the server");
        }
    }
}

pub(super) fn property_count(case: &Case<'_>, operations: &[Key], findings: &mut Findings) {
    let count = touched(case, operations).count();
    if count > MOST_PROPERTIES {
        findings.add("record", format_args!("{count} properties, at most {MOST_PROPERTIES} allowed"));
    }
}

/// A place sent in spite of `ip=0`. Removing a stored one is the opposite of that.
pub(super) fn geolocation(case: &Case<'_>, operations: &[Key], findings: &mut Findings) {
    let message = "a place in a request with ip=0";
    for (operation, property) in touched(case, operations) {
        if is_place(property, case) && !matches!(operation, "$unset" | "$remove") {
            findings.add(format_args!("{operation}.{property}"), message);
        }
    }
    for name in case.record.keys().filter(|name| is_place(name, case)) {
        findings.add(name, message);
    }
}
