//! One client's side of the page: what the browser does for it, and what it has to say.

use core::cell::{Cell, RefCell};
use core::fmt;
use std::collections::VecDeque;

use js_sys::Function;
use web_sys::{AbortController, BroadcastChannel};

use crate::memory::Notice;
use crate::options::CookieOptions;
use crate::outbox::ids::RequestId;
use crate::outbox::lease::{Lock, Message, QueueId};
use crate::web::host::cookies::Cookies;
use crate::web::host::listener::{Listener, Timer};

/// News for a client's core.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// `Client::woke`.
    Woke,
    /// `Client::answered`: status, `Retry-After`, body.
    Answered(RequestId, u16, String, String),
    /// `Client::storage_changed`.
    StorageChanged(Option<String>),
    /// `Client::heard`.
    Heard(Message),
    /// `Client::locked`.
    Locked(QueueId, Lock),
    /// `Client::online`.
    Online,
    /// `Client::page_hidden`.
    PageHidden(bool),
    /// `Client::unloading`.
    Unloading,
    /// `Client::frozen`.
    Frozen,
    /// `Client::returned`.
    Returned,
}

/// A lock that is asked for or held.
pub(super) struct Held {
    pub(super) queue: QueueId,
    /// Tells it from one for the same queue that was asked for before.
    pub(super) number: u32,
    /// Gives it back.
    pub(super) release: Option<Function>,
}

/// A request that is under way.
pub(super) struct UnderWay {
    pub(super) id: RequestId,
    pub(super) controller: Option<AbortController>,
}

/// The way into a client's core.
type Inputs = Box<dyn Fn(Input)>;

/// See the head of this file.
pub struct Side {
    /// The project token.
    pub token: String,
    pub(super) cookies: Cookies,
    /// Where news go, into the core; never while it is at work.
    pub(super) inputs: Inputs,
    /// Whether a new record would be kept or held.
    pub recording: Cell<bool>,
    /// For the other clients of the token on this page, once the core has returned.
    pub said: RefCell<Vec<Message>>,
    /// For the page, once the core has returned.
    pub notices: RefCell<VecDeque<Notice>>,
    /// The page is being left, and is hidden afterwards.
    pub(super) left: Cell<bool>,
    pub(super) ears: RefCell<Vec<Listener>>,
    pub(super) unload: RefCell<Option<Listener>>,
    pub(super) timer: RefCell<Option<Timer>>,
    pub(super) channel: RefCell<Option<BroadcastChannel>>,
    pub(super) ear: RefCell<Option<Listener>>,
    pub(super) locks: RefCell<Vec<Held>>,
    pub(super) last_lock: Cell<u32>,
    pub(super) requests: RefCell<Vec<UnderWay>>,
}

impl Side {
    /// The side of a new client. It hears of nothing yet.
    pub fn new(token: &str, cookie: CookieOptions, identity: String, inputs: impl Fn(Input) + 'static) -> Side {
        Side {
            token: String::from(token),
            cookies: Cookies::new(cookie, identity),
            inputs: Box::new(inputs),
            recording: Cell::new(false),
            said: RefCell::default(),
            notices: RefCell::default(),
            left: Cell::new(false),
            ears: RefCell::default(),
            unload: RefCell::default(),
            timer: RefCell::default(),
            channel: RefCell::default(),
            ear: RefCell::default(),
            locks: RefCell::default(),
            last_lock: Cell::new(0),
            requests: RefCell::default(),
        }
    }

    /// Hands news on.
    pub(super) fn tell(&self, input: Input) {
        (self.inputs)(input);
    }
}

impl fmt::Debug for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Side").field("token", &self.token).finish_non_exhaustive()
    }
}
