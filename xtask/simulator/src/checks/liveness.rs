//! What is granted and reachable arrives in time, in few copies; timers have work; every loss is told.

use consentry::{Persistence, Status};

use super::{Cause, Check, Rule, rule};
use crate::ground::Ground;
use crate::ground::ledger::Entry;
use crate::ground::network::Sending;
use crate::ground::origin::Key;
use crate::plan::Tier;
use crate::world::World;

pub(super) const RULES: &[Rule] = &[
    rule(Check::SentAfterRefusal, "2: after opt_out has returned nothing starts on its page until something permits it", ""),
    rule(
        Check::TooSlow,
        "7: what a page has to send arrives within its interval, and after a failure within ten minutes and that",
        "timers of a page in the background; requests before it in the same queue",
    ),
    rule(Check::FlushTooSlow, "7: a flush ends within the same bound, whatever is recorded meanwhile", ""),
    rule(
        Check::TooManyCopies,
        "7: while the server is well a record arrives twice at most",
        "once more for each page that asked about it and was gone before the answer, or sees late that it was answered; where a store fails, or without locks with the clock set (`Locks::doubtful`)",
    ),
    rule(Check::LossNotReported, "7: what was too old, or too much, is reported with its count", ""),
    rule(Check::GoesOn, "13: a client that is closed, or whose page sleeps, keeps no lock; one that is closed nothing at all", ""),
    rule(
        Check::IdleTimer,
        "13: a client that has nothing to do has no timer",
        "one look for left queues after another client did something",
    ),
];

/// The longest backoff, and the time a request may take.
const FAILURE: u64 = 600_000 + 90_000;
/// A request, there and back, with its place in the queue.
const ROUND_TRIP: u64 = 400;
/// What a timer may be late in the background.
const BACKGROUND: u64 = 60_000;
/// Until a look for left queues, at most.
const LOOK: u64 = 10_000;

impl Ground {
    /// A request that is no deletion starts.
    pub(crate) fn check_refused_page(&mut self, call: &Sending<'_>) {
        let page = self.actors.get(call.actor).map_or(0, |actor| actor.page);
        if self.refused.get(&page) == Some(&self.evidence.permissions) {
            self.violate(Check::SentAfterRefusal, || call.data.into());
        }
    }

    /// The server, a page or a store is in trouble: what is under way may take its time, and may come
    /// again.
    pub(crate) fn disturb(&mut self) {
        self.disturbed = self.monotonic + 1;
    }

    /// The server took a record once more.
    pub(crate) fn check_copies(&mut self, place: usize) {
        let Some(entry) = self.ledger.entries.get(place) else { return };
        let well = self.server_well && !self.mix.has(Tier::Full) && !self.mix.has(Tier::Lying) && !self.locks.doubtful;
        let accepted = entry.accepted;
        if accepted > 2 + entry.cut_short && well {
            self.violate(Check::TooManyCopies, || format!("r{place} arrived {accepted} times"));
        }
    }
}

impl World {
    /// When time has passed: what should have arrived by now has.
    pub(crate) fn judge_liveness(&mut self) {
        let ground = &mut self.ground;
        if ground.mix.has(Tier::Full) || ground.mix.has(Tier::Lying) || ground.mix.has(Tier::Clock) || !ground.server_well {
            return;
        }
        let now = ground.monotonic;
        let waits = if ground.disturbed > 0 { FAILURE } else { 0 } + if ground.sluggish { 3 * BACKGROUND } else { 0 };
        for slot in self.tabs.iter().filter(|tab| !tab.away).flat_map(|tab| &tab.slots) {
            let host = slot.client.platform();
            // Each record may have to wait for those before it.
            let bound = |before: usize| u64::from(slot.options.batch.flush_interval_ms) + 2_000 + waits + before as u64 * ROUND_TRIP;
            let late = ground.ledger.entries.iter().enumerate().position(|(place, entry)| {
                let since = entry.since.max(ground.disturbed).max(host.granted_since);
                entry.actor == host.actor && entry.due && entry.cause.is_none() && entry.accepted == 0 && now > since + bound(place)
            });
            if let Some(late) = late.filter(|_| slot.client.status() == Status::Granted && ground.sees_decision(host.actor)) {
                ground.violate(Check::TooSlow, || format!("r{late} at {now}"));
            }
            let flush = host.flushes.iter().find(|flush| now > flush.at.max(ground.disturbed) + bound(flush.first)).copied();
            if let Some(flush) = flush {
                ground.violate(Check::FlushTooSlow, || format!("{flush:?} at {now}"));
            }
        }
    }

    /// In the end: who has nothing to do has no timer, and what was lost was told.
    pub(crate) fn judge_rest(&mut self) {
        let expired = self.ground.expired;
        let latest = self.ground.latest;
        let entries = self.ground.ledger.entries.iter();
        // Who closed before it could tell has told nobody; what was found in storage is told by who finds it.
        let old = entries.filter(|entry| entry.due && entry.stored && entry.need_not(latest, false) == Some(Cause::TooOld)).count();
        let keeps = self.tabs.iter().flat_map(|tab| &tab.slots).all(|slot| slot.options.persistence != Persistence::Memory);
        if old > expired && keeps && !self.ground.mix.has(Tier::Full) && !self.ground.mix.has(Tier::Lying) {
            self.ground.violate(Check::LossNotReported, || format!("{old} were too old, {expired} were reported"));
        }
    }

    /// When a timer has rung and its task is over.
    pub(crate) fn judge_timer(&mut self, place: (usize, usize)) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let actor = host.actor;
        if host.wake.is_none() || host.inbox.watched || !self.ground.server_well {
            return;
        }
        let busy = self.ground.requests.iter().any(|request| request.actor == actor && !request.aborted);
        // What arrived is still to be sent by who heard no answer.
        let open = |entry: &Entry| entry.accepted == 0 || (entry.actor == actor && entry.answered.is_none());
        let has = self.ground.ledger.entries.iter().any(|entry| open(entry) && (entry.due || entry.shirked || entry.held || entry.waits));
        let empty = !self.ground.origin.local.kept.keys().any(|key| Key::of(key) == Key::Queue);
        let background = if self.ground.sluggish { BACKGROUND } else { 0 };
        let stirred = self.ground.stirred + LOOK + background > self.ground.monotonic;
        if !busy && !has && empty && !stirred {
            self.ground.violate(Check::IdleTimer, || format!("of c{actor}"));
        }
    }
}
