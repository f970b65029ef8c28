//! One run, from its seed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::checks::{Check, Violation};
use crate::cover::Cover;
use crate::plan::{Plan, Step};
use crate::world::World;

/// How a run went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What was violated first, if anything.
    pub violation: Option<Violation>,
    /// What it met.
    pub cover: Cover,
    /// What happened, line by line, if that was asked for.
    pub trace: Vec<String>,
}

/// Runs a seed.
pub fn run(seed: u64) -> Outcome {
    guarded(&Plan::new(seed), false, false)
}

/// Runs a seed again, and writes down what happens. With `aloud` each line goes to standard error at once.
pub fn trace(seed: u64, aloud: bool) -> Outcome {
    guarded(&Plan::new(seed), true, aloud)
}

/// Runs a seed that fails with as few of its steps as still make the same check fail, and writes down what happens.
pub fn shrink(seed: u64) -> Outcome {
    let mut plan = Plan::new(seed);
    let Some(check) = guarded(&plan, false, false).violation.map(|violation| violation.check) else { return trace(seed, false) };
    let mut size = plan.steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < plan.steps.len() {
            let mut shorter = plan.clone();
            shorter.steps.drain(at..(at + size).min(plan.steps.len()));
            if guarded(&shorter, false, false).violation.is_some_and(|violation| violation.check == check) {
                plan = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    guarded(&plan, true, false)
}

fn guarded(plan: &Plan, traced: bool, aloud: bool) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| played(plan, traced, aloud))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| String::from(*text)));
        let violation = Violation { check: Check::Panicked, seen: text.unwrap_or_default() };
        Outcome { violation: Some(violation), cover: Cover::default(), trace: Vec::new() }
    })
}

fn played(plan: &Plan, traced: bool, aloud: bool) -> Outcome {
    let mut world = World::new(plan);
    world.ground.ignored = ignored();
    if traced {
        world.ground.trace = Some(Vec::new());
        world.ground.aloud = aloud;
        world.ground.note(|| format!("seed {}: {:?}", plan.seed, plan.config));
    }
    world.open();
    for (number, step) in plan.steps.iter().enumerate() {
        line(&mut world, number, step);
        world.step(*step, plan);
        if world.violation().is_some() {
            break;
        }
    }
    if world.violation().is_none() {
        world.finish(plan);
    }
    let trace = world.ground.trace.take().unwrap_or_default();
    Outcome { violation: world.violation().cloned(), cover: world.ground.cover, trace }
}

fn line(world: &mut World, number: usize, step: &Step) {
    let (time, wall) = (world.ground.monotonic, world.ground.wall());
    world.ground.note(|| format!("{number:>3} at {:.3} s (clock {wall}): {step:?}", time as f64 / 1_000.0));
}

/// Checks that `SIMULATE_IGNORE` names, to look for others while one is known to fail.
fn ignored() -> Vec<Check> {
    let names = std::env::var("SIMULATE_IGNORE").unwrap_or_default();
    Check::ALL.into_iter().filter(|check| names.split(',').any(|name| name == format!("{check:?}"))).collect()
}
