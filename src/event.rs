//! What an event says.

use crate::json;
use crate::outbox::record::Record;

/// An event.
pub(crate) fn event(name: &str, at: u64, insert_id: &str, properties: &str) -> Record {
    let mut head = String::from("{");
    json::push_text(&mut head, "event", json::cut(name));
    head.push_str(",\"properties\":{");
    let mut tail = String::from(",\"time\":");
    // Seconds with a fraction of milliseconds, as mixpanel-js sends them.
    json::push_number(&mut tail, at / 1_000);
    json::push_fraction(&mut tail, at);
    json::push_text(&mut tail, "$insert_id", insert_id);
    if !properties.is_empty() {
        tail.push(',');
        tail.push_str(properties);
    }
    tail.push_str("}}");
    Record::event(head, tail, at)
}
