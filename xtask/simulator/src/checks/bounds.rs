//! Promises 8 and 13: nothing panics, and everything has a limit. `Panicked` is seen where a run is
//! played, timers without end where they ring.

use consentry::{Code, FlushId};

use super::{Check, Rule, rule};
use crate::cover::Met;
use crate::ground::network::Sending;
use crate::ground::{Ground, MAX_WAIT};
use crate::host::{Flush, Host};
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
    rule(Check::KeepaliveOverBudget, "13: keepalive bodies of a page under way together have 60,000 bytes at most", ""),
    rule(Check::KeepaliveUnasked, "13: keepalive is for a page that is left, and for a deletion", ""),
    rule(Check::KeepaliveMissed, "7: what leaves with its page is sent with keepalive, as far as the budget goes", ""),
    rule(Check::ToldTwice, "13: what cost nothing is told once by a client", ""),
    rule(Check::FlushNotOnce, "13: a flush ends once, and ends", ""),
];

/// What browsers allow for all keepalive bodies of a page is 64 KiB; the rest is for headers and
/// other scripts.
const KEEPALIVE_BYTES: usize = 60_000;

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

    /// A request with a body of so many bytes starts.
    pub(crate) fn check_keepalive(&mut self, call: &Sending<'_>, deletion: bool, bytes: usize) {
        let page = self.actors.get(call.actor).map_or(0, |actor| actor.page);
        let together = self.keepalive_bytes(page) + bytes;
        if call.leaving && together <= KEEPALIVE_BYTES && !call.keepalive {
            self.violate(Check::KeepaliveMissed, || call.data.into());
        }
        if !call.keepalive {
            return;
        }
        self.cover.met(Met::Keepalive);
        if together > KEEPALIVE_BYTES {
            self.violate(Check::KeepaliveOverBudget, || format!("{together} bytes"));
        }
        if !call.leaving && !deletion {
            self.violate(Check::KeepaliveUnasked, || call.data.into());
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

    /// A flush ends; answers it.
    pub(crate) fn check_flush(&mut self, id: FlushId) -> Option<Flush> {
        let at = self.flushes.iter().position(|flush| flush.id == id);
        if at.is_none() {
            self.ground.violate(Check::FlushNotOnce, || format!("flush {} ended, and was not under way", id.0));
        }
        at.map(|at| self.flushes.remove(at))
    }

    /// The client tells of something.
    pub(crate) fn check_told(&mut self, code: Code, about: &str, dropped: usize) {
        if !self.told.insert((code, about.into())) && dropped == 0 {
            self.ground.violate(Check::ToldTwice, || format!("{code:?} {about}"));
        }
    }
}

impl World {
    /// In the end.
    pub(crate) fn judge_flushes(&mut self) {
        let unfinished = self.tabs.iter().flat_map(|tab| &tab.slots).find_map(|slot| slot.client.platform().flushes.first().copied());
        if let Some(flush) = unfinished {
            self.ground.violate(Check::FlushNotOnce, || format!("{flush:?} never ended"));
        }
    }
}
