//! What an event says.

use crate::json;
use crate::outbox::record::Record;

/// The name of the id by which the server knows an event it has got before.
pub(crate) const INSERT_ID: &str = "$insert_id";

/// Whether the server takes this JSON text for one: at most 36 letters, digits and dashes.
pub(crate) fn is_insert_id(json: &str) -> bool {
    json.len() <= 38 && json.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'"'))
}

/// An event.
///
/// `insert_id` is JSON.
pub(crate) fn event(name: &str, at: u64, insert_id: &str, properties: &str) -> Record {
    let mut head = String::from("{");
    json::push_text(&mut head, "event", json::cut(name));
    head.push_str(",\"properties\":{");
    let mut tail = String::from(",\"time\":");
    // Seconds with a fraction of milliseconds, as mixpanel-js sends them.
    json::push_number(&mut tail, at / 1_000);
    json::push_fraction(&mut tail, at);
    json::push_member(&mut tail, INSERT_ID, insert_id);
    if !properties.is_empty() {
        tail.push(',');
        tail.push_str(properties);
    }
    tail.push_str("}}");
    Record::event(head, tail, at)
}
