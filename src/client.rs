//! The client: holds the gate, and everything that must agree with it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::{Config, join};
use crate::decide::{Decision, Reading, Recording, decide};
use crate::error::Code;
use crate::flag::{self, StoredChoice};
use crate::identity::{IDS, Identity};
use crate::json;
use crate::platform::{Facts, Platform};
use crate::queue::Queue;
use crate::record::{Names, Record};
use crate::signals::Signal;
use crate::status::{Source, Status};
use crate::stored::line;
use crate::stores::{self, Store};

/// One client of one project on one page.
///
/// It is driven by calls and by inputs (`woke`, `answered`, `changed_elsewhere`, `page_hidden`) and acts through its [`Platform`].
///
/// ```
/// use consentry::{Client, Config, MemoryPlatform, Status};
/// let mut client = Client::new(MemoryPlatform::default(), Config::new("TOKEN"));
/// assert_eq!(client.status(), Status::Pending);
/// client.opt_in("$opt_in", "{}", r#"{"status":"granted","decidedAt":1790000000000,"via":"banner"}"#);
/// assert_eq!(client.status(), Status::Granted);
/// ```
#[derive(Clone, Debug)]
pub struct Client<P: Platform> {
    pub(crate) platform: P,
    pub(crate) config: Config,
    pub(crate) decision: Decision,
    /// The visitor's decision that counts now: granted, denied, or none.
    decided: Option<bool>,
    /// The consent record of that decision, JSON, or empty.
    consent_record: String,
    /// Where the decision is kept.
    persisted: Option<Store>,
    /// A decision of this page that no store took. What the stores say then is older than it.
    unkept: bool,
    /// Rises at each withdrawal, and is stored with the decision and with every record: one of an older epoch is never sent.
    pub(crate) epoch: u64,
    /// The largest epoch this page left: after a reset nothing stored speaks of it, and the clock may be set back.
    newest: u64,
    /// The number of this client's stored queue; 0 until something may be stored.
    pub(crate) own_queue: u32,
    /// The number of the segment written last.
    pub(crate) last_segment: u32,
    /// When storing may be tried again after it failed.
    pub(crate) store_at: u64,
    /// The host was asked for the queues of pages that are gone.
    pub(crate) watching: bool,
    /// Queues that became ours and have not been read yet.
    pub(crate) claims: Vec<u32>,
    pub(crate) identity: Identity,
    /// Whether `identity` is the stored one; it is read only once the gate is open.
    pub(crate) identity_loaded: bool,
    /// Properties of the page, JSON, asked for once.
    pub(crate) page_facts: String,
    pub(crate) queue: Queue,
    /// Records that wait for a decision or for a user id.
    pub(crate) drafts: Vec<Record>,
    /// When the queue is sent at the latest.
    pub(crate) due: u64,
    pub(crate) scheduled: u64,
    /// The host was asked to call at the end of this task.
    pub(crate) soon: bool,
    pub(crate) next_request: u32,
    /// Flushes under way: number, and the totals at their start.
    pub(crate) flushes: Vec<(u32, usize, usize)>,
    pub(crate) sent: usize,
    pub(crate) dropped: usize,
    /// The page is hidden: what is sent now may outlive it.
    pub(crate) hidden: bool,
    /// The requests that delete profiles, with the time they count as lost. They are the one thing an opt-out does not abort.
    pub(crate) deletions: Vec<(u32, u64)>,
}

impl<P: Platform> Client<P> {
    /// Starts a client. It reads the stored decision; it writes nothing unless the visitor decided before.
    pub fn new(mut platform: P, config: Config) -> Client<P> {
        let identity = Identity::new(&mut platform);
        let mut client = Client {
            queue: Queue::new(config.batch_size),
            page_facts: platform.facts(Facts::Page),
            platform,
            decision: Decision::of(Status::Pending, Source::Default, false),
            config,
            decided: None,
            consent_record: String::new(),
            persisted: None,
            unkept: false,
            epoch: 0,
            newest: 0,
            own_queue: 0,
            last_segment: 0,
            store_at: 0,
            watching: false,
            claims: Vec::new(),
            identity,
            identity_loaded: false,
            drafts: Vec::new(),
            due: 0,
            scheduled: 0,
            soon: false,
            next_request: 0,
            flushes: Vec::new(),
            sent: 0,
            dropped: 0,
            hidden: false,
            deletions: Vec::new(),
        };
        let choice = flag::read(&client.platform, &client.config);
        flag::renew(&mut client.platform, &client.config, &choice);
        client.follow(choice);
        if client.decided == Some(false) {
            client.remove_keys(); // a tab that died while the visitor said no may have left something
        }
        client
    }

    /// The host, to look at what was done with it.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// The host, to change the world.
    pub fn platform_mut(&mut self) -> &mut P {
        &mut self.platform
    }

    /// The consent status.
    pub fn status(&self) -> Status {
        self.decision.status
    }

    /// Whether a new record would be kept or held. When not, `track` need not even be called.
    pub fn records(&self) -> bool {
        self.decision.recording != Recording::Drop
    }

    /// The status, why, where a decision is kept, and its record (JSON, or empty).
    pub fn consent_parts(&self) -> (Status, Source, Option<Store>, &str) {
        (self.decision.status, self.decision.source, self.persisted, &self.consent_record)
    }

    /// The consent as JSON: `status`, `source`, `store` where a decision is kept, and its `record`.
    pub fn consent(&self) -> String {
        let mut out = String::from("{");
        json::push_text(&mut out, "status", self.decision.status.name());
        json::push_text(&mut out, "source", self.decision.source.name());
        if let Some(store) = self.persisted {
            json::push_text(&mut out, "store", store.name());
        }
        if !self.consent_record.is_empty() {
            json::push_key(&mut out, "record");
            out.push_str(&self.consent_record);
        }
        out.push('}');
        out
    }

    /// The visitor agrees. The first time, `event` is tracked with `properties` (JSON); an empty name sends none. `record` is the site's
    /// proof of the decision, stored beside the flag: a JSON object of `status`, `decidedAt` (milliseconds since 1970) and what else is to
    /// be kept; `policyVersion` counts when the site asks for one.
    pub fn opt_in(&mut self, event: &str, properties: &str, record: &str) {
        self.opt_in_at(event, properties, record, 0);
    }

    /// [`Client::opt_in`] for a visitor who agreed before the client could be made; `at` as for [`Client::track`].
    pub fn opt_in_at(&mut self, event: &str, properties: &str, record: &str, at: u64) {
        // A refusal in another tab that was not heard of here: what was held until then is gone.
        self.changed_elsewhere();
        if self.signal() == Signal::Enforced {
            self.report(Code::SignalEnforced, "", 0);
            return;
        }
        let first = self.decided != Some(true);
        self.decide_here(true, record);
        if first && !event.is_empty() {
            self.track(event, properties, at);
        }
        self.due = 0;
        self.pump();
    }

    /// The visitor refuses. `record` is as for [`Client::opt_in`]; `delete_profile` sends one `$delete` for an identified user first.
    pub fn opt_out(&mut self, delete_profile: bool, record: &str) {
        if delete_profile {
            // First nothing may be under way any more that the server could read after the deletion.
            self.abort_all();
            self.delete_profile();
        }
        self.decide_here(false, record);
    }

    /// Forgets the decision and everything kept under it. The status is then what the browser's signals and the default say.
    pub fn reset_consent(&mut self) {
        let before = self.decision.status;
        // The decision goes last: a page that dies on the way leaves nothing of the visitor without one.
        self.stop();
        self.remove_keys();
        stores::remove(&mut self.platform, &self.config.flag_key);
        stores::remove(&mut self.platform, &self.config.record_key());
        self.consent_record.clear();
        self.persisted = None;
        self.unkept = false;
        let choice = flag::read(&self.platform, &self.config);
        self.decision = self.decide(&choice);
        self.begin_epoch();
        let choice = flag::read(&self.platform, &self.config);
        self.follow(choice);
        self.platform.tell();
        self.announce(before);
    }

    /// Removes every key we own but the decision. Where recording is allowed it goes on with a new visitor.
    pub fn purge(&mut self) {
        self.changed_elsewhere();
        let epoch = self.epoch;
        self.stop();
        self.remove_keys();
        self.begin_epoch();
        if self.decision.allowed {
            self.open();
        } else {
            self.epoch = epoch; // nothing is withdrawn, and the next grant need not be later
        }
        self.platform.tell();
    }

    /// Where a grant goes on after a withdrawal, its new epoch is stored, so that tabs which hear nothing find out.
    fn begin_epoch(&mut self) {
        if self.decision.allowed {
            let record = stamped(&self.consent_record, self.epoch);
            if !self.persisted.unwrap_or(self.config.consent_store).write(&mut self.platform, &self.config.record_key(), &record) {
                self.report(Code::NotPersisted, "", 0);
            } else if !self.consent_record.is_empty() {
                self.consent_record = record;
            }
        }
    }

    /// Input: another tab, or another client of this token, changed what is stored.
    pub fn changed_elsewhere(&mut self) {
        let choice = flag::read(&self.platform, &self.config);
        let reading = choice.reading;
        self.adopt(choice);
        if reading == Reading::Denied || (self.decided == Some(false) && self.unkept) {
            self.remove_keys(); // a tab that had not heard yet may have written something since
        }
    }

    /// Follows the stored choice. Used when something changed elsewhere, and just before every send.
    pub(crate) fn adopt(&mut self, choice: StoredChoice) {
        if choice.reading == Reading::Unreadable {
            // What cannot be read says nothing: it never makes a grant, and it takes none away. But an epoch that can be read tells of a
            // withdrawal.
            if self.decision.allowed && choice.epoch > self.epoch {
                self.stop();
                self.epoch = choice.epoch;
                self.open();
            }
            return;
        }
        // A decision that no store took is newer than what the stores say. Only a denial is stronger than an unkept grant.
        self.unkept &= choice.record != self.consent_record || choice.reading == Reading::Absent;
        // A purge in another tab is newer than a grant that could not be read back.
        self.unkept &= !self.decision.allowed || choice.epoch <= self.epoch;
        if self.unkept && !(self.decision.allowed && choice.reading == Reading::Denied) {
            return;
        }
        // A grant of an older epoch is what a store could not forget, or lost its epoch. Nor does a default speak again because a store was
        // emptied where the visitor's refusal was: `reset_consent` leaves an epoch.
        let older = choice.epoch < self.epoch && (choice.reading == Reading::Granted || self.decided == Some(false));
        if older && self.decide(&choice).allowed {
            return;
        }
        let before = self.decision.status;
        if choice.epoch != self.epoch || choice.record != self.consent_record || self.decide(&choice).status != before {
            self.unkept = false;
            self.follow(choice);
            self.announce(before);
        }
    }

    /// Whether the grant still stands in storage. Asked just before every send and every write.
    pub(crate) fn confirmed(&mut self) -> bool {
        let choice = flag::read(&self.platform, &self.config);
        let reading = choice.reading;
        self.adopt(choice);
        // What cannot be read is no denial, but no proof of a grant either, unless it was given on this page and never could be kept.
        self.decision.allowed && (reading != Reading::Unreadable || self.unkept)
    }

    /// Takes the stored choice as it is: opens the gate, or closes it and leaves nothing behind.
    fn follow(&mut self, choice: StoredChoice) {
        let was_allowed = self.decision.allowed;
        self.decision = self.decide(&choice);
        self.decided = match choice.reading {
            Reading::Granted if choice.current => Some(true),
            Reading::Denied if choice.current => Some(false),
            Reading::Granted | Reading::Denied | Reading::Absent | Reading::Unreadable => None,
        };
        self.consent_record = choice.record;
        self.persisted = choice.store;
        // A refusal and a new grant that were slept through show in the epoch.
        let known = if choice.reading == Reading::Denied { self.epoch } else { 0 };
        let stopped = choice.epoch != self.epoch && (was_allowed || choice.epoch & AFTER_DENIAL != 0);
        if stopped || (was_allowed && !self.decision.allowed) || self.decision.status == Status::Denied {
            self.stop();
        }
        self.newest = self.newest.max(self.epoch);
        // A denial that a full store took without its epoch is no older for that.
        self.epoch = choice.epoch.max(known);
        if self.decision.allowed {
            self.open();
        } else if was_allowed {
            self.remove_keys();
        }
    }

    fn decide(&self, choice: &StoredChoice) -> Decision {
        decide(choice.reading, choice.current, self.signal(), self.config.default, self.config.hold)
    }

    fn signal(&self) -> Signal {
        self.platform.signals().under(self.config.gpc, self.config.dnt)
    }

    /// Carries out a decision of this page. The order is the one of DESIGN section 3: deny, abort, cancel, drop, write, purge, tell.
    fn decide_here(&mut self, granted: bool, record: &str) {
        let before = self.decision.status;
        let status = if granted { Status::Granted } else { Status::Denied };
        let Decision { source, allowed: was_allowed, .. } = self.decision;
        self.decision = Decision::of(status, Source::Visitor, self.config.hold);
        if !granted || self.decided == Some(false) {
            self.epoch |= AFTER_DENIAL;
        }
        if !granted {
            self.stop();
        } else if !was_allowed && (before != Status::Pending || source != Source::Stored) {
            // One that has expired and is renewed goes on; any other begins.
            self.epoch = self.next_epoch();
        }
        // What a refusal could not remove is somebody else's.
        self.identity_loaded |= granted && self.decided == Some(false);
        let record = stamped(record, self.epoch);
        let mut kept = flag::write(&mut self.platform, &self.config, granted, &record);
        if !granted {
            self.remove_keys();
            if kept.as_ref().is_none_or(|kept| kept.record != record) {
                kept = flag::write(&mut self.platform, &self.config, granted, &record); // there is room now
            }
        }
        self.persisted = kept.as_ref().and_then(|kept| kept.store);
        // What is compared with later readings is what the store took, which for a full one may be less than was given.
        if let Some(kept) = kept {
            self.consent_record = kept.record;
        } else {
            self.consent_record = record;
        }
        self.unkept = self.persisted.is_none();
        if self.unkept {
            if !granted {
                self.decision.source = Source::Fault;
            }
            self.report(Code::NotPersisted, "", 0);
        }
        self.decided = Some(granted);
        if granted {
            self.open();
        }
        self.platform.tell();
        self.announce(before);
        self.schedule(self.platform.now());
    }

    /// Denies in memory: a new epoch, nothing under way, nothing queued, no timer.
    fn stop(&mut self) {
        self.epoch = self.next_epoch();
        self.dropped += self.queue.len() + self.drafts.len();
        self.abort_all();
        self.queue.clear(self.config.batch_size);
        self.platform.wake_after(None);
        (self.scheduled, self.store_at, self.soon) = (0, 0, false);
        self.disown();
        self.drafts.clear();
        self.settle_flushes();
        if self.identity_loaded {
            // After a withdrawal the visitor is somebody new. Before a first grant nothing was kept, so nothing can be linked.
            self.identity = Identity::new(&mut self.platform);
            self.identity_loaded = false;
        }
    }

    /// Aborts what is under way, but for the deletion of a profile.
    pub(crate) fn abort_all(&mut self) {
        for lane in self.queue.lanes.iter().filter(|lane| !lane.is_idle()) {
            self.platform.abort(lane.request);
        }
    }

    /// Later than every epoch before, of this page and of those whose clock was right.
    fn next_epoch(&self) -> u64 {
        let stored = flag::read(&self.platform, &self.config).epoch;
        let later = self.platform.now().max(self.epoch.max(self.newest).max(stored) + 1);
        (later + AFTER_DENIAL) & !AFTER_DENIAL | self.epoch & AFTER_DENIAL
    }

    /// Removes every key we own except the decision, and those mixpanel-js left for this token.
    fn remove_keys(&mut self) {
        let identity = self.identity_key();
        stores::remove(&mut self.platform, &identity);
        let mut keys = self.platform.keys(&join(&join("__mpq_", &self.config.token), "_"));
        keys.push_str(&self.segment_keys());
        let mut rest = keys.as_str();
        while !rest.is_empty() {
            Store::Local.remove(&mut self.platform, line(&mut rest));
        }
    }

    /// The gate is open: the stored identity is read, and what waited is queued.
    fn open(&mut self) {
        let stored = if self.identity_loaded { None } else { self.stored_identity() };
        self.identity_loaded = true;
        if let Some(stored) = stored {
            let page = core::mem::replace(&mut self.identity, stored);
            for (name, value) in json::members(&page.entry, b'{') {
                if !IDS.contains(&name) {
                    self.identity.set(name, Some(value));
                }
            }
            if let Some(user_id) = page.get("$user_id") {
                self.take_user_id(user_id);
            }
        }
        let arrival = self.platform.facts(Facts::Arrival);
        self.register(&arrival, false);
        self.release();
        if self.config.persistence.is_some() && !self.watching {
            self.watching = true;
            self.platform.own(0);
        }
        self.take_over();
        self.queued(self.platform.now());
    }

    /// The identity an earlier page stored, or mixpanel-js did: where we would write it, or in the other store.
    fn stored_identity(&self) -> Option<Identity> {
        let store = self.config.persistence.unwrap_or_default();
        let key = self.identity_key();
        let read = |store: Store| {
            let text = store.find(&self.platform, &key);
            // Of a cookie that stands on several domains the browser names the most specific first.
            Identity::from_json(line(&mut text.as_str()), Names::of(&self.config))
        };
        read(store).or_else(|| read(store.other()))
    }

    /// Stores the identity, if the gate allows it.
    pub(crate) fn save(&mut self) {
        // A refusal that was not heard of must not be followed by a write.
        if !self.decision.allowed || !self.confirmed() {
            return;
        }
        let Some(store) = self.config.persistence else { return };
        let key = self.identity_key();
        if store.write(&mut self.platform, &key, &self.identity.entry) {
            store.other().remove(&mut self.platform, &key);
        } else {
            self.report(Code::StorageFailed, "", 0);
        }
    }

    fn identity_key(&self) -> String {
        let mut key = join("mp_", &self.config.token);
        key.push_str("_mixpanel");
        key
    }

    pub(crate) fn report(&mut self, code: Code, about: &str, dropped: usize) {
        self.dropped += dropped;
        self.platform.report(code, about, dropped);
    }

    fn announce(&mut self, before: Status) {
        let after = self.decision.status;
        if before != after {
            self.platform.changed(before, after);
        }
    }
}

/// Set in the epoch of a denial and in those that follow it: what was held from before the denial is not sent under them.
const AFTER_DENIAL: u64 = 1;

/// A consent record with the epoch it stands for.
fn stamped(record: &str, epoch: u64) -> String {
    let mut number = String::new();
    json::push_number(&mut number, epoch);
    json::with(record, "epoch", Some(&number))
}
