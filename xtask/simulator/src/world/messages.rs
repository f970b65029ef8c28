//! News between tabs: on its way, heard, or lost; and queues whose page is gone.

use consentry::Client;

use super::task::MANY;
use super::{Slot, World};
use crate::cover::Met;
use crate::ground::origin::{Key, QUEUES};
use crate::host::Context;
use crate::text::MARK;

impl World {
    /// The other pages are to hear of it, sooner or later or never.
    pub(crate) fn tell_others(&mut self, except: usize) {
        for (at, tab) in self.tabs.iter().enumerate() {
            if at != except && !tab.away && self.messages.iter().filter(|number| **number == tab.number).count() < 2 {
                self.messages.push(tab.number);
            }
        }
    }

    /// One message arrives.
    pub(crate) fn deliver(&mut self, at: usize) {
        if at >= self.messages.len() {
            return;
        }
        let number = self.messages.remove(at);
        if let Some(tab) = self.tabs.iter().position(|tab| tab.number == number && !tab.away) {
            self.ground.note(|| format!("    page {number} hears that something changed"));
            self.input(tab, Context::Heard, Client::changed_elsewhere);
        }
    }

    /// The stored queues that nobody owns, as a host finds them.
    pub(super) fn orphans(&self) -> Vec<u32> {
        let mut orphans = Vec::new();
        for queue in self.ground.origin.local.kept.keys().filter(|key| Key::of(key) == Key::Queue).filter_map(|key| Key::queue(key)) {
            let owned = self.ground.actors.iter().any(|actor| actor.alive && actor.owned.contains(&queue));
            if !owned && orphans.last() != Some(&queue) {
                orphans.push(queue);
            }
        }
        orphans
    }

    pub(crate) fn has_orphans(&self) -> bool {
        !self.orphans().is_empty()
    }

    /// The host gives an orphaned queue to a client that owns one.
    pub(crate) fn claim(&mut self, orphan: usize, client: u8) {
        let adopters: Vec<(usize, usize)> = self
            .places()
            .filter(|place| self.slot(*place).is_some_and(|slot| self.ground.actors.get(slot.actor()).is_some_and(|actor| actor.adopts)))
            .collect();
        let Some(place) = usize::from(client).checked_rem(adopters.len()).and_then(|at| adopters.get(at)).copied() else { return };
        if !self.ground.origin.local.readable() {
            return;
        }
        let orphans = self.orphans();
        let Some(queue) = orphan.checked_rem(orphans.len()).and_then(|at| orphans.get(at)).copied() else { return };
        let Some(actor) = self.slot(place).map(Slot::actor) else { return };
        if let Some(actor) = self.ground.actors.get_mut(actor) {
            actor.owned.push(queue);
        }
        self.ground.note(|| format!("    c{actor} is given queue {queue}"));
        self.cover().met(Met::Adoption);
        let prefix = format!("{}{queue}_", QUEUES);
        if self.ground.origin.local.kept.iter().any(|(key, value)| key.starts_with(&prefix) && value.contains(MARK)) {
            self.cover().met(Met::AdoptionOfRecords);
        }
        self.act(place, Context::Other, |client| client.claimed(queue));
        self.end_task(place);
    }

    /// Where nothing is late, messages and orphans arrive now.
    pub(crate) fn catch_up(&mut self) {
        let mut turns = 0;
        while !self.messages.is_empty() && turns < MANY {
            self.deliver(0);
            turns += 1;
        }
        self.ground.check_end(turns + 1, MANY, || String::from("tabs tell each other the same without end"));
        let local = &self.ground.origin.local.kept;
        if local.keys().any(|key| Key::of(key) == Key::Queue) {
            for _ in 0..self.orphans().len() {
                let client = self.random.below(8) as u8;
                self.claim(0, client);
            }
        }
    }
}
