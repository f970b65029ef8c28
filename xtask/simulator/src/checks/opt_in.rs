//! Promise 9: `$opt_in` once.

use consentry::Source;

use super::{Check, Rule, rule};
use crate::ground::Ground;
use crate::ground::ledger::Entry;
use crate::ground::network::name;
use crate::ground::origin::{Area, FLAG};
use crate::plan::expires;
use crate::world::World;
use crate::world::calls::Maker;

pub(super) const RULES: &[Rule] = &[rule(
    Check::OptInNotOnce,
    "9: $opt_in is made by a decision that grants what was not granted by a decision, and by no other call",
    "",
)];

impl Ground {
    /// A record is sent.
    pub(crate) fn check_opt_in(&mut self, entry: &Entry, record: &str) {
        if entry.forbidden && !self.evidence.blind {
            self.violate(Check::OptInNotOnce, || name(record));
        }
    }
}

impl World {
    /// Whether a client that is about to be told to opt in must make no event of it: it is granted
    /// by a decision, and hears of nothing else.
    pub(crate) fn is_opt_in_forbidden(&self, place: (usize, usize), maker: &Maker) -> bool {
        let options = self.options_of(place);
        let origin = &self.ground.origin;
        // What it hears may take the grant back, though the default grants.
        let still = self.slot(place).is_some_and(|slot| slot.client.consent_parts().1 == Source::Visitor);
        let heard = !self.ground.says_denied() && ((maker.persisted.is_none() && still) || origin.says_granted());
        let expires = expires(&options);
        // What stands in localStorage alone, and no more in a cookie, may have been forgotten.
        let grants = |area: &Area| area.read(FLAG).is_ok_and(|flag| flag.is_some_and(|flag| flag == "1"));
        let doubted = grants(&origin.local) && !grants(&origin.jar);
        maker.decided() && heard && !expires && !doubted
    }
}
