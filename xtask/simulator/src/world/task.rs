//! A task: one client acts, its siblings hear, timers without a wait ring.

use std::collections::VecDeque;

use consentry::Client;

use super::World;
use super::messages::News;
use crate::checks::Cause;
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
        let told = std::mem::take(&mut host.did.told); // by an earlier call in this task
        let epochs = host.epochs.get();
        host.did = Did { context, told, epochs, ..Did::default() };
        host.exchange(ground);
        let adrift = context == Context::OptIn && host.adrift.replace(false);
        what(&mut slot.client);
        let host = slot.client.platform_mut();
        host.note_heard();
        host.exchange(ground);
        if adrift {
            // The purge that no store took is stored with this decision: what others recorded since
            // then is from before it.
            ground.excuse_all(Cause::Unkept);
        }
        // A page that did not hear of a withdrawal may find out before the task ends, and drops
        // what it has.
        self.found_out |= host.did.stopped && host.epochs.get() != epochs;
        self.note_adoptions(place);
        self.judge(place, &before);
    }

    /// A task begins on a page: what others stored is seen, if it has come.
    pub(crate) fn begin_task(&mut self, tab: usize) {
        if let Some(page) = self.tabs.get(tab).map(|tab| tab.number) {
            self.ground.refresh_view(page, false);
        }
    }

    /// What follows a call or input before anything else can happen to the page: its siblings hear,
    /// and timers without a wait ring.
    pub(crate) fn end_task(&mut self, place: (usize, usize)) {
        let mut news = Vec::new();
        self.tell_siblings(place, &mut news);
        let siblings = self.tabs.get(place.0).map_or(0, |tab| tab.slots.len());
        let mut turns = 0;
        while let Some(slot) =
            (0..siblings).find(|slot| self.slot((place.0, *slot)).is_some_and(|slot| slot.client.platform().at_end_of_task))
        {
            if let Some(slot) = self.slot_mut((place.0, slot)) {
                slot.client.platform_mut().at_end_of_task = false;
            }
            self.act((place.0, slot), Context::Other, Client::woke);
            self.tell_siblings((place.0, slot), &mut news);
            turns += 1;
            if self.ground.check_end(turns, MANY, || String::from("at the end of a task")) {
                break;
            }
        }
        self.judge_task(place);
        for news in news {
            self.tell_others(place.0, news);
        }
    }

    /// What a client said is heard by the others on its page, and so is what they say to that. All
    /// of it is added to what other pages hear.
    fn tell_siblings(&mut self, place: (usize, usize), news: &mut Vec<News>) {
        let siblings = self.tabs.get(place.0).map_or(0, |tab| tab.slots.len());
        let mute = self.tabs.get(place.0).is_some_and(|tab| tab.mute);
        let mut from = VecDeque::from([place.1]);
        let mut turns = 0;
        while let Some(speaker) = from.pop_front() {
            let told = self.slot_mut((place.0, speaker)).map(|slot| std::mem::take(&mut slot.client.platform_mut().did.told));
            for one in told.unwrap_or_default() {
                // The browser tells a page nothing of what it stored itself.
                if let News::Said(_) = one
                    && !mute
                {
                    for sibling in (0..siblings).filter(|sibling| *sibling != speaker) {
                        self.act((place.0, sibling), one.context(), |client| one.tell(client));
                        from.push_back(sibling);
                    }
                }
                if !news.contains(&one) {
                    news.push(one);
                }
            }
            turns += 1;
            if self.ground.check_end(turns, 10 * MANY, || String::from("clients of a page tell each other the same without end")) {
                break;
            }
        }
    }
}
