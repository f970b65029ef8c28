//! What the page was told already: each thing once, so that a loop does not flood it.

use std::collections::BTreeSet;

use crate::error::Code;

/// Things that are remembered one by one; after that, one of each code.
const MOST: usize = 10_000;

/// What was told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Told(BTreeSet<(Code, String)>);

impl Told {
    /// Whether the page is to be told this. Losses are told each time.
    pub(crate) fn tells(&mut self, code: Code, about: &str, dropped: usize) -> bool {
        let about = if self.0.len() < MOST { about } else { "" };
        self.0.insert((code, String::from(about))) || dropped > 0
    }
}
