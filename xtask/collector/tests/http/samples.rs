//! Records that break no rule.

use std::time::SystemTime;

use base64::Engine;
use serde_json::{Value, json};

const DEVICE: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

pub fn event(insert_id: &str) -> Value {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    json!({"event": "Signed Up", "properties": {
        "token": "t",
        "distinct_id": format!("$device:{DEVICE}"),
        "$device_id": DEVICE,
        "time": now,
        "$insert_id": insert_id,
        "plan": "é & pro + 1%",
    }})
}

pub fn profile() -> Value {
    json!({"$token": "t", "$distinct_id": "u1", "$set": {"plan": "pro"}})
}

pub fn group() -> Value {
    json!({"$token": "t", "$group_key": "company", "$group_id": "acme", "$set": {"plan": "pro"}})
}

pub fn form(value: &Value) -> String {
    let text = value.to_string();
    format!("data={}", percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC))
}

pub fn base64_form(value: &Value) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(value.to_string());
    format!("data={}", percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC))
}
