//! What the hashes of a site are made with.

use core::fmt;

/// A salt. It is in nothing that is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub(crate) String);

impl fmt::Debug for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Salt")
    }
}
