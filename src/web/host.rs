//! The browser as a [`Platform`], by web-sys and js-sys. What a browser may refuse is caught in the
//! files below this one; none of them calls back before the core has returned.

mod cookies;
mod events;
mod facts;
pub mod js;
mod listener;
mod percent;
mod random;
mod requests;
mod side;
mod signals;
mod stores;
mod tabs;

use core::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::Url;

use crate::consent::decision::{Signals, Status};
use crate::error::{Code, Error};
use crate::memory::Notice;
use crate::outbox::ids::{FlushId, RequestId};
use crate::outbox::lease::{Message, QueueId};
use crate::platform::{Facts, Fault, Platform, Store};
use crate::web::host::listener::Timer;

pub use events::{attend, connect, deafen};
pub use js::document;
pub use listener::Listener;
pub use side::{Input, Side};
pub use signals::unseen;
pub use stores::remember;

/// One client's view of the browser.
#[derive(Clone, Debug)]
pub struct Browser {
    side: Rc<Side>,
    /// While nobody sees the page: whether something is written for all that.
    unseen: Option<bool>,
}

impl Browser {
    /// All of the browser.
    pub fn new(side: Rc<Side>) -> Browser {
        Browser { side, unseen: None }
    }

    /// Of a page that nobody sees: it is read, and nothing is written, sent or asked for. So a grant
    /// counts as one that no store took.
    pub fn unseen(side: Rc<Side>) -> Browser {
        Browser { side, unseen: Some(false) }
    }

    /// Whether something is written though nobody sees the page: what a refusal takes away goes at once.
    pub fn writes(&mut self, on: bool) {
        self.unseen = self.unseen.map(|_| on);
    }

    fn is_seen(&self) -> bool {
        self.unseen.is_none()
    }

    fn notice(&mut self, notice: Notice) {
        self.side.notices.borrow_mut().push_back(notice);
    }
}

impl Platform for Browser {
    fn now(&self) -> u64 {
        js::now() as u64
    }

    fn random(&mut self) -> u32 {
        random::random()
    }

    fn facts(&self, which: Facts) -> String {
        facts::facts(which)
    }

    fn address(&self) -> u32 {
        facts::address()
    }

    fn hidden(&self) -> bool {
        signals::hidden()
    }

    fn signals(&self) -> Signals {
        signals::signals()
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        match store {
            Store::Local => stores::read(key),
            Store::Cookie => cookies::read(key),
        }
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        if self.unseen == Some(false) {
            return;
        }
        match store {
            Store::Local => stores::write(key, value),
            Store::Cookie => self.side.cookies.write(key, value),
        }
    }

    fn renew(&mut self, key: &str, value: &str) {
        if self.is_seen() {
            self.side.cookies.renew(key, value);
        }
    }

    fn keys(&self, prefix: &str) -> String {
        stores::keys(prefix)
    }

    fn lock(&mut self, queue: QueueId) {
        if self.is_seen() {
            tabs::lock(&self.side, queue);
        }
    }

    fn unlock(&mut self, queue: QueueId) {
        tabs::unlock(&self.side, queue);
    }

    fn post(&mut self, message: Message) {
        if self.unseen != Some(false) {
            tabs::post(&self.side, message);
        }
    }

    fn send(&mut self, id: RequestId, url: &str, data: &str, keepalive: bool) {
        if self.is_seen() {
            requests::send(&self.side, id, url, data, keepalive);
        }
    }

    fn keepalive_bytes(&self) -> usize {
        requests::keepalive_bytes()
    }

    fn abort(&mut self, id: RequestId) {
        requests::abort(&self.side, id);
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        let side = self.side.clone();
        side.timer.take();
        let Some(delay) = milliseconds.filter(|_| self.is_seen()) else { return };
        // Browsers take delays of 31 bits; a timer that rings early is set again.
        let delay_of_browser = i32::try_from(delay).unwrap_or(i32::MAX);
        let own = Rc::downgrade(&side);
        let ring = move || {
            if let Some(side) = own.upgrade() {
                side.tell(Input::Woke);
            }
        };
        if delay == 0 {
            spawn_local(async move { ring() });
            return;
        }
        let timer = Timer::after(delay_of_browser, ring);
        if timer.is_none() && delay == 1 {
            let own = Rc::clone(&side);
            spawn_local(async move { own.tell(Input::Woke) }); // what is due is not kept from going
        }
        side.timer.replace(timer);
    }

    fn watch_unload(&mut self, on: bool) {
        if self.is_seen() {
            events::watch_unload(&self.side, on);
        }
    }

    fn recording(&mut self, on: bool) {
        self.side.recording.set(on);
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        // It is carried out again when the page is shown.
        if !self.is_seen() {
            return;
        }
        self.notice(Notice::Error(Error { kind: code, about: String::from(about), dropped }));
    }

    fn changed(&mut self, before: Status, after: Status) {
        self.notice(Notice::Consent(before, after));
    }

    fn flushed(&mut self, flush: FlushId, sent: usize, dropped: usize, pending: usize) {
        if !self.is_seen() {
            return;
        }
        self.notice(Notice::Flushed(flush, sent, dropped, pending));
    }

    fn hand_over(&mut self, record: &str) {
        self.notice(Notice::Record(String::from(record)));
    }

    fn deleted(&mut self, number: u32, done: bool) {
        if self.is_seen() {
            self.notice(Notice::Deleted(number, done));
        }
    }
}

/// Does it in a task of its own, or soon where the page's timers are broken.
pub fn next_task(act: impl FnOnce() + 'static) {
    let act = Rc::new(Cell::new(Some(act)));
    let later = act.clone();
    // The timer ends with what it does, which holds it.
    let timer: Rc<Cell<Option<Timer>>> = Rc::default();
    let held = timer.clone();
    let started = Timer::after(0, move || {
        let _ends = held.take();
        if let Some(act) = later.take() {
            act();
        }
    });
    if started.is_none() {
        spawn_local(async move {
            if let Some(act) = act.take() {
                act();
            }
        });
    }
    timer.set(started);
}

/// Says something in the console.
pub fn warn(text: &str) {
    js::warn(text);
}

/// Does it when a page that is unseen is shown.
pub fn when_shown(act: impl FnOnce() + 'static) {
    let Some(document) = js::document() else { return };
    let act = Cell::new(Some(act));
    let ear = Listener::on(&document, "prerenderingchange", move |_| {
        if let Some(act) = act.take() {
            act();
        }
    });
    core::mem::forget(ear); // a page is shown once
}

/// Whether requests could be sent to it.
pub fn is_address(text: &str) -> bool {
    Url::new(text).is_ok()
}
