//! The choices among a few words, by their names in options.

use crate::consent::decision::{SignalMode, Status};
use crate::options::choices::{BeforeDecision, Persistence, Regime, SameSite};
use crate::platform::Store;
use crate::residency::Residency;

/// A choice among a few words.
pub(super) trait Words: Copy + 'static {
    /// Every choice.
    const ALL: &'static [Self];
    /// Their names, in the same order.
    const NAMES: &'static [&'static str];
}

macro_rules! words {
    ($($name:ident: $($one:ident)*,)*) => {
        $(impl Words for $name {
            const ALL: &'static [$name] = &$name::ALL;
            const NAMES: &'static [&'static str] = {
                let [$($one),*] = $name::ALL;
                &[$($one.name()),*]
            };
        })*
    };
}

words! {
    Residency: a b c,
    Persistence: a b c,
    Status: a b c,
    Regime: a b c,
    BeforeDecision: a b,
    Store: a b,
    SignalMode: a b c,
    SameSite: a b c,
}
