//! Promise 7: nothing granted is lost. `Entry::due` says that a record must arrive, `Entry::excuse`
//! why it may be missing all the same.

use consentry::{Persistence, QueueId, Source, Status};

use super::{Cause, Check, Rule, rule};
use crate::cover::Met;
use crate::ground::Ground;
use crate::ground::ledger::{Ending, Entry};
use crate::ground::network::name;
use crate::ground::origin::{Key, STORES};
use crate::host::{Context, Flush, Host};
use crate::plan::Plan;
use crate::text;
use crate::world::World;
use crate::world::calls::Maker;

pub(super) const RULES: &[Rule] = &[
    rule(
        Check::NotStoredInTime,
        "7: a granted record is in storage when the task ends",
        "localStorage failed or was too full at that moment, or the world took it out again while other calls of the task waited; everything lives in memory; a grant ended, or expired, in the same task",
    ),
    rule(Check::Lost, "7: a granted record is accepted in the end", "see `excuses`; as many as were reported with queue_full"),
    rule(Check::DropNotReported, "7: records that a refusal costs are reported and counted", ""),
    rule(Check::RecordChanged, "7: a record never changes between two requests", ""),
    rule(
        Check::SentTwiceAtOnce,
        "7: a record is not sent while it is under way from a page that lives",
        "a page that sees localStorage late; see `Locks::doubtful`",
    ),
    rule(
        Check::SentAfterItsAnswer,
        "7: a record is not sent again after a final answer",
        "the page died in the middle of taking the answer, or a store could not be emptied then; a page that sees its segment late; see `Locks::doubtful`",
    ),
    rule(Check::LeftAfterItsAnswer, "7: with everything accepted and quiet, no record is left in storage", ""),
    rule(Check::TimeOrPlaceChanged, "7: an event has the time and the address of its call, however late it is handed on", ""),
    rule(
        Check::TakenFromItsOwner,
        "7: where there are locks, a client takes over only queues whose lock it holds",
        "see `Locks::doubtful`",
    ),
    rule(
        Check::DropNotCounted,
        "7: a flush that an opt_out ends counts every record made since and not sent as dropped",
        "what it had stored before it was put away is another queue's, and purged with that",
    ),
    rule(Check::RecordingUntrue, "7: a host that asks for records when the client says so misses none", ""),
    rule(Check::NeverMade, "7: only records that a page made are sent, whatever is found in storage", ""),
];

impl Maker {
    /// Why a record that it makes now need not arrive, if there is a cause.
    pub(crate) fn cause(&self, ground: &Ground) -> Option<Cause> {
        let causes = [
            (self.slept(ground) || self.signalled, Cause::Denied),
            (self.is_stale(ground), if ground.origin.says_denied() { Cause::Denied } else { Cause::Forgotten }),
            // The first grant stands, and its page died before it could tell.
            (self.is_unaware_of_grant(ground), Cause::FirstGrant),
            // It may see the flag of another choice, and not yet the epoch beside it.
            (!ground.sees_decision(self.actor) && (ground.evidence.blind || ground.sees_flag(self.actor)), Cause::BlindDecision),
            (self.overruled != ground.evidence.overruled, Cause::Overruled),
            // What is recorded under a grant that no store took lives as long as the page.
            ((self.persisted.is_none() && self.decided()) || self.adrift, Cause::Unkept),
        ];
        causes.into_iter().find(|(holds, cause)| *holds && ground.admits(*cause)).map(|(_, cause)| cause)
    }

    /// It records by default where another page has stored a grant, with an epoch that it does not know.
    fn is_unaware_of_grant(&self, ground: &Ground) -> bool {
        let by_default = (self.status, self.source) == (Status::Granted, Source::Default);
        let stored = STORES.into_iter().filter_map(|store| ground.origin.epoch(store)).max();
        by_default && ground.origin.says_granted() && stored > self.epochs.into_iter().flatten().max()
    }

    /// It is granted by a decision.
    pub(crate) fn decided(&self) -> bool {
        self.status == Status::Granted && matches!(self.source, Source::Visitor | Source::Stored)
    }
}

impl Ground {
    /// A text is sent.
    pub(crate) fn check_planted(&mut self, data: &str) {
        if data.contains(text::EVIL) {
            self.violate(Check::NeverMade, || data.into());
        }
    }

    /// A record is sent. Only events have a time and an address.
    pub(crate) fn check_time_and_place(&mut self, entry: &Entry, record: &str) {
        let Some(address) = &entry.address else { return };
        let time = format!("\"time\":{}.{:03},", entry.at / 1_000, entry.at % 1_000);
        if !record.contains(&time) || text::member(record, "\"$current_url\"") != Some(address) {
            self.violate(Check::TimeOrPlaceChanged, || format!("made with {time} at {address}: {record}"));
        }
    }

    /// A client takes over a queue.
    pub(crate) fn check_owner(&mut self, actor: usize, queue: QueueId, holder: Option<usize>) {
        if !self.locks.missing && !self.locks.doubtful && holder != Some(actor) {
            self.violate(Check::TakenFromItsOwner, || format!("queue {} by c{actor}", queue.get()));
        }
    }

    /// Whether that client, or who has the record under way, holds no lock of a queue it is stored in.
    fn is_stale(&self, actor: usize, entry: &Entry, record: &str) -> bool {
        let number = text::numbers(record).next();
        let stored = self.origin.local.kept.iter().filter(|(_, value)| text::numbers(value).any(|other| Some(other) == number));
        let holders: Vec<Option<usize>> =
            stored.filter_map(|(key, _)| Key::queue(key).and_then(QueueId::new)).map(|queue| self.locks.holder(queue)).collect();
        let other = self.requests.iter().find(|request| Some(request.number) == entry.request).map(|request| request.actor);
        entry.doubled || !holders.contains(&Some(actor)) || other.is_some_and(|other| !holders.contains(&Some(other)))
    }

    /// Records are stored that another segment holds as well: who sees late that they were joined to that
    /// one sends them from both.
    pub(crate) fn note_doubled(&mut self, key: &str, value: &str) {
        if !self.views.ever {
            return;
        }
        let others = self.origin.local.kept.iter().filter(|(other, _)| Key::queue(other).is_some() && *other != key);
        let others: Vec<&str> = others.map(|(_, other)| other.as_str()).collect();
        let stored: Vec<usize> = others.iter().flat_map(|other| text::numbers(other)).collect();
        let own = self.ledger.own.iter().filter(|(id, _)| value.contains(*id) && others.iter().any(|other| other.contains(*id)));
        let own: Vec<usize> = own.map(|(_, number)| *number).collect();
        for number in text::numbers(value).filter(|number| stored.contains(number)).chain(own) {
            if let Some(entry) = self.ledger.entries.get_mut(number) {
                entry.doubled = true;
            }
        }
    }

    /// A record is sent, again or for the first time. Answers whether its page sees late what became of it.
    pub(crate) fn check_copy(&mut self, actor: usize, entry: &Entry, record: &str) -> bool {
        if entry.text.as_ref().is_some_and(|text| text != record) {
            self.violate(Check::RecordChanged, || format!("{} became {record}", entry.text.clone().unwrap_or_default()));
        }
        let ending = entry.request.map(|request| self.ledger.ending(request));
        let mut stale = false;
        match ending.filter(|_| !self.locks.doubtful) {
            // What it joined to another segment, and gave back, can be seen there by a late page.
            Some(Ending::UnderWay) if self.views.ever && self.is_stale(actor, entry, record) => stale = true,
            Some(Ending::UnderWay) => self.violate(Check::SentTwiceAtOnce, || name(record)),
            // Who adopts a queue may see it as it was.
            Some(Ending::Final) if self.views.ever && (entry.doubled || entry.answered != Some(actor)) => stale = true,
            Some(Ending::Final) => self.violate(Check::SentAfterItsAnswer, || name(record)),
            Some(Ending::Open | Ending::NobodyKnows) | None => {}
        }
        if stale {
            self.cover.met(Met::StaleCopy);
        }
        stale
    }
}

impl Host {
    /// A flush ended, and so many records were dropped since it was asked for.
    pub(crate) fn check_dropped(&mut self, flush: Flush, dropped: usize) {
        if !matches!(self.did.context, Context::OptOut { .. }) {
            return;
        }
        let made = self.ground.ledger.entries.iter().skip(flush.first);
        let waited = made.filter(|entry| entry.actor == self.actor && entry.due && !entry.left && entry.request.is_none()).count();
        if dropped < waited {
            self.ground.violate(Check::DropNotCounted, || format!("{waited} waited, {dropped} were said to be dropped"));
        }
    }
}

impl World {
    /// When a task ends: what it recorded is stored.
    pub(crate) fn judge_task(&mut self, place: (usize, usize)) {
        let mut fresh = std::mem::take(&mut self.fresh);
        let found_out = std::mem::take(&mut self.found_out);
        let lapsed = std::mem::take(&mut self.lapsed);
        let Some(slot) = self.slot_mut(place) else { return };
        fresh.append(&mut slot.waiting);
        // It may have ended in a task of another client of the page.
        let lapsed = lapsed || slot.client.status() == Status::Pending;
        if fresh.is_empty() {
            return;
        }
        let host = slot.client.platform();
        let (dead, watched, known) = (host.dead, host.inbox.watched, host.known.get());
        let stored = self.ground.stored_numbers();
        if watched && !dead {
            // Something waits to be handed on; it is stored with the last of it.
            let (there, waiting): (Vec<usize>, Vec<usize>) = fresh.into_iter().partition(|number| stored.contains(number));
            fresh = there;
            if let Some(slot) = self.slot_mut(place) {
                slot.waiting = waiting;
            }
        }
        let keeps = self.options_of(place).persistence != Persistence::Memory
            && known >= self.ground.evidence.told
            && self.is_calm(place)
            && !dead
            && !lapsed;
        let latest = self.ground.latest;
        for place in fresh {
            let stored = stored.contains(&place);
            let mut late = false;
            if let Some(entry) = self.ground.ledger.entries.get_mut(place) {
                entry.stored |= stored;
                entry.lapsed |= lapsed && !stored;
                if found_out && !stored {
                    entry.excuse(Cause::Denied);
                }
                // What is due must be stored, unless the grant ended in the same task.
                late = entry.due && entry.need_not(latest, false).is_none() && !entry.erased && !stored && entry.accepted == 0 && keeps;
                entry.due &= !dead;
            }
            if late {
                self.ground.violate(Check::NotStoredInTime, || format!("r{place}"));
            }
        }
    }

    /// The stores work, and have for so long that the client does not wait before it tries again.
    pub(crate) fn is_calm(&self, place: (usize, usize)) -> bool {
        let wait = u64::from(self.options_of(place).batch.flush_interval_ms).max(2_000);
        self.ground.origin.is_healthy() && self.ground.trouble + wait < self.ground.wall()
    }

    /// A request of so many records was refused for good, and the client has heard of it.
    pub(crate) fn judge_refusal(&mut self, place: (usize, usize), count: usize) {
        let said = self.slot(place).map_or(0, |slot| slot.client.platform().did.refused);
        if said != count {
            self.ground.violate(Check::DropNotReported, || format!("{count} refused, {said} reported"));
        }
    }

    /// In the end, with everything healed and time enough.
    pub(crate) fn judge_delivery(&mut self, plan: &Plan) {
        let granted = self.place(0).and_then(|place| self.slot(place)).is_some_and(|slot| slot.client.status() == Status::Granted);
        if !granted || self.violation().is_some() {
            return;
        }
        self.cover().met(Met::EndedGranted);
        let latest = self.ground.latest;
        let mut lost = Vec::new();
        let in_memory = plan.options.persistence == Persistence::Memory;
        for (place, entry) in self.ground.ledger.entries.iter().enumerate().filter(|(_, entry)| entry.due || entry.shirked) {
            let cause = entry.need_not(latest, in_memory);
            self.ground.cover.settle(plan.mix, cause);
            if entry.accepted == 0 && cause.is_none_or(|cause| !self.ground.admits(cause)) {
                lost.push(place);
            }
        }
        if lost.len() > self.ground.queue_full {
            self.ground.violate(Check::Lost, || format!("records {lost:?}"));
        }
        let adopts = plan.options.persistence != Persistence::Memory;
        let left = self.ground.origin.local.kept.iter().find(|(key, _)| adopts && Key::of(key) == Key::Queue && Key::queue(key).is_some());
        if let Some((key, value)) = left.map(|(key, value)| (key.clone(), value.clone())) {
            self.ground.violate(Check::LeftAfterItsAnswer, || format!("{key} = {value}"));
        }
    }
}

impl Entry {
    /// Why it may be missing in the end: by a promise, or excused by a fault. Whatever the cause, one
    /// that had arrived before it is not excused.
    pub(crate) fn need_not(&self, latest: u64, in_memory: bool) -> Option<Cause> {
        if self.cause.is_some() {
            self.cause
        } else if self.accepted > 0 {
            None
        } else if latest.saturating_sub(self.at) > 5 * 86_400_000 {
            Some(Cause::TooOld)
        } else if self.holder_gone && !self.stored {
            Some(if in_memory || self.lapsed {
                Cause::InMemory
            } else if self.waited {
                Cause::Killed
            } else if self.neglected {
                return None;
            } else {
                Cause::NeverStored
            })
        } else if self.holder_gone && self.erased {
            Some(if self.torn { Cause::EpochGone } else { Cause::Erased })
        } else {
            None
        }
    }
}
