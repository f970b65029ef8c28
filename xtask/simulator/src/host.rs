//! The host of one client: the real core acts through it on the ground it is lent for each call.

pub(crate) mod platform;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::{fmt, mem};

use consentry::{Code, FlushId, QueueId, Status, Store};

use crate::checks::whose::Person;
use crate::ground::Ground;
use crate::ground::origin::{IDENTITY, Key, RECORD, epoch_of};
use crate::random::Random;
use crate::text;
use crate::world::messages::News;

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
    /// Its page is hidden, or may be left.
    Leaving,
    /// Something stored has changed.
    Heard,
    /// Its site has another default.
    SetDefault,
    /// An input or a call that decides nothing.
    Other,
}

/// What a client did in one call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Did {
    /// The epoch it tried to store, whether or not a store took it.
    pub(crate) epoch: Option<u64>,
    pub(crate) context: Context,
    /// Values written, but for flag and record.
    pub(crate) data_writes: u32,
    /// Writes and removals of any key.
    pub(crate) touches: u32,
    /// What others are to hear of it.
    pub(crate) told: Vec<News>,
    /// Requests other than a deletion.
    pub(crate) sends: u32,
    pub(crate) deletes: u32,
    /// Records it said the server's refusal cost.
    pub(crate) refused: usize,
    /// Records it said were dropped because it is closed.
    pub(crate) closed: usize,
    /// It cancelled its timer, as it does when it learns of a withdrawal and drops what it has.
    pub(crate) stopped: bool,
    /// The visitor became somebody else.
    pub(crate) others: bool,
    /// The epochs it knew of before.
    pub(crate) epochs: [Option<u64>; 2],
    /// Records it stored that were not stored before.
    pub(crate) first_stored: usize,
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
    /// The record that the call under way is to make.
    pub(crate) makes: Option<usize>,
    /// The epochs it found in the stores, when it last looked.
    pub(crate) epochs: Cell<[Option<u64>; 2]>,
    /// Withdrawals when the page was opened. It has nothing from before them but what it finds
    /// stored.
    pub(crate) born: u32,
    /// It purged, and no store took the new epoch: what it records under it counts for nobody else,
    /// which it reported.
    pub(crate) adrift: Cell<bool>,
    /// Of so many changes by others it has read.
    pub(crate) overruled: Cell<u32>,
    pub(crate) deletions_asked: u32,
    pub(crate) deletions_told: u32,
    /// The device id it stored last, or tried to.
    pub(crate) device: String,
    /// It sent a deletion.
    pub(crate) deleted: bool,
    pub(crate) flushes: Vec<Flush>,
    /// Queues it read that it did not write, whether there were records in them, and who held the
    /// lock.
    pub(crate) took_over: RefCell<Vec<(QueueId, bool, Option<usize>)>>,
    /// It has looked through the keys of queues, and reads them all.
    pub(crate) measures: Cell<bool>,
    /// A store did not take what it wrote of its queue, nor anything since.
    pub(crate) refused_queue: bool,
    pub(crate) inbox: Inbox,
    /// When its timer rang last, by its clock.
    pub(crate) rang: u64,
    /// What its page is like.
    pub(crate) hidden: bool,
    /// It is being left right now.
    pub(crate) leaving: bool,
    pub(crate) address: u32,
    /// What it told that cost nothing.
    pub(crate) told: BTreeSet<(Code, String)>,
    /// When it was last granted, by the clock that only goes forward.
    pub(crate) granted_since: u64,
    /// The status it told last.
    pub(crate) status: Option<Status>,
    /// It could not store something, and has not since.
    pub(crate) behind: Cell<bool>,
    /// What it said of recording.
    pub(crate) records: bool,
    /// How often its status changed, but from pending to granted.
    pub(crate) ended: u32,
    pub(crate) person: Person,
    /// Withdrawals of the other purpose it has read of.
    pub(crate) partly: Cell<u32>,
}

/// A flush that has not ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Flush {
    pub(crate) id: FlushId,
    /// When it was asked for, by the clock that only goes forward.
    pub(crate) at: u64,
    /// Records with that number or a larger one were made after it was asked for.
    pub(crate) first: usize,
}

/// What can be known from outside of the calls that wait in a client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Inbox {
    /// It listens to `beforeunload`, as it does while calls wait.
    pub(crate) watched: bool,
    /// The timer was set while calls waited.
    pub(crate) timer: bool,
    /// No more than so many wait.
    pub(crate) most: usize,
    /// When some were handed on last.
    pub(crate) handed_on: u64,
    /// When the last of them was called.
    pub(crate) called: u64,
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
            makes: None,
            epochs: Cell::default(),
            born: 0,
            adrift: Cell::new(false),
            overruled: Cell::new(0),
            deletions_asked: 0,
            deletions_told: 0,
            device: String::new(),
            deleted: false,
            flushes: Vec::new(),
            took_over: RefCell::default(),
            measures: Cell::default(),
            refused_queue: false,
            inbox: Inbox::default(),
            rang: 0,
            hidden: false,
            leaving: false,
            address: 0,
            told: BTreeSet::new(),
            granted_since: 0,
            status: None,
            behind: Cell::new(false),
            records: false,
            ended: 0,
            person: Person::default(),
            partly: Cell::new(0),
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

    /// A value is about to be written.
    fn check_write(&mut self, store: Store, key: &str, value: &str) {
        if Key::of(key) == Key::Decision {
            self.check_decision_write(store, key, value);
            self.did.epoch = if key == RECORD { epoch_of(value) } else { self.did.epoch };
        } else if Key::of(key) == Key::History {
            self.check_history_write(key, value);
        } else {
            self.did.data_writes += 1;
            self.ground.check_denied_write(self.actor, key, value);
        }
        self.ground.check_blacklist(value, || format!("{key}={value}"));
        if key == IDENTITY {
            self.note_stored(value);
            self.ground.see_device(value);
            self.device = text::member(value, "\"$device_id\"").unwrap_or_default().into();
        }
        if Key::of(key) == Key::Queue {
            for number in text::numbers(value) {
                if let Some(entry) = self.ground.ledger.entries.get_mut(number) {
                    self.did.first_stored += usize::from(!std::mem::replace(&mut entry.written, true));
                }
            }
        }
        self.check_stored_records(key, value);
    }
}

/// Without the ground, which is only lent, and what is counted anew in every call.
impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Host { actor, random, wake, at_end_of_task, known, overruled, flushes, inbox, hidden, address, .. } = self;
        let page = (inbox, hidden, address);
        write!(formatter, "{actor} {random:?} {wake:?} {at_end_of_task} {} {} {flushes:?} {page:?}", known.get(), overruled.get())
    }
}
