//! The browser as a [`Platform`]. The calls themselves are in `host.js`, `page.js` and `stores.js`: what a browser may refuse is caught there,
//! and nothing but text and numbers crosses the border.

use wasm_bindgen::prelude::*;

use crate::error::Code;
use crate::platform::{Facts, Fault, Platform};
use crate::signals::Signals;
use crate::status::Status;
use crate::stores::Store;

#[wasm_bindgen(module = "/src/npm/host.js")]
extern "C" {
    fn now() -> f64;
    fn random() -> u32;
    fn gpc() -> bool;
    fn dnt() -> bool;
    fn send(handle: u32, id: u32, url: &str, data: &str, keepalive: bool);
    fn abort(handle: u32, id: u32);
    #[wasm_bindgen(js_name = wakeAfter)]
    fn wake_after(handle: u32, delay: i32);
    fn tell(handle: u32);
    fn own(handle: u32, queue: u32);
    fn keys(prefix: &str) -> String;
    fn report(handle: u32, code: u32, about: &str, dropped: u32);
    fn changed(handle: u32, before: &str, after: &str);
    pub(crate) fn consented(status: &str, source: &str, store: &str, record: &str, distinct_id: &str);
    fn flushed(handle: u32, number: u32, sent: u32, dropped: u32, pending: u32);
    fn deleted(handle: u32, done: bool);
}

#[wasm_bindgen(module = "/src/npm/page.js")]
extern "C" {
    fn facts(which: u32) -> String;
}

#[wasm_bindgen(module = "/src/npm/stores.js")]
extern "C" {
    fn read(handle: u32, cookie: bool, key: &str) -> Option<String>;
    fn write(handle: u32, cookie: bool, key: &str, value: Option<&str>);
}

/// One client's view of the browser.
#[derive(Clone, Copy, Debug)]
pub struct Browser {
    pub(crate) handle: u32,
}

impl Browser {
    /// The browser for the client that `host.js` knows by this handle.
    pub fn new(handle: u32) -> Browser {
        Browser { handle }
    }
}

impl Platform for Browser {
    fn now(&self) -> u64 {
        now() as u64
    }

    fn random(&mut self) -> u32 {
        random()
    }

    fn facts(&self, which: Facts) -> String {
        facts(which as u32)
    }

    fn signals(&self) -> Signals {
        Signals { gpc: gpc(), dnt: dnt() }
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        // `stores.js` answers nothing for a fault, an empty text for nothing there, and `=` before a value.
        let text = read(self.handle, store == Store::Cookie, key).ok_or(Fault)?;
        Ok(text.get(1..).map(String::from))
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        write(self.handle, store == Store::Cookie, key, value);
    }

    fn keys(&self, prefix: &str) -> String {
        keys(prefix)
    }

    fn own(&mut self, queue: u32) {
        own(self.handle, queue);
    }

    fn send(&mut self, id: u32, url: &str, data: &str, keepalive: bool) {
        send(self.handle, id, url, data, keepalive);
    }

    fn abort(&mut self, id: u32) {
        abort(self.handle, id);
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        // Browsers take delays of 31 bits; a timer that rings early is set again. So a negative number is free to say that there is no wish.
        wake_after(self.handle, milliseconds.map_or(-1, |delay| delay.min(i32::MAX as u32) as i32));
    }

    fn tell(&mut self) {
        tell(self.handle);
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        // The names and sentences are with the JavaScript, which the build writes from the same table.
        report(self.handle, code as u32, about, dropped as u32);
    }

    fn changed(&mut self, before: Status, after: Status) {
        changed(self.handle, before.name(), after.name());
    }

    fn flushed(&mut self, number: u32, sent: usize, dropped: usize, pending: usize) {
        flushed(self.handle, number, sent as u32, dropped as u32, pending as u32);
    }

    fn deleted(&mut self, done: bool) {
        deleted(self.handle, done);
    }
}
