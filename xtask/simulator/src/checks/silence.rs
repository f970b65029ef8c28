//! Promises 1 and 2: untouched until allowed, and out means out. Who is not granted is silent.

use consentry::{Source, Status};

use super::before::Before;
use super::{Cause, Check, Rule, rule};
use crate::ground::Ground;
use crate::ground::network::Sending;
use crate::ground::origin::Health;
use crate::ground::partly::OTHER;
use crate::host::Context;
use crate::plan::expires;
use crate::world::World;

pub(super) const RULES: &[Rule] = &[
    rule(Check::WrittenBeforeAllowed, "1: a client that is not granted, where nothing is decided, writes and removes nothing", ""),
    rule(Check::SentBeforeAllowed, "1: nothing is sent before some client was granted", ""),
    rule(Check::SentAgainstTheFlag, "2: no request starts while the stored flag says denied, but for the one $delete", ""),
    rule(Check::SentWhileDenied, "2: a client that was not granted before a call nor after it starts nothing in it", ""),
    rule(
        Check::SentUnread,
        "2 and 5: nothing is sent while the store that should hold the decision cannot be read",
        "a grant of this page that no store took",
    ),
    rule(Check::DenialNotHeard, "2: a client that hears of a change denies when the stored flag does", "a decision can expire in this run"),
    rule(Check::PurposeNotHeard, "2: a granted client that has looked knows how it stands with each purpose", ""),
    rule(Check::NotAborted, "2: a client that is not granted has nothing under way, but for a deletion", ""),
    rule(
        Check::TimerOfADeniedClient,
        "2: a client that is not granted has no timer, but for a deletion",
        "a grant that may have been forgotten elsewhere is looked at again; calls that came too thick and are no records wait for their slice, and the timer of the last may find nothing; the deadline of a deletion that was answered meanwhile may still ring, and finds nothing to do",
    ),
];

impl Ground {
    /// A request that is no deletion starts.
    pub(crate) fn check_permission(&mut self, call: &Sending<'_>) {
        if self.says_denied() && !self.is_refusal_unseen(call.actor) {
            self.violate(Check::SentAgainstTheFlag, || call.data.into());
        }
        if !self.evidence.granted_ever && !self.evidence.touched {
            self.violate(Check::SentBeforeAllowed, || call.data.into());
        }
    }
}

impl World {
    /// Who is not granted when the call has returned.
    pub(super) fn judge_silence(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let (actor, did) = (host.actor, host.did.clone());
        let timer = (host.wake.is_some() && !host.inbox.timer) || host.at_end_of_task;
        // By a refusal that stands, a signal or a default: one from before a reset is none.
        let stands = self.ground.says_denied() || self.ground.evidence.refusal == self.ground.evidence.withdrawals;
        let denied = slot.client.status() == Status::Denied && (stands || slot.client.consent_parts().1 != Source::Stored);
        let (deleted, doubts) = (host.deleted, slot.client.is_in_doubt());
        let granted = slot.client.status() == Status::Granted;
        let by_default = granted && slot.client.consent_parts().1 == Source::Default;
        // Another client told it of a refusal that no store took.
        let heard = slot.client.status() == Status::Denied && slot.client.consent_parts().1 == Source::Stored;
        let ground = &mut self.ground;
        if !granted && before.status != Status::Granted {
            if did.sends > 0 {
                ground.violate(Check::SentWhileDenied, || format!("by c{actor}"));
            }
            // One that no store told of any more was granted until it heard of the refusal again.
            if did.data_writes > 0 && !did.grant_ended {
                ground.violate(Check::WrittenBeforeAllowed, || format!("by c{actor}"));
            }
            if did.touches > 0
                && !before.flag
                && !before.refused
                && !heard
                && !ground.origin.holds_flag()
                && matches!(did.context, Context::Other | Context::Leaving | Context::Heard | Context::SetDefault | Context::Boot)
            {
                ground.violate(Check::WrittenBeforeAllowed, || format!("by c{actor}, nothing is decided"));
            }
        }
        if granted {
            ground.evidence.granted_ever = true;
            let mut released = Vec::new();
            for (number, entry) in ground.ledger.entries.iter_mut().enumerate().filter(|(_, entry)| entry.held && entry.actor == actor) {
                entry.held = false;
                entry.by_default |= by_default;
                released.push(number);
                (entry.due, entry.shirked) = (entry.cause.is_none(), entry.cause.is_some());
            }
            // They are stored when the task ends, as what is made in it.
            if let Some(slot) = self.slot_mut(place) {
                slot.waiting.append(&mut released);
            }
            return;
        }
        if denied {
            // What it held is gone, whoever agrees later.
            for entry in ground.ledger.entries.iter_mut().filter(|entry| entry.held && entry.actor == actor) {
                entry.held = false;
                entry.excuse(Cause::Denied);
            }
        }
        let open = |deletion: bool| {
            ground.requests.iter().any(|request| request.actor == actor && !request.aborted && request.is_deletion() == deletion)
        };
        let (requests, deletions) = (open(false), open(true));
        if requests {
            ground.violate(Check::NotAborted, || format!("c{actor} has something under way"));
        }
        // The deadline of a deletion that was answered meanwhile may still ring; it finds nothing
        // to do. One whose grant is in doubt looks again.
        if timer && !deletions && !deleted && !doubts {
            ground.violate(Check::TimerOfADeniedClient, || format!("of c{actor}"));
        }
    }

    /// Who hears denies, and who cannot read sends nothing.
    pub(super) fn judge_hearing(&mut self, place: (usize, usize)) {
        let options = self.options_of(place);
        // A denial can expire, or be for another policy.
        let expires = expires(&options);
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)) else { return };
        let (status, source, persisted, _) = slot.client.consent_parts();
        let host = slot.client.platform();
        let actor = host.actor;
        if host.did.context == Context::Heard
            && ground.says_denied()
            && status != Status::Denied
            && !expires
            && !ground.is_refusal_unseen(actor)
        {
            ground.violate(Check::DenialNotHeard, || format!("c{actor} is {}/{}", status.name(), source.name()));
        }
        let whole = slot.client.consent_parts().3.contains("status")
            && status == Status::Granted
            && matches!(source, Source::Stored | Source::Visitor);
        if ground.partly.plays && host.did.context == Context::Heard && whole && host.partly.get() == ground.partly.withdrawals {
            let other = slot.client.view().purposes.get(OTHER).copied();
            let stands = if ground.partly.refused { Status::Denied } else { Status::Granted };
            if other.is_some_and(|other| other != stands) && ground.sees_decision(actor) && ground.agrees_on_purposes() {
                ground.violate(Check::PurposeNotHeard, || format!("c{actor} has it {}", other.map_or("", Status::name)));
            }
        }
        let unread = ground.origin.area(options.consent.storage).health == Health::Throws && persisted.is_some();
        if unread && host.did.sends > 0 {
            ground.violate(Check::SentUnread, || format!("by c{actor}, {} throws", options.consent.storage.name()));
        }
    }
}
