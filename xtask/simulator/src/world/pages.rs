//! Pages that open, hide, sleep, return and go.

use std::rc::Rc;

use consentry::Client;

use super::{Slot, Tab, World};
use crate::checks::before::Before;
use crate::cover::Met;
use crate::ground::Actor;
use crate::ground::origin::{RECORD, STORES, TOKEN};
use crate::host::{Context, Host};
use crate::plan::{Call, Vary};

impl World {
    /// Opens a page.
    pub(crate) fn open(&mut self) {
        let number = self.next_tab;
        self.next_tab += 1;
        self.ground.note(|| format!("    page {number} opens"));
        self.tabs.push(Tab { number, away: false, hidden: false, mute: false, address: 0, slots: Vec::new() });
        let tab = self.tabs.len() - 1;
        self.ground.open_view(number);
        for _ in 0..self.clients {
            self.open_client(tab);
        }
    }

    /// Begins one more client on a page.
    pub(super) fn open_client(&mut self, tab: usize) {
        let Some(page) = self.tabs.get(tab) else { return };
        let (number, address, hidden, second) = (page.number, page.address, page.hidden, !page.slots.is_empty());
        let mut options = self.options.clone();
        if let Some(which) = self.differs.filter(|_| second) {
            options.vary(which);
            self.cover().met(Met::OptionsDiffer);
        }
        let actor = self.ground.actors.len();
        self.ground.actors.push(Actor { alive: true, batch_size: options.batch.size as usize, page: number, ..Actor::default() });
        let mut host = Host::new(actor, self.seed);
        (host.address, host.hidden) = (address, hidden);
        host.born = self.ground.evidence.withdrawals;
        host.begin_person(&self.ground);
        host.exchange(&mut self.ground);
        let before = Before::of_nothing(&host.ground);
        let client = Client::new(host, TOKEN, &options);
        let mut client = client.unwrap_or_else(|error| unreachable!("{error:?}"));
        client.platform_mut().exchange(&mut self.ground);
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.slots.push(Slot { client, options: Rc::new(options), denied_at: None, waiting: Vec::new() });
        let slot = page.slots.len() - 1;
        self.judge((tab, slot), &before);
        self.end_task((tab, slot));
    }

    /// The page is gone at once.
    pub(crate) fn crash(&mut self, tab: usize) {
        if tab >= self.tabs.len() {
            return;
        }
        let gone = self.tabs.remove(tab);
        self.ground.note(|| format!("    page {} is gone", gone.number));
        self.forget_letters(gone.number);
        self.ground.close_view(gone.number);
        for slot in &gone.slots {
            let (actor, watched) = (slot.actor(), slot.client.platform().inbox.watched);
            self.ground.ledger.for_all(|entry| entry.waited &= entry.actor != actor || watched);
            self.ground.leave(slot.actor(), true);
        }
        self.ground.tidy();
    }

    /// An input to all clients of a page.
    pub(crate) fn input(&mut self, tab: usize, context: Context, input: impl Fn(&mut Client<Host>)) {
        self.begin_task(tab);
        for slot in 0..self.tabs.get(tab).map_or(0, |tab| tab.slots.len()) {
            self.act((tab, slot), context, &input);
            self.end_task((tab, slot));
        }
    }

    /// The page is hidden; with `left` it is being left.
    pub(crate) fn hide(&mut self, tab: usize, left: bool) {
        self.ground.note(|| format!("    page at {tab} is hidden"));
        self.show(tab, false);
        self.input(tab, Context::Leaving, |client| {
            client.platform_mut().leaving = left;
            client.page_hidden(left);
            client.platform_mut().leaving = false;
        });
    }

    /// The page is seen, or not.
    pub(crate) fn show(&mut self, tab: usize, shown: bool) {
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.hidden = !shown;
        page.slots.iter_mut().for_each(|slot| slot.client.platform_mut().hidden = !shown);
    }

    /// Its address changes, as a single-page application does it.
    pub(crate) fn navigate(&mut self, tab: usize) {
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.address += 1;
        let address = page.address;
        page.slots.iter_mut().for_each(|slot| slot.client.platform_mut().address = address);
    }

    /// It may be left after this; only those clients hear of it that listen. The visitor may still
    /// stay.
    pub(crate) fn unload(&mut self, tab: usize) {
        for slot in 0..self.tabs.get(tab).map_or(0, |tab| tab.slots.len()) {
            if self.slot((tab, slot)).is_some_and(|slot| slot.client.platform().inbox.watched) {
                self.cover().met(Met::Unload);
                self.act((tab, slot), Context::Leaving, Client::unloading);
                self.end_task((tab, slot));
            }
        }
    }

    /// The page is put into the back-forward cache: it hears nothing, and owns nothing.
    pub(crate) fn freeze(&mut self, tab: usize) {
        self.hide(tab, true);
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.away = true;
        let number = page.number;
        for slot in &page.slots {
            self.ground.leave(slot.actor(), false);
        }
        self.forget_letters(number);
        self.ground.note(|| format!("    page {number} is put away"));
    }

    pub(crate) fn unfreeze(&mut self, tab: usize) {
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.away = false;
        page.hidden = false;
        page.slots.iter_mut().for_each(|slot| slot.client.platform_mut().hidden = false);
        let number = page.number;
        for slot in &page.slots {
            let actor = slot.actor();
            self.ground.ledger.for_all(|entry| entry.left |= entry.actor == actor && entry.stored);
            if let Some(actor) = self.ground.actors.get_mut(actor) {
                actor.away = false;
            }
        }
        self.ground.note(|| format!("    page {number} comes back"));
        self.ground.disturb();
        let slots = self.tabs.get(tab).map_or(0, |tab| tab.slots.len());
        self.begin_task(tab);
        // All are back before any of them tells the others.
        for slot in 0..slots {
            self.act((tab, slot), Context::Other, Client::returned);
        }
        for slot in 0..slots {
            self.end_task((tab, slot));
        }
    }

    pub(super) fn call_and_crash(&mut self, client: u8, call: Call, effects: u8) {
        let Some(place) = self.place(client) else { return };
        for slot in 0..self.tabs.get(place.0).map_or(0, |tab| tab.slots.len()) {
            if let Some(slot) = self.slot_mut((place.0, slot)) {
                slot.client.platform_mut().dies_after =
                    Some(if slot.client.platform().actor % 2 == 0 { u32::from(effects) } else { u32::from(effects) + 1 });
            }
        }
        self.ground.note(|| format!("    the page dies after {effects} effects of:"));
        self.cover().met(Met::CrashMidCall);
        let chosen = self.ground.evidence.chosen;
        self.call(place, call);
        // A choice whose page died before its record was written has the date of the one before.
        let date = format!("\"decidedAt\":{},", self.ground.evidence.chosen);
        if !STORES.iter().any(|store| self.ground.origin.area(*store).kept.get(RECORD).is_some_and(|record| record.contains(&date))) {
            self.ground.evidence.chosen = chosen;
        }
        self.crash(place.0);
    }
}
