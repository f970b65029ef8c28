//! What all clients of a run stand on: the origin, the clock, the network, and the truth about what
//! happened.

mod date;
pub(crate) mod evidence;
pub(crate) mod ledger;
pub(crate) mod locks;
pub(crate) mod network;
pub(crate) mod origin;
pub(crate) mod partly;
pub(crate) mod server;
pub(crate) mod views;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use consentry::{Signals, Store};

use crate::checks::whose::People;
use crate::checks::{Check, Violation};
use crate::cover::Cover;
use crate::plan::Mix;
use crate::random::Random;
use crate::text;
use evidence::Evidence;
use ledger::Ledger;
use locks::Locks;
use origin::{Origin, QUEUES};
use partly::Partly;
use server::{Mode, Request};
use views::Views;

/// Where the wall clock stands when a run begins.
pub(crate) const BEGIN: u64 = 1_790_000_000_000;
/// The longest wait, and the most of a `Retry-After` that is obeyed.
pub(crate) const MAX_WAIT: u64 = 600_000;

/// One client, as the world knows it: pages come and go, numbers stay.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Actor {
    pub(crate) alive: bool,
    /// In the back-forward cache.
    pub(crate) away: bool,
    pub(crate) batch_size: usize,
    /// No request of that kind before that time of the wall clock.
    pub(crate) not_before: [u64; 3],
    /// The page it is on.
    pub(crate) page: usize,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ground {
    pub(crate) random: Random,
    /// The faults of this run.
    pub(crate) mix: Mix,
    /// The clock that only goes forward; timers and the network run by it.
    pub(crate) monotonic: u64,
    /// Where a decision belongs.
    pub(crate) consent_store: Store,
    /// The site has purposes, of which one can change alone.
    pub(crate) purposes: bool,
    pub(crate) partly: Partly,
    /// What was done to the wall clock.
    pub(crate) offset: i64,
    /// The latest the wall clock ever showed.
    pub(crate) latest: u64,
    pub(crate) origin: Origin,
    pub(crate) views: Views,
    pub(crate) signals: Signals,
    pub(crate) mode: Mode,
    pub(crate) ledger: Ledger,
    pub(crate) people: People,
    pub(crate) requests: Vec<Request>,
    pub(crate) locks: Locks,
    pub(crate) actors: Vec<Actor>,
    /// Timers ring late, as in a page in the background.
    pub(crate) sluggish: bool,
    /// Checks that are left out.
    pub(crate) ignored: Vec<Check>,
    pub(crate) evidence: Evidence,
    /// The latest that a store failed us, by the wall clock. Where the clock was set back since,
    /// the core waits until it wakes next.
    pub(crate) trouble: u64,
    /// Records reported as expired.
    pub(crate) expired: usize,
    /// Permissions given when a page was told to deny.
    pub(crate) refused: BTreeMap<usize, u32>,
    /// When something was last in trouble, and 0 if nothing was.
    pub(crate) disturbed: u64,
    /// When a client last did something that others look after, or heard of it.
    pub(crate) stirred: u64,
    /// The server has answered as it should from the beginning.
    pub(crate) server_well: bool,
    /// Records dropped with `queue_full`.
    pub(crate) queue_full: usize,
    pub(crate) violations: Vec<Violation>,
    pub(crate) trace: Option<Rc<RefCell<Vec<String>>>>,
    pub(crate) cover: Cover,
}

impl Ground {
    pub(crate) fn wall(&self) -> u64 {
        (BEGIN + self.monotonic).saturating_add_signed(self.offset)
    }

    /// Whether a page that looks finds a denial.
    pub(crate) fn says_denied(&self) -> bool {
        self.origin.says_denied()
    }

    /// Writes a line of the trace, when there is one.
    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            trace.borrow_mut().push(line());
        }
    }

    pub(crate) fn violate(&mut self, check: Check, seen: impl FnOnce() -> String) {
        if self.violations.len() < 4 && !self.ignored.contains(&check) {
            let seen = seen();
            self.note(|| format!("      !! {check:?}: {seen}"));
            self.violations.push(Violation { check, seen });
        }
    }

    /// These records are stored no more, unless another key has them.
    pub(crate) fn take_back(&mut self, numbers: impl Iterator<Item = usize>) {
        let stored = self.stored_numbers();
        for number in numbers.filter(|number| !stored.contains(number)) {
            if let Some(entry) = self.ledger.entries.get_mut(number) {
                entry.stored = false;
            }
        }
    }

    /// The records that stored segments hold.
    pub(crate) fn stored_numbers(&self) -> BTreeSet<usize> {
        let queues = self.origin.local.kept.range(String::from(QUEUES)..).take_while(|(key, _)| key.starts_with(QUEUES));
        let whole = queues.map(|(_, value)| value).filter(|value| !self.origin.spoiled.contains(*value));
        whole.flat_map(|value| text::numbers(value)).collect()
    }
}
