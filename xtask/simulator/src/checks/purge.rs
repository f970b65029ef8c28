//! Promise 3: purged. After a denial only the decision remains.

use consentry::{Status, Store};

use super::{Check, Rule, rule};
use crate::ground::Ground;
use crate::ground::origin::{Key, STORES};
use crate::host::Context;
use crate::world::World;

pub(super) const RULES: &[Rule] = &[
    rule(Check::WrittenAfterDenial, "3: nothing but the decision is written while the stored flag says denied", ""),
    rule(
        Check::NotPurged,
        "3: when opt_out has returned, stores that can be emptied hold nothing of ours but the decision",
        "a store that takes no removals today; what other processes wrote and this one cannot see yet",
    ),
    rule(Check::LeftInTheEnd, "3: after a denial, with every store healed and every tab opened anew, only the decision is left", ""),
];

impl Ground {
    /// Something that is not the decision is about to be written.
    pub(crate) fn check_denied_write(&mut self, actor: usize, key: &str, value: &str) {
        if self.says_denied() && !self.is_refusal_unseen(actor) {
            self.violate(Check::WrittenAfterDenial, || format!("{key}={value}"));
        }
    }
}

impl World {
    /// When a call that denies has returned.
    pub(super) fn judge_purge(&mut self, place: (usize, usize)) {
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)) else { return };
        let context = slot.client.platform().did.context;
        let (granted, actor) = (slot.client.status() == Status::Granted, slot.actor());
        if !matches!(context, Context::OptOut { .. }) && (context != Context::ResetConsent || granted) {
            return;
        }
        for store in STORES {
            let area = ground.origin.area(store);
            // What it cannot see yet goes when it hears of it.
            let seen = if store == Store::Local { ground.seen_by(actor) } else { &area.kept };
            let left = area
                .kept
                .keys()
                .filter(|key| seen.contains_key(*key))
                .filter(|key| context == Context::ResetConsent || Key::of(key) != Key::History)
                .find(|key| area.removable() && !matches!(Key::of(key), Key::Decision | Key::Foreign))
                .cloned();
            if let Some(left) = left {
                ground.violate(Check::NotPurged, || left);
            }
        }
    }

    /// In the end, with every store healed.
    pub(crate) fn judge_leftovers(&mut self) {
        let denied = self.ground.says_denied();
        for store in STORES {
            let left = self
                .ground
                .origin
                .area(store)
                .kept
                .keys()
                .find(|key| !matches!(Key::of(key), Key::Decision | Key::History | Key::Foreign))
                .cloned();
            if let Some(left) = left.filter(|_| denied) {
                self.ground.violate(Check::LeftInTheEnd, || left);
            }
        }
    }
}
