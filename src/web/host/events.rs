//! What happens around the page.

use std::rc::Rc;

use js_sys::decode_uri_component;
use wasm_bindgen::prelude::*;
use web_sys::Event;

use crate::web::host::listener::Listener;
use crate::web::host::side::{Input, Side};
use crate::web::host::{js, signals, tabs};

/// Lets a client listen, until it is deaf.
fn on(side: &Rc<Side>, target: Option<JsValue>, name: &'static str, listener: impl Fn(&Rc<Side>, &Event) + 'static) {
    let own = Rc::downgrade(side);
    let ear = target.and_then(|target| {
        Listener::on(&target, name, move |event| {
            if let Some(side) = own.upgrade() {
                listener(&side, &event);
            }
        })
    });
    side.ears.borrow_mut().extend(ear);
}

/// From now on a client hears of what becomes of its page.
pub fn connect(side: &Rc<Side>) {
    let window = || js::window().map(JsValue::from);
    let document = || js::document().map(JsValue::from);
    on(side, window(), "pagehide", |side, _| {
        hide(side, true);
        tabs::hang_up(side);
    });
    // A page that comes back from the back-forward cache heard nothing while it was there.
    on(side, window(), "pageshow", |side, event| {
        if js::get(event, "persisted").is_some_and(|persisted| persisted.is_truthy()) {
            side.left.set(false);
            tabs::listen(side);
            side.tell(Input::Returned);
        }
    });
    on(side, document(), "visibilitychange", |side, _| {
        if signals::hidden() {
            hide(side, false);
        }
    });
    on(side, document(), "freeze", |side, _| tell_here(side, Input::Frozen));
    on(side, document(), "resume", |side, _| tell_here(side, Input::Returned));
}

/// A page that is left is hidden afterwards.
fn hide(side: &Side, leaves: bool) {
    if !side.left.get() {
        side.left.set(leaves);
        side.tell(Input::PageHidden(leaves));
    }
}

fn tell_here(side: &Side, input: Input) {
    if !side.left.get() {
        side.tell(input);
    }
}

/// From now on a client hears of what happens elsewhere. Opening its stores takes the browser long.
pub fn attend(side: &Rc<Side>) {
    let window = || js::window().map(JsValue::from);
    on(side, window(), "storage", |side, event| {
        stored(side, js::get(event, "key").and_then(|key| key.as_string()));
    });
    // Where the decision is a cookie, not every browser tells. web-sys has the cookie store only as an
    // unstable interface.
    let cookie_store = js::window().and_then(|window| js::get(&window, "cookieStore"));
    on(side, cookie_store, "change", |side, event| {
        for list in ["changed", "deleted"] {
            let Some(list) = js::get(event, list) else { continue };
            for cookie in js::list_of(&list).unwrap_or_default() {
                // A name comes as it was written, encoded.
                let Some(name) = js::get(&cookie, "name").and_then(|name| name.as_string()) else { continue };
                let decoded = decode_uri_component(&name).map_or_else(|_| name, String::from);
                stored(side, Some(decoded));
            }
        }
    });
    on(side, window(), "online", |side, _| side.tell(Input::Online));
    if side.channel.borrow().is_none() {
        tabs::listen(side);
    }
}

/// Every key of ours has the token in it; no key is all of them, and some pages make events up that
/// have none.
fn stored(side: &Side, key: Option<String>) {
    let Some(key) = key else {
        side.tell(Input::StorageChanged(None));
        return;
    };
    if !key.contains(&side.token) {
        return;
    }
    // A key of ours begins so, whatever a storage of the page puts before it; but for the flag's.
    let own = format!("consentry_{}_", side.token);
    let start = key.split_once(&own).map_or(0, |(before, _)| before.len());
    side.tell(Input::StorageChanged(key.get(start..).map(String::from)));
}

/// Listens to `beforeunload`, or no more.
pub fn watch_unload(side: &Rc<Side>, on: bool) {
    let own = Rc::downgrade(side);
    let ear = js::window().filter(|_| on).and_then(|window| {
        Listener::on(&window, "beforeunload", move |_| {
            if let Some(side) = own.upgrade() {
                side.tell(Input::Unloading);
            }
        })
    });
    side.unload.replace(ear);
}

/// From now on a client hears of nothing.
pub fn deafen(side: &Side) {
    side.ears.take();
    side.unload.take();
    tabs::hang_up(side);
}
