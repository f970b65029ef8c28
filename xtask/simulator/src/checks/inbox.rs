//! Promise 13: thousands of calls in one task do not hold the page up, and promise 7 holds for
//! them: who is left hands all of them on first.

use super::before::Before;
use super::{Check, Rule, rule};
use crate::host::{Context, Host, Inbox};
use crate::world::World;

/// Calls that are handed on together.
const SLICE: usize = 100;
/// Milliseconds between two slices.
const PAUSE: u64 = 4;

pub(super) const RULES: &[Rule] = &[
    rule(
        Check::SliceTooLarge,
        "13: a timer hands on 100 calls at most",
        "what could not be stored before, or was recorded before a grant was in doubt, is stored at once; where the visitor turned out to be somebody else, what was called before is handed on first",
    ),
    rule(
        Check::UnloadWatched,
        "13: a page listens to beforeunload while calls wait and no longer, for then no browser caches it; when it is left none wait",
        "",
    ),
    rule(Check::InboxStuck, "13: while calls wait a timer is set", ""),
];

impl Host {
    /// A call that can wait has returned.
    pub(crate) fn note_call(&mut self, now: u64) {
        self.inbox.most += 1;
        self.inbox.called = now;
        if self.inbox.most == 1 {
            self.inbox.handed_on = now;
        }
    }

    /// The clock is set back: the next timer may find that it is too early.
    pub(crate) fn note_clock_set_back(&mut self) {
        self.inbox.most += SLICE;
    }

    /// The timer is about to ring.
    pub(crate) fn note_slice(&mut self, now: u64) {
        let inbox = &mut self.inbox;
        if now >= inbox.handed_on + PAUSE {
            *inbox = Inbox { most: inbox.most.saturating_sub(SLICE), handed_on: now, ..*inbox };
        }
    }
}

impl World {
    /// When a call or input has returned.
    pub(super) fn judge_inbox(&mut self, place: (usize, usize), before: &Before) {
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get_mut(place.0).and_then(|tab| tab.slots.get_mut(place.1)) else { return };
        let records = slot.client.records();
        let others = slot.client.distinct_id() != before.distinct_id;
        let host = slot.client.platform_mut();
        let (actor, leaving) = (host.actor, host.did.context == Context::Leaving);
        if !host.inbox.watched {
            host.inbox.most = 0;
        } else if host.inbox.most == 0 || leaving {
            ground.violate(Check::UnloadWatched, || format!("by c{actor}"));
        } else if host.wake.is_none() && !host.at_end_of_task {
            ground.violate(Check::InboxStuck, || format!("of c{actor}"));
        }
        host.did.others |= others;
        if records != host.records {
            ground.violate(Check::RecordingUntrue, || format!("c{actor} records: {records}, and said {}", host.records));
        }
    }

    /// When a timer has rung.
    pub(crate) fn judge_slice(&mut self, place: (usize, usize)) {
        let wall = self.ground.wall();
        let Some(slot) = self.slot_mut(place) else { return };
        let host = slot.client.platform_mut();
        let (stored, rang) = (host.did.first_stored, std::mem::replace(&mut host.rang, wall));
        let others = host.did.others;
        // One whose timer has not rung since a store failed tries that again now.
        if stored > SLICE && !others && rang > self.ground.trouble && self.is_calm(place) {
            self.ground.violate(Check::SliceTooLarge, || format!("{stored} records were stored"));
        }
    }
}
