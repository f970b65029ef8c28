//! Rules about one event.

use serde_json::Value;

use super::identifiers::{self, DEVICE_PREFIX};
use super::values::json_size;
use super::{Case, Findings, Rule};

const MOST_PROPERTIES: usize = 254;
const SIZE_LIMIT: usize = 1024 * 1024;
const INSERT_ID_LENGTH: usize = 36;
const OLDEST: f64 = 5.0 * 24.0 * 60.0 * 60.0 * 1000.0;
const CLOCK_TOLERANCE: f64 = 60_000.0;

/// Times from here on are milliseconds: as seconds they would lie beyond the year 5000, as
/// milliseconds in 1973.
const FIRST_MILLISECONDS: f64 = 1e11;

/// Names that ingestion uses itself, or that make it drop the event.
const RESERVED: [&str; 3] = ["bucket", "$bucket", "$ignore"];

/// Where the visitor is, explicitly.
const PLACES: [&str; 6] = ["$city", "$region", "mp_country_code", "$country_code", "$latitude", "$longitude"];

pub(super) const RULES: &[Rule] = &[
    Rule { name: "top_level_keys", check: top_level_keys },
    Rule { name: "event_name", check: |case, found| identifiers::check_name("event", case.field("event"), found) },
    Rule { name: "properties", check: properties },
    Rule { name: "token", check: |case, found| identifiers::check_name("properties.token", case.property("token"), found) },
    Rule { name: "distinct_id", check: distinct_id },
    Rule { name: "user_id", check: user_id },
    Rule { name: "device_id", check: device_id },
    Rule { name: "ids_agree", check: ids_agree },
    Rule { name: "time", check: time },
    Rule { name: "insert_id", check: insert_id },
    Rule { name: "property_count", check: property_count },
    Rule { name: "address", check: address },
    Rule { name: "reserved_property", check: reserved_property },
    Rule { name: "geolocation", check: geolocation },
    Rule { name: "record_size", check: record_size },
];

fn top_level_keys(case: &Case<'_>, findings: &mut Findings) {
    for key in case.record.keys().filter(|key| !matches!(key.as_str(), "event" | "properties")) {
        findings.add(key, "only event and properties are allowed here");
    }
}

fn properties(case: &Case<'_>, findings: &mut Findings) {
    if !case.field("properties").is_some_and(Value::is_object) {
        findings.add("properties", "must be an object");
    }
}

fn distinct_id(case: &Case<'_>, findings: &mut Findings) {
    let field = "properties.distinct_id";
    match case.property("distinct_id").map(Value::as_str) {
        None => findings.add(field, "missing"),
        Some(None) => findings.add(field, "must be a string"),
        // The empty string is allowed: an event of nobody.
        Some(Some(id)) if identifiers::is_refused(id) => findings.add(field, format_args!("{id:?} is a refused value")),
        Some(Some(_)) => {}
    }
}

fn user_id(case: &Case<'_>, findings: &mut Findings) {
    if let Some(id) = case.property("$user_id") {
        identifiers::check_user("properties.$user_id", id, findings);
    }
}

fn device_id(case: &Case<'_>, findings: &mut Findings) {
    if let Some(id) = case.property("$device_id") {
        identifiers::check_device("properties.$device_id", id, findings);
    }
}

/// Without a user the event belongs to the device, and both ids must say so.
fn ids_agree(case: &Case<'_>, findings: &mut Findings) {
    let distinct_id = case.property("distinct_id").and_then(Value::as_str).unwrap_or_default();
    if distinct_id.is_empty() || case.property("$user_id").is_some() {
        return;
    }
    let device_id = case.property("$device_id").and_then(Value::as_str);
    if distinct_id.strip_prefix(DEVICE_PREFIX) != device_id || device_id.is_none() {
        findings.add("properties.distinct_id", "without $user_id it must be $device: followed by $device_id");
    }
}

fn time(case: &Case<'_>, findings: &mut Findings) {
    let field = "properties.time";
    let Some(time) = case.property("time").and_then(Value::as_f64) else {
        return findings.add(field, "must be a number");
    };
    let time = if time.abs() < FIRST_MILLISECONDS { time * 1000.0 } else { time };
    let ahead = time - case.circumstances.now;
    if ahead > CLOCK_TOLERANCE {
        findings.add(field, format_args!("{} s in the future", ahead / 1000.0));
    } else if -ahead > OLDEST {
        findings.add(field, format_args!("{} s ago, more than 5 days", -ahead / 1000.0));
    }
}

fn insert_id(case: &Case<'_>, findings: &mut Findings) {
    let field = "properties.$insert_id";
    match case.property("$insert_id").map(Value::as_str) {
        None => findings.add(field, "missing"),
        Some(Some(id)) if identifiers::is_refused(id) => findings.add(field, format_args!("{id:?} is a refused value")),
        Some(Some(id)) if is_insert_id(id) => {}
        Some(_) => findings.add(field, "must be 1 to 36 letters, digits or hyphens"),
    }
}

fn is_insert_id(id: &str) -> bool {
    (1..=INSERT_ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn property_count(case: &Case<'_>, findings: &mut Findings) {
    let count = case.properties().count();
    if count > MOST_PROPERTIES {
        findings.add("properties", format_args!("{count} properties, at most {MOST_PROPERTIES} allowed"));
    }
}

fn address(case: &Case<'_>, findings: &mut Findings) {
    for (name, value) in case.properties().filter(|(name, _)| matches!(name.as_str(), "ip" | "$ip")) {
        if !is_no_address(value) {
            findings.add(format_args!("properties.{name}"), "an address must not be sent, only 0");
        }
    }
}

/// Zero, in the two spellings that switch geolocation off.
pub(super) fn is_no_address(value: &Value) -> bool {
    value.as_i64() == Some(0) || value.as_str() == Some("0")
}

fn reserved_property(case: &Case<'_>, findings: &mut Findings) {
    for (name, _) in case.properties().filter(|(name, _)| RESERVED.contains(&name.as_str())) {
        findings.add(format_args!("properties.{name}"), "reserved by the server");
    }
}

fn geolocation(case: &Case<'_>, findings: &mut Findings) {
    for (name, _) in case.properties().filter(|(name, _)| is_place(name, case)) {
        findings.add(format_args!("properties.{name}"), "a place in a request with ip=0");
    }
}

/// Whether this property undoes the `ip=0` of its request.
pub(super) fn is_place(name: &str, case: &Case<'_>) -> bool {
    case.circumstances.geolocation_off && PLACES.contains(&name)
}

/// The same limit holds for profile updates.
pub(super) fn record_size(case: &Case<'_>, findings: &mut Findings) {
    let size = json_size(case.record);
    if size >= SIZE_LIMIT {
        findings.add("record", format_args!("{size} bytes, must be under {SIZE_LIMIT}"));
    }
}

#[cfg(test)]
mod tests;
