//! What may name a project, a visitor or a device.

use serde_json::Value;

use super::Findings;

/// Values that ingestion refuses as an id, because they come from faulty clients and would merge
/// strangers.
const REFUSED: [&str; 17] = [
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
];

/// How a distinct id without a user begins.
pub(super) const DEVICE_PREFIX: &str = "$device:";

pub(super) fn is_refused(id: &str) -> bool {
    REFUSED.contains(&id)
}

/// A token or a group key: a non-empty string.
pub(super) fn check_name(field: &str, value: Option<&Value>, findings: &mut Findings) {
    match value.map(Value::as_str) {
        None | Some(Some("")) => findings.add(field, "missing or empty"),
        Some(None) => findings.add(field, "must be a string"),
        Some(Some(_)) => {}
    }
}

/// An id given by the host page: a string that is neither refused nor made to look like a device.
pub(super) fn check_user(field: &str, value: &Value, findings: &mut Findings) {
    match value.as_str() {
        None => findings.add(field, "must be a string"),
        Some("") => findings.add(field, "missing or empty"),
        Some(id) if is_refused(id) => findings.add(field, format_args!("{id:?} is a refused value")),
        Some(id) if id.starts_with(DEVICE_PREFIX) => findings.add(field, "must not start with $device:"),
        Some(_) => {}
    }
}

/// A device id: a version 4 UUID, the only form that every kind of identity merging takes.
pub(super) fn check_device(field: &str, value: &Value, findings: &mut Findings) {
    if !value.as_str().is_some_and(is_random_uuid) {
        findings.add(field, "must be a version 4 UUID");
    }
}

pub(super) fn is_random_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_random_uuids_are_devices() {
        assert!(is_random_uuid("3f2504e0-4f89-41d3-9a0c-0305e82c3301"));
        for other in [
            "",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "3f2504e0-4f89-41d3-7a0c-0305e82c3301",
            "3f2504e04f8941d39a0c0305e82c3301",
            "3f2504e0-4f89-41d3-9a0c-0305e82c330g",
        ] {
            assert!(!is_random_uuid(other), "{other}");
        }
    }
}
