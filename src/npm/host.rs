//! The browser as a [`Platform`]. The calls themselves are in the JavaScript files beside this one:
//! what a browser may refuse is caught there, and nothing but text and numbers crosses.

use std::num::NonZeroU32;

use wasm_bindgen::prelude::*;

use crate::error::Code;
use crate::platform::{Facts, Fault, Platform, Store};
use crate::{FlushId, Kind, Message, QueueId, RequestId, Signals, Status};

#[wasm_bindgen(module = "/src/npm/host.js")]
extern "C" {
    fn recording(client: u32, on: bool);
    fn report(client: u32, code: u32, about: &str, dropped: u32);
    fn changed(client: u32, before: &str, after: &str);
    fn flushed(client: u32, number: u32, sent: u32, dropped: u32, pending: u32);
    #[wasm_bindgen(js_name = answeredAlone)]
    fn answered_alone(client: u32, number: u32, status: u16, body: &str);
    fn deleted(client: u32, number: u32, done: bool);
    #[wasm_bindgen(js_name = handOver)]
    fn hand_over(client: u32, record: &str);

    fn now() -> f64;
    #[wasm_bindgen(js_name = wakeAfter)]
    fn wake_after(client: u32, delay: Option<u32>);

    fn send(client: u32, id: u32, url: &str, data: &str, keepalive: bool);
    fn abort(client: u32, id: u32);
    #[wasm_bindgen(js_name = keepaliveBytes)]
    fn keepalive_bytes() -> u32;

    fn lock(client: u32, queue: u32);
    fn unlock(client: u32, queue: u32);
    fn post(client: u32, message: f64);
    fn hidden() -> bool;
    #[wasm_bindgen(js_name = watchUnload)]
    fn watch_unload(client: u32, on: bool);
}

#[wasm_bindgen(module = "/src/npm/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = pageFacts)]
    fn page_facts(client: u32) -> String;
    #[wasm_bindgen(js_name = beforeSend)]
    fn before_send(client: u32, kind: u32, record: &str) -> Option<String>;
    #[wasm_bindgen(js_name = addressFacts)]
    fn address_facts(client: u32) -> String;
    #[wasm_bindgen(js_name = arrivalFacts)]
    fn arrival_facts(client: u32) -> String;
    fn address() -> u32;
    fn gpc() -> bool;
    fn dnt() -> bool;
    fn random() -> u32;
}

#[wasm_bindgen(module = "/src/npm/stores.js")]
extern "C" {
    #[wasm_bindgen(js_name = readLocal)]
    fn read_local(key: &str) -> Option<String>;
    #[wasm_bindgen(js_name = writeLocal)]
    fn write_local(key: &str, value: Option<&str>);
    fn keys(prefix: &str) -> String;
    #[wasm_bindgen(js_name = readCookie)]
    fn read_cookie(key: &str) -> Option<String>;
    #[wasm_bindgen(js_name = writeCookie)]
    fn write_cookie(client: u32, key: &str, value: Option<&str>);
    #[wasm_bindgen(js_name = renewCookie)]
    fn renew_cookie(client: u32, key: &str, value: &str);
}

/// One client's view of the browser.
#[derive(Clone, Copy, Debug)]
pub struct Browser {
    /// The number by which the JavaScript files know the client; `introduce` of `host.js` gives it.
    pub client: u32,
}

impl Platform for Browser {
    fn now(&self) -> u64 {
        now() as u64
    }

    fn random(&mut self) -> u32 {
        random()
    }

    fn facts(&self, which: Facts) -> String {
        match which {
            Facts::Page => page_facts(self.client),
            Facts::Address => address_facts(self.client),
            Facts::Arrival => arrival_facts(self.client),
        }
    }

    fn address(&self) -> u32 {
        address()
    }

    fn hidden(&self) -> bool {
        hidden()
    }

    fn signals(&self) -> Signals {
        Signals { gpc: gpc(), dnt: dnt() }
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        let text = match store {
            Store::Local => read_local(key),
            Store::Cookie => read_cookie(key),
        };
        // Nothing for a fault, an empty text where there is nothing, and `=` before a value.
        text.ok_or(Fault).map(|text| text.strip_prefix("=").map(String::from))
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        match store {
            Store::Local => write_local(key, value),
            Store::Cookie => write_cookie(self.client, key, value),
        }
    }

    fn renew(&mut self, key: &str, value: &str) {
        renew_cookie(self.client, key, value);
    }

    fn keys(&self, prefix: &str) -> String {
        keys(prefix)
    }

    fn lock(&mut self, queue: QueueId) {
        lock(self.client, queue.get());
    }

    fn unlock(&mut self, queue: QueueId) {
        unlock(self.client, queue.get());
    }

    fn post(&mut self, message: Message) {
        post(self.client, message.number());
    }

    fn send(&mut self, id: RequestId, url: &str, data: &str, keepalive: bool) {
        send(self.client, id.0.get(), url, data, keepalive);
    }

    fn keepalive_bytes(&self) -> usize {
        keepalive_bytes() as usize
    }

    fn abort(&mut self, id: RequestId) {
        abort(self.client, id.0.get());
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        // Browsers take delays of 31 bits; a timer that rings early is set again.
        wake_after(self.client, milliseconds.map(|delay| delay.min(i32::MAX as u32)));
    }

    fn watch_unload(&mut self, on: bool) {
        watch_unload(self.client, on);
    }

    fn recording(&mut self, on: bool) {
        recording(self.client, on);
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        // The names and sentences are with the JavaScript, which the build writes from the same table.
        report(self.client, code as u32, about, dropped as u32);
    }

    fn changed(&mut self, before: Status, after: Status) {
        changed(self.client, before.name(), after.name());
    }

    fn flushed(&mut self, flush: FlushId, sent: usize, dropped: usize, pending: usize) {
        flushed(self.client, flush.0.get(), sent as u32, dropped as u32, pending as u32);
    }

    fn answered_alone(&mut self, number: NonZeroU32, status: u16, body: &str) {
        answered_alone(self.client, number.get(), status, body);
    }

    fn before_send(&mut self, kind: Kind, record: &str) -> Option<String> {
        before_send(self.client, kind as u32, record)
    }

    fn hand_over(&mut self, record: &str) {
        hand_over(self.client, record);
    }

    fn deleted(&mut self, number: u32, done: bool) {
        deleted(self.client, number, done);
    }
}
