//! What the stores tell of withdrawals, and what nobody could know.

use std::collections::BTreeMap;

use consentry::Store;

use super::Ground;
use super::origin::STORES;

/// The truth about decisions, and as much of it as a page can read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Evidence {
    /// Withdrawals so far, whether or not a store took them.
    pub(crate) withdrawals: u32,
    /// The last of them that was a refusal and can still be told to who waits for a decision: the
    /// world did not hide it before it was heard of.
    pub(crate) refusal: u32,
    /// As many of them can be read from the stores, by flag or epoch.
    pub(crate) told: u32,
    /// Which stores hold that evidence; with none it is that there is no flag.
    pub(crate) told_in: [bool; 2],
    /// The largest epoch that was stored.
    pub(crate) largest: u64,
    /// The largest epoch that went out of storage without a later one: the world took it, or a call
    /// that no store took removed it. Pages that knew it go by it, those that open now do not. What
    /// each records reaches the server from its own memory; who finds it stored cannot tell it from
    /// what was withdrawn.
    pub(crate) lost_epoch: u64,
    /// How many withdrawals each epoch told of when it was new.
    pub(crate) epochs: BTreeMap<u64, u32>,
    /// Nothing spoiled that evidence.
    pub(crate) intact: bool,
    /// Rises with everything that may rightly undo a denial.
    pub(crate) permissions: u32,
    /// How often something that is not ours changed what is stored about consent.
    pub(crate) overruled: u32,
    /// Somebody decided, or something was put into our keys.
    pub(crate) touched: bool,
    /// The world wrote into the stored identity.
    pub(crate) identity_spoiled: bool,
    /// A choice was made by who could not see the one before it.
    pub(crate) blind: bool,
    /// When the last choice was made, by the clock of the page.
    pub(crate) chosen: u64,
    /// Some client was granted.
    pub(crate) granted_ever: bool,
}

impl Ground {
    /// The withdrawals a page can read of, right now.
    pub(crate) fn legible_evidence(&self) -> u32 {
        let legible = match self.evidence.told_in {
            [false, false] => self.origin.decision_is_legible(),
            [local, cookie] => (local && self.origin.local.readable()) || (cookie && self.origin.jar.readable()),
        };
        if legible && (!self.is_unreadable() || self.epoch_is_legible()) { self.stored_evidence() } else { 0 }
    }

    /// The withdrawals that the page of this client can read of: less where it sees localStorage late.
    pub(crate) fn legible_to(&self, actor: usize) -> u32 {
        if self.sees_decision(actor) || self.evidence.told_in == [false, true] { self.legible_evidence() } else { 0 }
    }

    /// Whether the epoch that tells of the withdrawals can be read, though a flag cannot.
    fn epoch_is_legible(&self) -> bool {
        let found = |store: &Store| {
            let told = self.origin.epoch(*store).and_then(|epoch| self.evidence.epochs.get(&epoch));
            told.is_some_and(|told| *told >= self.evidence.told)
        };
        STORES.iter().any(found)
    }

    /// The withdrawals that something stored tells of, whether or not it can be read.
    pub(crate) fn stored_evidence(&self) -> u32 {
        if self.evidence.intact { self.evidence.told } else { 0 }
    }

    /// Whether a page that looks can make nothing of what it finds, because a store throws that may
    /// hold a refusal: an epoch in the other one tells it nothing either.
    pub(crate) fn is_unreadable(&self) -> bool {
        let throws = |store| self.origin.area(store).health == crate::ground::origin::Health::Throws;
        let area = self.origin.area(self.consent_store);
        let flag = area.kept.get(crate::ground::origin::FLAG);
        let empty = flag.is_none_or(|flag| flag.split('\n').any(|line| line != "1"));
        let any = crate::ground::origin::STORES.into_iter().any(throws);
        !self.says_denied() && any && (throws(self.consent_store) || empty)
    }

    /// What is stored was changed; these are the largest epochs before and after.
    pub(crate) fn epoch_went(&mut self, before: u64, after: u64) {
        if after < before {
            self.evidence.lost_epoch = self.evidence.lost_epoch.max(before);
            self.ledger.for_all(|entry| {
                entry.torn |= !entry.erased;
                entry.erased = true;
            });
        }
    }

    /// Whether pages go by different epochs, because the largest is stored nowhere any more.
    pub(crate) fn is_torn(&self) -> bool {
        self.origin.largest_epoch() < self.evidence.lost_epoch
    }
}
