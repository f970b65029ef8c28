//! What the records of a decision say that stand under one key: those of several cookies come one a
//! line.

use crate::consent::epoch::Epoch;
use crate::consent::proof::{ConsentRecord, epoch_in};
use crate::text::lines;

/// Whether a grant is newer than a refusal that stands beside it: by their epochs, also those of
/// single purposes, whatever the clock did in between; without any by their dates, and a refusal
/// without a date is no older.
pub(super) fn undoes(grant: &Option<ConsentRecord>, refusal: &Option<ConsentRecord>, now: u64) -> bool {
    let epoch = |proof: &Option<ConsentRecord>| proof.as_ref().map(ConsentRecord::latest).unwrap_or_default();
    if epoch(grant) != epoch(refusal) {
        return refusal.is_some() && epoch(grant) > epoch(refusal);
    }
    let at = |proof| decided_at(proof).min(now);
    at(refusal) > 0 && at(grant) > at(refusal)
}

/// The proof of the newest decision of that kind; the records of several cookies come one a line.
#[inline(never)]
pub(super) fn newest(text: &str, granted: bool) -> Option<ConsentRecord> {
    let mut newest = ConsentRecord::read(text, granted);
    if newest.is_none() {
        for line in lines(text) {
            let one = ConsentRecord::read(line, granted);
            if newest.is_none() || decided_at(&one) > decided_at(&newest) {
                newest = one;
            }
        }
    }
    newest
}

/// When that was; 0 where there is no date.
pub(super) fn decided_at(proof: &Option<ConsentRecord>) -> u64 {
    proof.as_ref().and_then(ConsentRecord::decided_at).unwrap_or(0)
}

/// The latest epoch in such a text, also of one purpose.
pub(super) fn extent(text: &str, granted: bool) -> Epoch {
    newest(text, granted).map_or(Epoch::default(), |proof| proof.latest()).max(latest(text))
}

/// The latest epoch in such a text.
pub(super) fn latest(text: &str) -> Epoch {
    lines(text).map(epoch_in).max().unwrap_or_default()
}
