//! Speed beside mixpanel-browser, in Chromium. No part of the tests: a number that depends on the
//! machine must not fail them.

use std::process::Command;

use crate::paths::{self, Paths};
use crate::run::{self, Result};
use crate::{demo, package, setup};

/// How the benchmark was asked for.
pub struct Options<'a> {
    /// Fresh pages for each number.
    pub runs: u8,
    /// Fail where something is beyond what it has to be.
    pub check: bool,
    /// Only the rows with one of these words in their names; all where there are none.
    pub only: Vec<&'a str>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        // Enough for a median that one disturbed page does not move.
        Self { runs: 5, check: false, only: Vec::new() }
    }
}

/// Builds and packs the package, and measures it as a site would bundle it.
pub fn run(paths: &Paths, options: &Options<'_>) -> Result<()> {
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
    command.args(&options.only);
    run::shown("measuring speed beside mixpanel-browser in Chromium (minutes)", &mut command)
}
