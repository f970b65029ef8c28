//! Tabs, stores, a network and a server around the real core.
//!
//! A run follows from one number: a configuration, and a list of steps that happen to one origin.
//! After every step the promises are checked; `checks` lists them. Nothing in a run depends on the
//! time, on threads, or on addresses.

mod checks;
mod cover;
pub mod fleet;
mod ground;
mod host;
pub mod model;
mod plan;
mod random;
mod run;
mod text;
mod world;

pub use checks::{Cause, Check, EXCUSES, Excuse, Rule, Violation, rules};
pub use cover::{Cover, Met};
pub use plan::{Mix, Tier};
pub use run::{Outcome, Setup, run, shrink, trace};
