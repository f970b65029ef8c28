//! What the keys of a token are called. JavaScript's names are written from here.
//!
//! No name is of two tokens: each has a fixed text before the token, and its ending tells what it is,
//! `_record`, `_q_<queue>_<segment>`, `_q_wait<kind>` or `_mixpanel`. But the names of one token can
//! begin as those of another do, which [`is_own`] tells apart.

use crate::text::{joined, lines, until};

/// The key of the proof of a decision.
pub fn record(token: &str) -> String {
    joined(&["consentry_", token, "_record"])
}

/// The key of identity and super properties, which is mixpanel-js's.
pub fn identity(token: &str) -> String {
    joined(&["mp_", token, "_mixpanel"])
}

/// The keys of all segments begin so.
pub fn queues(token: &str) -> String {
    joined(&["consentry_", token, "_q_"])
}

/// The keys of the queues that mixpanel-js keeps begin so.
pub fn leftovers(token: &str) -> String {
    joined(&["__mpq_", token, "_"])
}

/// As [`is_own`], of what is another's.
pub const OTHERS: &str = "(^|_)(record$|q_)|_(ev|pp|gr)";

/// Whether a key that begins as those of a token do, and goes on so, is of no other token: that one's
/// would have its ending here.
pub fn is_own(mut rest: &str) -> bool {
    let mut queues: &[&str] = &[];
    while !rest.is_empty() {
        if rest == "record" || rest.starts_with("q_") || queues.iter().any(|queue| rest.starts_with(queue)) {
            return false;
        }
        queues = &["ev", "pp", "gr"]; // mixpanel-js's, of which the first is the token's
        until(&mut rest, b'_');
    }
    true
}

/// Those of some keys that begin so and are the token's.
pub(crate) fn own<'a>(keys: &'a str, prefix: &str) -> impl Iterator<Item = &'a str> {
    lines(keys).filter(move |key| key.strip_prefix(prefix).is_some_and(is_own))
}

/// As [`is_taken`].
pub const TAKEN: &str = r"^(consentry_[^]*(_record|_q_[^]*)|mp_[^]*_mixpanel|__mpq_[^]*)$";

/// Whether a flag of this name could be something else of some token.
pub fn is_taken(flag: &str) -> bool {
    let ours = |rest: &str| rest.ends_with("_record") || rest.contains("_q_");
    flag.strip_prefix("consentry_").is_some_and(ours)
        || flag.strip_prefix("mp_").is_some_and(|rest| rest.ends_with("_mixpanel"))
        || flag.starts_with("__mpq_")
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn what_follows_a_beginning_tells_whose_it_is() {
        for own in ["7_1", "7_0", "4294967295_50", "wait0", "1", "ev", "ev:X", "rubbish", "", "_-", "_x", "7_"] {
            assert!(is_own(own), "{own}");
        }
        for another in ["record", "1_record", "q_7_1", "q_wait0", "1_q_7_1", "7_1_q_7_1", "_record", "q_wait0", "B_q_7_1", "B_ev", "_ev"] {
            assert!(!is_own(another), "{another}");
        }
    }
}
