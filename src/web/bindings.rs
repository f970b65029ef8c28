//! What JavaScript sees. It translates and calls the core; listeners and promises live in the package's entry files.
//!
//! Texts go in as arguments and come out through one import, `say`: a wrapper for each function that returns one weighs more.

use alloc::string::String;
use wasm_bindgen::prelude::*;

use crate::web::host::{Browser, say};
use crate::{Api, Config, Residency, json};

/// Says the error of a token and options, as JSON, or an empty text when a client can be made of them.
#[wasm_bindgen]
pub fn check(token: &str, options: &str) {
    let mut out = String::new();
    if let Err(error) = Config::from_json(token, options) {
        json::push_text(&mut out, "code", error.code());
        json::push_text(&mut out, "message", error.sentence());
        json::push_text(&mut out, "about", &error.about);
        out = json::enclose('{', &out, '}');
    }
    say(&out);
}

/// Says the base address of every API of a residency, as JSON, or an empty text when there is no such residency.
#[wasm_bindgen(js_name = residencyUrls)]
pub fn residency_urls(residency: &str) {
    let mut out = String::new();
    if let Some(residency) = Residency::named(residency) {
        for api in Api::ALL {
            json::push_text(&mut out, api.name(), &residency.url(api));
        }
        out = json::enclose('{', &out, '}');
    }
    say(&out);
}

/// The calls and inputs of a client. One exported function takes them all: a wrapper for each would weigh more than the calls do.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// Says the consent, as JSON.
    Consent,
    /// Says the id that events carry.
    DistinctId,
    /// The visitor agrees: event, its properties, extras of the consent record.
    OptIn,
    /// The visitor refuses: extras of the consent record; number 1 to delete the profile.
    OptOut,
    /// The decision is forgotten.
    ResetConsent,
    /// An event: name, properties; number: when, or 0 for now.
    Track,
    /// A profile update: operation, operand.
    Profile,
    /// A group update: operation, operand, and the group as a JSON array of key and id.
    Group,
    /// The visitor is named: user id.
    Identify,
    /// The visitor becomes somebody new.
    Reset,
    /// Super properties: an object; number 1 to keep those that are set.
    Register,
    /// A super property is removed: name.
    Unregister,
    /// What is queued is sent: number of the flush.
    Flush,
    /// Input: the timer rang.
    Woke,
    /// Input: something stored changed in another tab or client.
    ChangedElsewhere,
    /// Input: the page is hidden.
    PageHidden,
}

/// A client in a browser. `handle` is what `connect` of `host.js` gave.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Client(crate::Client<Browser>);

#[wasm_bindgen]
impl Client {
    /// A client of a token and options that [`check`] found no fault with.
    #[wasm_bindgen(constructor)]
    pub fn new(handle: u32, token: &str, options: &str) -> Client {
        let config = Config::from_json(token, options).unwrap_or_else(|_| Config::new(token));
        Client(crate::Client::new(Browser::new(handle), config))
    }

    /// Input: a request was answered.
    pub fn answered(&mut self, id: u32, status: u16, retry_after: f64, body: &str) {
        self.0.answered(id, status, retry_after as u64, body);
    }

    /// Makes one call, and answers whether a new record would be kept now.
    pub fn call(&mut self, call: Call, first: &str, second: &str, third: &str, number: f64) -> bool {
        let client = &mut self.0;
        match call {
            Call::Consent => say(&client.consent()),
            Call::DistinctId => say(client.distinct_id()),
            Call::OptIn => client.opt_in(first, second, third),
            Call::OptOut => client.opt_out(number != 0.0, third),
            Call::ResetConsent => client.reset_consent(),
            Call::Track => client.track(first, second, number as u64),
            Call::Profile => client.profile(first, second),
            Call::Group => client.group(first, second, third),
            Call::Identify => client.identify(first),
            Call::Reset => client.reset(),
            Call::Register => client.register(first, number != 0.0),
            Call::Unregister => client.unregister(first),
            Call::Flush => client.flush(number as u32),
            Call::Woke => client.woke(),
            Call::ChangedElsewhere => client.changed_elsewhere(),
            Call::PageHidden => client.page_hidden(),
        }
        client.records()
    }
}
