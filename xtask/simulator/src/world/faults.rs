//! Clients that are closed, pages that sleep, and locks and channels that throw or lie.

use consentry::{Client, Lock, Message, Persistence, QueueId, Status};

use super::World;
use super::messages::{Letter, News};
use crate::checks::{Cause, Check};
use crate::cover::Met;
use crate::ground::origin::{Key, QUEUES};
use crate::host::Context;
use crate::plan::{ChannelFault, LockFault, Tier};

impl World {
    /// The page closes a client, as a single-page application does, and may begin another one.
    pub(super) fn end_client(&mut self, place: (usize, usize), again: bool) {
        let Some(actor) = self.slot(place).map(super::Slot::actor) else { return };
        if self.ground.requests.iter().any(|request| request.actor == actor && request.is_deletion()) {
            return; // it goes on, and its end is told to the client
        }
        self.ground.note(|| format!("    c{actor} is closed"));
        self.cover().met(Met::ClientClosed);
        self.begin_task(place.0);
        self.act(place, Context::Other, Client::close);
        let told = self.slot(place).map_or(0, |slot| slot.client.platform().did.closed);
        self.end_task(place);
        self.judge_closed(place, told);
        let Some(tab) = self.tabs.get_mut(place.0) else { return };
        let slot = tab.slots.remove(place.1);
        let empty = tab.slots.is_empty();
        self.ground.leave(slot.actor(), true);
        if empty || again {
            self.open_client(place.0);
        }
    }

    /// Nothing of a client that is closed goes on, and what it could not store it told of.
    fn judge_closed(&mut self, place: (usize, usize), told: usize) {
        let keeps = self.options_of(place).persistence != Persistence::Memory && self.is_calm(place);
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)) else { return };
        let host = slot.client.platform();
        let (actor, timer) = (host.actor, host.wake.is_some() || host.at_end_of_task);
        let keeps = keeps && slot.client.status() == Status::Granted && host.known.get() >= ground.evidence.told;
        let busy = ground.requests.iter().any(|request| request.actor == actor && !request.aborted);
        if timer || busy || !host.flushes.is_empty() || ground.locks.concerns(actor) {
            let flushes = host.flushes.len();
            let locks = ground.locks.concerns(actor);
            ground.violate(Check::GoesOn, || format!("c{actor}: timer {timer}, request {busy}, flushes {flushes}, locks {locks}"));
        }
        let stored = ground.stored_numbers();
        let lost = |(place, entry): &(usize, &crate::ground::ledger::Entry)| {
            entry.need_not(ground.latest, false) != Some(Cause::TooOld)
                && entry.actor == actor
                && entry.due
                && entry.cause.is_none()
                && entry.accepted == 0
                && !entry.left
                && !stored.contains(place)
        };
        let lost: Vec<usize> = ground.ledger.entries.iter().enumerate().filter(lost).map(|(place, _)| place).collect();
        // What was stored once, and is not, is somebody else's.
        let own = |place: &&usize| ground.ledger.entries.get(**place).is_some_and(|entry| !entry.stored && !entry.erased);
        let own = lost.iter().filter(own).count();
        if own > 0 && keeps {
            ground.violate(Check::NotStoredInTime, || format!("by c{actor}, which is closed: {lost:?}"));
        } else if own > told && !ground.mix.has(Tier::Lying) {
            ground.violate(Check::LossNotReported, || format!("c{actor} is closed, {own} were not stored, {told} were reported"));
        }
        for place in lost {
            if let Some(entry) = ground.ledger.entries.get_mut(place).filter(|entry| !entry.stored) {
                entry.excuse(Cause::Closed);
            }
        }
        ground.ledger.for_all(|entry| {
            if entry.actor == actor {
                (entry.held, entry.waits, entry.waited) = (false, false, false);
            }
        });
    }

    /// The browser runs nothing on a page for a while, which stays where it is.
    pub(super) fn sleep(&mut self, tab: usize) {
        self.cover().met(Met::Sleep);
        self.hide(tab, false);
        self.input(tab, Context::Leaving, Client::frozen);
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.away = true;
        let number = page.number;
        for slot in &page.slots {
            let actor = slot.actor();
            if self.ground.locks.concerns(actor) {
                self.ground.violate(Check::GoesOn, || format!("c{actor} sleeps, and has a lock"));
            }
            if let Some(actor) = self.ground.actors.get_mut(actor) {
                actor.away = true;
            }
        }
        self.ground.disturb();
        self.forget_letters(number);
        self.ground.note(|| format!("    page {number} sleeps"));
    }

    /// The next request for a lock is answered wrongly.
    pub(super) fn spoil_lock(&mut self, fault: LockFault) {
        let Some((actor, queue, lock)) = self.ground.locks.answer() else { return };
        self.cover().met(Met::LockFault);
        self.ground.note(|| format!("    the lock of queue {}, {lock:?} for c{actor}: {fault:?}", queue.get()));
        // Whose queue it is can no longer be told from its lock.
        self.ground.locks.doubtful |= fault != LockFault::Twice;
        let answers: &[Lock] = match fault {
            LockFault::Never => &[],
            LockFault::Rejected => &[Lock::Unsupported],
            LockFault::Twice => &[lock, lock],
        };
        if fault != LockFault::Twice && lock == Lock::Held {
            self.ground.locks.give_back(actor, queue);
        }
        for lock in answers {
            let Some(place) = self.place_of(actor) else { return };
            self.begin_task(place.0);
            self.act(place, Context::Other, |client| client.locked(queue, *lock));
            self.end_task(place);
        }
    }

    /// The channel of a page throws or lies.
    pub(super) fn spoil_channel(&mut self, place: (usize, usize), fault: ChannelFault, which: u8) {
        let Some(page) = self.tabs.get(place.0).map(|tab| tab.number) else { return };
        self.cover().met(Met::ChannelFault);
        self.ground.note(|| format!("    the channel of page {page}: {fault:?}"));
        let stored = self.ground.origin.local.kept.keys().filter(|key| key.starts_with(QUEUES));
        let queues: Vec<QueueId> = stored.filter_map(|key| QueueId::new(Key::queue(key)?)).collect();
        let queue = usize::from(which).checked_rem(queues.len()).and_then(|at| queues.get(at)).copied().or(QueueId::new(7));
        let message = match fault {
            ChannelFault::Throws => {
                // Where there are no locks nobody hears whose queue is whose.
                self.ground.locks.doubtful |= self.ground.locks.missing;
                if let Some(tab) = self.tabs.get_mut(place.0) {
                    tab.mute = true;
                }
                return;
            }
            ChannelFault::Repeats => {
                self.messages.get(usize::from(which)).map(|letter| letter.news).unwrap_or(News::Said(Message::Changed))
            }
            ChannelFault::Asks => queue.map_or(News::Said(Message::Changed), |queue| News::Said(Message::Asks(queue))),
            ChannelFault::Has => queue.map_or(News::Said(Message::Changed), |queue| News::Said(Message::Has(queue))),
        };
        self.hear(Letter { to: page, news: message });
    }
}
