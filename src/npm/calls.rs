//! What JavaScript sees besides [`super::bindings`]: calls of sites that need more than most.

use std::num::NonZeroU32;

use wasm_bindgen::prelude::*;

use crate::npm::bindings::find;
use crate::{Delivery, Kind, Operation, Status, json};

/// See [`crate::Client::deliver`]. The bits of `how` are alone, verbose, anyone, shown, links,
/// `says_ids` and silent; `number` is 0 for none.
#[wasm_bindgen]
pub fn deliver(client: u32, how: u32, number: u32) {
    let is = |bit: u32| how & bit > 0;
    let number = NonZeroU32::new(number);
    let (links, says_ids, silent) = (is(16), is(32), is(64));
    let delivery = Delivery { alone: is(1), verbose: is(2), anyone: is(4), shown: is(8), links, says_ids, silent, number };
    if let Some(mut client) = find(client) {
        client.deliver(delivery);
    }
}

/// See [`crate::Client::made`].
#[wasm_bindgen]
pub fn made(client: u32) -> Option<String> {
    find(client)?.made()
}

/// See [`crate::Client::alias`].
#[wasm_bindgen]
pub fn alias(client: u32, alias: &str, original: Option<String>) {
    if let Some(mut client) = find(client) {
        client.alias(alias, original.as_deref());
    }
}

/// See [`crate::Client::set_ids`].
#[wasm_bindgen(js_name = setIds)]
pub fn set_ids(client: u32, ids: &str) {
    if let Some(mut client) = find(client) {
        client.set_ids(ids);
    }
}

/// See [`crate::Client::time_event`].
#[wasm_bindgen(js_name = timeEvent)]
pub fn time_event(client: u32, name: &str) {
    if let Some(mut client) = find(client) {
        client.time_event(name);
    }
}

/// See [`crate::Client::membership`]. `operation` counts those of `names.js`.
#[wasm_bindgen]
pub fn membership(client: u32, operation: u32, key: &str, ids: &str) {
    let Some(&operation) = Operation::ALL.get(operation as usize) else { return };
    if let Some(mut client) = find(client) {
        client.membership(operation, key, ids);
    }
}

/// See [`crate::Client::set_default`]. `status` counts those of [`Status::ALL`].
#[wasm_bindgen(js_name = setDefault)]
pub fn set_default(client: u32, status: u32) {
    let Some(&status) = Status::ALL.get(status as usize) else { return };
    if let Some(mut client) = find(client) {
        client.set_default(status);
    }
}

/// See [`crate::Client::for_purpose`].
#[wasm_bindgen(js_name = forPurpose)]
pub fn for_purpose(client: u32, purpose: u8) {
    if let Some(mut client) = find(client) {
        client.for_purpose(purpose);
    }
}

/// See [`crate::Client::consent_record`], as `record` where there is one, and
/// [`crate::Client::consent_history`], as `history`.
#[wasm_bindgen]
pub fn records(client: u32) -> Option<String> {
    find(client).map(|client| {
        let mut text = String::from("{");
        if let Some(record) = client.consent_record() {
            json::push_member(&mut text, "record", &record);
        }
        json::push_member(&mut text, "history", &client.consent_history());
        text.push('}');
        text
    })
}

/// See [`crate::Client::take_records`].
#[wasm_bindgen(js_name = takeRecords)]
pub fn take_records(client: u32) {
    if let Some(mut client) = find(client) {
        client.take_records();
    }
}

/// See [`crate::Client::handed_over`].
#[wasm_bindgen(js_name = handedOver)]
pub fn handed_over(client: u32, id: &str, taken: bool) {
    if let Some(mut client) = find(client) {
        client.handed_over(id, taken);
    }
}

/// See [`crate::Client::entry`].
#[wasm_bindgen]
pub fn entry(client: u32) -> Option<String> {
    find(client).map(|client| String::from(client.entry()))
}

/// See [`crate::Client::keep`].
#[wasm_bindgen]
pub fn keep(client: u32, name: &str, value: Option<String>) {
    if let Some(mut client) = find(client) {
        client.keep(name, value.as_deref());
    }
}

/// See [`crate::Client::adopt`]. `kind` counts those of [`Kind::ALL`].
#[wasm_bindgen]
pub fn adopt(client: u32, kind: u32, record: &str, at: f64) -> bool {
    let Some(&kind) = Kind::ALL.get(kind as usize) else { return false };
    find(client).is_some_and(|mut client| client.adopt(kind, record, at as u64))
}

/// See [`crate::Client::change_options`].
#[wasm_bindgen(js_name = changeOptions)]
pub fn change_options(client: u32, changes: &str) {
    if let Some(mut client) = find(client) {
        client.change_options(changes);
    }
}

/// See [`crate::Client::set_hooks`].
#[wasm_bindgen(js_name = setHooks)]
pub fn set_hooks(client: u32, on: bool) {
    if let Some(mut client) = find(client) {
        client.set_hooks(on);
    }
}

/// See [`crate::Client::start_sending`] and [`crate::Client::stop_sending`]; with neither,
/// [`crate::Client::hold_sending`].
#[wasm_bindgen]
pub fn sending(client: u32, on: Option<bool>) {
    let Some(mut client) = find(client) else { return };
    match on {
        Some(true) => client.start_sending(),
        Some(false) => client.stop_sending(),
        None => client.hold_sending(),
    }
}
