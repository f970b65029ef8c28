//! The one door to the host. The core acts through [`Platform`] and hears of the world through the
//! inputs of `Client`.

use std::num::NonZeroU32;

use crate::consent::decision::{Signals, Status};
use crate::error::Code;
use crate::outbox::ids::{FlushId, RequestId};
use crate::outbox::lease::{Message, QueueId};
use crate::outbox::record::Kind;

/// The host could not do it: it threw, or is blocked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault;

/// Which facts of the page are asked for; each is a JSON object of properties named as mixpanel-js
/// names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Facts {
    /// What stays the same while the page lives: browser, system, screen, referrer.
    Page,
    /// What follows the address: `$current_url`, campaign parameters, click ids.
    Address,
    /// How the visitor came, to be remembered: referrer, search, campaign.
    Arrival,
}

/// Where something is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Store {
    /// localStorage, the default.
    #[default]
    Local,
    /// A cookie.
    Cookie,
}

/// What the core needs from its host.
///
/// The contract for every method: it returns at once, it never panics, and it never calls back into
/// the client before it has returned. Answers come later, as inputs of the client.
pub trait Platform {
    /// Milliseconds since 1970.
    fn now(&self) -> u64;
    /// 32 bits from a cryptographic source.
    fn random(&mut self) -> u32;
    /// Properties of the page, as a JSON object.
    fn facts(&self, facts: Facts) -> String;
    /// A number that is another one whenever the page's address has changed. Asked with every call,
    /// so it must be cheap; [`Facts::Address`] is asked for only when it is another.
    fn address(&self) -> u32;
    /// Whether the page is hidden; its timers may then take a minute.
    fn hidden(&self) -> bool;
    /// The browser's privacy signals.
    fn signals(&self) -> Signals;

    /// Reads a key. A store that does not exist holds nothing; one that throws is a fault. Cookies of
    /// several domains can share a name: their values come one a line, the most specific first.
    ///
    /// # Errors
    /// When the store exists and refuses to be read.
    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault>;
    /// Writes a key, or removes it when there is no value. Whether it worked is found by reading back. Of
    /// the cookies of that name those go as well that were written with other attributes, for whichever
    /// domain: no other than the new one is left. But the identity in a cookie of a domain that the options
    /// are not for is a sibling's, and stays.
    fn write(&mut self, store: Store, key: &str, value: Option<&str>);
    /// Writes a cookie again that has this value still, so that its expiry starts anew. It is written where
    /// it stands, whatever its attributes are, and becomes no second one.
    fn renew(&mut self, key: &str, value: &str) {
        if self.read(Store::Cookie, key).is_ok_and(|found| found.as_deref() == Some(value)) {
            self.write(Store::Cookie, key, Some(value));
        }
    }
    /// The keys of localStorage that begin with `prefix`, one a line; none when it cannot be read. One
    /// with a line feed in it is nobody's of us, and left out.
    fn keys(&self, prefix: &str) -> String;

    /// Asks for the Web Lock of a stored queue, without waiting for it. The answer comes as
    /// `Client::locked`. The lock ends with the page, at the latest.
    fn lock(&mut self, queue: QueueId);
    /// Gives the lock of a queue back, or takes back the request for it.
    fn unlock(&mut self, queue: QueueId);
    /// Tells the other clients of the same token, in this page and in other tabs; they get it as
    /// `Client::heard`, those of this page once the present call has returned.
    fn post(&mut self, message: Message);

    /// Starts one POST of a form whose field `data` is this JSON. The answer arrives as
    /// `Client::answered` with the same id, unless it is aborted. With `keepalive` it may outlive the
    /// page.
    fn send(&mut self, id: RequestId, url: &str, data: &str, keepalive: bool);
    /// Bytes of the bodies that are under way with `keepalive` on this page, of all its clients.
    fn keepalive_bytes(&self) -> usize;
    /// Aborts a request. No answer arrives for it.
    fn abort(&mut self, id: RequestId);
    /// Calls `Client::woke` once after that many milliseconds, instead of any earlier wish; none
    /// cancels the wish. With 0 it is called at the end of the current task, before anything else can
    /// happen to the page.
    fn wake_after(&mut self, milliseconds: Option<u32>);
    /// Listens to `beforeunload`, which calls `Client::unloading`, or does so no more.
    fn watch_unload(&mut self, on: bool);

    /// Whether a new record would be kept or held from now on; a client begins with no. When not, the
    /// host need not even make texts of the page's values.
    fn recording(&mut self, on: bool);
    /// Something went wrong, about this option, property or call; it cost so many records. As with the
    /// three that follow, the page is told once the call or input has returned.
    fn report(&mut self, code: Code, about: &str, dropped: usize);
    /// The consent status changed.
    fn changed(&mut self, before: Status, after: Status);
    /// That flush ended, with the records that were sent, dropped and are still pending.
    fn flushed(&mut self, flush: FlushId, sent: usize, dropped: usize, pending: usize);
    /// A record that was delivered alone, with this number, has its answer: the HTTP status, 0 when there
    /// is none, and the body.
    fn answered_alone(&mut self, number: NonZeroU32, status: u16, body: &str) {
        _ = (number, status, body);
    }
    /// What the page makes of a record just before it leaves, JSON as it was given; nothing when it is not
    /// to leave. Asked only where there are hooks. Where that fails it answers the record.
    fn before_send(&mut self, kind: Kind, record: &str) -> Option<String> {
        _ = kind;
        Some(String::from(record))
    }
    /// The site is to take a consent record, JSON. Once it has, or could not, the client is told by
    /// `Client::handed_over`.
    fn hand_over(&mut self, record: &str) {
        _ = record;
    }
    /// A profile deletion ended, the so-manieth that this client was asked for, and whether the server
    /// took it.
    fn deleted(&mut self, number: u32, done: bool);
}

impl Store {
    /// Both stores.
    pub const ALL: [Store; 2] = [Store::Local, Store::Cookie];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Store::Cookie.name(), "cookie");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Store::Local => "localStorage",
            Store::Cookie => "cookie",
        }
    }

    /// The store to try when this one fails.
    pub(crate) fn other(self) -> Store {
        match self {
            Store::Local => Store::Cookie,
            Store::Cookie => Store::Local,
        }
    }

    /// What is stored under a key; empty when there is nothing, or it cannot be read.
    pub(crate) fn find<P: Platform>(self, platform: &P, key: &str) -> String {
        platform.read(self, key).unwrap_or_default().unwrap_or_default()
    }

    /// Writes and reads back; true when exactly this value is there now.
    pub(crate) fn write<P: Platform>(self, platform: &mut P, key: &str, value: &str) -> bool {
        platform.write(self, key, Some(value));
        platform.read(self, key).is_ok_and(|found| found.is_some_and(|found| found == value))
    }

    /// Removes a key. The store is not touched when it holds nothing.
    pub(crate) fn remove<P: Platform>(self, platform: &mut P, key: &str) {
        let found: Result<Option<String>, Fault> = platform.read(self, key);
        if !matches!(found, Ok(None)) {
            platform.write(self, key, None);
        }
    }

    /// Removes a key from both stores.
    pub(crate) fn remove_everywhere<P: Platform>(platform: &mut P, key: &str) {
        for store in Store::ALL {
            store.remove(platform, key);
        }
    }
}
