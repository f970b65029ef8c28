//! The host of one client: the real core acts through it on the ground it is lent for each call.

mod platform;

use std::cell::{Cell, RefCell};
use std::{fmt, mem};

use consentry::Store;

use crate::ground::Ground;
use crate::ground::origin::{IDENTITY, Key};
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

    /// A value is about to be written.
    fn check_write(&mut self, store: Store, key: &str, value: &str) {
        if Key::of(key) == Key::Decision {
            self.check_decision_write(store, key, value);
        } else {
            self.did.data_writes += 1;
            self.ground.check_denied_write(key, value);
        }
        self.ground.check_blacklist(value, || format!("{key}={value}"));
        if key == IDENTITY {
            self.ground.see_device(value);
            self.device = text::member(value, "\"$device_id\"").unwrap_or_default().into();
        }
        self.check_stored_records(key, value);
    }
}

/// Without the ground, which is only lent, and what is counted anew in every call.
impl fmt::Debug for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Host { actor, random, wake, at_end_of_task, known, overruled, flushes, .. } = self;
        write!(formatter, "{actor} {random:?} {wake:?} {at_end_of_task} {} {} {flushes:?}", known.get(), overruled.get())
    }
}
