//! Promises 11 and 12: one region, and what is blacklisted is gone.

use super::{Check, Rule, rule};
use crate::ground::Ground;
use crate::text;

pub(super) const RULES: &[Rule] = &[
    rule(Check::WrongAddress, "11: every request goes to the one host, its kind's path, with ip=0", ""),
    rule(Check::BlacklistedSeen, "12: a blacklisted name is neither stored nor sent", ""),
];

/// The host of the region in every run.
const HOST: &str = "https://api-js.mixpanel.com";

impl Ground {
    /// A request starts; answers the kind of records its path is for.
    pub(crate) fn check_address(&mut self, url: &str) -> usize {
        let path = ["/track/?", "/engage/?", "/groups/?"];
        let address = url.strip_prefix(HOST);
        let kind = path.iter().position(|path| address.is_some_and(|address| address.starts_with(path)));
        if kind.is_none() || !(url.contains("&ip=0&") || url.ends_with("&ip=0")) {
            self.violate(Check::WrongAddress, || url.into());
        }
        kind.unwrap_or(0)
    }

    /// Something is about to be sent, or written.
    pub(crate) fn check_blacklist(&mut self, text: &str, seen: impl FnOnce() -> String) {
        if text.contains(text::SECRET) {
            self.violate(Check::BlacklistedSeen, seen);
        }
    }
}
