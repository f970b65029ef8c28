//! Promise 4 asks of a page what it can know. Each of these says which records and identities
//! nobody could tell from new ones, and FINDINGS.md ("What nobody could know") lists when: by then
//! the page could neither read nor hear of the withdrawal, or the order of two decisions is lost.

use super::Cause;
use crate::ground::Ground;
use crate::ground::ledger::Ledger;
use crate::ground::origin::{IDENTITY, QUEUES, STORES};
use crate::host::Host;
use crate::text;

impl Host {
    /// A withdrawal that this client does not know of, and that nothing it can read tells of: who
    /// finds what it stores now, the identity or records that carry it, cannot know better.
    pub(super) fn forgive_written(&mut self, value: &str) {
        let faults = [Cause::Unkept, Cause::Hidden, Cause::OrderLost];
        if !faults.into_iter().any(|cause| self.ground.admits(cause)) {
            return;
        }
        if self.known.get() < self.ground.evidence.withdrawals && self.ground.legible_to(self.actor) <= self.known.get() {
            self.ground.forgive_stored(value);
        }
    }
}

impl Ground {
    /// These records and identities may go on whatever was withdrawn before: nobody could know.
    /// A later withdrawal counts again.
    pub(crate) fn forgive_stored(&mut self, value: &str) {
        let known = self.evidence.withdrawals;
        for number in text::numbers(value) {
            if let Some(entry) = self.ledger.entries.get_mut(number) {
                entry.limit = entry.limit.max(known + 1);
            }
        }
        for device in value.lines().filter_map(|record| text::member(record, "\"$device_id\"")) {
            self.forgive_device(device, known);
        }
    }

    fn forgive_device(&mut self, device: &str, known: u32) {
        let born = self.ledger.devices.entry(device.into()).or_default();
        *born = known.max(*born);
    }

    /// The clock was set back, and a later decision has a smaller epoch than one before it: their
    /// order cannot be told any more. A later withdrawal counts again.
    pub(crate) fn forgive_all(&mut self) {
        if self.admits(Cause::OrderLost) {
            self.forgive_order();
        }
    }

    /// A later withdrawal counts again.
    fn forgive_order(&mut self) {
        let known = self.evidence.withdrawals;
        self.ledger.for_all(|entry| entry.limit = entry.limit.max(known + 1));
        self.ledger.devices.values_mut().for_each(|born| *born = known.max(*born));
    }

    /// Somebody decides who cannot see the choice that is stored, and writes over it.
    pub(crate) fn note_blind_decision(&mut self, actor: usize) {
        if self.admits(Cause::BlindDecision) && (!self.sees_decision(actor) || self.evidence.blind) {
            self.excuse_all(Cause::BlindDecision);
            self.forgive_order();
            self.evidence.permissions += 1;
            self.evidence.blind = true;
        }
    }

    /// An identity that no withdrawal could remove, because its store takes no removals and does
    /// not even now, when the visitor agrees again, is beyond anybody's reach.
    pub(crate) fn forgive_stuck_identity(&mut self) {
        let known = self.evidence.withdrawals;
        for store in STORES.into_iter().filter(|_| self.admits(Cause::Stuck)).collect::<Vec<_>>() {
            let area = self.origin.area(store);
            let device = area.kept.get(IDENTITY).and_then(|entry| text::member(entry, "\"$device_id\"")).map(String::from);
            if let Some(device) = device.filter(|_| !area.removable()) {
                self.forgive_device(&device, known);
            }
        }
    }

    /// A reset or purge leaves no denial behind. Where the store takes no removals either, nothing
    /// of it can be found in storage, and what stands there comes back.
    pub(crate) fn forgive_stuck_records(&mut self) {
        if !self.origin.local.removable() && self.admits(Cause::Stuck) {
            self.forgive_stored_records();
        }
    }

    /// The store vanished that alone told of the withdrawals: what others could not give up, or
    /// wrote since, comes back.
    pub(crate) fn forgive_stored_records(&mut self) {
        let stored = self.origin.local.kept.iter().filter(|(key, _)| key.starts_with(QUEUES));
        for value in stored.map(|(_, value)| value.clone()).collect::<Vec<_>>() {
            self.forgive_stored(&value);
        }
    }

    /// What pages hold that wait for a decision and never read of a refusal which the world, or a
    /// reset, took out of storage meanwhile: there is nothing left that could tell them. A later
    /// withdrawal counts again. A reset or purge on one page does not drop what others hold either,
    /// for no grant covers it yet.
    pub(crate) fn forgive_held(&mut self, except: usize) {
        let limit = self.evidence.withdrawals + 1;
        for entry in self.ledger.entries.iter_mut().filter(|entry| (entry.held || entry.waits) && entry.actor != except) {
            entry.limit = entry.limit.max(limit);
        }
    }

    /// A withdrawal elsewhere does not reach what this client recorded, nor the identity it goes on
    /// with.
    pub(crate) fn spare(&mut self, actor: usize, device: &str, withdrawal: u32, cause: Cause) {
        if !self.admits(cause) {
            return;
        }
        let Ledger { entries, devices, .. } = &mut self.ledger;
        if let Some(born) = devices.get_mut(device) {
            *born = withdrawal.max(*born);
        }
        for entry in entries.iter_mut().filter(|entry| entry.actor == actor) {
            entry.limit = entry.limit.max(withdrawal + 1);
            let device = entry.text.as_ref().and_then(|text| text::member(text, "\"$device_id\""));
            if let Some(born) = device.and_then(|device| devices.get_mut(device)) {
                *born = withdrawal.max(*born);
            }
        }
    }
}
