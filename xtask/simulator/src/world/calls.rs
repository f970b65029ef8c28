//! What pages ask of their clients.

use std::num::NonZeroU32;
use std::rc::Rc;

use consentry::{
    BeforeDecision, Client, ConsentOptions, FlushId, Message, Operation, OptIn, OptOut, Options, SignalMode, Source, Status, Store,
};

use super::World;
use crate::checks::{Cause, Check};
use crate::cover::Met;
use crate::ground::ledger::Entry;
use crate::ground::origin::{RECORD, STORES};
use crate::ground::partly::OTHER;
use crate::host::{Context, Flush};
use crate::plan::Call;

/// Where the early calls of a burst were made.
const EARLY: &str = "https://a.example/early";

/// A client that is called: what it says of itself, and what it has read by then.
pub(crate) struct Maker {
    pub(crate) actor: usize,
    pub(crate) status: Status,
    pub(crate) source: Source,
    pub(crate) persisted: Option<Store>,
    /// The default of its page.
    pub(crate) default: Status,
    /// The visitor has a name there.
    pub(crate) user: bool,
    /// The browser's signal denies what the default grants, which it may not have seen yet.
    pub(crate) signalled: bool,
    /// What its host says of it: see there.
    pub(crate) known: u32,
    pub(crate) overruled: u32,
    pub(crate) adrift: bool,
    pub(crate) epochs: [Option<u64>; 2],
    pub(crate) born: u32,
}

impl World {
    fn maker(&self, place: (usize, usize)) -> Option<Maker> {
        let client = &self.slot(place)?.client;
        let (status, source, persisted, _) = client.consent_parts();
        let host = client.platform();
        Some(Maker {
            actor: host.actor,
            status,
            source,
            persisted,
            default: self.options_of(place).consent.default,
            // A spoiled identity may have any distinct_id, and no user.
            user: !client.distinct_id().starts_with("\"$device:") && !self.ground.evidence.identity_spoiled,
            signalled: source == Source::Default && self.ground.signals.gpc && self.options_of(place).consent.gpc != SignalMode::Ignore,
            known: host.known.get(),
            overruled: host.overruled.get(),
            adrift: host.adrift.get(),
            epochs: host.epochs.get(),
            born: host.born,
        })
    }

    /// A call by the page, and the end of its task.
    pub(crate) fn call(&mut self, place: (usize, usize), call: Call) {
        self.begin_task(place.0);
        self.ask(place, call, None);
        self.end_task(place);
    }

    /// What was called, and when, on a page whose wasm came now.
    pub(crate) fn call_late(&mut self, place: (usize, usize), calls: &[(u64, Call)]) {
        self.begin_task(place.0);
        for (made, call) in calls {
            if matches!(call, Call::OptIn { .. } | Call::OptOut { .. } | Call::ResetConsent) {
                self.choose_late(place, *call, *made);
            } else {
                self.ask(place, *call, Some(*made));
            }
        }
        self.end_task(place);
    }

    /// A choice made at that time. A newer one that stands is not undone.
    fn choose_late(&mut self, place: (usize, usize), call: Call, made: u64) {
        let actor = self.slot(place).map_or(0, super::Slot::actor);
        let (denied, granted, _) = self.ground.origin.decision();
        // One whose page died before its record was written has no date.
        let dated = STORES.iter().any(|store| self.ground.origin.area(*store).kept.contains_key(RECORD));
        let newer = self.ground.evidence.chosen >= made && self.ground.sees_decision(actor) && (dated || denied);
        let undone =
            if matches!(call, Call::OptIn { .. }) { denied } else { granted && !denied || !matches!(call, Call::OptOut { .. }) && denied };
        if newer && undone {
            self.cover().met(Met::LateChoice);
            self.ground.note(|| format!("    {call:?} of {made}, and a newer choice stands"));
            self.act(place, Context::Other, |client| {
                client.as_of(made, &format!(r#"{{"$current_url":"{EARLY}"}}"#));
                if matches!(call, Call::OptIn { .. }) {
                    client.opt_in(&OptIn { event: "", ..OptIn::default() });
                } else if matches!(call, Call::OptOut { .. }) {
                    client.opt_out(&OptOut::default());
                } else {
                    client.reset_consent();
                }
            });
            let now = self.ground.origin.decision();
            if (now.0, now.1) != (denied, granted) {
                self.ground.violate(Check::OlderUndid, || format!("{call:?} of {made}"));
            }
        } else {
            self.ask(place, call, Some(made));
        }
    }

    /// Many calls in one task. Those that are early were made before there was a client to take
    /// them.
    pub(crate) fn burst(&mut self, place: (usize, usize), calls: u16, padding: u16, early: bool) {
        self.begin_task(place.0);
        self.cover().met(Met::Burst);
        let before = early.then(|| self.ground.wall().saturating_sub(3_000));
        self.ground.note(|| format!("    {calls} calls on place {place:?}"));
        self.in_burst = true;
        self.burst_calls += u64::from(calls);
        for number in 0..calls {
            let call = match number % 50 {
                17 => Call::Profile,
                31 => Call::Register((number % 16) as u8),
                43 => Call::Group,
                49 => Call::Flush,
                _ => Call::Track { padding },
            };
            self.ask(place, call, before);
        }
        self.in_burst = false;
        if self.slot(place).is_some_and(|slot| slot.client.platform().inbox.watched) {
            self.cover().met(Met::Waits);
        }
        self.end_task(place);
    }

    /// A call by the page, made at that time if it waited for its client.
    fn ask(&mut self, place: (usize, usize), call: Call, before: Option<u64>) {
        let Some(maker) = self.maker(place) else { return };
        let page = self.tabs.get(place.0).map_or(0, |tab| tab.number);
        let Maker { actor, status, source, .. } = maker;
        if !self.in_burst {
            self.ground.note(|| format!("    page {page}, c{actor}: {call:?} ({}/{})", status.name(), source.name()));
        }
        // Epochs are made of the clock, and nobody decides twice in the same milliseconds.
        if matches!(call, Call::OptIn { .. } | Call::OptOut { .. } | Call::ResetConsent | Call::Purge) {
            self.ground.monotonic += 4;
            self.ground.latest = self.ground.latest.max(self.ground.wall());
            self.ground.note_blind_decision(actor);
            // Where a signal is enforced, agreeing is no choice.
            let enforced = self.ground.signals.gpc && self.options_of(place).consent.gpc == SignalMode::Enforce;
            if matches!(call, Call::OptOut { .. }) || (matches!(call, Call::OptIn { .. }) && !enforced) {
                let made = before.unwrap_or(self.ground.wall());
                self.ground.evidence.chosen = self.ground.evidence.chosen.max(made);
            }
        }
        let makes = matches!(call, Call::Track { .. } | Call::Profile | Call::Group | Call::OptIn { event: true, .. });
        let address = self.tabs.get(place.0).map_or(0, |tab| tab.address);
        let event = matches!(call, Call::Track { .. } | Call::OptIn { .. }).then(|| match before {
            Some(_) => String::from(EARLY),
            None => format!("https://a.example/{address}"),
        });
        let number = if makes { self.enter(&maker, before, event) } else { 0 };
        let whose = self.whose(place, &maker, call);
        if let Some(entry) = self.ground.ledger.entries.get_mut(number).filter(|_| makes) {
            entry.whose = whose;
        }
        match call {
            Call::Identify(user) => self.note_person(place, Some(&format!("user-{user}"))),
            Call::Reset => self.note_person(place, None),
            // It goes on as somebody new, who is nobody else.
            Call::OptOut { .. } | Call::ResetConsent | Call::Purge => self.forget_person(place),
            Call::OptIn { .. }
            | Call::Track { .. }
            | Call::Profile
            | Call::Group
            | Call::Register(_)
            | Call::Unregister
            | Call::Flush
            | Call::SetDefault(_) => {}
        }
        if let Some(slot) = self.slot_mut(place) {
            slot.client.platform_mut().makes = makes.then_some(number);
        }
        if let (Some(at), Some(slot)) = (before, self.slot_mut(place)) {
            slot.client.as_of(at, &format!(r#"{{"$current_url":"{EARLY}"}}"#));
        }
        let mark = format!(r#"{{"zz":"{number}","secretq":"x"}}"#);
        let waits = matches!(call, Call::Track { .. } | Call::Profile | Call::Group | Call::Register(_) | Call::Unregister | Call::Flush);
        let now = self.ground.monotonic;
        if let Some(slot) = self.slot_mut(place).filter(|_| waits) {
            slot.client.platform_mut().note_call(now);
        }
        // Where a site has two purposes, records belong to either.
        if makes && !matches!(call, Call::OptIn { .. }) && number % 2 == 1 {
            self.for_other_purpose(place, number);
        }
        match call {
            Call::OptIn { event, partly } => self.opt_in(place, &maker, event.then_some(number), partly),
            Call::OptOut { delete } => self.opt_out(place, delete),
            Call::ResetConsent => {
                self.ground.evidence.permissions += 1;
                self.withdraw(place, false);
                self.ground.evidence.refusal = 0; // it is forgotten, and who waits and did not hear of it never will
                self.act(place, Context::ResetConsent, Client::reset_consent);
            }
            Call::Purge => self.purge(place, actor),
            Call::SetDefault(status) => {
                let status = Status::ALL.get(usize::from(status)).copied().unwrap_or(Status::Pending);
                if let Some(slot) = self.slot_mut(place) {
                    let consent = ConsentOptions::default_status(slot.options.consent.clone(), status);
                    slot.options = Rc::new(Options::consent((*slot.options).clone(), consent));
                }
                self.cover().met(Met::LateDefault);
                self.act(place, Context::SetDefault, |client| client.set_default(status));
            }
            Call::Track { padding } => {
                // A value may have 255 bytes.
                let pads = (0..padding / 250).map(|pad| format!(r#","pad{pad}":"{}""#, "p".repeat(240)));
                let properties = format!(r#"{{"zz":"{number}","secretq":"x"{}}}"#, pads.collect::<String>());
                self.act(place, Context::Other, |client| client.track("Did", &properties));
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
                let id = FlushId(NonZeroU32::MIN.saturating_add(self.flushes));
                let first = self.ground.ledger.entries.len();
                if let Some(slot) = self.slot_mut(place) {
                    slot.client.platform_mut().flushes.push(Flush { id, at: now, first });
                }
                self.act(place, Context::Other, |client| client.flush(id));
            }
        }
        if let Some(slot) = self.slot_mut(place) {
            slot.client.platform_mut().makes = None;
        }
        if makes {
            // Another page may have become somebody else, which this one finds when it is called.
            let user = self.maker(place).is_some_and(|maker| maker.user);
            self.entered(place, number, call == Call::Profile && !user);
        }
    }

    /// The record that is about to be made is of the other purpose.
    fn for_other_purpose(&mut self, place: (usize, usize), number: usize) {
        let partly = self.ground.partly.clone();
        let Some(slot) = self.slot_mut(place) else { return };
        let Some(purpose) = slot.client.purpose(OTHER) else { return };
        let stands = slot.client.view().purposes.get(OTHER) == Some(&slot.client.status());
        // A flag of somebody else's grants analytics alone.
        if !stands && !partly.plays {
            return;
        }
        let known = slot.client.platform().partly.get();
        slot.client.for_purpose(purpose);
        if let Some(entry) = self.ground.ledger.entries.get_mut(number).filter(|_| partly.plays) {
            entry.partly = Some(known);
            // Refused, or withdrawn meanwhile, which its page will find out.
            if !stands || partly.refused || known < partly.withdrawals {
                (entry.due, entry.shirked) = (false, false);
                entry.excuse(Cause::Denied);
            }
        }
    }

    /// A record that is about to be made; answers its number.
    fn enter(&mut self, maker: &Maker, before: Option<u64>, address: Option<String>) -> usize {
        let ground = &self.ground;
        let cause = match maker.status {
            Status::Granted => maker.cause(ground),
            // What waits for a decision is from after a refusal that stands, and goes with that.
            Status::Pending if ground.says_denied() => Some(Cause::Denied),
            Status::Pending if ground.origin.says_granted() && ground.origin.largest_epoch() % 2 == 1 => Some(Cause::Held),
            Status::Pending => None,
            Status::Denied => None,
        };
        let entry = Entry {
            actor: maker.actor,
            at: before.unwrap_or_else(|| ground.wall()),
            address,
            since: ground.monotonic,
            limit: maker.limit(ground),
            known: maker.known,
            due: maker.status == Status::Granted && cause.is_none(),
            shirked: maker.status == Status::Granted && cause.is_some(),
            cause,
            by_default: maker.status == Status::Granted && maker.source == Source::Default,
            erased: ground.is_torn(),
            torn: ground.is_torn(),
            ..Entry::default()
        };
        self.ground.ledger.add(entry)
    }

    /// It was made, or not.
    fn entered(&mut self, place: (usize, usize), number: usize, waits: bool) {
        let holds = self.options_of(place).consent.before_decision == BeforeDecision::Hold;
        let after = self.slot(place).map_or(Status::Denied, |slot| slot.client.status());
        let waited = self.slot(place).is_some_and(|slot| slot.client.platform().inbox.watched);
        let doubts = self.slot(place).is_some_and(|slot| slot.client.is_in_doubt());
        let partly = self.slot(place).map_or(0, |slot| slot.client.platform().partly.get());
        if let Some(entry) = self.ground.ledger.entries.get_mut(number) {
            if doubts {
                entry.excuse(Cause::Forgotten); // its page could see that the cookie has gone
            }
            entry.partly = entry.partly.map(|known| known.max(partly)); // what it heard of within the call
            entry.held = after == Status::Pending && holds && !waits;
            entry.waits = after == Status::Pending || waits;
            entry.waited = waited;
            entry.due &= after == Status::Granted && !waits;
            entry.shirked &= after == Status::Granted && !waits;
            if entry.due {
                self.fresh.push(number);
                self.ground.cover.met(Met::Record);
            }
        }
    }

    /// With the number of its `$opt_in`, if it is to send one.
    fn opt_in(&mut self, place: (usize, usize), maker: &Maker, event: Option<usize>, partly: bool) {
        // Another tab may have decided meanwhile, and this page is about to hear of it. A grant
        // that could not be read back may be stored all the same, and gone by now: then the page
        // hears that first.
        if maker.persisted.is_none() && maker.decided() {
            self.act(place, Context::Heard, |client| client.heard(Message::Changed));
        }
        self.ground.forgive_stuck_identity();
        let forbidden = self.is_opt_in_forbidden(place, maker);
        let doubts = self.slot(place).is_some_and(|slot| slot.client.is_in_doubt());
        self.note_new_epoch(maker.status, maker.source, doubts);
        self.ground.evidence.touched = true;
        self.ground.evidence.permissions += 1;
        let due = !maker.decided() && !self.ground.origin.says_granted();
        let limit = self.ground.evidence.withdrawals + 1;
        if let Some(entry) = event.and_then(|number| self.ground.ledger.entries.get_mut(number)) {
            (entry.due, entry.shirked, entry.cause) = (due, false, None);
            (entry.forbidden, entry.limit) = (forbidden, limit);
        }
        self.cover().met(Met::Grant);
        if self.ground.evidence.withdrawals > 0 {
            self.cover().met(Met::GrantAgain);
        }
        let properties = format!(r#"{{"zz":"{}","secretq":"x"}}"#, event.unwrap_or(0));
        let name = if event.is_some() { "$opt_in" } else { "" };
        let some = [String::from("analytics")];
        let purposes = partly.then_some(&some[..]);
        self.act(place, Context::OptIn, |client| {
            client.opt_in(&OptIn { event: name, properties: &properties, purposes, ..OptIn::default() });
        });
        self.note_held();
    }

    fn opt_out(&mut self, place: (usize, usize), delete: bool) {
        self.withdraw(place, true);
        if let Some(slot) = self.slot_mut(place) {
            slot.client.platform_mut().deletions_asked += u32::from(delete);
        }
        self.act(place, Context::OptOut { delete }, |client| client.opt_out(&OptOut { delete_profile: delete, ..OptOut::default() }));
        let page = self.tabs.get(place.0).map_or(0, |tab| tab.number);
        self.ground.refused.insert(page, self.ground.evidence.permissions);
    }

    fn purge(&mut self, place: (usize, usize), actor: usize) {
        // The call begins with hearing of what others decided. Where nothing is granted then there
        // is nothing to withdraw: what there was, was withdrawn before.
        self.act(place, Context::Heard, |client| client.heard(Message::Changed));
        if self.slot(place).is_some_and(|slot| slot.client.status() == Status::Granted) {
            // Where the default grants and the world took the flag away, it leaves what a reset
            // leaves: an epoch without a decision.
            self.ground.evidence.permissions += u32::from(!self.ground.origin.holds_flag());
            self.withdraw(place, false);
        } else {
            self.ground.evidence.touched = true;
            self.ground.excuse_all(Cause::Forgotten); // what others have stored goes all the same
            self.ground.forgive_held(actor);
        }
        self.act(place, Context::Purge, Client::purge);
    }
}
