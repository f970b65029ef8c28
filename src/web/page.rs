//! The clients of this page, which live as long as it does, and the way into their cores: one call at a
//! time, and what a core has to say is said when it has returned. A listener may call anything.

mod told;

use core::cell::{Cell, RefCell};
use core::task::{Context, Poll};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::client::Client;
use crate::consent::view::Consent;
use crate::error::{Code, Error};
use crate::memory::Notice;
use crate::outbox::ids::FlushId;
use crate::outbox::request::Answer;
use crate::project::Project;
use crate::text;
use crate::web::host::{self, Browser, Input, Side};
use crate::web::news::{ConsentChange, Flushed};
use crate::web::page::told::Told;

/// What runs for a client.
pub type Core = Client<Browser>;

type Job = Box<dyn FnOnce(&mut Core)>;

/// One client.
struct Own {
    side: Rc<Side>,
    core: RefCell<Option<Core>>,
    told: RefCell<Told>,
    closed: Cell<bool>,
}

thread_local! {
    static CLIENTS: RefCell<Vec<Rc<Own>>> = const { RefCell::new(Vec::new()) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// What came while a core was at work: a page can patch what the core uses, `fetch` or storage, and
    /// call us from there.
    static WAITING: RefCell<VecDeque<(Rc<Own>, Job)>> = const { RefCell::new(VecDeque::new()) };
}

/// Starts a client, and answers its number.
pub fn start(project: Project) -> Result<u32, Error> {
    let number = CLIENTS.with_borrow(Vec::len) as u32 + 1;
    let Project { token, identity_key, options, .. } = &project;
    let inputs = move |input| {
        if let Some(own) = find(number) {
            feed(&own, input);
        }
    };
    let side = Rc::new(Side::new(token, options.consent.cookie.clone(), identity_key.clone(), inputs));
    let own = Rc::new(Own { side, core: RefCell::new(None), told: RefCell::new(Told::new()), closed: Cell::new(false) });
    CLIENTS.with_borrow_mut(|clients| clients.push(own.clone()));
    begin(&own, project);
    Ok(number)
}

fn find(number: u32) -> Option<Rc<Own>> {
    CLIENTS.with_borrow(|clients| clients.get((number as usize).checked_sub(1)?).cloned())
}

fn begin(own: &Rc<Own>, project: Project) {
    host::connect(&own.side);
    BUSY.set(true);
    host::remember(true);
    let core = Client::of(Browser(own.side.clone()), project);
    host::remember(false);
    BUSY.set(false);
    own.core.replace(Some(core));
    returned(own);
    // Nothing could be heard before this task has ended. What happened until then is looked up.
    let own = own.clone();
    host::next_task(move || {
        if !own.closed.get() {
            host::attend(&own.side);
            feed(&own, Input::StorageChanged(None));
        }
    });
}

/// Makes a call of a core, now or when the one that is at work has returned.
fn enter(own: &Rc<Own>, job: impl FnOnce(&mut Core) + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.push_back((own.clone(), Box::new(job))));
    while !BUSY.get()
        && let Some((own, job)) = WAITING.with_borrow_mut(VecDeque::pop_front)
    {
        BUSY.set(true);
        host::remember(true);
        if let Some(core) = &mut *own.core.borrow_mut() {
            job(core);
        }
        host::remember(false);
        BUSY.set(false);
        returned(&own);
    }
}

/// The core has returned: what it had to say is said.
fn returned(own: &Rc<Own>) {
    for message in own.side.said.take() {
        for other in CLIENTS.with_borrow(Clone::clone) {
            if other.side.token == own.side.token && !Rc::ptr_eq(&other, own) {
                feed(&other, Input::Heard(message));
            }
        }
    }
    if own.closed.get() {
        host::deafen(&own.side);
    }
    loop {
        let notice = own.side.notices.borrow_mut().pop_front();
        let Some(notice) = notice else { break };
        say(own, notice);
    }
}

fn say(own: &Rc<Own>, notice: Notice) {
    match notice {
        Notice::Error(error) => {
            let own = own.clone();
            // Told when the call that caused it has returned.
            spawn_local(async move { say_error(&own, &error) });
        }
        Notice::Consent(before, after) => {
            let Some(consent) = consent_of(own) else { return };
            let change = ConsentChange { before, after, consent };
            let listeners = own.told.borrow().to_changes();
            for listener in listeners {
                listener(&change);
            }
        }
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
    for listener in listeners {
        listener(error);
    }
}

/// Hands on what happened around the page.
fn feed(own: &Rc<Own>, input: Input) {
    // Of what was begun before a client was closed only the deletion of a profile goes on.
    if own.closed.get() && !matches!(input, Input::Woke | Input::Answered(..)) {
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

/// Whether a new record would be kept or held. Where not, its values need not even be looked at.
pub fn records(number: u32) -> bool {
    find(number).is_some_and(|own| !own.closed.get() && own.side.recording.get())
}

/// Makes a call of a client's core.
pub fn call(number: u32, job: impl FnOnce(&mut Core) + 'static) {
    let Some(own) = find(number) else { return };
    if own.closed.get() {
        enter(&own, |core| core.found_wrong(Code::Closed, ""));
    } else {
        enter(&own, job);
    }
}

/// Makes a call that takes a grant away: it holds even of a closed client.
pub fn withdraw(number: u32, job: impl FnOnce(&mut Core) + 'static) {
    if let Some(own) = find(number) {
        enter(&own, job);
    }
}

/// The consent as it stands.
pub fn consent(number: u32) -> Option<Consent> {
    consent_of(&*find(number)?)
}

fn consent_of(own: &Own) -> Option<Consent> {
    Some(own.core.try_borrow().ok()?.as_ref()?.view())
}

/// The id that events carry.
pub fn distinct_id(number: u32) -> Option<String> {
    let own = find(number)?;
    let core = own.core.try_borrow().ok()?;
    text::of_json(core.as_ref()?.distinct_id())
}

/// Adds a listener.
pub fn listen(number: u32, listener: Rc<dyn Fn(&ConsentChange)>) -> u32 {
    find(number).map_or(0, |own| own.told.borrow_mut().listen(listener))
}

/// Adds a listener.
pub fn listen_to_errors(number: u32, listener: Rc<dyn Fn(&Error)>) -> u32 {
    find(number).map_or(0, |own| own.told.borrow_mut().listen_to_errors(listener))
}

/// Removes a listener.
pub fn unlisten(number: u32, listener: u32) {
    if let Some(own) = find(number) {
        own.told.borrow_mut().unlisten(listener);
    }
}

/// Begins a flush, and answers its number.
pub fn flush(number: u32) -> u32 {
    let Some(own) = find(number) else { return 0 };
    let flush = own.told.borrow_mut().flush();
    let id = core::num::NonZeroU32::new(flush).map(FlushId);
    if own.closed.get() {
        own.told.borrow_mut().flushed(flush, Flushed::default());
    }
    if let Some(id) = id {
        call(number, move |core| core.flush(id));
    }
    flush
}

/// What a flush came to.
pub fn poll_flush(number: u32, flush: u32, context: &mut Context<'_>) -> Poll<Flushed> {
    find(number).map_or(Poll::Ready(Flushed::default()), |own| own.told.borrow_mut().poll_flush(flush, context))
}

/// Nobody waits for it any more.
pub fn forget_flush(number: u32, flush: u32) {
    if let Some(own) = find(number) {
        own.told.borrow_mut().forget_flush(flush);
    }
}

/// The number of a deletion that is about to be asked for.
pub fn deletion(number: u32) -> u32 {
    find(number).map_or(0, |own| own.told.borrow_mut().deletion())
}

/// What a deletion came to.
pub fn poll_deletion(number: u32, deletion: u32, context: &mut Context<'_>) -> Poll<bool> {
    find(number).map_or(Poll::Ready(false), |own| own.told.borrow_mut().poll_deletion(deletion, context))
}

/// Nobody waits for it any more.
pub fn forget_deletion(number: u32, deletion: u32) {
    if let Some(own) = find(number) {
        own.told.borrow_mut().forget_deletion(deletion);
    }
}

/// Ends a client.
pub fn close(number: u32) {
    let Some(own) = find(number) else { return };
    if !own.closed.replace(true) {
        enter(&own, Core::close);
    }
}
