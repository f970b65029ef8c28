//! `cargo xtask simulate`: builds the simulator with its own profile and starts it.

use crate::paths::Paths;
use crate::run::{self, Result};

/// Runs it with these options; they are the simulator's own.
pub fn run(paths: &Paths, options: &[&str]) -> Result<()> {
    let mut command = run::cargo();
    command.current_dir(&paths.root).args(["run", "--quiet", "--profile=simulate", "--package=consentry-simulator", "--"]).args(options);
    run::shown("simulate", &mut command)
}
