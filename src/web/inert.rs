//! Where there is no page: on servers, and in tests of the machine. Nothing is recorded, stored or
//! sent, nobody is asked and nothing is kept, however often a client is started.

use core::task::{Context, Poll};

use crate::consent::decision::Status;
use crate::consent::proof::ConsentRecord;
use crate::consent::view::Consent;
use crate::error::Error;
use crate::memory::MemoryPlatform;
use crate::project::Project;
use crate::web::calls::{Grant, Kind, Refusal};
use crate::web::news::{ConsentChange, Flushed, Listener, Taker};

/// What calls are made of; none is ever made.
pub type Core = crate::client::Client<MemoryPlatform>;

pub fn start(_: Project) -> Result<u32, Error> {
    Ok(0)
}

pub fn records(_: u32) -> bool {
    false
}

pub fn call(_: u32, _: Kind, _: impl FnOnce(&mut Core) + 'static) {}

pub fn opt_in(_: u32, _: Grant) {}

pub fn opt_out(_: u32, _: Refusal) -> u32 {
    0
}

pub fn reset_consent(_: u32) {}

pub fn set_default(_: u32, _: Status) {}

pub fn purge(_: u32) {}

pub fn consent(_: u32) -> Option<Consent> {
    None
}

pub fn distinct_id(_: u32) -> Option<String> {
    None
}

pub fn listen(_: u32, _: Listener<ConsentChange>) -> u32 {
    0
}

pub fn listen_to_errors(_: u32, _: Listener<Error>) -> u32 {
    0
}

pub fn unlisten(_: u32, _: u32) {}

pub fn consent_record(_: u32) -> Option<ConsentRecord> {
    None
}

pub fn consent_history(_: u32) -> Vec<ConsentRecord> {
    Vec::new()
}

pub fn on_record(_: u32, _: Taker) {}

pub fn flush(_: u32) -> u32 {
    0
}

pub fn poll_flush(_: u32, _: u32, _: &mut Context<'_>) -> Poll<Flushed> {
    Poll::Ready(Flushed::default())
}

pub fn forget_flush(_: u32, _: u32) {}

pub fn poll_deletion(_: u32, _: u32, _: &mut Context<'_>) -> Poll<bool> {
    Poll::Ready(false)
}

pub fn forget_deletion(_: u32, _: u32) {}

pub fn close(_: u32) {}
