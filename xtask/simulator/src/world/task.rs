//! A task: one client acts, its siblings hear, timers without a wait ring.

use consentry::Client;

use super::World;
use crate::checks::before::Before;
use crate::host::{Context, Did, Host};

/// Tasks that may follow each other without time passing.
pub(crate) const MANY: u64 = 40;

impl World {
    /// Lets a client act, and judges what it did.
    pub(crate) fn act(&mut self, place: (usize, usize), context: Context, what: impl FnOnce(&mut Client<Host>)) {
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get_mut(place.0).and_then(|tab| tab.slots.get_mut(place.1)) else { return };
        let before = Before::of(&slot.client, ground);
        let host = slot.client.platform_mut();
        host.did = Did { context, ..Did::default() };
        host.exchange(ground);
        let epochs = host.epochs.borrow().clone();
        let adrift = context == Context::OptIn && host.adrift.replace(false);
        what(&mut slot.client);
        let host = slot.client.platform_mut();
        host.exchange(ground);
        if adrift {
            // The purge that no store took is stored with this decision: what others recorded since then is from before it.
            ground.grant_ended();
        }
        // A page that did not hear of a withdrawal may find out before the task ends, and drops what it has.
        self.found_out |= host.did.disowned && *host.epochs.borrow() != epochs;
        self.judge(place, &before);
    }

    /// What follows a call or input before anything else can happen to the page: its siblings hear, and timers without a wait ring.
    pub(crate) fn end_task(&mut self, place: (usize, usize)) {
        let mut tells = self.slot(place).is_some_and(|slot| slot.client.platform().did.tells);
        let siblings = self.tabs.get(place.0).map_or(0, |tab| tab.slots.len());
        if tells {
            for sibling in (0..siblings).filter(|sibling| *sibling != place.1) {
                self.act((place.0, sibling), Context::Heard, Client::changed_elsewhere);
            }
        }
        let mut turns = 0;
        while let Some(slot) =
            (0..siblings).find(|slot| self.slot((place.0, *slot)).is_some_and(|slot| slot.client.platform().at_end_of_task))
        {
            if let Some(slot) = self.slot_mut((place.0, slot)) {
                slot.client.platform_mut().at_end_of_task = false;
            }
            self.act((place.0, slot), Context::Other, Client::woke);
            tells |= self.slot((place.0, slot)).is_some_and(|slot| slot.client.platform().did.tells);
            turns += 1;
            if self.ground.check_end(turns, MANY, || String::from("at the end of a task")) {
                break;
            }
        }
        self.judge_task(place);
        if tells {
            self.tell_others(place.0);
        }
    }
}
