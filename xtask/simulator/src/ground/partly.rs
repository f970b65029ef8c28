//! A purpose that is withdrawn by itself, as the record in the stores tells of it.

use super::Ground;
use super::origin::{RECORD, STORES};
use crate::checks::Cause;

/// The site's other purpose.
pub(crate) const OTHER: &str = "functional";

/// What became of the other purpose.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Partly {
    /// The visitor may agree to one of two purposes in this run.
    pub(crate) plays: bool,
    /// How often it was withdrawn while the whole was not.
    pub(crate) withdrawals: u32,
    /// It is refused now.
    pub(crate) refused: bool,
    /// The record that was written last; empty where it was removed.
    pub(crate) record: String,
}

impl Ground {
    /// Both stores tell the same of it, and something: no page died before that.
    pub(crate) fn agrees_on_purposes(&self) -> bool {
        let mut records = STORES.into_iter().filter_map(|store| self.origin.area(store).kept.get(RECORD));
        !self.partly.record.is_empty() && records.all(|record| *record == self.partly.record)
    }

    /// A record of the decision is stored, or removed.
    pub(crate) fn note_purposes(&mut self, record: &str) {
        let refused = record.contains(r#""refused":["functional"]"#);
        if refused && !self.partly.refused {
            self.partly.withdrawals += 1;
            self.ledger.for_all(|entry| {
                if entry.partly.is_some() {
                    entry.excuse(Cause::Denied);
                }
            });
        }
        self.partly.refused = refused;
        self.partly.record = record.into();
    }
}
