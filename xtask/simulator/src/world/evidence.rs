//! What a withdrawal or a grant leaves behind, for pages to read of.

use consentry::{Source, Status, Store};

use super::{Slot, World};
use crate::checks::Cause;
use crate::checks::before::Before;
use crate::cover::Met;
use crate::ground::Ground;
use crate::ground::origin::{RECORD, STORES, epoch_of};
use crate::host::Context;

impl World {
    /// The truth about a withdrawal, before it is carried out.
    pub(super) fn withdraw(&mut self, place: (usize, usize), refuses: bool) {
        self.ground.evidence.touched = true;
        if !refuses {
            let granted = self.slot(place).is_some_and(|slot| slot.client.status() == Status::Granted);
            if !granted && !self.ground.origin.holds_flag() {
                // Nothing was decided, so nothing is withdrawn; but what others have stored goes
                // all the same.
                self.ground.forgive_stuck_records();
                self.ground.excuse_all(Cause::Forgotten);
                return;
            }
        }
        self.ground.evidence.withdrawals += 1;
        self.ground.evidence.touched = true;
        self.ground.excuse_all(if refuses { Cause::Denied } else { Cause::Forgotten });
        self.ground.cover.met(Met::Withdrawal);
        let known = self.ground.evidence.withdrawals;
        if refuses {
            self.ground.evidence.refusal = known;
        } else {
            self.ground.forgive_stuck_records();
            // A grant that no store took has nothing in storage that could be missed when it is
            // taken back elsewhere.
            let World { ground, tabs, .. } = self;
            let here = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)).map_or(usize::MAX, Slot::actor);
            for slot in tabs.iter().flat_map(|tab| &tab.slots).filter(|slot| slot.actor() != here) {
                let (status, source, persisted, _) = slot.client.consent_parts();
                if status == Status::Granted && source == Source::Visitor && persisted.is_none() {
                    ground.spare(slot.actor(), &slot.client.platform().device, known, Cause::Unkept);
                }
            }
            self.ground.forgive_held(self.slot(place).map_or(usize::MAX, Slot::actor));
        }
        self.ground.forgive_stuck_identity();
        if let Some(slot) = self.slot(place) {
            slot.client.platform().known.set(known);
            let actor = slot.actor();
            if self.ground.requests.iter().any(|request| request.actor == actor && !request.aborted) {
                self.ground.cover.met(Met::AbortedInFlight);
            }
        }
    }

    /// What can be read from storage after a decision.
    pub(crate) fn learn(&mut self, place: (usize, usize), before: &Before, context: Context) {
        if matches!(context, Context::Other | Context::Leaving | Context::Heard | Context::SetDefault | Context::Boot) {
            return;
        }
        let here = self.slot(place).map_or(usize::MAX, Slot::actor);
        let known = self.slot(place).map_or(0, |slot| slot.client.platform().known.get());
        let default = self.options_of(place).consent.default;
        // That there is no flag tells nothing to a page whose default grants.
        let silent = default == Status::Granted
            || self.options.consent.default == Status::Granted
            || self.tabs.iter().flat_map(|tab| &tab.slots).any(|slot| slot.options.consent.default == Status::Granted);
        let unkept = self.slot(place).is_some_and(|slot| slot.client.consent_parts().2.is_none());
        let own = self.slot(place).and_then(|slot| epoch_of(slot.client.consent_parts().3));
        let ground = &mut self.ground;
        let mut epoch = None;
        let mut denied = false;
        let mut evidence_in = [false; 2];
        for ((store, before), holds) in STORES.iter().zip(&before.records).zip(&mut evidence_in) {
            let area = ground.origin.area(*store);
            let record = area.kept.get(RECORD).filter(|record| Some(*record) != before.as_ref());
            let found = record.and_then(|record| epoch_of(record));
            let refusal = area.denies();
            *holds = found.is_some() || refusal;
            epoch = epoch.or(found);
            denied |= refusal;
        }
        // Where the clock was set back, and nothing stored told of the epoch of before, the new one
        // looks older, and who knows that one stays with it.
        let largest = before.records.iter().flatten().filter_map(|record| epoch_of(record)).max().unwrap_or(0);
        let left = ground.origin.largest_epoch();
        let behind = epoch.is_some_and(|epoch| epoch < ground.evidence.largest);
        if behind && !denied {
            ground.epoch_went(ground.evidence.largest, left);
            ground.forgive_all();
        }
        ground.evidence.largest = ground.evidence.largest.max(epoch.unwrap_or(0));
        let flag = ground.origin.holds_flag();
        if context == Context::ResetConsent && epoch.is_none() {
            // It leaves nothing, so who sees localStorage late cannot know of it yet.
            let known = ground.evidence.withdrawals;
            for slot in self.tabs.iter().flat_map(|tab| &tab.slots) {
                let (actor, device) = (slot.actor(), &slot.client.platform().device);
                if actor != here && slot.client.status() == Status::Granted && !ground.sees_decision(actor) {
                    ground.spare(actor, device, known, Cause::Forgotten);
                }
            }
        }
        let found = (denied || !behind)
            && match context {
                // One that leaves what an earlier one stored, because the store lies, tells of no
                // more than that did.
                Context::OptOut { .. } => denied && (epoch.is_some() || !before.denied),
                Context::ResetConsent => !flag && (epoch.is_some() || (before.flag && !silent)),
                Context::Purge => epoch.is_some(),
                Context::OptIn | Context::Other | Context::Leaving | Context::Heard | Context::SetDefault | Context::Boot => false,
            };
        if found {
            (ground.evidence.told, ground.evidence.intact, ground.evidence.told_in) = (ground.evidence.withdrawals, true, evidence_in);
            if let Some(epoch) = epoch {
                ground.evidence.epochs.entry(epoch).or_insert(ground.evidence.withdrawals);
            }
            let told = ground.evidence.told;
            if let Some(slot) = self.slot(place) {
                slot.client.platform().known.set(told);
            }
        } else if context != Context::OptIn
            && !(denied && before.denied)
            && self.slot(place).is_some_and(|slot| slot.client.platform().known.get() == self.ground.evidence.withdrawals)
        {
            // No store took the withdrawal, which is reported: nothing tells the other pages, and
            // those after this one.
            self.ground.evidence.intact = false;
            self.ground.epoch_went(largest, left);
            if let Some(slot) = self.slot(place) {
                let host = slot.client.platform();
                host.adrift.set(true);
                let goes_by = host.did.epoch.unwrap_or(0);
                self.ground.evidence.largest = self.ground.evidence.largest.max(goes_by);
            }
        }
        let ground = &mut self.ground;
        if context == Context::OptIn {
            if let Some(epoch) = epoch {
                // Where the world lost what was known, an epoch from before may come back; it then
                // tells of as much as it did when it was new. An epoch that was stored before this
                // call tells of no more than it did.
                let same = ground.evidence.epochs.get(&epoch) == Some(&ground.evidence.told);
                // Who cannot read what is stored writes the epoch it knows over a later one.
                let blind = ground.is_unreadable() || behind;
                let told = if blind {
                    ground.evidence.epochs.get(&epoch).copied().unwrap_or(0)
                } else if ground.evidence.intact && same {
                    ground.evidence.told
                } else if ground.evidence.intact && ground.origin.decision_is_legible() {
                    ground.evidence.told.max(known)
                } else {
                    ground.evidence.epochs.get(&epoch).copied().unwrap_or(known)
                };
                (ground.evidence.told, ground.evidence.intact, ground.evidence.told_in) = (told, true, evidence_in);
                ground.evidence.epochs.entry(epoch).or_insert(told);
                if before.unkept {
                    // A grant that no store took is stored now: what others recorded meanwhile is
                    // from before it.
                    ground.excuse_all(Cause::Unkept);
                }
                if let Some(slot) = self.slot(place) {
                    let known = &slot.client.platform().known;
                    known.set(known.get().max(told));
                }
            } else if unkept || !STORES.iter().any(|store| kept_epoch(ground, *store)) {
                ground.evidence.intact = false;
                ground.epoch_went(largest, left);
                ground.evidence.largest = ground.evidence.largest.max(own.unwrap_or(0)); // its page goes by it all the same
                // What a store could not give up at the withdrawals comes back, as after they were
                // taken out of storage by the world.
                ground.forgive_stuck_identity();
                ground.forgive_stuck_records();
            }
        }
    }
}

fn kept_epoch(ground: &Ground, store: Store) -> bool {
    ground.origin.area(store).kept.get(RECORD).is_some_and(|record| record.contains("\"epoch\""))
}
