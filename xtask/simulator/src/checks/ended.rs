//! Promise 7 forgives what the end of a grant costs: what was recorded under it may be dropped
//! anywhere from then on.

use consentry::{Options, Source, Status};

use super::before::Before;
use crate::ground::Ground;
use crate::host::Context;
use crate::world::World;

impl Ground {
    /// A grant ended somewhere: what was made under it may be dropped anywhere from now on.
    pub(crate) fn grant_ended(&mut self) {
        self.ledger.for_all(|entry| entry.ended = true);
    }

    /// Notes which records of a client made it into storage by now.
    pub(crate) fn look_for_stored(&mut self, actor: usize) {
        let stored = self.stored_numbers();
        for (place, entry) in self.ledger.entries.iter_mut().enumerate() {
            if entry.actor == actor && entry.due && entry.accepted == 0 {
                entry.stored |= stored.contains(&place);
            }
        }
    }
}

impl World {
    /// Before an `opt_in` by a client of this status, on a page of this configuration: when it
    /// begins an epoch, what others recorded meanwhile counts as older.
    pub(crate) fn note_new_epoch(&mut self, status: Status, options: &Options) {
        // Who cannot read what was decided before begins anew.
        if !self.ground.origin.decision_is_legible() {
            self.ground.grant_ended();
        }
        // Where the world emptied or spoiled what was stored, who refused before cannot see what
        // was recorded since, and begins anew.
        if status == Status::Denied && self.ground.evidence.overruled > 0 {
            self.ground.grant_ended();
        }
        // The site changed its default to a grant, and pages from before the change are still open.
        // The first grant on one of those begins an epoch, and what the new pages recorded by
        // default counts as older.
        if status != Status::Granted
            && options.consent.default != self.options.consent.default
            && self.options.consent.default == Status::Granted
        {
            self.ground.grant_ended();
        }
    }

    /// Promise 7 forgives what a denial costs; what a fault costs it does not, unless there was no
    /// other copy.
    pub(super) fn note_end_of_grant(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let (status, source, ..) = slot.client.consent_parts();
        let host = slot.client.platform();
        let (actor, did) = (host.actor, &host.did);
        // A denial that no store took stands for its page, whatever others decide: it removes what
        // they store (F10).
        let unkept = status == Status::Denied && source == Source::Fault && did.touches > 0;
        // A grant that no store took leaves no epoch, so what was stored under the one before it
        // counts for nobody once the page is gone.
        let stays = !matches!(did.context, Context::OptIn) || slot.client.consent_parts().2.is_some();
        if unkept || !stays {
            self.ground.grant_ended();
            return;
        }
        if status == Status::Granted && !did.grant_ended {
            return;
        }
        // What was recorded under a grant that has expired waits for the next decision.
        if (status, source) == (Status::Pending, Source::Stored) && before.status == Status::Granted {
            self.lapsed = true;
            return;
        }
        let ended = did.grant_ended || before.status == Status::Granted;
        let refuses = did.context == Context::Boot && source != Source::Fault;
        if ended && source == Source::Fault {
            self.ground.look_for_stored(actor);
            self.ground.ledger.for_all(|entry| entry.holder_gone |= entry.actor == actor || entry.erased);
        } else if ended || refuses {
            self.ground.grant_ended();
        }
    }
}
