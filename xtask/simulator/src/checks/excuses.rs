//! What each tier excuses, for which promise, and until when: the one table. A cause of another
//! tier than those of the run excuses nothing there, so the honest and the late tier excuse
//! nothing.

use crate::ground::Ground;
use crate::plan::Tier::{self, Clock, Full, Lying};

/// Why a record need not arrive, or why nobody could know that it must not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// By promise.
    Denied,
    /// By promise.
    Forgotten,
    /// By promise.
    Refused,
    /// By promise.
    TooOld,
    /// By promise.
    InMemory,
    /// By promise.
    Killed,
    /// By promise.
    Closed,
    /// By promise.
    FirstGrant,
    /// By promise.
    Held,
    /// A fault.
    BlindDecision,
    /// A fault.
    NeverStored,
    /// A fault.
    Unkept,
    /// A fault.
    EpochGone,
    /// A fault.
    Erased,
    /// A fault.
    Overruled,
    /// A fault.
    Hidden,
    /// A fault.
    Stuck,
    /// A fault.
    OrderLost,
}

/// One row.
#[derive(Debug)]
pub struct Excuse {
    /// The cause.
    pub cause: Cause,
    /// The tiers that excuse it; with none it is no excuse, for the promise itself says so.
    pub tiers: &'static [Tier],
    /// For which promise.
    pub promise: &'static str,
    /// What it is about.
    pub what: &'static str,
    /// Until when.
    pub until: &'static str,
    /// The mutation that it must not hide, in its own tier.
    pub mutation: &'static str,
}

const fn excuse(
    cause: Cause,
    tiers: &'static [Tier],
    promise: &'static str,
    what: &'static str,
    until: &'static str,
    mutation: &'static str,
) -> Excuse {
    Excuse { cause, tiers, promise, what, until, mutation }
}

/// Every cause, in the order of the enum.
pub const EXCUSES: [Excuse; 18] = [
    excuse(Cause::Denied, &[], "7", "made before a denial, by the visitor or a signal, or by a page that could know of it", "", ""),
    excuse(Cause::Forgotten, &[], "7", "made before a purge or resetConsent, or by a page that could know of it", "", ""),
    excuse(Cause::Refused, &[], "7", "the server refused it for good", "", ""),
    excuse(Cause::TooOld, &[], "7", "older than five days by the clock", "", ""),
    excuse(Cause::InMemory, &[], "7", "the site keeps nothing on the device, or the grant had just expired, and its page is gone", "", ""),
    excuse(Cause::Killed, &[], "7", "it waited behind a burst when its page was killed (known limits)", "", ""),
    excuse(Cause::Closed, &[], "7", "its client was closed before a store took it, which told of it", "", ""),
    excuse(
        Cause::FirstGrant,
        &[],
        "6",
        "recorded by a default of granted, where a page has another one: a grant there is the first, and the default was no choice",
        "",
        "",
    ),
    excuse(Cause::Held, &[], "4", "held, and the next grant follows a refusal: nobody can tell whether it was made before that", "", ""),
    excuse(
        Cause::BlindDecision,
        &[Full, Lying],
        "4, 7",
        "no cookie was taken, and a choice was made on a page that sees localStorage late",
        "the next withdrawal",
        "no-other-store",
    ),
    excuse(
        Cause::NeverStored,
        &[Full, Lying],
        "7",
        "the store took nothing while the page lived that made it",
        "it is stored",
        "store-once",
    ),
    excuse(
        Cause::Unkept,
        &[Full, Lying],
        "4, 7",
        "a decision or an epoch that no store took, which was reported: what was recorded meanwhile",
        "a store takes one",
        "no-other-store",
    ),
    excuse(
        Cause::EpochGone,
        &[Full, Lying, Clock],
        "7",
        "the largest epoch is stored nowhere any more, and the page is gone",
        "one as large is stored",
        "adopt-any-epoch",
    ),
    excuse(Cause::Erased, &[Lying], "7", "somebody took it out of storage, and the page is gone", "it is stored again", "never-store"),
    excuse(Cause::Overruled, &[Lying], "4, 5, 7", "somebody else changed what is stored of consent", "the page reads that", "drop-on-503"),
    excuse(
        Cause::Hidden,
        &[Lying],
        "4, 7",
        "a store hid a decision, or the later of two: what was recorded meanwhile",
        "it can be read",
        "unread-is-granted",
    ),
    excuse(
        Cause::Stuck,
        &[Lying],
        "4",
        "a store takes no removals: what stands there comes back",
        "the next withdrawal",
        "identity-after-denial",
    ),
    excuse(
        Cause::OrderLost,
        &[Clock],
        "4",
        "the clock was set back behind the last epoch, and nothing stored tells of that",
        "the next withdrawal",
        "follow-without-the-epoch",
    ),
];

impl Cause {
    /// Its row.
    pub fn row(self) -> Option<&'static Excuse> {
        EXCUSES.get(self as usize)
    }

    /// The promise itself says so.
    pub fn is_promised(self) -> bool {
        self.row().is_some_and(|row| row.tiers.is_empty())
    }
}

impl Ground {
    /// Whether a cause counts in this run.
    pub(crate) fn admits(&self, cause: Cause) -> bool {
        cause.row().is_some_and(|row| row.tiers.is_empty() || row.tiers.iter().any(|tier| self.mix.has(*tier)))
    }
}

#[cfg(test)]
mod tests {
    use super::{EXCUSES, Tier};

    #[test]
    fn the_table_is_in_order_and_excuses_nothing_in_late() {
        let mutations = include_str!("../../../src/mutations.rs");
        for (place, row) in EXCUSES.iter().enumerate() {
            assert_eq!(row.cause as usize, place);
            assert!(!row.tiers.contains(&Tier::Late), "{row:?}");
            assert!(row.tiers.is_empty() || !row.until.is_empty(), "{row:?}");
            // `cargo xtask mutants` plays it in a tier that excuses this.
            let played = row.tiers.iter().any(|tier| {
                let tier = format!("{tier:?}").to_lowercase();
                mutations.contains(&format!("(\"{}\", \"{tier}\")", row.mutation))
            });
            assert!(row.tiers.is_empty() || played, "{row:?}");
        }
    }
}
