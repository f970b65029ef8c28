//! Parity with mixpanel-browser: scenarios played on it and on the drop-in, in Chromium and
//! Firefox. No part of the tests: it takes minutes.

use std::path::Path;
use std::process::Command;

use crate::paths::{self, Paths};
use crate::run::{self, Result};
use crate::{demo, package, setup, tools};

/// Plays the scenarios with one of these words in their names, or all, and prints the table of
/// docs/parity.md. With `--reference` mixpanel-browser is compared with itself, which needs no
/// package.
///
/// # Errors
///
/// When something differs and no row of the table of differences says why.
pub fn run(paths: &Paths, arguments: &[&str]) -> Result<()> {
    let tarball = if arguments.contains(&"--reference") { None } else { Some(package::built(paths)?) };
    setup::for_package_tests(paths)?;
    let browsers = setup::for_browsers(paths)?;
    let geckodriver = tools::program(&tools::geckodriver(paths)?, "geckodriver");
    demo::collector(paths)?;
    let work = paths.work().join("parity");
    paths::emptied(&work)?;
    let mut command = Command::new("node");
    command
        .current_dir(paths.tests())
        .arg(Path::new("parity").join("run.mjs"))
        .args(arguments)
        .env("CONSENTRY_COLLECTOR", paths.collector())
        .env("CONSENTRY_CHROMIUM", browsers.chromium)
        .env("CONSENTRY_CHROMEDRIVER", browsers.chromedriver)
        .env("CONSENTRY_FIREFOX", browsers.firefox)
        .env("CONSENTRY_GECKODRIVER", geckodriver)
        .env("CONSENTRY_WORK", work);
    if let Some(tarball) = tarball {
        command.env("CONSENTRY_TARBALL", tarball);
    }
    run::shown("scenarios on mixpanel-browser and on the drop-in, in Chromium and Firefox", &mut command)
}
