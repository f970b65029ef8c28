//! One batch on its way: what of it is still to be sent, and what is in doubt.

use std::collections::HashSet;

use super::record::Record;

/// Ids that go in one request.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Part {
    pub(super) ids: Vec<String>,
    /// When a request went that nothing came of yet.
    open: Option<u64>,
    /// When the first one went whose answer was lost.
    lost: Option<u64>,
}

impl Part {
    /// Where there is none.
    pub(super) const NONE: Part = Part { ids: Vec::new(), open: None, lost: None };

    /// Since when the server may have taken it without our knowing.
    pub(super) fn doubt(&self) -> Option<u64> {
        self.lost.or(self.open)
    }

    /// Whether an answer was lost before the request that is on its way.
    pub(super) fn was_lost(&self) -> bool {
        self.lost.is_some()
    }

    /// Those of its ids that are among these, in its order.
    pub(super) fn among(&self, named: &[String]) -> Vec<String> {
        let named: HashSet<&str> = named.iter().map(String::as_str).collect();
        self.ids.iter().filter(|id| named.contains(id.as_str())).cloned().collect()
    }
}

/// The parts of a batch that are left, the next one last.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub(super) fn whole(ids: Vec<String>) -> Parts {
        let part = Part { ids, ..Part::default() };
        Parts(if part.ids.is_empty() { Vec::new() } else { vec![part] })
    }

    pub(super) fn next(&self) -> Option<&Part> {
        self.0.last()
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// What a record of this batch does to it, when it is written and when it is read back alike.
    pub(super) fn apply(&mut self, record: &Record) {
        let Some(part) = self.0.last_mut() else { return };
        match record {
            Record::Sent { at, .. } => {
                part.lost = part.doubt();
                part.open = Some(*at);
            }
            Record::Not { .. } => part.open = None,
            Record::Split { .. } => {
                part.open = None;
                let rest = Part { ids: part.ids.split_off(part.ids.len() / 2), ..part.clone() };
                let first = core::mem::replace(part, rest);
                self.0.push(first);
            }
            Record::Aside { ids, .. } => {
                // Taken is all or nothing: what conflicts in part was not taken by a lost request.
                let aside: HashSet<&String> = ids.iter().collect();
                part.ids.retain(|id| !aside.contains(id));
                (part.open, part.lost) = (None, None);
                if part.ids.is_empty() {
                    self.0.pop();
                }
            }
            Record::Task { .. } => {
                self.0.pop();
            }
            Record::Plan(_) | Record::Batch { .. } | Record::Sealed(_) => {}
        }
        self.0.retain(|part| !part.ids.is_empty());
    }
}
