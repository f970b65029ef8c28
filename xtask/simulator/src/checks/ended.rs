//! Promise 7 lets a denial destroy what was recorded before it, and nothing else. What a fault costs
//! beside that is in the table of `excuses`.

use consentry::{SignalMode, Source, Status};

use super::Cause;
use super::before::Before;
use crate::ground::Ground;
use crate::host::Context;
use crate::world::World;

impl Ground {
    /// What was made until now and has not arrived may be dropped anywhere from now on.
    pub(crate) fn excuse_all(&mut self, cause: Cause) {
        if self.admits(cause) {
            self.ledger.for_all(|entry| entry.excuse(cause));
        }
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
    /// Before an `opt_in` by a client of this status: when it begins an epoch for want of knowing the
    /// last one, what others recorded meanwhile counts as older.
    pub(crate) fn note_new_epoch(&mut self, status: Status, source: Source, doubts: bool) {
        // Who cannot read what was decided before begins anew.
        if !self.ground.origin.decision_is_legible() {
            self.ground.excuse_all(Cause::Hidden);
        }
        // Where the world emptied or spoiled what was stored, who refused before cannot see what
        // was recorded since, and begins anew.
        if status == Status::Denied && self.ground.evidence.overruled > 0 {
            self.ground.excuse_all(Cause::Overruled);
        }
        // Nor does who doubts a grant go on with it.
        if status != Status::Granted && (doubts || matches!(source, Source::Default | Source::Signal)) {
            self.ground.ledger.for_all(|entry| {
                if entry.by_default {
                    entry.excuse(Cause::FirstGrant);
                }
            });
        }
    }

    /// After an `opt_in`: where its epoch follows a refusal, who waits and knows of that refusal drops
    /// what it holds from after it.
    pub(crate) fn note_held(&mut self) {
        if self.ground.origin.largest_epoch() % 2 == 1 {
            self.ground.ledger.for_all(|entry| {
                if entry.held {
                    entry.excuse(Cause::Held);
                }
            });
        }
    }

    /// Promise 7 forgives what a denial costs; what a fault costs it does not, unless there was no
    /// other copy.
    pub(super) fn note_end_of_grant(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let (status, source, ..) = slot.client.consent_parts();
        let host = slot.client.platform();
        let (actor, did) = (host.actor, &host.did);
        // A signal ended it, and the visitor agreed in the same call.
        let signal = self.ground.signals.gpc && self.options_of(place).consent.gpc != SignalMode::Ignore;
        let agreed = (status, source) == (Status::Granted, Source::Visitor) && before.source == Source::Default;
        if signal && agreed && did.grant_ended {
            self.ground.excuse_all(Cause::Denied);
            return;
        }
        // A denial that no store took stands for its page, whatever others decide: it removes what
        // they store (F10).
        let unkept = status == Status::Denied && source == Source::Fault && did.touches > 0;
        // A grant that no store took leaves no epoch, so what was stored under the one before it
        // counts for nobody once the page is gone.
        let stays = !matches!(did.context, Context::OptIn) || slot.client.consent_parts().2.is_some();
        if unkept || !stays {
            self.ground.excuse_all(Cause::Unkept);
            return;
        }
        if status == Status::Granted && !did.grant_ended {
            return;
        }
        // What was recorded under a grant that has expired waits for the next decision, and so it does
        // where a default grants no more.
        let defaulted = did.context == Context::SetDefault && source == Source::Default;
        if ((status, source) == (Status::Pending, Source::Stored) || defaulted) && before.status == Status::Granted {
            self.lapsed = true;
            return;
        }
        let ended = did.grant_ended || before.status == Status::Granted;
        if ended && source == Source::Fault {
            self.ground.look_for_stored(actor);
            self.ground.ledger.for_all(|entry| entry.holder_gone |= entry.actor == actor || entry.erased);
        } else if (ended || did.context == Context::Boot) && (status, source) == (Status::Denied, Source::Signal) {
            self.ground.excuse_all(Cause::Denied);
        }
    }
}
