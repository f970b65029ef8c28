//! What JavaScript sees. It translates and calls the core; listeners and promises live in the package's entry files.
//!
//! Texts go in as arguments and come out through one import, `consented`: a wrapper for each function that returns one weighs more.

use spin::Mutex;
use wasm_bindgen::prelude::*;

use crate::npm::host::{Browser, consented};
use crate::{Config, Operation, json};

/// The clients of this page. A class for each would weigh more in glue and reference counts than in use: clients live as long as their page.
static CLIENTS: Mutex<Vec<crate::Client<Browser>>> = Mutex::new(Vec::new());

/// Makes a client and answers its number. `handle` is what `newHandle` of `stores.js` gave, `options` what `pkg-template/options.js` made.
#[wasm_bindgen]
pub fn create(handle: u32, options: &str) -> u32 {
    let Some(mut clients) = CLIENTS.try_lock() else { return u32::MAX };
    clients.push(crate::Client::new(Browser::new(handle), Config::from_lines(options)));
    clients.len() as u32 - 1
}

/// Makes the call of that number in `pkg-template/calls.js`, and answers whether a new record would be kept now. One function takes them all,
/// because a wrapper for each would weigh more than the calls do. `client.js` never calls while a call is under way.
#[wasm_bindgen]
pub fn call(client: u32, call: u32, number: f64, first: &str, second: &str, third: &str) -> bool {
    // Taken means that somebody called from inside a call after all; waiting would be for ever.
    let Some(mut clients) = CLIENTS.try_lock() else { return false };
    let Some(client) = clients.get_mut(client as usize) else { return false };
    let operation = Operation::ALL.get(number as usize).copied().unwrap_or(Operation::Set);
    match call {
        0 => client.track(first, second, number as u64),
        1 => client.profile(operation, first),
        2 => client.group(operation, first, second, third),
        3 => client.register(first, number != 0.0),
        4 => client.unregister(first),
        5 => client.flush(number as u32),
        6 => {
            let (status, source, store, record) = client.consent_parts();
            consented(status as u32, source as u32, store.map_or(2, |store| store as u32), record, client.distinct_id());
        }
        7 => client.woke(),
        8 => client.changed_elsewhere(),
        9 => client.claimed(number as u32),
        10 => client.returned(),
        11 => client.online(),
        12 => client.answered(number as u32, json::whole(second, 0) as u16, json::whole(third, 0), first),
        13 => client.page_hidden(number != 0.0),
        14 => client.identify(first),
        15 => client.reset(),
        16 => client.opt_in_at(first, second, third, number as u64),
        17 => client.opt_out(number != 0.0, third),
        18 => client.reset_consent(),
        _ => client.purge(),
    }
    client.records()
}
