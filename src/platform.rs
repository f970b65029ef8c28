//! The one door to the host. The core acts through [`Platform`] and hears of the world through the inputs of `Client`.

use alloc::string::String;

use crate::notice::Notice;
use crate::signals::Signals;
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
    /// How the visitor came, to be remembered once: `$initial_referrer` and its domain.
    Arrival,
    /// The newest campaign and search, to be remembered until there is a newer one.
    Campaign,
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

    /// Starts one POST of a form whose field `data` is this JSON. The answer arrives as `Client::answered` with the same id, unless it
    /// is aborted.
    fn send(&mut self, id: u32, url: &str, data: &str);
    /// Aborts a request. No answer arrives for it.
    fn abort(&mut self, id: u32);
    /// Calls `Client::woke` once after that many milliseconds, instead of any earlier wish; none cancels the wish.
    fn wake_after(&mut self, milliseconds: Option<u32>);
    /// Tells other tabs and other clients of the same token that something stored has changed; they call `Client::changed_elsewhere`.
    fn tell(&mut self);
    /// Keeps something to tell the page once the call or input has returned.
    fn notify(&mut self, notice: Notice);
}
