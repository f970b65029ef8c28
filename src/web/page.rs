//! The clients of a page: how each begins and ends, and where its calls go.

mod early;
mod hearing;
mod job;
mod own;
mod proving;
mod told;
mod way;

use core::num::NonZeroU32;
use std::rc::Rc;

use crate::client::Client;
use crate::consent::decision::{Source, Status};
use crate::consent::view::Consent;
use crate::error::{Code, Error};
use crate::memory::Notice;
use crate::outbox::ids::FlushId;
use crate::platform::{Facts, Platform, Store};
use crate::project::Project;
use crate::text;
use crate::web::calls::{Grant, Kind, Refusal};
use crate::web::host::{self, Browser, Input, Side};
use crate::web::news::Flushed;
use crate::web::page::early::{Early, Waiting};
use crate::web::page::own::{Own, find};
use crate::web::page::told::Told;
use crate::web::page::way::{enter, feed, returned, say, work};

pub use hearing::{forget_deletion, forget_flush, listen, listen_to_errors, poll_deletion, poll_flush, unlisten};
pub use job::Core;
pub use proving::{consent_history, consent_record, on_record};

/// Starts a client, and answers its number.
pub fn start(project: Project) -> Result<u32, Error> {
    // Where it is no address after all, no request would ever start.
    if project.options.api_host.as_deref().is_some_and(|address| !host::is_address(address)) {
        return Err(Error::about(Code::InvalidOption, "apiHost"));
    }
    let (number, own) = own::add(|number| {
        let inputs = move |input| {
            if let Some(own) = find(number) {
                feed(&own, input);
            }
        };
        let cookie = project.options.consent.cookie.clone();
        let side = Rc::new(Side::new(&project.token, cookie, project.identity_key.clone(), inputs));
        Own {
            project,
            side,
            core: Default::default(),
            early: Default::default(),
            told: Told::new().into(),
            closed: false.into(),
            taker: None.into(),
            telling: false.into(),
            erring: false.into(),
            muted: false.into(),
        }
    });
    if host::document().is_none() {
        // A worker has no visitor.
        own.closed.set(true);
        say(&own, Notice::Error(Error::about(Code::NotAPage, "")));
    } else if host::unseen() {
        own.early.replace(Some(Early::default()));
        run(&own, Browser::unseen(own.side.clone()));
        let shown = own.clone();
        host::when_shown(move || show(&shown));
    } else {
        begin(&own);
    }
    Ok(number)
}

fn run(own: &Rc<Own>, browser: Browser) {
    let core = work(|| Client::of(browser, own.project.clone()));
    own.core.replace(Some(core));
    returned(own);
}

fn begin(own: &Rc<Own>) {
    host::connect(&own.side);
    own.side.recording.set(false); // until the core says otherwise
    run(own, Browser::new(own.side.clone()));
    // Nothing could be heard before this task has ended. What happened until then is looked up.
    let own = own.clone();
    host::next_task(move || {
        if !own.closed.get() {
            host::attend(&own.side);
            feed(&own, Input::StorageChanged(None));
        }
    });
}

/// The page is shown: what waited is carried out, and the change that was told already is told no more.
fn show(own: &Rc<Own>) {
    let Some(early) = own.early.take() else { return };
    let before = status(own);
    own.muted.set(true);
    begin(own);
    for Waiting { at, address, kind, job } in early.take() {
        enter(own, move |core| {
            if kind != Kind::Complains {
                core.as_of(at, &address);
            }
            job(core);
        });
    }
    proving::take(own);
    own.muted.set(false);
    let after = status(own);
    if before != after {
        say(own, Notice::Consent(before, after));
    }
}

fn status(own: &Own) -> Status {
    view(own).map_or(Status::Pending, |consent| consent.status)
}

/// Whether a new record would be kept or held. Where not, its values need not even be looked at.
pub fn records(number: u32) -> bool {
    find(number).is_some_and(|own| !own.closed.get() && own.side.recording.get())
}

/// Makes a call of a client's core; until the page is shown it waits.
pub fn call(number: u32, kind: Kind, job: impl FnOnce(&mut Core) + 'static) {
    let Some(own) = find(number) else { return };
    if own.closed.get() {
        enter(&own, |core| core.found_wrong(Code::Closed, ""));
    } else if own.waits() {
        wait(&own, kind, job);
    } else {
        enter(&own, job);
    }
}

fn wait(own: &Rc<Own>, kind: Kind, job: impl FnOnce(&mut Core) + 'static) {
    let browser = Browser::new(own.side.clone());
    let lost = kind != Kind::Complains;
    let call = Waiting { at: browser.now(), address: browser.facts(Facts::Address), kind, job: Box::new(job) };
    let fits = own.early.borrow_mut().as_mut().is_none_or(|early| early.add(call));
    if !fits && lost {
        say(own, Notice::Error(Error { kind: Code::QueueFull, about: String::new(), dropped: 1 }));
    }
}

/// The visitor agrees.
pub fn opt_in(number: u32, mut grant: Grant) {
    let Some(own) = find(number).filter(|own| own.waits()) else {
        call(number, Kind::OptIn, move |core| grant.make(core));
        return;
    };
    let before = view(&own);
    let here = grant.clone();
    enter(&own, move |core| here.make(core));
    // The event is for who had not agreed before.
    if before.is_some_and(|consent| consent.status == Status::Granted && consent.source != Source::Default) {
        grant.event.clear();
    }
    wait(&own, Kind::OptIn, move |core| grant.make(core));
}

/// The visitor refuses. Answers the number of the deletion, where one was asked for.
pub fn opt_out(number: u32, mut refusal: Refusal) -> u32 {
    let Some(own) = find(number) else { return 0 };
    let deletes = refusal.delete_profile;
    if own.closed.get() {
        refusal.delete_profile = false; // nobody could be told of its end
    }
    let deletion = if refusal.delete_profile { own.told.borrow_mut().deletion() } else { 0 };
    if !own.waits() {
        enter(&own, move |core| refusal.make(core));
        return deletion;
    }
    // What is stored of the visitor, whose profile the core is to delete, is removed at once.
    let was = (deletes && status(&own) == Status::Granted).then(|| {
        let browser = Browser::new(own.side.clone());
        let stored = Store::ALL.map(|store| store.find(&browser, &own.project.identity_key));
        let named = own.early.borrow().as_ref().and_then(Early::named);
        (stored.into_iter().find(|text| !text.is_empty()).unwrap_or_default(), named)
    });
    let here = Refusal { delete_profile: false, ..refusal.clone() };
    withdraw(&own, true, move |core| here.make(core));
    wait(&own, Kind::OptOut, move |core| {
        if let Some((stored, named)) = &was {
            core.was(stored, named.as_deref());
        }
        refusal.make(core);
    });
    deletion
}

/// The decision is forgotten.
pub fn reset_consent(number: u32) {
    let Some(own) = find(number) else { return };
    if own.waits() {
        withdraw(&own, true, Core::reset_consent);
        wait(&own, Kind::Forgets, Core::reset_consent);
    } else {
        enter(&own, Core::reset_consent);
    }
}

/// The site has another default. Until the page is shown it holds for what is asked, and is made then.
pub fn set_default(number: u32, status: Status) {
    if let Some(own) = find(number).filter(|own| own.waits()) {
        enter(&own, move |core| core.set_default(status));
    }
    call(number, Kind::Defaults, move |core| core.set_default(status));
}

/// Everything but the decision is removed.
pub fn purge(number: u32) {
    match find(number).filter(|own| own.waits()) {
        Some(own) => withdraw(&own, false, Core::purge),
        None => call(number, Kind::Other, Core::purge),
    }
}

/// What takes something away holds at once; nothing from before it is carried out later.
fn withdraw(own: &Rc<Own>, said: bool, job: impl FnOnce(&mut Core) + 'static) {
    if let Some(early) = &mut *own.early.borrow_mut() {
        early.forget(said);
    }
    enter(own, move |core| {
        core.platform_mut().writes(true);
        job(core);
        core.platform_mut().writes(false);
    });
}

/// The consent as it stands, or as a new client would find it.
pub fn consent(number: u32) -> Option<Consent> {
    view(&*find(number)?)
}

fn view(own: &Own) -> Option<Consent> {
    let known = match own.core.try_borrow() {
        Ok(core) => Some(core.as_ref()?.view()),
        Err(_) => None, // it is at work, and the page asks from inside
    };
    // One that was closed hears of nothing any more.
    let known = known.filter(|consent| !own.closed.get() || !consent.persisted());
    let found = || Client::of(Browser::unseen(own.side.clone()), own.project.clone()).view();
    Some(known.unwrap_or_else(found))
}

/// The id that events carry.
pub fn distinct_id(number: u32) -> Option<String> {
    let own = find(number).filter(|own| !own.waits() && !own.closed.get())?;
    let core = own.core.try_borrow().ok()?;
    text::of_json(core.as_ref()?.distinct_id())
}

/// Begins a flush, and answers its number.
pub fn flush(number: u32) -> u32 {
    let Some(own) = find(number) else { return 0 };
    let flush = own.told.borrow_mut().flush();
    if own.closed.get() {
        own.told.borrow_mut().flushed(flush, Flushed::default());
    }
    if let Some(id) = NonZeroU32::new(flush).map(FlushId) {
        call(number, Kind::Flush, move |core| core.flush(id));
    }
    flush
}

/// Ends a client.
pub fn close(number: u32) {
    let Some(own) = find(number) else { return };
    if own.closed.replace(true) {
        return;
    }
    match own.early.take() {
        None => enter(&own, Core::close),
        Some(early) => {
            let lost = early.records();
            if lost > 0 {
                say(&own, Notice::Error(Error { kind: Code::Closed, about: String::new(), dropped: lost }));
            }
            let wakers = own.told.borrow_mut().end_all();
            wakers.into_iter().for_each(|waker| waker.wake());
        }
    }
}
