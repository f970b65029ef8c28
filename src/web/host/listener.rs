//! Listeners and timers that end when they are dropped.

use wasm_bindgen::prelude::*;
use web_sys::Event;

use crate::web::host::js;

/// A listener of an event.
#[derive(Debug)]
pub struct Listener {
    target: JsValue,
    name: &'static str,
    listener: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens from now on; none where the page does not let us.
    pub fn on(target: &JsValue, name: &'static str, listener: impl Fn(Event) + 'static) -> Option<Listener> {
        let listener = Closure::<dyn Fn(Event)>::new(listener);
        let on = Listener { target: target.clone(), name, listener };
        on.change("addEventListener").map(|()| on)
    }

    fn change(&self, how: &str) -> Option<()> {
        let method = js::method(&js::prototype("EventTarget")?, how)?;
        method.call2(&self.target, &self.name.into(), self.listener.as_ref()).ok()?;
        Some(())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.change("removeEventListener");
    }
}

/// A timer.
#[derive(Debug)]
pub struct Timer {
    timer: JsValue,
    _callback: Closure<dyn Fn()>,
}

impl Timer {
    /// Rings once after so many milliseconds; none where the page's timers are broken.
    pub fn after(delay: i32, ring: impl Fn() + 'static) -> Option<Timer> {
        let callback = Closure::<dyn Fn()>::new(ring);
        let timer = js::start_timer(callback.as_ref(), delay)?;
        Some(Timer { timer, _callback: callback })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        js::end_timer(&self.timer);
    }
}
