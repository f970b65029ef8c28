//! Speed beside mixpanel-browser, in Chromium. No part of the tests: a number that depends on the machine must not fail them.

use std::process::Command;

use crate::paths::{self, Paths};
use crate::run::{self, Result};
use crate::{demo, package, setup};

/// How the benchmark was asked for.
pub struct Options {
    /// Fresh pages for each number.
    pub runs: u8,
    /// Fail where a target is missed.
    pub check: bool,
}

impl Default for Options {
    fn default() -> Self {
        // Enough for a median that one disturbed page does not move.
        Self { runs: 5, check: false }
    }
}

/// Builds and packs the package, and measures it as a site would bundle it.
pub fn run(paths: &Paths, options: &Options) -> Result<()> {
    let tarball = package::built(paths)?;
    let chromium = setup::for_bench(paths)?;
    demo::collector(paths)?;
    let work = paths.work().join("bench");
    paths::emptied(&work)?;
    let mut command = Command::new("node");
    command
        .current_dir(paths.benches())
        .args(["run.mjs", &options.runs.to_string()])
        .env("CONSENTRY_TARBALL", tarball)
        .env("CONSENTRY_COLLECTOR", paths.collector())
        .env("CONSENTRY_CHROMIUM", chromium)
        .env("CONSENTRY_WORK", work);
    if options.check {
        command.arg("--check");
    }
    run::shown("measuring speed beside mixpanel-browser in Chromium (minutes)", &mut command)
}
