//! One run, from its seed.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::checks::{Check, Violation};
use crate::cover::Cover;
use crate::plan::{Mix, Plan, Step};
use crate::world::World;

/// How a run went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The faults it met.
    pub mix: Mix,
    /// What was violated first, if anything.
    pub violation: Option<Violation>,
    /// What it met.
    pub cover: Cover,
    /// What happened, line by line, if that was asked for.
    pub trace: Vec<String>,
}

/// What is asked of a run besides its seed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Setup {
    /// Checks that are left out.
    pub ignored: Vec<Check>,
    /// Tiers to meet instead of those of the seed.
    pub mix: Option<Mix>,
}

/// Runs a seed.
pub fn run(seed: u64, setup: &Setup) -> Outcome {
    guarded(&Plan::new(seed, setup.mix), setup, false)
}

/// Runs a seed again, and writes down what happens.
pub fn trace(seed: u64, setup: &Setup) -> Outcome {
    guarded(&Plan::new(seed, setup.mix), setup, true)
}

/// Runs a seed that fails with as few of its steps as still make the same check fail, and writes
/// down what happens.
pub fn shrink(seed: u64, setup: &Setup) -> Outcome {
    let mut plan = Plan::new(seed, setup.mix);
    let Some(check) = guarded(&plan, setup, false).violation.map(|violation| violation.check) else { return trace(seed, setup) };
    let mut size = plan.steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < plan.steps.len() {
            let mut shorter = plan.clone();
            shorter.steps.drain(at..(at + size).min(plan.steps.len()));
            if guarded(&shorter, setup, false).violation.is_some_and(|violation| violation.check == check) {
                plan = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    guarded(&plan, setup, true)
}

/// Plays a plan. The world lives outside, so that its trace survives a panic of the core.
fn guarded(plan: &Plan, setup: &Setup, traced: bool) -> Outcome {
    let trace = Rc::new(RefCell::new(Vec::new()));
    let sink = traced.then(|| Rc::clone(&trace));
    let played = catch_unwind(AssertUnwindSafe(|| played(plan, setup, sink)));
    let (violation, cover) = played.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| String::from(*text)));
        (Some(Violation { check: Check::Panicked, seen: text.unwrap_or_default() }), Cover::default())
    });
    Outcome { mix: plan.mix, violation, cover, trace: trace.take() }
}

fn played(plan: &Plan, setup: &Setup, sink: Option<Rc<RefCell<Vec<String>>>>) -> (Option<Violation>, Cover) {
    let mut world = World::new(plan);
    world.ground.ignored = setup.ignored.clone();
    world.ground.trace = sink;
    world.ground.note(|| format!("seed {}, {}: {:?}", plan.seed, plan.mix.name(), plan.options));
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
    (world.violation().cloned(), world.ground.cover)
}

fn line(world: &mut World, number: usize, step: &Step) {
    let (time, wall) = (world.ground.monotonic, world.ground.wall());
    world.ground.note(|| format!("{number:>3} at {:.3} s (clock {wall}): {step:?}", time as f64 / 1_000.0));
}
