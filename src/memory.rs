//! A host in memory: for tests, for simulation, and to try the core without a browser.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;

use crate::consent::decision::{Signals, Status};
use crate::error::{Code, Error};
use crate::outbox::ids::{FlushId, RequestId};
use crate::outbox::lease::{Message, QueueId};
use crate::outbox::record::Kind;
use crate::platform::{Facts, Fault, Platform, Store};

/// What the core told the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Something went wrong, or was dropped.
    Error(Error),
    /// The consent status changed, from the first to the second.
    Consent(Status, Status),
    /// A flush ended: its number, and the records that were sent, dropped and are still pending.
    Flushed(FlushId, usize, usize, usize),
    /// A profile deletion ended: its number, and whether the server took it.
    Deleted(u32, bool),
    /// A record that went alone was answered: its number, the status, and the body.
    AnsweredAlone(NonZeroU32, u16, String),
    /// The site is to take this consent record.
    Record(String),
}

/// How a store behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Health {
    /// It works.
    #[default]
    Works,
    /// Every access throws, as when the visitor blocks storage.
    Throws,
    /// It can be read and takes no writes: full, or cookies are refused.
    Full,
    /// It does not exist.
    Absent,
}

/// A request the core started.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// The number its answer must carry.
    pub id: RequestId,
    /// The address.
    pub url: String,
    /// The field `data` of the form: a JSON array of records.
    pub data: String,
    /// Whether it may outlive the page.
    pub keepalive: bool,
    /// Whether the core aborted it.
    pub aborted: bool,
}

/// A host in memory. Its fields are the world: set them to see what the core does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemoryPlatform {
    /// The clock, in milliseconds since 1970.
    pub now: u64,
    /// The state of the random source; equal seeds give equal runs.
    pub seed: u64,
    /// What the page says about itself: [`Facts::Page`], `Address` and `Arrival`, each a JSON object.
    pub facts: [String; 3],
    /// The browser's signals.
    pub signals: Signals,
    /// localStorage.
    pub local: BTreeMap<String, String>,
    /// How localStorage behaves.
    pub local_health: Health,
    /// Cookies. The values of one name on several domains are kept as the browser gives them: one a line.
    pub jar: BTreeMap<String, String>,
    /// How cookies behave.
    pub cookie_health: Health,
    /// Requests in the order they were started.
    pub sent: Vec<Sent>,
    /// Bytes of keepalive bodies under way on the page.
    pub keepalive_bytes: usize,
    /// Milliseconds after which the core wants to be woken.
    pub wake: Option<u32>,
    /// How often other clients were told that something changed.
    pub told: u32,
    /// What else was said to them.
    pub said: Vec<Message>,
    /// The queues whose locks were asked for and not given back.
    pub locks: Vec<QueueId>,
    /// The queues whose locks were ever asked for.
    pub asked: Vec<QueueId>,
    /// How often the address of the page has changed.
    pub address: u32,
    /// Whether the page is hidden.
    pub hidden: bool,
    /// Whether the host listens to `beforeunload`.
    pub watches_unload: bool,
    /// Whether records are kept or held, as the core says.
    pub recording: bool,
    /// Attempts to write, whether or not they succeeded.
    pub writes: u32,
    /// What the page makes of the next records before they leave; after that it leaves them as they are.
    pub hooked: VecDeque<Option<String>>,
    /// What the core told the page.
    pub notices: Vec<Notice>,
}

/// Bytes of a cookie, its name with it, that browsers take.
const MAX_COOKIE: usize = 4_096;

impl Default for MemoryPlatform {
    fn default() -> MemoryPlatform {
        MemoryPlatform {
            now: 1_790_000_000_000,
            seed: 1,
            facts: [
                String::from(r#"{"$os":"Linux","$browser":"Firefox","$browser_version":128,"mp_lib":"web"}"#),
                String::from(r#"{"$current_url":"https://shop.example.com/"}"#),
                String::from(r#"{"$initial_referrer":"$direct","$initial_referring_domain":"$direct"}"#),
            ],
            signals: Signals::default(),
            local: BTreeMap::new(),
            local_health: Health::Works,
            jar: BTreeMap::new(),
            cookie_health: Health::Works,
            sent: Vec::new(),
            keepalive_bytes: 0,
            wake: None,
            told: 0,
            said: Vec::new(),
            locks: Vec::new(),
            asked: Vec::new(),
            address: 0,
            hidden: false,
            watches_unload: false,
            recording: false,
            writes: 0,
            hooked: VecDeque::new(),
            notices: Vec::new(),
        }
    }
}

impl Platform for MemoryPlatform {
    fn now(&self) -> u64 {
        self.now
    }

    fn random(&mut self) -> u32 {
        // SplitMix64: enough for a host that must be repeatable, never for a real one.
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 32) as u32
    }

    fn facts(&self, facts: Facts) -> String {
        let [page, address, arrival] = &self.facts;
        match facts {
            Facts::Page => page.clone(),
            Facts::Address => address.clone(),
            Facts::Arrival => arrival.clone(),
        }
    }

    fn address(&self) -> u32 {
        self.address
    }

    fn hidden(&self) -> bool {
        self.hidden
    }

    fn signals(&self) -> Signals {
        self.signals
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        let (kept, health) = match store {
            Store::Local => (&self.local, self.local_health),
            Store::Cookie => (&self.jar, self.cookie_health),
        };
        match health {
            Health::Throws => Err(Fault),
            Health::Absent => Ok(None),
            Health::Works | Health::Full => Ok(kept.get(key).cloned()),
        }
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        self.writes += 1;
        let (kept, health) = match store {
            Store::Local => (&mut self.local, self.local_health),
            Store::Cookie => (&mut self.jar, self.cookie_health),
        };
        match (value, health) {
            // A browser leaves what is there.
            (Some(value), Health::Works) if store == Store::Cookie && key.len() + value.len() > MAX_COOKIE => {}
            (Some(value), Health::Works) => {
                kept.insert(String::from(key), String::from(value));
            }
            (None, Health::Works | Health::Full) => {
                kept.remove(key);
            }
            (_, Health::Full | Health::Throws | Health::Absent) => {}
        }
    }

    fn keys(&self, prefix: &str) -> String {
        let mut keys = String::new();
        if matches!(self.local_health, Health::Works | Health::Full) {
            for key in self.local.keys().filter(|key| key.starts_with(prefix) && !key.contains('\n')) {
                keys.push_str(key);
                keys.push('\n');
            }
        }
        keys
    }

    fn lock(&mut self, queue: QueueId) {
        self.locks.push(queue);
        self.asked.push(queue);
    }

    fn unlock(&mut self, queue: QueueId) {
        self.locks.retain(|held| *held != queue);
    }

    fn post(&mut self, message: Message) {
        match message {
            Message::Changed | Message::Refused(_) => self.told += 1,
            Message::Asks(_) | Message::Has(_) => self.said.push(message),
        }
    }

    fn send(&mut self, id: RequestId, url: &str, data: &str, keepalive: bool) {
        self.sent.push(Sent { id, url: String::from(url), data: String::from(data), keepalive, aborted: false });
    }

    fn abort(&mut self, id: RequestId) {
        if let Some(sent) = self.sent.iter_mut().find(|sent| sent.id == id) {
            sent.aborted = true;
        }
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        self.wake = milliseconds;
    }

    fn keepalive_bytes(&self) -> usize {
        self.keepalive_bytes
    }

    fn watch_unload(&mut self, on: bool) {
        self.watches_unload = on;
    }

    fn recording(&mut self, on: bool) {
        self.recording = on;
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        self.notices.push(Notice::Error(Error { kind: code, about: String::from(about), dropped }));
    }

    fn changed(&mut self, before: Status, after: Status) {
        self.notices.push(Notice::Consent(before, after));
    }

    fn flushed(&mut self, flush: FlushId, sent: usize, dropped: usize, pending: usize) {
        self.notices.push(Notice::Flushed(flush, sent, dropped, pending));
    }

    fn answered_alone(&mut self, number: NonZeroU32, status: u16, body: &str) {
        self.notices.push(Notice::AnsweredAlone(number, status, String::from(body)));
    }

    fn hand_over(&mut self, record: &str) {
        self.notices.push(Notice::Record(String::from(record)));
    }

    fn before_send(&mut self, _: Kind, record: &str) -> Option<String> {
        self.hooked.pop_front().unwrap_or_else(|| Some(String::from(record)))
    }

    fn deleted(&mut self, deletion: u32, done: bool) {
        self.notices.push(Notice::Deleted(deletion, done));
    }
}
