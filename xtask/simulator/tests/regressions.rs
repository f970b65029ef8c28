//! Seeds that found something, each with what it was. FINDINGS.md has the traces; a change of
//! `plan` moves what a seed means.

use consentry_simulator::{Setup, run};

/// Seed, and what it found.
const FOUND: [(u64, &str); 22] = [
    (25, "F13: nothing was stored at the end of a task any more, once another timer had replaced the wish for it"),
    (188, "F6: a store that lied kept the epoch of before a withdrawal, and old records were sent"),
    (222, "F2: after the clock was set back a timer was set for a day"),
    (345, "a denial that had expired is no denial: what is held then may be sent"),
    (447, "F8: a visitor who had refused was tracked again by default when the stores were emptied"),
    (542, "F16: what was held before a refusal, by a page that slept through it, was stored after the next grant"),
    (563, "F10: a denied client removed what another one had stored under a new grant"),
    (758, "F17: a page followed an epoch smaller than its own"),
    (1_363, "F6b: of two stored grants the older one was believed"),
    (1_550, "F14: a stale grant lifted a denial"),
    (2_539, "F15: a page gave its queues back and went on sending what it took from them"),
    (5_674, "F14: a stale grant in the other store lifted a denial"),
    (36_847, "F18: a stale grant without an epoch was followed after a refusal and a new grant"),
    (40_597, "F19: a page that could not read the flag wrote over the epoch of a purge"),
    (81_583, "F19: the epoch of a purge stood in the store that does not hold the flag"),
    (123_342, "F20: a page denied by a fault, then by another tool's flag, took up the identity from before"),
    (130_741, "F21: what was held before a refusal that has expired was sent under the next grant"),
    (150_415, "F21: what was held before a refusal under an older policy was sent under the next grant"),
    (199_768, "F21: a purge hid from a page that slept that the grant came after a refusal"),
    (203_458, "F23: a refusal that a store seemed to hold already went by its old epoch, and an older grant lifted it"),
    (227_101, "F21: what was held before a refusal under an older policy was sent by a page that had not heard of it"),
    (457_920, "F26: after a purge a page that waited took the next grant for an older one"),
];

#[test]
fn what_was_found_stays_fixed() {
    for (seed, found) in FOUND {
        let outcome = run(seed, &Setup::default());
        assert!(outcome.violation.is_none(), "seed {seed} found before: {found}; now: {:?}", outcome.violation);
    }
}
