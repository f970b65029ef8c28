//! The records of decisions, for an application.

use std::rc::Rc;

use crate::client::Client;
use crate::consent::proof::ConsentRecord;
use crate::json;
use crate::web::host::Browser;
use crate::web::news::Taker;
use crate::web::page::job::Core;
use crate::web::page::own::{Own, find};
use crate::web::page::way::enter;

/// What a client knows of its records, or a new one would.
fn ask<T>(number: u32, question: impl Fn(&Core) -> T) -> Option<T> {
    let own = find(number)?;
    let known = own.core.try_borrow().ok().and_then(|core| core.as_ref().map(&question));
    // One that is at work cannot be asked.
    Some(known.unwrap_or_else(|| question(&Client::of(Browser::unseen(own.side.clone()), own.project.clone()))))
}

/// That of the decision that counts now.
pub fn consent_record(number: u32) -> Option<ConsentRecord> {
    ask(number, Core::consent_record)?.map(ConsentRecord::given)
}

/// Those of the last decisions, oldest first.
pub fn consent_history(number: u32) -> Vec<ConsentRecord> {
    let list = ask(number, Core::consent_history).unwrap_or_default();
    json::members(&list, b'[').map(|(_, record)| ConsentRecord::given(String::from(record))).collect()
}

/// The application takes records from now on.
pub fn on_record(number: u32, taker: Taker) {
    let Some(own) = find(number) else { return };
    let _gone = own.taker.replace(Some(taker));
    take(&own);
}

/// Asks for what waits, if there is somebody to take it, and the page is seen.
pub fn take(own: &Rc<Own>) {
    if own.taker.borrow().is_some() && !own.waits() && !own.closed.get() {
        enter(own, Core::take_records);
    }
}
