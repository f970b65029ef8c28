//! What JavaScript sees: one function for each call and input, the client's number first. They translate and call the core; listeners and
//! promises live in the package's entry files. Each answers whether a new record would be kept now.

use std::cell::RefCell;
use std::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::npm::host::{Browser, consented};
use crate::{Client, Operation, Options};

thread_local! {
    /// The clients of this page, which live as long as it does.
    static CLIENTS: RefCell<Vec<Client<Browser>>> = const { RefCell::new(Vec::new()) };
}

/// Calls a client. Who calls from inside a call, from a function of the browser that the page has replaced, is turned away.
fn with(client: u32, action: impl FnOnce(&mut Client<Browser>)) -> bool {
    CLIENTS.with(|clients| {
        let Ok(mut clients) = clients.try_borrow_mut() else { return false };
        let Some(client) = clients.iter_mut().find(|one| one.platform().handle == client) else { return false };
        action(client);
        client.records()
    })
}

/// Makes the client of this number, which `newHandle` of `stores.js` gave. `options` is what `pkg-template/options.js` checked, as JSON; should they be
/// wrong all the same, there is no such client.
#[wasm_bindgen]
pub fn create(client: u32, token: &str, options: &str) -> bool {
    let made = Options::from_json(options).and_then(|options| Client::new(Browser::new(client), token, &options));
    let Ok(made) = made else { return false };
    let records = made.records();
    CLIENTS.with(|clients| {
        clients.try_borrow_mut().is_ok_and(|mut clients| {
            clients.push(made);
            records
        })
    })
}

// The calls of a page. `at` is when it was called, in milliseconds since 1970, or 0 for now.

/// See [`Client::track`].
#[wasm_bindgen]
pub fn track(client: u32, at: f64, name: &str, properties: &str) -> bool {
    with(client, |client| client.track(name, properties, at as u64))
}

/// See [`Client::profile`]. `operation` is a number of `operations` in `names.js`.
#[wasm_bindgen]
pub fn profile(client: u32, operation: u32, operand: &str) -> bool {
    with(client, |client| {
        if let Some(&operation) = Operation::ALL.get(operation as usize) {
            client.profile(operation, operand);
        }
    })
}

/// See [`Client::group`].
#[wasm_bindgen]
pub fn group(client: u32, operation: u32, operand: &str, key: &str, id: &str) -> bool {
    with(client, |client| {
        if let Some(&operation) = Operation::ALL.get(operation as usize) {
            client.group(operation, operand, key, id);
        }
    })
}

/// See [`Client::register`].
#[wasm_bindgen]
pub fn register(client: u32, properties: &str, once: bool) -> bool {
    with(client, |client| client.register(properties, once))
}

/// See [`Client::unregister`].
#[wasm_bindgen]
pub fn unregister(client: u32, name: &str) -> bool {
    with(client, |client| client.unregister(name))
}

/// See [`Client::identify`].
#[wasm_bindgen]
pub fn identify(client: u32, user_id: &str) -> bool {
    with(client, |client| client.identify(user_id))
}

/// See [`Client::reset`].
#[wasm_bindgen]
pub fn reset(client: u32) -> bool {
    with(client, Client::reset)
}

/// See [`Client::flush`].
#[wasm_bindgen]
pub fn flush(client: u32, number: u32) -> bool {
    with(client, |client| client.flush(number))
}

/// See [`Client::opt_in`].
#[wasm_bindgen(js_name = optIn)]
pub fn opt_in(client: u32, at: f64, event: &str, properties: &str, record: &str) -> bool {
    with(client, |client| client.opt_in_at(event, properties, record, at as u64))
}

/// See [`Client::opt_out`].
#[wasm_bindgen(js_name = optOut)]
pub fn opt_out(client: u32, delete_profile: bool, record: &str) -> bool {
    with(client, |client| client.opt_out(delete_profile, record))
}

/// See [`Client::reset_consent`].
#[wasm_bindgen(js_name = resetConsent)]
pub fn reset_consent(client: u32) -> bool {
    with(client, Client::reset_consent)
}

/// See [`Client::purge`].
#[wasm_bindgen]
pub fn purge(client: u32) -> bool {
    with(client, Client::purge)
}

/// Says the consent, and the id that events carry, through `consented`.
#[wasm_bindgen]
pub fn consent(client: u32) -> bool {
    with(client, |client| {
        let (status, source, store, record) = client.consent_parts();
        consented(status.name(), source.name(), store.map_or("", crate::Store::name), record, client.distinct_id());
    })
}

// The inputs.

/// See [`Client::woke`].
#[wasm_bindgen]
pub fn woke(client: u32) -> bool {
    with(client, Client::woke)
}

/// See [`Client::changed_elsewhere`].
#[wasm_bindgen(js_name = changedElsewhere)]
pub fn changed_elsewhere(client: u32) -> bool {
    with(client, Client::changed_elsewhere)
}

/// See [`Client::claimed`].
#[wasm_bindgen]
pub fn claimed(client: u32, queue: u32) -> bool {
    with(client, |client| client.claimed(queue))
}

/// See [`Client::returned`].
#[wasm_bindgen]
pub fn returned(client: u32) -> bool {
    with(client, Client::returned)
}

/// See [`Client::online`].
#[wasm_bindgen]
pub fn online(client: u32) -> bool {
    with(client, Client::online)
}

/// See [`Client::answered`].
#[wasm_bindgen]
pub fn answered(client: u32, request: u32, body: &str, status: u16, retry_after: f64) -> bool {
    with(client, |client| client.answered(request, status, retry_after as u64, body))
}

/// See [`Client::page_hidden`].
#[wasm_bindgen(js_name = pageHidden)]
pub fn page_hidden(client: u32, left: bool) -> bool {
    with(client, |client| client.page_hidden(left))
}
