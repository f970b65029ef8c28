//! What the keys of a token are called. JavaScript's names are written from here.
//!
//! No name is of two tokens: each has a fixed text before the token, and its ending tells what it is,
//! `_record`, `_history`, `_q_<queue>_<segment>`, `_q_wait<kind>` or `_mixpanel`. But the names of one
//! token can begin as those of another do, which `is_own` tells apart.

use crate::text::joined;

/// The key of the proof of a decision.
pub fn record(token: &str) -> String {
    joined(&["consentry_", token, "_record"])
}

/// The key of the records of all decisions, one a line.
pub fn history(token: &str) -> String {
    joined(&["consentry_", token, "_history"])
}

/// The key of identity and super properties, which is mixpanel-js's; some sites give it a name.
pub fn identity(token: &str, name: Option<&str>) -> String {
    name.map_or_else(|| joined(&["mp_", token, "_mixpanel"]), |name| joined(&["mp_", name]))
}

/// The keys of all segments begin so.
pub fn queues(token: &str) -> String {
    joined(&["consentry_", token, "_q_"])
}

/// The keys of the queues that mixpanel-js keeps begin so.
pub fn leftovers(token: &str) -> String {
    joined(&["__mpq_", token, "_"])
}

/// As `is_own`, of what is another's.
pub const OTHERS: &str = "^(record$|history$|q_)|_[a-z]";

/// Whether a key begins so and is of the token that this names: another's would have its ending here,
/// which has a letter after a `_`.
#[inline(never)]
pub(crate) fn is_own(prefix: &str, key: &str) -> bool {
    let Some(rest) = key.strip_prefix(prefix) else { return false };
    let mut before = b' ';
    for byte in rest.bytes() {
        if before == b'_' && byte.is_ascii_lowercase() {
            return false;
        }
        before = byte;
    }
    rest != "record" && rest != "history" && !rest.starts_with("q_")
}

/// As [`is_taken`].
pub const TAKEN: &str = "^(consentry_.*_(record$|history$|q_)|mp_.*_mixpanel$|__mpq_)";

/// Whether a flag of this name could be something else of some token.
pub fn is_taken(flag: &str) -> bool {
    let ours = |rest: &str| rest.ends_with("_record") || rest.ends_with("_history") || rest.contains("_q_");
    flag.strip_prefix("consentry_").is_some_and(ours)
        || flag.strip_prefix("mp_").is_some_and(|rest| rest.ends_with("_mixpanel"))
        || flag.starts_with("__mpq_")
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn what_follows_a_beginning_tells_whose_it_is() {
        for own in ["7_1", "7_0", "4294967295_50", "wait0", "1", "ev", "ev:X", "rubbish", "", "_-", "7_"] {
            assert!(is_own("consentry_A_q_", &format!("consentry_A_q_{own}")), "{own}");
        }
        for another in [
            "record",
            "history",
            "1_history",
            "1_record",
            "q_7_1",
            "q_wait0",
            "1_q_7_1",
            "7_1_q_7_1",
            "_record",
            "q_wait0",
            "B_q_7_1",
            "B_ev",
            "_ev",
            "_x",
        ] {
            assert!(!is_own("consentry_A_q_", &format!("consentry_A_q_{another}")), "{another}");
        }
    }
}
