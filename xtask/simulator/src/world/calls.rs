//! What pages ask of their clients.

use consentry::{Client, Operation, Source, Status};

use super::{Slot, World};
use crate::cover::Met;
use crate::ground::ledger::Entry;
use crate::ground::origin::STORES;
use crate::host::Context;
use crate::plan::Call;

impl World {
    /// A call by the page, and the end of its task.
    pub(crate) fn call(&mut self, place: (usize, usize), call: Call) {
        let Some(slot) = self.slot(place) else { return };
        let config = self.config_of(place);
        let client = &slot.client;
        let (status, source, persisted, _) = client.consent_parts();
        let (actor, known) = (slot.actor(), client.platform().known.get());
        let overruled = client.platform().overruled.get();
        let adrift = client.platform().adrift.get();
        let (epochs, born) = (client.platform().epochs.borrow().clone(), client.platform().born);
        let page = self.tabs.get(place.0).map_or(0, |tab| tab.number);
        let granted = status == Status::Granted;
        let decided = granted && matches!(source, Source::Visitor | Source::Stored);
        // A spoiled identity may have any distinct_id, and no user.
        let user = !client.distinct_id().starts_with("\"$device:") && !self.ground.evidence.identity_spoiled;
        self.ground.note(|| format!("    page {page}, c{actor}: {call:?} ({}/{})", status.name(), source.name()));
        // Epochs are made of the clock, and nobody decides twice in the same milliseconds.
        if matches!(call, Call::OptIn { .. } | Call::OptOut { .. } | Call::ResetConsent | Call::Purge) {
            self.ground.monotonic += 4;
            self.ground.latest = self.ground.latest.max(self.ground.wall());
        }
        let wall = self.ground.wall();
        let makes = matches!(call, Call::Track { .. } | Call::Profile | Call::Group | Call::OptIn { event: true });
        let mut number = 0;
        if makes {
            // A record made by a page that has not heard yet of a withdrawal, whatever came after it, must not be sent once it has.
            let ground = &self.ground;
            let gone = persisted.is_some() && !ground.origin.holds_flag() && config.default != Status::Granted;
            // Who has read of this epoch already has nothing to find out, whatever the world did to the flag beside it.
            let tells = |epoch: &String| ground.evidence.epochs.get(epoch).is_some_and(|known| *known >= ground.evidence.told);
            let read = STORES.map(|store| ground.origin.epoch(store)) == epochs || epochs.iter().any(tells);
            let denied = ground.origin.says_denied();
            // What waits for a decision is not touched by a purge or reset of what others were granted.
            let waits = status == Status::Pending && !denied;
            // Where a reset left nothing, who had nothing stored misses nothing.
            let blank = ground.evidence.told_in == [false; 2] && persisted.is_none();
            let told = if waits { ground.legible_evidence().min(ground.evidence.refusal) } else { ground.legible_evidence() };
            let told = if blank { 0 } else { told };
            let slept = known < told && (denied || (!read && born < told));
            // Who knows of every withdrawal was granted after them; a refusal that is stored then is one that a store could not forget.
            let stale = granted && (denied || gone);
            let unaware = slept || (stale && known < ground.evidence.withdrawals);
            let settled = overruled == ground.evidence.overruled;
            // What is recorded under a grant that no store took lives as long as the page.
            let kept = persisted.is_some() || (!decided && self.config.default == Status::Granted);
            // A decision that has expired, or is of another policy, is none for this page: what it holds waits for the next one.
            let expired = status == Status::Pending && source == Source::Stored;
            let limit = ground.evidence.withdrawals + u32::from(!unaware || expired || ground.evidence.withdrawals == 0);
            let due = granted && !slept && !stale && settled && kept && !adrift;
            let entry = Entry { actor, at: wall, limit, known, due, erased: ground.is_torn(), ..Entry::default() };
            number = self.ground.ledger.add(entry);
        }
        let proof =
            |status: &str, policy: &str| format!(r#"{{"status":"{status}","decidedAt":{wall},"via":"api","policyVersion":"{policy}"}}"#);
        let mark = format!(r#"{{"zz":"{number}","secretq":"x"}}"#);
        match call {
            Call::OptIn { event } => {
                // Another tab may have decided meanwhile, and this page is about to hear of it. A grant that could not be read back may be
                // stored all the same, and gone by now: then the page hears that first.
                if persisted.is_none() && decided {
                    self.act(place, Context::Heard, Client::changed_elsewhere);
                }
                // What it hears may take the grant back, though the default grants.
                let still = self.slot(place).is_some_and(|slot| slot.client.consent_parts().1 == Source::Visitor);
                let heard = !self.ground.origin.says_denied() && ((persisted.is_none() && still) || self.ground.origin.says_granted());
                let expires = config.max_age_days > 0 || !config.policy_version.is_empty();
                let forbidden = decided && heard && !expires;
                let legible = self.ground.origin.says_granted();
                self.ground.forgive_stuck_identity();
                // Who cannot read what was decided before begins anew.
                if !self.ground.origin.decision_is_legible() {
                    self.ground.grant_ended();
                }
                // Where the world emptied or spoiled what was stored, who refused before cannot see what was recorded since, and begins anew.
                if status == Status::Denied && self.ground.evidence.overruled > 0 {
                    self.ground.grant_ended();
                }
                self.ground.evidence.touched = true;
                self.ground.evidence.permissions += 1;
                // The site changed its default to a grant, and pages from before the change are still open. The first grant on one of those begins an
                // epoch, and what the new pages recorded by default counts as older.
                if status != Status::Granted && config.default != self.config.default && self.config.default == Status::Granted {
                    self.ground.grant_ended();
                }
                if let Some(entry) = self.ground.ledger.entries.get_mut(number).filter(|_| event) {
                    (entry.due, entry.forbidden, entry.limit) = (!decided && !legible, forbidden, self.ground.evidence.withdrawals + 1);
                }
                self.cover().met(Met::Grant);
                if self.ground.evidence.withdrawals > 0 {
                    self.cover().met(Met::GrantAgain);
                }
                let record = proof("granted", &config.policy_version);
                self.act(place, Context::OptIn, |client| client.opt_in(if event { "$opt_in" } else { "" }, &mark, &record));
            }
            Call::OptOut { delete } => {
                self.withdraw(place, true);
                let record = proof("denied", &config.policy_version);
                if let Some(slot) = self.slot_mut(place) {
                    slot.client.platform_mut().deletions_asked += u32::from(delete);
                }
                self.act(place, Context::OptOut { delete }, |client| client.opt_out(delete, &record));
            }
            Call::ResetConsent => {
                self.ground.evidence.permissions += 1;
                self.withdraw(place, false);
                self.ground.evidence.refusal = 0; // it is forgotten, and who waits and did not hear of it never will
                self.act(place, Context::ResetConsent, Client::reset_consent);
            }
            Call::Purge => {
                // The call begins with hearing of what others decided. Where nothing is granted then there is nothing to withdraw: what there
                // was, was withdrawn before.
                self.act(place, Context::Heard, Client::changed_elsewhere);
                if self.slot(place).is_some_and(|slot| slot.client.status() == Status::Granted) {
                    // Where the default grants and the world took the flag away, it leaves what a reset leaves: an epoch without a decision.
                    self.ground.evidence.permissions += u32::from(!self.ground.origin.holds_flag());
                    self.withdraw(place, false);
                } else {
                    self.ground.evidence.touched = true;
                    self.ground.grant_ended(); // what others have stored goes all the same
                    self.ground.forgive_held(actor);
                }
                self.act(place, Context::Purge, Client::purge);
            }
            Call::Track { padding } => {
                let properties = match padding {
                    0 => mark,
                    _ => format!(r#"{{"zz":"{number}","secretq":"x","pad":"{}"}}"#, "p".repeat(usize::from(padding % 250))),
                };
                self.act(place, Context::Other, |client| client.track("Did", &properties, 0));
            }
            Call::Profile => {
                let operation = *[Operation::Set, Operation::SetOnce, Operation::Append].get(number % 3).unwrap_or(&Operation::Set);
                self.act(place, Context::Other, |client| client.profile(operation, &mark));
            }
            Call::Group => self.act(place, Context::Other, |client| client.group(Operation::Set, &mark, "company", "acme")),
            Call::Identify(user) => self.act(place, Context::Other, |client| client.identify(&format!("user-{user}"))),
            Call::Reset => self.act(place, Context::Other, Client::reset),
            Call::Register(value) => {
                let properties = format!(r#"{{"plan{}":"p{value}","secretq":"x"}}"#, value % 3);
                self.act(place, Context::Other, |client| client.register(&properties, value > 12));
            }
            Call::Unregister => self.act(place, Context::Other, |client| client.unregister("plan1")),
            Call::Flush => {
                self.flushes += 1;
                let number = self.flushes;
                if let Some(slot) = self.slot_mut(place) {
                    slot.client.platform_mut().flushes.push(number);
                }
                self.act(place, Context::Other, |client| client.flush(number));
            }
        }
        if makes {
            let after = self.slot(place).map_or(Status::Denied, |slot| slot.client.status());
            let waits = call == Call::Profile && !user;
            if let Some(entry) = self.ground.ledger.entries.get_mut(number) {
                entry.held = after == Status::Pending && config.hold && !waits;
                entry.waits = after == Status::Pending || waits;
                entry.due &= after == Status::Granted && !waits;
                if entry.due {
                    self.fresh.push(number);
                    self.ground.cover.met(Met::Record);
                }
            }
        }
        self.end_task(place);
    }

    /// The truth about a withdrawal, before it is carried out.
    pub(super) fn withdraw(&mut self, place: (usize, usize), refuses: bool) {
        self.ground.evidence.touched = true;
        if !refuses {
            let granted = self.slot(place).is_some_and(|slot| slot.client.status() == Status::Granted);
            self.ground.forgive_stuck_records();
            if !granted && !self.ground.origin.holds_flag() {
                // Nothing was decided, so nothing is withdrawn; but what others have stored goes all the same.
                self.ground.grant_ended();
                return;
            }
        }
        self.ground.evidence.withdrawals += 1;
        self.ground.evidence.touched = true;
        self.ground.grant_ended();
        self.ground.cover.met(Met::Withdrawal);
        let known = self.ground.evidence.withdrawals;
        if refuses {
            self.ground.evidence.refusal = known;
        } else {
            // A grant that no store took has nothing in storage that could be missed when it is taken back elsewhere.
            let World { ground, tabs, .. } = self;
            let here = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)).map_or(usize::MAX, Slot::actor);
            for slot in tabs.iter().flat_map(|tab| &tab.slots).filter(|slot| slot.actor() != here) {
                let (status, source, persisted, _) = slot.client.consent_parts();
                if status == Status::Granted && source == Source::Visitor && persisted.is_none() {
                    ground.spare(slot.actor(), &slot.client.platform().device, known);
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
}
