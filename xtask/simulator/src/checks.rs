//! Every invariant, by name. A file for each promise of DESIGN.md or two holds the table of its
//! checks (what each says, and what it must allow because no code could do otherwise), what is
//! judged, and the conditions of what is allowed.
//!
//! | promise | file |
//! |---|---|
//! | 1, 2: untouched until allowed, out means out | `silence` |
//! | 3: purged | `purge` |
//! | 4: no resurrection | `resurrection`; what nobody could know: `unknowable`; whose a record is: `whose` |
//! | 5, 6: a denial survives faults, a default is no choice | `decision` |
//! | 7: nothing granted is lost | `delivery`; what the end of a grant may cost: `ended` |
//! | 9: `$opt_in` once | `opt_in` |
//! | 10: erasure | `deletion` |
//! | 11, 12: one region, blacklisted means gone | `wire` |
//! | 8, 13: the page is safe, bounded | `bounds`; calls that came too thick: `inbox`; in time: `liveness` |
//!
//! `excuses` says what a tier of faults excuses.

pub(crate) mod before;
mod bounds;
mod decision;
mod deletion;
mod delivery;
mod ended;
mod excuses;
mod inbox;
mod liveness;
mod opt_in;
mod purge;
mod resurrection;
mod silence;
mod unknowable;
pub(crate) mod whose;
mod wire;

use crate::world::World;
use before::Before;
pub use excuses::{Cause, EXCUSES, Excuse};

/// What can be violated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Check {
    /// Promise 1.
    WrittenBeforeAllowed,
    /// Promise 1.
    SentBeforeAllowed,
    /// Promise 2.
    SentAgainstTheFlag,
    /// Promise 2.
    SentWhileDenied,
    /// Promise 2.
    SentUnread,
    /// Promise 2.
    DenialNotHeard,
    /// Promise 2.
    NotAborted,
    /// Promise 2.
    TimerOfADeniedClient,
    /// Promise 3.
    WrittenAfterDenial,
    /// Promise 3.
    NotPurged,
    /// Promise 3.
    LeftInTheEnd,
    /// Promise 4.
    OldRecordSent,
    /// Promise 4.
    OldRecordStored,
    /// Promise 4.
    WithdrawnPurpose,
    /// Promise 2.
    PurposeNotHeard,
    /// Promise 4.
    OldIdentity,
    /// Promise 4.
    IdentityLostAtFirstGrant,
    /// Promise 4.
    WhoseRecord,
    /// Promise 5.
    DenialForgotten,
    /// Promise 5.
    ResultUntrue,
    /// Promise 5.
    GrantedFromNothing,
    /// Promise 5.
    ChangeMistold,
    /// Promise 6.
    DefaultStored,
    /// Promise 6.
    DefaultNotFollowed,
    /// Promise 7.
    NotStoredInTime,
    /// Promise 7.
    Lost,
    /// Promise 7.
    DropNotReported,
    /// Promise 7.
    RecordChanged,
    /// Promise 7.
    SentTwiceAtOnce,
    /// Promise 7.
    SentAfterItsAnswer,
    /// Promise 7.
    LeftAfterItsAnswer,
    /// Promise 7.
    NeverMade,
    /// Promise 7.
    TimeOrPlaceChanged,
    /// Promise 7.
    TakenFromItsOwner,
    /// Promise 7.
    DropNotCounted,
    /// Promise 7.
    RecordingUntrue,
    /// Promise 8.
    Panicked,
    /// Promise 9.
    OptInNotOnce,
    /// Promise 10.
    DeletionNotOnce,
    /// Promise 10.
    DeletionOutcome,
    /// Promise 11.
    WrongAddress,
    /// Promise 12.
    BlacklistedSeen,
    /// Promise 13.
    TooManyRecords,
    /// Promise 13.
    TwoUnderWay,
    /// Promise 13.
    WaitTooLong,
    /// Promise 13.
    RetryAfterIgnored,
    /// Promise 13.
    TimerWithoutEnd,
    /// Promise 13.
    KeepaliveOverBudget,
    /// Promise 13.
    KeepaliveUnasked,
    /// Promise 13.
    SliceTooLarge,
    /// Promise 13.
    UnloadWatched,
    /// Promise 13.
    InboxStuck,
    /// Promise 13.
    ToldTwice,
    /// Promise 2 and the client's word: a flush ends once.
    FlushNotOnce,
    /// Promise 2.
    SentAfterRefusal,
    /// Promise 7.
    TooSlow,
    /// Promise 7.
    FlushTooSlow,
    /// Promise 7.
    TooManyCopies,
    /// Promise 7.
    LossNotReported,
    /// Promise 13.
    IdleTimer,
    /// Promise 5.
    OlderUndid,
    /// Promise 7.
    KeepaliveMissed,
    /// Promise 4.
    IdentityAfterDenial,
    /// Promise 13.
    GoesOn,
}

/// One row of a table.
#[derive(Debug)]
pub struct Rule {
    /// Which check.
    pub check: Check,
    /// What it says, beginning with the promise.
    pub promise: &'static str,
    /// What it must allow; empty where there is nothing.
    pub allowed: &'static str,
}

const fn rule(check: Check, promise: &'static str, allowed: &'static str) -> Rule {
    Rule { check, promise, allowed }
}

/// Every check, in the order of the promises.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let tables = [
        silence::RULES,
        purge::RULES,
        resurrection::RULES,
        whose::RULES,
        decision::RULES,
        delivery::RULES,
        opt_in::RULES,
        deletion::RULES,
        wire::RULES,
        bounds::RULES,
        inbox::RULES,
        liveness::RULES,
    ];
    tables.into_iter().flatten()
}

/// A check that failed, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which.
    pub check: Check,
    /// What was seen.
    pub seen: String,
}

impl World {
    /// Judges the call a client just returned from.
    pub(crate) fn judge(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let (context, dead) = (host.did.context, host.dead);
        self.learn(place, before, context);
        if dead {
            return;
        }
        self.judge_silence(place, before);
        self.judge_hearing(place);
        self.judge_denial(place, before);
        self.judge_purge(place);
        self.judge_result(place);
        self.judge_grant(place, before);
        self.judge_first_identity(place, before);
        self.judge_deletion(place, before);
        self.judge_inbox(place, before);
        self.note_end_of_grant(place, before);
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, rules};

    #[test]
    fn every_check_has_one_rule() {
        let mut all: Vec<Check> = rules().map(|rule| rule.check).collect();
        let rows = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), rows), (rows, Check::GoesOn as usize + 1));
    }
}
