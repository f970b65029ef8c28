//! Records that wait in memory: for the visitor's decision, or for a user id.

use crate::consent::purposes::Few;
use crate::outbox::record::Record;

/// How many may wait; the oldest go first.
const MOST: usize = 1_000;

/// The records, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Held(Vec<Record>);

impl Held {
    /// Lets one wait, and answers how many others had to go.
    pub(crate) fn push(&mut self, record: Record) -> usize {
        self.0.push(record);
        let over = self.0.len() > MOST;
        if over {
            self.0.remove(0);
        }
        usize::from(over)
    }

    /// All of them; none wait any more.
    pub(crate) fn take(&mut self) -> Vec<Record> {
        core::mem::take(&mut self.0)
    }

    /// Drops those of these purposes, and answers how many.
    pub(crate) fn drop_of(&mut self, purposes: Few) -> usize {
        let before = self.0.len();
        self.0.retain(|record| !purposes.has(record.purpose));
        before - self.0.len()
    }

    pub(crate) fn iter_mut(&mut self) -> core::slice::IterMut<'_, Record> {
        self.0.iter_mut()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
