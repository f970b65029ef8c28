//! Seeds that found something, each with what it was. FINDINGS.md has the traces; a change of `plan` moves what a seed means.

use consentry_simulator::run;

/// Seed, and what it found.
const FOUND: [(u64, &str); 12] = [
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
];

#[test]
fn what_was_found_stays_fixed() {
    for (seed, found) in FOUND {
        let outcome = run(seed, &[]);
        assert!(outcome.violation.is_none(), "seed {seed} found before: {found}; now: {:?}", outcome.violation);
    }
}
