//! The other clients of the same token: the locks they share, and the channel on which they speak.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::BroadcastChannel;

use crate::outbox::lease::{Lock, Message, QueueId};
use crate::web::host::js;
use crate::web::host::listener::Listener;
use crate::web::host::side::{Held, Input, Side};

/// Asks for the lock of a queue, without waiting for it: Firefox keeps no page in its back-forward
/// cache that holds a lock or waits for one. web-sys has no locks but as an unstable interface.
pub fn lock(side: &Rc<Side>, queue: QueueId) {
    let number = side.last_lock.get().wrapping_add(1);
    side.last_lock.set(number);
    let mut locks = side.locks.borrow_mut();
    locks.retain(|held| held.queue != queue);
    locks.push(Held { queue, number, release: None });
    drop(locks);
    let manager = js::window().and_then(|window| js::get(&js::get(&window, "navigator")?, "locks"));
    let asked = manager.map(|manager| request(side, &manager, queue, number));
    let side = side.clone();
    spawn_local(async move {
        let lock = match asked {
            None => Lock::Unsupported,
            Some(Err(error)) => refused(&error),
            Some(Ok(promise)) => match JsFuture::from(promise).await {
                Ok(_) => return, // the lock was given, or its answer was told
                Err(error) => refused(&error),
            },
        };
        answer(&side, queue, number, lock);
    });
}

/// A page that is being left gets none, and one can be taken away. Any other fault is no lock but a
/// page without locks.
fn refused(error: &JsValue) -> Lock {
    let name = js::get(error, "name").and_then(|name| name.as_string()).unwrap_or_default();
    if name.starts_with("Abort") || name.starts_with("InvalidState") { Lock::Taken } else { Lock::Unsupported }
}

fn request(side: &Rc<Side>, manager: &JsValue, queue: QueueId, number: u32) -> Result<Promise, JsValue> {
    let name = format!("consentry_{}_q_{}", side.token, queue.get());
    let options = js::bare_object(&[("ifAvailable", true.into())]);
    let side = side.clone();
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() || lock.is_undefined() || !is_wanted(&side, queue, number) {
            answer(&side, queue, number, Lock::Taken);
            return JsValue::UNDEFINED;
        }
        // It is held until this promise is kept.
        let held = Promise::new(&mut |release, _| {
            let mut locks = side.locks.borrow_mut();
            if let Some(own) = locks.iter_mut().find(|held| held.number == number) {
                own.release = Some(release);
            }
        });
        answer(&side, queue, number, Lock::Held);
        held.into()
    });
    let request = js::method(manager, "request").ok_or(JsValue::UNDEFINED)?;
    let promise = request.call3(manager, &name.into(), &options, &granted)?;
    Ok(Promise::resolve(&promise))
}

fn is_wanted(side: &Side, queue: QueueId, number: u32) -> bool {
    side.locks.borrow().iter().any(|held| held.queue == queue && held.number == number)
}

fn answer(side: &Side, queue: QueueId, number: u32, lock: Lock) {
    if !is_wanted(side, queue, number) {
        return; // it was given back meanwhile
    }
    if lock != Lock::Held {
        side.locks.borrow_mut().retain(|held| held.number != number);
    }
    side.tell(Input::Locked(queue, lock));
}

/// Gives a lock back, or takes back the request for it.
pub fn unlock(side: &Side, queue: QueueId) {
    let mut locks = side.locks.borrow_mut();
    let at = locks.iter().position(|held| held.queue == queue);
    let release = at.and_then(|at| locks.swap_remove(at).release);
    drop(locks);
    if let Some(release) = release {
        let _ = release.call0(&JsValue::UNDEFINED);
    }
}

/// Opens the channel to other tabs.
pub fn listen(side: &Rc<Side>) {
    let Ok(channel) = BroadcastChannel::new(&format!("consentry_{}", side.token)) else { return };
    let own = Rc::downgrade(side);
    let ear = Listener::on(&channel, "message", move |event| {
        let message = js::get(&event, "data").and_then(|data| data.as_f64()).and_then(Message::numbered);
        if let (Some(side), Some(message)) = (own.upgrade(), message) {
            side.tell(Input::Heard(message));
        }
    });
    side.ear.replace(ear);
    side.channel.replace(Some(channel));
}

/// Closes it: Chromium gives a page up that was put away with a channel on which somebody speaks.
pub fn hang_up(side: &Side) {
    side.ear.take();
    let channel = side.channel.borrow().clone();
    if let Some(channel) = channel {
        channel.close();
    }
}

/// Tells the other tabs, and those of this page when the core has returned. Where there is no channel,
/// or a closed one, no tab hears.
pub fn post(side: &Rc<Side>, message: Message) {
    side.said.borrow_mut().push(message);
    if side.channel.borrow().is_none() {
        listen(side);
    }
    let channel = side.channel.borrow().clone();
    if let Some(channel) = channel {
        let _ = channel.post_message(&message.number().into());
    }
}
