//! A few thousand random runs. `cargo xtask simulate` plays as many as one has time for.

use consentry_simulator::{Cover, Met, Setup, run};

#[test]
fn no_promise_is_broken_in_the_first_runs() {
    let mut cover = Cover::default();
    for seed in 0..3_000 {
        let outcome = run(seed, &Setup::default());
        assert!(outcome.violation.is_none(), "seed {seed}: {:?}; `cargo xtask simulate --seed {seed}` shows how", outcome.violation);
        cover.add_run(&outcome.cover);
    }
    // The schedules are not trivial: everything that can go wrong does, often enough.
    for met in Met::ALL {
        assert!(cover.of(met).1 >= 10, "{met:?} was met in {} runs only", cover.of(met).1);
    }
}

#[test]
fn a_run_follows_from_its_seed_alone() {
    for seed in 0..50 {
        assert_eq!(run(seed, &Setup::default()), run(seed, &Setup::default()));
    }
}
