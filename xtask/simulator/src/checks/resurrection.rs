//! Promise 4: no resurrection. `Entry::limit` is the withdrawal from which on a record must not be
//! sent; `unknowable` raises it.

use consentry::{Source, Status};

use super::before::Before;
use super::{Check, Rule, rule};
use crate::ground::Ground;
use crate::ground::ledger::Entry;
use crate::ground::network::{Sending, name};
use crate::ground::origin::{Key, RECORD, STORES};
use crate::host::{Context, Host};
use crate::text;
use crate::world::World;
use crate::world::calls::Maker;

pub(super) const RULES: &[Rule] = &[
    rule(
        Check::OldRecordSent,
        "4: a client that knows of a withdrawal sends no record from before it, nor one made while it was in force",
        "what nobody could know, see `unknowable`",
    ),
    rule(
        Check::OldRecordStored,
        "4: a client that knows of a withdrawal stores no record from before it",
        "what nobody could know, see `unknowable`",
    ),
    rule(
        Check::WithdrawnPurpose,
        "4: a client that knows of the withdrawal of one purpose sends and stores no record of that from before it",
        "",
    ),
    rule(
        Check::OldIdentity,
        "4: a record made by a client that knows of a withdrawal carries a new $device_id",
        "what nobody could know, see `unknowable`; an identity in localStorage, seen late, where the decision is in a cookie alone",
    ),
    rule(
        Check::IdentityAfterDenial,
        "4: a client that was told to deny takes no identity up that was stored before, when it is told to grant",
        "",
    ),
    rule(
        Check::IdentityLostAtFirstGrant,
        "4: the identity of the page stays at the first grant",
        "an identity was stored before, or the page named a user",
    ),
];

impl Maker {
    /// It has not heard of a withdrawal that it could read of.
    pub(crate) fn slept(&self, ground: &Ground) -> bool {
        let evidence = &ground.evidence;
        // Who has read of this epoch already has nothing to find out, whatever the world did to the
        // flag beside it.
        let tells = |epoch: &Option<u64>| epoch.and_then(|epoch| evidence.epochs.get(&epoch)).is_some_and(|known| *known >= evidence.told);
        let read = STORES.map(|store| ground.origin.epoch(store)) == self.epochs || self.epochs.iter().any(tells);
        let denied = ground.says_denied();
        // What waits for a decision is not touched by a purge or reset of what others were granted.
        let waits = self.status == Status::Pending && !denied;
        // Where a reset left nothing, who had nothing stored misses nothing.
        let blank = evidence.told_in == [false; 2] && self.persisted.is_none();
        let told = if waits { ground.legible_evidence().min(evidence.refusal) } else { ground.legible_evidence() };
        let told = if blank { 0 } else { told };
        self.known < told && (denied || (!read && self.born < told))
    }

    /// It is granted, and its grant is stored no more.
    pub(crate) fn is_stale(&self, ground: &Ground) -> bool {
        let gone = self.persisted.is_some() && !ground.origin.holds_flag() && self.default != Status::Granted;
        self.status == Status::Granted && (ground.says_denied() || gone)
    }

    /// The withdrawal from which on a record that it makes now must not be sent. One made by a page
    /// that has not heard yet of a withdrawal, whatever came after it, must not be sent once it
    /// has.
    pub(crate) fn limit(&self, ground: &Ground) -> u32 {
        let withdrawals = ground.evidence.withdrawals;
        // Who knows of every withdrawal was granted after them; a refusal that is stored then is
        // one that a store could not forget.
        let unaware = self.slept(ground) || (self.is_stale(ground) && self.known < withdrawals);
        // A decision that has expired, or is of another policy, is none for this page: what it
        // holds waits for the next one.
        let expired = self.status == Status::Pending && self.source == Source::Stored;
        withdrawals + u32::from(!unaware || expired || withdrawals == 0)
    }
}

impl Ground {
    /// A record is sent.
    pub(crate) fn check_age(&mut self, call: &Sending<'_>, entry: &Entry, record: &str) {
        let known = call.known.max(self.legible_to(call.actor));
        if known >= entry.limit && !self.was_made_after(entry, record, known) && !self.evidence.blind {
            self.violate(Check::OldRecordSent, || format!("withdrawal {} is known, {}", entry.limit, name(record)));
        }
        self.see_device(record);
        if let Some(device) = text::member(record, "\"$device_id\"")
            && self.ledger.devices.get(device).is_some_and(|born| *born < known)
            && !self.is_undated()
        {
            self.violate(Check::OldIdentity, || format!("{device}, {}", name(record)));
        }
    }

    /// A record is sent or stored by who knows of so many withdrawals of its purpose.
    pub(crate) fn check_purpose(&mut self, entry: &Entry, known: u32, record: &str) {
        if entry.partly.is_some_and(|then| then < known) {
            self.violate(Check::WithdrawnPurpose, || format!("withdrawal {known} is known, {}", name(record)));
        }
    }

    /// Nothing in localStorage, which is seen late, tells of which decision the identity there is.
    fn is_undated(&self) -> bool {
        self.views.ever && !self.origin.local.kept.contains_key(RECORD)
    }

    /// Its maker heard of the withdrawal within the call, and made it then: it is of the visitor that
    /// was new after it, where it is of a visitor at all.
    fn was_made_after(&self, entry: &Entry, record: &str, known: u32) -> bool {
        let device = text::member(record, "\"$device_id\"");
        let new = |device: &str| self.ledger.devices.get(device).is_none_or(|born| *born >= known) || self.is_undated();
        entry.heard && device.is_none_or(new)
    }

    /// Remembers a device id that was stored or sent.
    pub(crate) fn see_device(&mut self, json: &str) {
        if let Some(device) = text::member(json, "\"$device_id\"")
            && !self.ledger.devices.contains_key(device)
        {
            self.ledger.devices.insert(device.into(), self.evidence.withdrawals);
            self.ledger.made.insert(device.into(), self.evidence.withdrawals);
        }
    }
}

impl Host {
    /// What the call under way makes is made after what was just heard.
    pub(crate) fn note_heard(&mut self) {
        let heard = self.did.stopped || self.epochs.get() != self.did.epochs;
        let entry = self.makes.and_then(|number| self.ground.ledger.entries.get_mut(number));
        if let Some(entry) = entry.filter(|_| heard) {
            entry.heard = true;
        }
    }

    /// Something that may hold records is about to be written.
    pub(crate) fn check_stored_records(&mut self, key: &str, value: &str) {
        self.forgive_written(value);
        if Key::of(key) == Key::Queue {
            self.ground.note_doubled(key, value);
            let known = self.known.get();
            for number in text::numbers(value).filter(|number| self.makes != Some(*number)) {
                if let Some(entry) = self.ground.ledger.entries.get(number).cloned() {
                    self.ground.check_purpose(&entry, self.partly.get(), key);
                }
            }
            let entries = &self.ground.ledger.entries;
            let old = text::numbers(value).find(|number| {
                let entry = entries.get(*number).filter(|entry| entry.limit <= known);
                entry.is_some_and(|entry| !self.ground.was_made_after(entry, value, known))
            });
            if let Some(old) = old.filter(|_| !self.ground.evidence.blind) {
                self.ground.violate(Check::OldRecordStored, || format!("r{old}"));
            }
        }
    }
}

impl World {
    /// When an `opt_in` has returned.
    pub(super) fn judge_first_identity(&mut self, place: (usize, usize), before: &Before) {
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)) else { return };
        let agrees = slot.client.platform().did.context == Context::OptIn && slot.client.status() == Status::Granted;
        let id = slot.client.distinct_id();
        // One that another page made since is of a grant that is newer than the refusal.
        let kept = before.devices.iter().flatten().find(|device| id.contains(device.as_str()));
        let kept = kept.filter(|device| ground.ledger.made.get(*device).is_some_and(|made| *made < before.known));
        if agrees
            && before.denied
            && before.decided
            && let Some(kept) = kept
        {
            ground.violate(Check::IdentityAfterDenial, || kept.clone());
        }
        let first = agrees && !before.touched && !before.identity && ground.evidence.withdrawals == 0;
        if first && before.status == Status::Pending && before.user == Some(false) && slot.client.distinct_id() != before.distinct_id {
            let after = String::from(slot.client.distinct_id());
            ground.violate(Check::IdentityLostAtFirstGrant, || format!("{} became {after}", before.distinct_id));
        }
    }
}
