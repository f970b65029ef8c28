//! Promises 5 and 6: a denial survives faults, and a default is not a choice.

use consentry::{SignalMode, Source, Status, Store};

use super::before::Before;
use super::{Check, Rule, rule};
use crate::ground::origin::{FLAG, Health, RECORD, STORES};
use crate::host::{Context, Host};
use crate::plan::expires;
use crate::world::World;

pub(super) const RULES: &[Rule] = &[
    rule(
        Check::DenialForgotten,
        "5: a client that was told to deny stays denied whatever storage does",
        "somebody decided anew; the world removed or overwrote the flag (which looks like resetConsent in another tab); a decision can expire in this run. Where a store was only emptied it must stay, unless a purge or the end of a signal then looks like a reset",
    ),
    rule(
        Check::ResultUntrue,
        "5: the store named in the result holds the flag, and a refusal names one where any store takes it",
        "a refusal where no store has room",
    ),
    rule(Check::GrantedFromNothing, "5: a client turns granted only by a call, a legible grant, or a default with everything legible", ""),
    rule(Check::ChangeMistold, "5: each change that is told begins where the last one ended, and the last ends in the status", ""),
    rule(Check::OlderUndid, "5: an older choice that waited for the wasm never undoes a newer one that its page can see", ""),
    rule(
        Check::DefaultStored,
        "6: flag, record and history are written by decisions only; a renewal writes what is there",
        "where the default grants, a withdrawal leaves its epoch in the record",
    ),
    rule(
        Check::DefaultNotFollowed,
        "6: without a stored decision a new page has the status of the default",
        "a store throws, or a signal speaks",
    ),
];

impl Host {
    /// The flag or its record is about to be written.
    pub(crate) fn check_decision_write(&mut self, store: Store, key: &str, value: &str) {
        let same = self.ground.origin.area(store).kept.get(key).is_some_and(|kept| kept == value);
        let decides = matches!(self.did.context, Context::OptIn | Context::OptOut { .. });
        // Where the default grants, a withdrawal leaves its epoch in the record, without a
        // decision.
        let epoch = key == RECORD && matches!(self.did.context, Context::ResetConsent | Context::Purge);
        // One from the future is made now, and says the same otherwise.
        let redated = key == RECORD
            && self.did.context == Context::Boot
            && self.ground.origin.area(store).kept.get(key).is_some_and(|kept| is_redated(kept, value, self.ground.wall()));
        // The flag of a refusal whose record is left is written again.
        let renewed = value == "0" && self.did.context == Context::Boot && self.ground.origin.records_refusal();
        if !decides && !same && !epoch && !redated && !renewed {
            self.ground.violate(Check::DefaultStored, || format!("{key}={value}"));
        }
    }
}

impl Host {
    /// The records of decisions are about to be written.
    pub(crate) fn check_history_write(&mut self, key: &str, value: &str) {
        if !matches!(self.did.context, Context::OptIn | Context::OptOut { .. }) {
            self.ground.violate(Check::DefaultStored, || format!("{key}={value}"));
        }
    }

    /// The client tells of a change.
    pub(crate) fn check_change(&mut self, before: Status, after: Status) {
        let known = self.status.replace(after);
        if known.is_some_and(|known| known != before) || (before == after && !self.ground.purposes) {
            self.ground.violate(Check::ChangeMistold, || format!("{} became {}, and was {known:?}", before.name(), after.name()));
        }
    }
}

impl World {
    /// Who was told to deny.
    pub(super) fn judge_denial(&mut self, place: (usize, usize), before: &Before) {
        let options = self.options_of(place);
        // A denial can expire, or be for another policy.
        let expires = expires(&options);
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get_mut(place.0).and_then(|tab| tab.slots.get_mut(place.1)) else { return };
        let (status, source, ..) = slot.client.consent_parts();
        let actor = slot.client.platform().actor;
        if slot.client.platform().status.is_some_and(|told| told != status) {
            ground.violate(Check::ChangeMistold, || format!("c{actor} is {}", status.name()));
        }
        let permissions = ground.evidence.permissions;
        if matches!(slot.client.platform().did.context, Context::OptOut { .. }) {
            slot.denied_at = Some(permissions);
        }
        // A flag that is gone looks like resetConsent in another tab, but where the default grants,
        // that one leaves an epoch behind. A page that turned pending while the store with the
        // denial was absent hears of its return with the next news.
        let turned = before.status == Status::Denied && status == Status::Pending;
        let forgotten = status == Status::Granted || (turned && ground.says_denied());
        if slot.denied_at == Some(permissions) && forgotten && !expires {
            ground.violate(Check::DenialForgotten, || format!("c{actor} is {}/{}", status.name(), source.name()));
        }
    }

    /// What a decision says of where it is kept.
    pub(super) fn judge_result(&mut self, place: (usize, usize)) {
        let options = self.options_of(place);
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)) else { return };
        let (status, source, persisted, _) = slot.client.consent_parts();
        let context = slot.client.platform().did.context;
        let refuses = matches!(context, Context::OptOut { .. });
        // Under an enforced signal an opt_in decides nothing.
        let enforced = ground.signals.gpc && options.consent.gpc == SignalMode::Enforce;
        let agrees = context == Context::OptIn && status == Status::Granted && source == Source::Visitor && !enforced;
        let decided = if refuses { Some("0") } else { agrees.then_some("1") };
        if let (Some(flag), Some(store)) = (decided, persisted)
            && ground.origin.area(store).kept.get(FLAG).is_none_or(|kept| kept != flag)
        {
            // It read its own late copy back.
            if ground.sees_decision(slot.actor()) {
                ground.violate(Check::ResultUntrue, || format!("{} should hold {flag}", store.name()));
            }
        }
        if refuses && persisted.is_none() && STORES.iter().any(|store| ground.origin.area(*store).has_room()) {
            ground.violate(Check::ResultUntrue, || String::from("a store that works was not used"));
        }
    }

    /// Who turned granted, and who began.
    pub(super) fn judge_grant(&mut self, place: (usize, usize), before: &Before) {
        let options = self.options_of(place);
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)) else { return };
        let (status, source, ..) = slot.client.consent_parts();
        let host = slot.client.platform();
        let (actor, context) = (host.actor, host.did.context);
        let throws = STORES.iter().any(|store| ground.origin.area(*store).health == Health::Throws);
        if status == Status::Granted && before.status != Status::Granted && context != Context::OptIn {
            // What it sees late counts as long as it sees it.
            let seen = ground.views.late && ground.seen_by(actor).get(FLAG).is_some_and(|flag| flag == "1");
            let legible = (ground.origin.says_granted() && !ground.says_denied()) || seen;
            let by_default = options.consent.default == Status::Granted || source == Source::Default;
            if !legible && (!by_default || throws) && !ground.is_refusal_unseen(actor) {
                ground.violate(Check::GrantedFromNothing, || format!("c{actor} is granted/{}", source.name()));
            }
        }
        let undecided = context == Context::Boot && !before.flag && !throws && !ground.signals.gpc && ground.sees_decision(actor);
        if undecided && status != options.consent.default {
            ground.violate(Check::DefaultNotFollowed, || format!("c{actor} is {}/{}", status.name(), source.name()));
        }
    }
}

/// Whether a proof differs from the one before in its date alone, which was later than the clock.
fn is_redated(before: &str, after: &str, wall: u64) -> bool {
    let date = |record: &str| {
        let digits: String = record.split_once("\"decidedAt\":")?.1.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    let rest = |record: &str| {
        let mut members: Vec<String> =
            record.trim_matches(['{', '}']).split(',').filter(|member| !member.contains("decidedAt")).map(String::from).collect();
        members.sort();
        members
    };
    date(before).is_some_and(|at| at > wall) && date(after) == Some(wall) && rest(before) == rest(after)
}
