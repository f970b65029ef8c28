//! Promise 10: erasure is its own act.

use consentry::Status;

use super::before::Before;
use super::{Check, Rule, rule};
use crate::cover::Met;
use crate::host::{Context, Host};
use crate::world::World;

pub(super) const RULES: &[Rule] = &[
    rule(
        Check::DeletionNotOnce,
        "10: one $delete for one asked deletion of an identified user, nothing of the visitor after it in that call",
        "a spoiled identity may name a user or none; so may one that another page has stored and this one cannot read, or was not told of",
    ),
    rule(Check::DeletionOutcome, "10: the end of each asked deletion is told once", ""),
];

impl Host {
    /// A request that is no deletion starts.
    pub(crate) fn check_after_deletion(&mut self, data: &str) {
        if self.did.deletes > 0 {
            self.ground.violate(Check::DeletionNotOnce, || format!("sent after the $delete: {data}"));
        }
    }

    /// The client tells the outcome of a deletion.
    pub(crate) fn check_deletion_told(&mut self) {
        if self.deletions_told > self.deletions_asked {
            self.ground.violate(Check::DeletionOutcome, || String::from("told more often than asked"));
        }
    }
}

impl World {
    /// When the call has returned.
    pub(super) fn judge_deletion(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let (actor, did) = (host.actor, host.did.clone());
        let (asked, ended) = (host.deletions_asked, host.deletions_told);
        let due = did.context == Context::OptOut { delete: true } && before.status == Status::Granted;
        // A spoiled identity may name a user or none.
        let user = before.user.filter(|_| !self.ground.evidence.identity_spoiled);
        let most = u32::from(due && user != Some(false));
        let least = u32::from(due && user == Some(true));
        if did.deletes > most || did.deletes < least {
            self.ground.violate(Check::DeletionNotOnce, || format!("{} sent by c{actor}", did.deletes));
        }
        if did.deletes > 0 {
            self.cover().met(Met::Deletion);
        }
        let open = self.ground.requests.iter().any(|request| request.actor == actor && request.is_deletion() && !request.aborted);
        if !open && ended != asked && did.context != Context::Boot {
            self.ground.violate(Check::DeletionOutcome, || format!("asked {asked} times, told {ended} times"));
        }
    }
}
