//! Promises 8 and 13: nothing panics, and everything has a limit. `Panicked` is seen where a run is played, timers without end where they ring.

use super::{Check, Rule, rule};
use crate::ground::network::Sending;
use crate::ground::{Ground, MAX_WAIT};
use crate::host::Host;
use crate::world::World;

pub(super) const RULES: &[Rule] = &[
    rule(Check::Panicked, "8: nothing panics", ""),
    rule(Check::TooManyRecords, "13: a request carries at most a batch", ""),
    rule(Check::TwoUnderWay, "13: a client has one request of a kind under way", ""),
    rule(Check::WaitTooLong, "13: no timer is set for more than ten minutes", ""),
    rule(
        Check::RetryAfterIgnored,
        "13: what a server asks for with Retry-After is waited for, up to ten minutes",
        "the clock was set back meanwhile, for then nobody knows how long it was",
    ),
    rule(Check::TimerWithoutEnd, "13: a task ends: timers with no wait do not follow each other without end", ""),
    rule(Check::FlushNotOnce, "13: a flush ends once, and ends", ""),
];

impl Ground {
    /// A request of so many records that is no deletion starts.
    pub(crate) fn check_bounds(&mut self, call: &Sending<'_>, kind: usize, records: usize) {
        let wall = self.wall();
        let actor = self.actors.get(call.actor);
        let limit = actor.map_or(0, |actor| actor.batch_size);
        let not_before = actor.and_then(|actor| actor.not_before.get(kind).copied()).unwrap_or(0);
        if records > limit || records == 0 {
            self.violate(Check::TooManyRecords, || format!("{records} records, the batch size is {limit}"));
        }
        if wall < not_before {
            self.violate(Check::RetryAfterIgnored, || format!("sent {} ms too early", not_before - wall));
        }
        if self.requests.iter().any(|other| other.actor == call.actor && other.kind == kind && !other.aborted) {
            self.violate(Check::TwoUnderWay, || call.data.into());
        }
    }

    /// Whether so many events since something last ended are too many.
    pub(crate) fn check_end(&mut self, events: u64, most: u64, what: impl FnOnce() -> String) -> bool {
        if events > most {
            self.violate(Check::TimerWithoutEnd, what);
        }
        events > most
    }
}

impl Host {
    /// A timer is asked for.
    pub(crate) fn check_wait(&mut self, wait: Option<u64>) {
        if wait.is_some_and(|wait| wait > MAX_WAIT) {
            self.ground.violate(Check::WaitTooLong, || format!("{} s", wait.unwrap_or(0) / 1_000));
        }
    }

    /// A flush ends.
    pub(crate) fn check_flush(&mut self, number: u32) {
        match self.flushes.iter().position(|flush| *flush == number) {
            Some(at) => drop(self.flushes.remove(at)),
            None => self.ground.violate(Check::FlushNotOnce, || format!("flush {number} ended, and was not under way")),
        }
    }
}

impl World {
    /// In the end.
    pub(crate) fn judge_flushes(&mut self) {
        let unfinished = self.tabs.iter().flat_map(|tab| &tab.slots).find_map(|slot| slot.client.platform().flushes.first().copied());
        if let Some(flush) = unfinished {
            self.ground.violate(Check::FlushNotOnce, || format!("flush {flush} never ended"));
        }
    }
}
