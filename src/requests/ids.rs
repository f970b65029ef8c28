//! Which ids are refused before anything is sent, and how many go into a request.

use core::fmt;

use crate::visitor::is_usable;

/// Ids in a request by default. Sources say 1,999 and 2,000; the smaller is right in both.
const USUAL: usize = 1_999;
/// Ids that a project without group keys may have in a request.
const MOST: usize = 2_000;

/// Why an id is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Refused {
    /// There is nothing in it.
    Empty,
    /// It is over 255 bytes, which is more than Mixpanel takes.
    TooLong,
    /// It has a line's end or another control character: a file was read wrongly.
    Control,
    /// It has a space around it, and is nobody's id like that.
    Space,
    /// It is what a missing value looks like, such as `null`; Mixpanel records nobody under it.
    Nobody,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Refused::Empty => "empty",
            Refused::TooLong => "over 255 bytes",
            Refused::Control => "has a control character",
            Refused::Space => "begins or ends with a space",
            Refused::Nobody => "what a missing value looks like",
        })
    }
}

/// Why this id is refused, if it is. An anonymous visitor's, which begins with `$device:`, is not.
///
/// ```
/// use consentry::requests::{Refused, refused};
/// assert_eq!(refused("4711"), None);
/// assert_eq!(refused("$device:4711"), None);
/// assert_eq!(refused("undefined"), Some(Refused::Nobody));
/// ```
pub fn refused(id: &str) -> Option<Refused> {
    if id.is_empty() {
        return Some(Refused::Empty);
    }
    if id.len() > 255 {
        return Some(Refused::TooLong);
    }
    if id.chars().any(char::is_control) {
        return Some(Refused::Control);
    }
    if id.trim() != id {
        return Some(Refused::Space);
    }
    (!is_usable(id.strip_prefix("$device:").unwrap_or(id))).then_some(Refused::Nobody)
}

/// Ids that go into a request: 1,999, or fewer where the project has group keys, of which each takes
/// its share of the 2,000.
///
/// ```
/// use consentry::requests::batch_size;
/// assert_eq!((batch_size(0), batch_size(1), batch_size(3)), (1_999, 1_000, 500));
/// ```
pub const fn batch_size(groups: usize) -> usize {
    match (groups, MOST / groups.saturating_add(1)) {
        (0, _) => USUAL,
        (_, 0) => 1,
        (_, share) => share,
    }
}
