//! What a client did in one call, against the promises. The checks of single writes and requests are in `host` and `ground`.

use consentry::{Source, Status};

use crate::checks::Check;
use crate::checks::before::Before;
use crate::ground::Ground;
use crate::ground::origin::{FLAG, Health, Key, RECORD, STORES, epoch_of};
use crate::host::Context;
use crate::world::World;

impl World {
    /// Judges the call a client just returned from.
    pub(crate) fn judge(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let did = host.did.clone();
        let dead = host.dead;
        self.learn(place, before, did.context);
        if dead {
            return;
        }
        self.judge_silence(place, before);
        self.judge_decision(place, before);
        self.judge_deletion(place, before);
        self.note_end_of_grant(place, before);
    }

    /// What can be read from storage after a decision.
    fn learn(&mut self, place: (usize, usize), before: &Before, context: Context) {
        if matches!(context, Context::Other | Context::Heard | Context::Boot) {
            return;
        }
        let known = self.slot(place).map_or(0, |slot| slot.client.platform().known.get());
        let default = self.config_of(place).default;
        // That there is no flag tells nothing to a page whose default grants.
        let silent = default == Status::Granted
            || self.config.default == Status::Granted
            || self.tabs.iter().any(|tab| tab.config.default == Status::Granted);
        let unkept = self.slot(place).is_some_and(|slot| slot.client.consent_parts().2.is_none());
        let own = self.slot(place).and_then(|slot| epoch_of(slot.client.consent_parts().3));
        let ground = &mut self.ground;
        let mut epoch = None;
        let mut denied = false;
        let mut evidence_in = [false; 2];
        for ((store, before), holds) in STORES.iter().zip(&before.records).zip(&mut evidence_in) {
            let area = ground.origin.area(*store);
            let record = area.kept.get(RECORD).filter(|record| Some(*record) != before.as_ref());
            let found = record.and_then(|record| Some(String::from(record.split_once("\"epoch\":")?.1)));
            let refusal = area.denies();
            *holds = found.is_some() || refusal;
            epoch = epoch.or(found);
            denied |= refusal;
        }
        // Where the clock was set back, and nothing stored told of the epoch of before, the new one looks older, and who knows that one stays with it.
        let number = epoch.as_deref().and_then(crate::ground::origin::number);
        let largest = before.records.iter().flatten().filter_map(|record| epoch_of(record)).max().unwrap_or(0);
        let left = ground.origin.largest_epoch();
        let behind = number.is_some_and(|number| number < ground.evidence.largest);
        if behind && !denied {
            ground.epoch_went(ground.evidence.largest, left);
            ground.forgive_all();
        }
        ground.evidence.largest = ground.evidence.largest.max(number.unwrap_or(0));
        let flag = ground.origin.holds_flag();
        let found = (denied || !behind)
            && match context {
                // One that leaves what an earlier one stored, because the store lies, tells of no more than that did.
                Context::OptOut { .. } => denied && (epoch.is_some() || !before.denied),
                Context::ResetConsent => !flag && (epoch.is_some() || (before.flag && !silent)),
                Context::Purge => epoch.is_some(),
                Context::OptIn | Context::Other | Context::Heard | Context::Boot => false,
            };
        if found {
            (ground.evidence.told, ground.evidence.intact, ground.evidence.told_in) = (ground.evidence.withdrawals, true, evidence_in);
            if let Some(epoch) = epoch.clone() {
                ground.evidence.epochs.entry(epoch).or_insert(ground.evidence.withdrawals);
            }
            let told = ground.evidence.told;
            if let Some(slot) = self.slot(place) {
                slot.client.platform().known.set(told);
            }
        } else if context != Context::OptIn
            && !(denied && before.denied)
            && self.slot(place).is_some_and(|slot| slot.client.platform().known.get() == self.ground.evidence.withdrawals)
        {
            // No store took the withdrawal, which is reported: nothing tells the other pages, and those after this one.
            self.ground.evidence.intact = false;
            self.ground.epoch_went(largest, left);
            if let Some(slot) = self.slot(place) {
                slot.client.platform().adrift.set(true);
            }
        }
        let ground = &mut self.ground;
        if context == Context::OptIn {
            if let Some(epoch) = epoch {
                // Where the world lost what was known, an epoch from before may come back; it then tells of as much as it did when it was new.
                // An epoch that was stored before this call tells of no more than it did.
                let same = ground.evidence.epochs.get(&epoch) == Some(&ground.evidence.told);
                // Who cannot read what is stored writes the epoch it knows over a later one.
                let blind = ground.is_unreadable() || behind;
                let told = if blind {
                    ground.evidence.epochs.get(&epoch).copied().unwrap_or(0)
                } else if ground.evidence.intact && same {
                    ground.evidence.told
                } else if ground.evidence.intact && ground.origin.decision_is_legible() {
                    ground.evidence.told.max(known)
                } else {
                    ground.evidence.epochs.get(&epoch).copied().unwrap_or(known)
                };
                (ground.evidence.told, ground.evidence.intact, ground.evidence.told_in) = (told, true, evidence_in);
                ground.evidence.epochs.entry(epoch).or_insert(told);
                if before.unkept {
                    // A grant that no store took is stored now: what others recorded meanwhile is from before it.
                    ground.grant_ended();
                }
                if let Some(slot) = self.slot(place) {
                    let known = &slot.client.platform().known;
                    known.set(known.get().max(told));
                }
            } else if unkept || !STORES.iter().any(|store| kept_epoch(ground, *store)) {
                ground.evidence.intact = false;
                ground.epoch_went(largest, left);
                ground.evidence.largest = ground.evidence.largest.max(own.unwrap_or(0)); // its page goes by it all the same
                // What a store could not give up at the withdrawals comes back, as after they were taken out of storage by the world.
                ground.forgive_stuck_identity();
                ground.forgive_stuck_records();
            }
        }
    }

    /// Promises 1 and 2: who is not granted is silent.
    fn judge_silence(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let (actor, did) = (host.actor, host.did.clone());
        let timer = host.wake.is_some() || host.at_end_of_task;
        let deleted = host.deleted;
        let granted = slot.client.status() == Status::Granted;
        let ground = &mut self.ground;
        if !granted && before.status != Status::Granted {
            if did.sends > 0 {
                ground.violate(Check::SentWhileDenied, || format!("by c{actor}"));
            }
            if did.data_writes > 0 {
                ground.violate(Check::WrittenBeforeAllowed, || format!("by c{actor}"));
            }
            if did.touches > 0
                && !before.flag
                && !before.refused
                && !ground.origin.holds_flag()
                && matches!(did.context, Context::Other | Context::Heard | Context::Boot)
            {
                ground.violate(Check::WrittenBeforeAllowed, || format!("by c{actor}, nothing is decided"));
            }
        }
        if granted {
            ground.evidence.granted_ever = true;
            for entry in ground.ledger.entries.iter_mut().filter(|entry| entry.held && entry.actor == actor) {
                entry.held = false;
                entry.due = !entry.ended;
            }
            return;
        }
        let open = |deletion: bool| {
            ground.requests.iter().any(|request| request.actor == actor && !request.aborted && request.is_deletion() == deletion)
        };
        let (requests, deletions) = (open(false), open(true));
        if requests {
            ground.violate(Check::NotAborted, || format!("c{actor} has something under way"));
        }
        // The deadline of a deletion that was answered meanwhile may still ring; it finds nothing to do.
        if timer && !deletions && !deleted {
            ground.violate(Check::TimerOfADeniedClient, || format!("of c{actor}"));
        }
    }

    /// Promises 3 to 6: what a decision leaves, and what stays of it.
    fn judge_decision(&mut self, place: (usize, usize), before: &Before) {
        let config = self.config_of(place);
        // A denial can expire, or be for another policy.
        let expires = config.max_age_days > 0 || !config.policy_version.is_empty();
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get_mut(place.0).and_then(|tab| tab.slots.get_mut(place.1)) else { return };
        let (status, source, persisted, _) = slot.client.consent_parts();
        let actor = slot.client.platform().actor;
        let context = slot.client.platform().did.context;
        let granted = status == Status::Granted;
        if matches!(context, Context::OptOut { .. }) {
            slot.denied_at = Some(ground.evidence.permissions);
        }
        // A flag that is gone looks like resetConsent in another tab, but where the default grants, that one leaves an epoch behind.
        // A page that turned pending while the store with the denial was absent hears of its return with the next news.
        let turned = before.status == Status::Denied && status == Status::Pending;
        let forgotten = status == Status::Granted || (turned && ground.origin.says_denied());
        if slot.denied_at == Some(ground.evidence.permissions) && forgotten && !expires {
            ground.violate(Check::DenialForgotten, || format!("c{actor} is {}/{}", status.name(), source.name()));
        }
        if context == Context::Heard && ground.origin.says_denied() && status != Status::Denied && !expires {
            ground.violate(Check::DenialNotHeard, || format!("c{actor} is {}/{}", status.name(), source.name()));
        }
        let unread = ground.origin.area(config.consent_store).health == Health::Throws && persisted.is_some();
        if unread && slot.client.platform().did.sends > 0 {
            ground.violate(Check::SentUnread, || format!("by c{actor}, {} throws", config.consent_store.name()));
        }
        let purges = matches!(context, Context::OptOut { .. }) || (context == Context::ResetConsent && !granted);
        if purges {
            for store in STORES {
                let area = ground.origin.area(store);
                let left = area.kept.keys().find(|key| area.removable() && !matches!(Key::of(key), Key::Decision | Key::Foreign)).cloned();
                if let Some(left) = left {
                    ground.violate(Check::NotPurged, || left);
                }
            }
        }
        // Under an enforced signal an opt_in decides nothing.
        let enforced = ground.signals.gpc && config.gpc == consentry::SignalMode::Enforce;
        let agrees = context == Context::OptIn && granted && source == Source::Visitor && !enforced;
        let decided = if matches!(context, Context::OptOut { .. }) { Some("0") } else { agrees.then_some("1") };
        if let (Some(flag), Some(store)) = (decided, persisted)
            && ground.origin.area(store).kept.get(FLAG).is_none_or(|kept| kept != flag)
        {
            ground.violate(Check::ResultUntrue, || format!("{} should hold {flag}", store.name()));
        }
        if matches!(context, Context::OptOut { .. })
            && persisted.is_none()
            && STORES.iter().any(|store| ground.origin.area(*store).has_room())
        {
            ground.violate(Check::ResultUntrue, || String::from("a store that works was not used"));
        }
        let throws = STORES.iter().any(|store| ground.origin.area(*store).health == Health::Throws);
        if granted && before.status != Status::Granted && context != Context::OptIn {
            let legible = ground.origin.says_granted() && !ground.origin.says_denied();
            let by_default = config.default == Status::Granted || slot.client.consent_parts().1 == Source::Default;
            if !legible && (!by_default || throws) {
                ground.violate(Check::GrantedFromNothing, || format!("c{actor} is granted/{}", source.name()));
            }
        }
        let signal = ground.signals.gpc;
        if context == Context::Boot && !before.flag && !throws && !signal && status != config.default {
            ground.violate(Check::DefaultNotFollowed, || format!("c{actor} is {}/{}", status.name(), source.name()));
        }
        let first = context == Context::OptIn && granted && !before.touched && !before.identity && ground.evidence.withdrawals == 0;
        if first && before.status == Status::Pending && !before.user && slot.client.distinct_id() != before.distinct_id {
            let after = String::from(slot.client.distinct_id());
            ground.violate(Check::IdentityLostAtFirstGrant, || format!("{} became {after}", before.distinct_id));
        }
    }

    /// Promise 10.
    fn judge_deletion(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let (actor, did) = (host.actor, host.did.clone());
        let (asked, ended) = (host.deletions_asked, host.deletions_told);
        let due = did.context == Context::OptOut { delete: true } && before.status == Status::Granted && before.user;
        // A spoiled identity may name a user or none.
        let told = due || self.ground.evidence.identity_spoiled;
        if did.deletes > 1 || (due && did.deletes != 1 && !self.ground.evidence.identity_spoiled) || (did.deletes > 0 && !told) {
            self.ground.violate(Check::DeletionNotOnce, || format!("{} sent by c{actor}", did.deletes));
        }
        if did.deletes > 0 {
            self.cover().met(crate::cover::Met::Deletion);
        }
        let open = self.ground.requests.iter().any(|request| request.actor == actor && request.is_deletion() && !request.aborted);
        if !open && ended != asked && did.context != Context::Boot {
            self.ground.violate(Check::DeletionOutcome, || format!("asked {asked} times, told {ended} times"));
        }
    }

    /// Promise 7 forgives what a denial costs; what a fault costs it does not, unless there was no other copy.
    fn note_end_of_grant(&mut self, place: (usize, usize), before: &Before) {
        let Some(slot) = self.slot(place) else { return };
        let (status, source, ..) = slot.client.consent_parts();
        let host = slot.client.platform();
        let (actor, did) = (host.actor, &host.did);
        // A denial that no store took stands for its page, whatever others decide: it removes what they store (F10).
        let unkept = status == Status::Denied && source == Source::Fault && did.touches > 0;
        // A grant that no store took leaves no epoch, so what was stored under the one before it counts for nobody once the page is gone.
        let stays = !matches!(did.context, Context::OptIn) || slot.client.consent_parts().2.is_some();
        if unkept || !stays {
            self.ground.grant_ended();
            return;
        }
        if status == Status::Granted && !did.grant_ended {
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

fn kept_epoch(ground: &Ground, store: consentry::Store) -> bool {
    ground.origin.area(store).kept.get(RECORD).is_some_and(|record| record.contains("\"epoch\""))
}
