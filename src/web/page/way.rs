//! The way into a core: one call at a time, and what a core has to say is said when it has returned. A
//! listener may call anything.

use core::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::consent::history;
use crate::consent::proof::ConsentRecord;
use crate::error::Error;
use crate::memory::Notice;
use crate::outbox::request::Answer;
use crate::web::host::{self, Input};
use crate::web::news::{ConsentChange, Flushed};
use crate::web::page::job::{Core, Job};
use crate::web::page::own::{self, Own};

thread_local! {
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// What came while a core was at work: a page can patch what the core uses, `fetch` or storage, and
    /// call us from there.
    static WAITING: RefCell<VecDeque<(Rc<Own>, Job)>> = const { RefCell::new(VecDeque::new()) };
}

/// Lets a core work, which is not entered meanwhile. A client can start while another one is at work.
pub fn work<T>(action: impl FnOnce() -> T) -> T {
    let was = BUSY.replace(true);
    host::remember(true);
    let answer = action();
    host::remember(was);
    BUSY.set(was);
    answer
}

/// Makes a call of a core, now or when the one that is at work has returned.
pub fn enter(own: &Rc<Own>, job: impl FnOnce(&mut Core) + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.push_back((own.clone(), Box::new(job))));
    while !BUSY.get()
        && let Some((own, job)) = WAITING.with_borrow_mut(VecDeque::pop_front)
    {
        work(|| {
            if let Some(core) = &mut *own.core.borrow_mut() {
                job(core);
            }
        });
        returned(&own);
    }
}

/// The core has returned: what it had to say is said.
pub fn returned(own: &Rc<Own>) {
    for message in own.side.said.take() {
        for other in own::all() {
            if other.side.token == own.side.token && !Rc::ptr_eq(&other, own) {
                feed(&other, Input::Heard(message));
            }
        }
    }
    if own.closed.get() {
        host::deafen(&own.side);
    }
    tell(own);
}

/// Says all that is to be said, each thing to everybody before the next one: who listens hears last of
/// what holds.
fn tell(own: &Rc<Own>) {
    let next = || own.side.notices.borrow_mut().pop_front();
    while !own.telling.get()
        && let Some(notice) = next()
    {
        if let Notice::Consent(..) = notice {
            own.telling.set(true);
            // A listener that panics keeps nobody from hearing of the next thing.
            let later = own.clone();
            spawn_local(async move {
                later.telling.set(false);
                tell(&later);
            });
        }
        say(own, notice);
        own.telling.set(false);
    }
}

/// Hands on what happened around the page.
pub fn feed(own: &Rc<Own>, input: Input) {
    // Of what was begun before a client was closed only the deletion of a profile goes on.
    if own.waits() || (own.closed.get() && !matches!(input, Input::Woke | Input::Answered(..))) {
        return;
    }
    enter(own, move |core| match input {
        Input::Woke => core.woke(),
        Input::Answered(id, status, retry_after, body) => core.answered(id, Answer { status, retry_after: &retry_after, body: &body }),
        Input::StorageChanged(key) => core.storage_changed(key.as_deref()),
        Input::Heard(message) => core.heard(message),
        Input::Locked(queue, lock) => core.locked(queue, lock),
        Input::Online => core.online(),
        Input::PageHidden(left) => core.page_hidden(left),
        Input::Unloading => core.unloading(),
        Input::Frozen => core.frozen(),
        Input::Returned => core.returned(),
    });
}

/// Tells whoever listens or waits.
pub fn say(own: &Rc<Own>, notice: Notice) {
    match notice {
        Notice::Error(error) => {
            let later = own.clone();
            let tell = move || say_error(&later, &error);
            // Told when the call that caused it has returned. Of what listeners do with errors, in another
            // task: one that tracks what was lost, and so loses the next, would hold the page for ever.
            if own.erring.get() {
                host::next_task(tell);
            } else {
                spawn_local(async move { tell() });
            }
        }
        Notice::Consent(before, after) => {
            let listeners = if own.muted.get() { Vec::new() } else { own.told.borrow().to_changes() };
            for number in listeners {
                let consent = own.core.try_borrow().ok().and_then(|core| Some(core.as_ref()?.view()));
                // One may have dropped another.
                let listener = own.told.borrow().to_change(number);
                if let (Some(listener), Some(consent)) = (listener, consent) {
                    listener(&ConsentChange { before, after, consent });
                }
            }
        }
        Notice::Record(record) => hand_over(own, record),
        // Nothing of this client goes alone.
        Notice::AnsweredAlone(..) => {}
        Notice::Flushed(flush, sent, dropped, pending) => {
            let waker = own.told.borrow_mut().flushed(flush.0.get(), Flushed { sent, dropped, pending });
            waker.into_iter().for_each(|waker| waker.wake());
        }
        Notice::Deleted(deletion, done) => {
            let waker = own.told.borrow_mut().deleted(deletion, done);
            waker.into_iter().for_each(|waker| waker.wake());
        }
    }
}

fn say_error(own: &Own, error: &Error) {
    let listeners = own.told.borrow().to_errors();
    if listeners.is_empty() {
        host::warn(&format!("consentry: {error} ({})", error.code()));
    }
    own.erring.set(true);
    for number in listeners {
        let listener = own.told.borrow().to_error(number);
        if let Some(listener) = listener {
            listener(error);
        }
    }
    own.erring.set(false);
}

/// Lets the application take a record when the call that made it has returned.
fn hand_over(own: &Rc<Own>, record: String) {
    let own = own.clone();
    spawn_local(async move {
        let taker = own.taker.borrow().clone();
        let Some(taker) = taker else { return };
        let Some(id) = history::id_of(&record).map(String::from) else { return };
        let taken = taker(ConsentRecord::given(record)).await;
        enter(&own, move |core| core.handed_over(&id, taken));
    });
}
