//! Seeds that found something, each with what it was. FINDINGS.md has the traces; a change of `plan` moves what a seed means.

use consentry_simulator::run;

/// Seed, and what it found.
const FOUND: [(u64, &str); 7] = [
    (25, "F13: nothing was stored at the end of a task any more, once another timer had replaced the wish for it"),
    (222, "F2: after the clock was set back a timer was set for a day"),
    (542, "F16: what was held before a refusal, by a page that slept through it, was stored after the next grant"),
    (758, "F16, F17: records of before a withdrawal were sent"),
    (2_539, "F15: a page gave its queues back and went on sending what it took from them"),
    (5_674, "F14: a stale grant in the other store lifted a denial"),
    (11_407, "F4: storing that fails was retried without end"),
];

#[test]
fn what_was_found_stays_fixed() {
    for (seed, found) in FOUND {
        let outcome = run(seed, &[]);
        assert!(outcome.violation.is_none(), "seed {seed} found before: {found}; now: {:?}", outcome.violation);
    }
}
