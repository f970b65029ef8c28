//! Faults of the core that the simulator sees and that are not mended yet. They are counted and
//! printed with each run and do not end it; with `--strict` they are violations like any other. A row
//! goes with its fault.

use super::Check;
use crate::ground::Ground;

/// A fault that is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Open {
    /// F39.
    LateRefusal,
    /// F40.
    BlindDecision,
    /// F41.
    LateIdentity,
    /// F42.
    Copies,
    /// F43.
    IdleTimer,
    /// F44.
    UnkeptRefusal,
}

/// What each is, in the order of the enum: where FINDINGS.md tells of it, and what happens.
pub const OPEN: [(Open, &str, &str); 6] = [
    (
        Open::LateRefusal,
        "F39",
        "2, 3: a refusal stands in localStorage alone, because no cookie is taken, and other processes see that late",
    ),
    (Open::BlindDecision, "F40", "4, 7: a choice on a page that sees localStorage late overwrites one that it cannot see"),
    (Open::LateIdentity, "F41", "4: a page that sees localStorage late takes up an identity from before a withdrawal"),
    (Open::Copies, "F42", "7: while the server is well, a record arrives more than twice: a page that took it over was killed"),
    (Open::IdleTimer, "F43", "13: a timer rings and finds nothing to do"),
    (Open::UnkeptRefusal, "F44", "2: another client of the page goes on after a refusal that no store took"),
];

impl Ground {
    /// A check failed; by a fault that is open, if it names one.
    pub(crate) fn blame(&mut self, check: Check, open: Option<Open>, seen: impl FnOnce() -> String) {
        match open.filter(|_| !self.strict) {
            Some(open) => {
                self.note(|| format!("      (open) {open:?}, {check:?}"));
                self.cover.find(open);
            }
            None => self.violate(check, seen),
        }
    }

    /// Whether that client cannot see the refusal that is stored, because its copy of localStorage is
    /// late. Where no store ever failed, and no other tool wrote it, a cookie tells of it.
    pub(crate) fn is_refusal_late(&self, actor: usize) -> Option<Open> {
        let told = self.origin.jar.denies() || (self.trouble == 0 && self.evidence.overruled == 0);
        (self.origin.says_denied() && !told && !self.sees_decision(actor)).then_some(Open::LateRefusal)
    }
}
