//! The host of one client: the real core acts through it on the ground it is lent for each call.

use std::cell::{Cell, RefCell};
use std::{fmt, mem};

use consentry::{Code, Facts, Fault, Platform, Signals, Status, Store};

use crate::checks::Check;
use crate::cover::Met;
use crate::ground::network::Sending;
use crate::ground::origin::{FLAG, IDENTITY, Key, RECORD};
use crate::ground::{Ground, MAX_WAIT};
use crate::random::Random;
use crate::text;

/// What the client was asked to do: some effects belong to some calls only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Context {
    #[default]
    Boot,
    OptIn,
    OptOut {
        delete: bool,
    },
    ResetConsent,
    Purge,
    /// Something stored has changed.
    Heard,
    /// An input or a call that decides nothing.
    Other,
}

/// What a client did in one call.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Did {
    pub(crate) context: Context,
    /// Values written, but for flag and record.
    pub(crate) data_writes: u32,
    /// Writes and removals of any key.
    pub(crate) touches: u32,
    /// Something in localStorage is another than before, or it told so.
    pub(crate) tells: bool,
    /// Requests other than a deletion.
    pub(crate) sends: u32,
    pub(crate) deletes: u32,
    /// Records it said were dropped, and those it said the server's refusal cost.
    pub(crate) refused: usize,
    /// It gave its queues back, as it does when it learns of a withdrawal and drops what it has.
    pub(crate) disowned: bool,
    /// The status went from granted to something else.
    pub(crate) grant_ended: bool,
}

#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) actor: usize,
    pub(crate) ground: Box<Ground>,
    random: Random,
    pub(crate) did: Did,
    /// When the timer rings, by the monotonic clock.
    pub(crate) wake: Option<u64>,
    /// It is to ring at the end of the task.
    pub(crate) at_end_of_task: bool,
    /// Effects until the page dies in the middle of a call.
    pub(crate) dies_after: Option<u32>,
    pub(crate) dead: bool,
    /// Withdrawals it had the chance to know of.
    pub(crate) known: Cell<u32>,
    /// The epochs it found in the stores, when it last looked.
    pub(crate) epochs: RefCell<[String; 2]>,
    /// Withdrawals when the page was opened. It has nothing from before them but what it finds stored.
    pub(crate) born: u32,
    /// It purged, and no store took the new epoch: what it records under it counts for nobody else, which it reported.
    pub(crate) adrift: Cell<bool>,
    /// Of so many changes by others it has read.
    pub(crate) overruled: Cell<u32>,
    pub(crate) deletions_asked: u32,
    pub(crate) deletions_told: u32,
    /// The device id it stored last, or tried to.
    pub(crate) device: String,
    /// It sent a deletion.
    pub(crate) deleted: bool,
    pub(crate) flushes: Vec<u32>,
}

impl Host {
    pub(crate) fn new(actor: usize, seed: u64) -> Host {
        Host {
            actor,
            ground: Box::default(),
            random: Random::of(seed, 1_000 + actor as u64),
            did: Did::default(),
            wake: None,
            at_end_of_task: false,
            dies_after: None,
            dead: false,
            known: Cell::new(0),
            epochs: RefCell::default(),
            born: 0,
            adrift: Cell::new(false),
            overruled: Cell::new(0),
            deletions_asked: 0,
            deletions_told: 0,
            device: String::new(),
            deleted: false,
            flushes: Vec::new(),
        }
    }

    /// Lends it the ground, or takes it back.
    pub(crate) fn exchange(&mut self, ground: &mut Box<Ground>) {
        mem::swap(&mut self.ground, ground);
    }

    /// One effect on the world; false when the page is dead by now.
    fn lives(&mut self) -> bool {
        match &mut self.dies_after {
            Some(0) => self.dead = true,
            Some(left) => *left -= 1,
            None => {}
        }
        !self.dead
    }

    /// What is remembered of a device id that is about to be stored.
    fn check_write(&mut self, store: Store, key: &str, value: &str) {
        let denied = self.ground.origin.says_denied();
        if Key::of(key) == Key::Decision {
            let same = self.ground.origin.area(store).kept.get(key).is_some_and(|kept| kept == value);
            let decides = matches!(self.did.context, Context::OptIn | Context::OptOut { .. });
            // Where the default grants, a withdrawal leaves its epoch in the record, without a decision.
            let epoch = key == RECORD && matches!(self.did.context, Context::ResetConsent | Context::Purge);
            if !decides && !same && !epoch {
                self.ground.violate(Check::DefaultStored, || format!("{key}={value}"));
            }
        } else {
            self.did.data_writes += 1;
            if denied {
                self.ground.violate(Check::WrittenAfterDenial, || format!("{key}={value}"));
            }
        }
        if value.contains(text::SECRET) {
            self.ground.violate(Check::BlacklistedSeen, || format!("{key}={value}"));
        }
        if key == IDENTITY {
            self.ground.see_device(value);
            self.device = text::member(value, "\"$device_id\"").unwrap_or_default().into();
        }
        // A withdrawal that this client does not know of, and that nothing it can read tells of: who finds what it stores now, the identity or
        // records that carry it, cannot know better.
        if self.known.get() < self.ground.evidence.withdrawals && self.ground.legible_evidence() <= self.known.get() {
            self.ground.forgive_stored(value);
        }
        if Key::of(key) == Key::Queue {
            let known = self.known.get();
            let entries = &self.ground.ledger.entries;
            let old = text::numbers(value).find(|number| entries.get(*number).is_some_and(|entry| entry.limit <= known));
            if let Some(old) = old {
                self.ground.violate(Check::OldRecordStored, || format!("r{old}"));
            }
        }
    }
}

/// Without the ground, which is only lent, and what is counted anew in every call.
impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Host { actor, random, wake, at_end_of_task, known, overruled, flushes, .. } = self;
        write!(formatter, "{actor} {random:?} {wake:?} {at_end_of_task} {} {} {flushes:?}", known.get(), overruled.get())
    }
}

impl Platform for Host {
    fn now(&self) -> u64 {
        self.ground.wall()
    }

    fn random(&mut self) -> u32 {
        (self.random.next() >> 32) as u32
    }

    fn facts(&self, facts: Facts) -> String {
        String::from(match facts {
            Facts::Page => r#"{"$os":"Linux","mp_lib":"web","secretq":1}"#,
            Facts::Address => r#"{"$current_url":"https://a.example/","secretq":2}"#,
            Facts::Arrival => r#"{"$initial_referrer":"$direct","secretq":3}"#,
        })
    }

    fn signals(&self) -> Signals {
        self.ground.signals
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        if key == FLAG || key == RECORD {
            self.known.set(self.known.get().max(self.ground.legible_evidence()));
            self.overruled.set(self.ground.evidence.overruled);
        }
        if key == RECORD
            && let Some(epoch) = self.epochs.borrow_mut().get_mut(usize::from(store == Store::Cookie))
        {
            *epoch = self.ground.origin.epoch(store);
        }
        self.ground.origin.area(store).read(key).map(Option::<&String>::cloned)
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        if !self.lives() {
            return;
        }
        self.did.touches += 1;
        if let Some(value) = value {
            self.check_write(store, key, value);
        }
        let took = self.ground.origin.area_mut(store).write(key, value);
        if !took {
            self.ground.trouble = self.ground.trouble.max(self.ground.wall());
            if self.ground.origin.area(store).health == crate::ground::origin::Health::Works {
                self.ground.cover.met(Met::QuotaHit);
            }
        }
        self.did.tells |= took && store == Store::Local;
        let actor = self.actor;
        self.ground.note(|| {
            let failed = if took { "" } else { " (in vain)" };
            match value {
                Some(value) => {
                    let shown: String = value.chars().take(if Key::of(key) == Key::Decision { 200 } else { 60 }).collect();
                    format!("      c{actor} writes {} {key} = {}{failed}", store.name(), shown.replace('\n', "\\n"))
                }
                None => format!("      c{actor} removes {} {key}{failed}", store.name()),
            }
        });
    }

    fn keys(&self, prefix: &str) -> String {
        let mut keys = String::new();
        let local = &self.ground.origin.local;
        if local.readable() {
            for (key, _) in local.kept.range(String::from(prefix)..).take_while(|(key, _)| key.starts_with(prefix)) {
                keys.push_str(key);
                keys.push('\n');
            }
        }
        keys
    }

    fn own(&mut self, queue: u32) {
        if !self.lives() {
            return;
        }
        let number = self.actor;
        self.ground.note(|| format!("      c{number} owns queue {queue}"));
        if let Some(actor) = self.ground.actors.get_mut(number) {
            if queue == 0 {
                self.did.disowned = true;
                actor.owned.clear();
            } else {
                actor.owned.push(queue);
            }
            actor.adopts = true;
        }
    }

    fn send(&mut self, id: u32, url: &str, data: &str, keepalive: bool) {
        if !self.lives() {
            return;
        }
        if data.contains("\"$delete\":") {
            self.did.deletes += 1;
            self.deleted = true;
        } else {
            self.did.sends += 1;
            if self.did.deletes > 0 {
                self.ground.violate(Check::DeletionNotOnce, || format!("sent after the $delete: {data}"));
            }
        }
        let sending = Sending { actor: self.actor, known: self.known.get(), id, url, data, keepalive };
        self.ground.start(&sending);
    }

    fn abort(&mut self, id: u32) {
        if self.lives() {
            self.ground.abort(self.actor, id);
        }
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        let wait = milliseconds.map(u64::from);
        if wait.is_some_and(|wait| wait > MAX_WAIT) {
            self.ground.violate(Check::WaitTooLong, || format!("{} s", wait.unwrap_or(0) / 1_000));
        }
        self.at_end_of_task = wait == Some(0);
        let late = if self.ground.sluggish && self.random.chance(40) { self.random.below(60_000) } else { 0 };
        self.wake = wait.filter(|wait| *wait > 0).map(|wait| self.ground.monotonic + wait + late);
    }

    fn tell(&mut self) {
        if self.lives() {
            self.did.tells = true;
        }
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        if self.dead {
            return;
        }
        if code == Code::QueueFull {
            self.ground.queue_full += dropped;
        } else if [Code::RequestRefused, Code::RecordsRejected, Code::RecordTooLarge].contains(&code) {
            self.did.refused += dropped;
        }
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} reports {code:?} {about} dropped {dropped}"));
    }

    fn changed(&mut self, before: Status, after: Status) {
        self.did.grant_ended |= before == Status::Granted && after != Status::Granted;
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} is {} now, was {}", after.name(), before.name()));
    }

    fn flushed(&mut self, number: u32, _sent: usize, _dropped: usize, _pending: usize) {
        match self.flushes.iter().position(|flush| *flush == number) {
            Some(at) => drop(self.flushes.remove(at)),
            None => self.ground.violate(Check::FlushNotOnce, || format!("flush {number} ended, and was not under way")),
        }
    }

    fn deleted(&mut self, done: bool) {
        self.deletions_told += 1;
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} hears that the profile {}", if done { "was deleted" } else { "was not deleted" }));
        if self.deletions_told > self.deletions_asked {
            self.ground.violate(Check::DeletionOutcome, || String::from("told more often than asked"));
        }
    }
}
