//! The one door to the host. The core acts through [`Platform`] and hears of the world through the inputs of `Client`.

use alloc::string::String;

use crate::error::Code;
use crate::signals::Signals;
use crate::status::Status;
use crate::stores::Store;

/// The host could not do it: it threw, or is blocked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault;

/// Which facts of the page are asked for; each is a JSON object of properties named as mixpanel-js names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Facts {
    /// What stays the same while the page lives: browser, system, screen, referrer.
    Page,
    /// What follows the address: `$current_url`, campaign parameters, click ids.
    Address,
    /// How the visitor came, to be remembered: referrer, search, campaign.
    Arrival,
}

/// What the core needs from its host.
///
/// The contract for every method: it returns at once, it never panics, and it never calls back into the client before it has returned.
/// Answers come later, as inputs of the client.
pub trait Platform {
    /// Milliseconds since 1970.
    fn now(&self) -> u64;
    /// 32 bits from a cryptographic source.
    fn random(&mut self) -> u32;
    /// Properties of the page, as a JSON object.
    fn facts(&self, facts: Facts) -> String;
    /// The browser's privacy signals.
    fn signals(&self) -> Signals;

    /// Reads a key. A store that does not exist holds nothing; one that throws is a fault. Cookies of several domains can share a name:
    /// their values come one a line, the most specific first.
    ///
    /// # Errors
    /// When the store exists and refuses to be read.
    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault>;
    /// Writes a key, or removes it when there is no value. Whether it worked is found by reading back.
    fn write(&mut self, store: Store, key: &str, value: Option<&str>);

    /// The keys of localStorage that begin with `prefix`, one a line; none when it cannot be read.
    fn keys(&self, prefix: &str) -> String;
    /// Makes this client the owner of the stored queue of that number, for as long as its page lives and is not put away; with 0 it owns none
    /// any more, neither its own nor those it claimed. From the first call on the host calls `Client::claimed` with the number of every stored
    /// queue of this token whose owner is gone, and gives each to one client of the origin only. The keys of a queue are
    /// `consentry_<token>_q_<number>_<segment>`.
    fn own(&mut self, queue: u32);

    /// Starts one POST of a form whose field `data` is this JSON. The answer arrives as `Client::answered` with the same id, unless it
    /// is aborted. With `keepalive` it may outlive the page, as far as the browser allows. It is asked for only when the page is being left
    /// and for the one request an opt-out must not abort, because Chromium and WebKit go on with an aborted keepalive request.
    fn send(&mut self, id: u32, url: &str, data: &str, keepalive: bool);
    /// Aborts a request. No answer arrives for it.
    fn abort(&mut self, id: u32);
    /// Calls `Client::woke` once after that many milliseconds, instead of any earlier wish; none cancels the wish. With 0 it is called at the end
    /// of the current task, before anything else can happen to the page.
    fn wake_after(&mut self, milliseconds: Option<u32>);
    /// Tells other tabs and other clients of the same token that something stored has changed; they call `Client::changed_elsewhere`.
    fn tell(&mut self);
    /// Something went wrong, about this option, property or call; it cost so many records. As with the three that follow, the page is told
    /// once the call or input has returned.
    fn report(&mut self, code: Code, about: &str, dropped: usize);
    /// The consent status changed.
    fn changed(&mut self, before: Status, after: Status);
    /// The flush of that number ended, with the records that were sent, dropped and are still pending.
    fn flushed(&mut self, number: u32, sent: usize, dropped: usize, pending: usize);
    /// A profile deletion ended, and whether the server took it.
    fn deleted(&mut self, done: bool);
}
