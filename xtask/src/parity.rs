//! Parity with mixpanel-browser: scenarios played on it and on the drop-in, in Chromium and
//! Firefox. No part of the tests: it takes minutes.

use std::path::Path;
use std::process::Command;

use crate::paths::{self, Paths};
use crate::run::{self, Result};
use crate::{demo, package, setup, tools};

/// Plays the scenarios with one of these words in their names, or all, and prints the table of
/// docs/parity.md. With `--reference` mixpanel-browser is compared with itself, which needs no
/// package; with `--kept` it is not played again where an earlier run of the same scenario has been.
/// With `--again` nothing is played: what was seen last is looked at with the rows of now.
///
/// # Errors
///
/// When something differs and no row of the table of differences says why.
pub fn run(paths: &Paths, arguments: &[&str]) -> Result<()> {
    let tarball = if arguments.iter().any(|word| ["--reference", "--again"].contains(word)) { None } else { Some(package::built(paths)?) };
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
        .env("CONSENTRY_KEPT", paths.work().join("parity-kept"))
        .env("CONSENTRY_WORK", work);
    if let Some(tarball) = tarball {
        command.env("CONSENTRY_TARBALL", tarball);
    }
    run::shown("scenarios on mixpanel-browser and on the drop-in, in Chromium and Firefox", &mut command)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;

    const COLUMNS: [&str; 4] = ["scenarios", "equal", "explained", "different"];

    fn read(path: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
    }

    #[test]
    fn the_documented_table_is_the_last_one_written() {
        let results: Value = serde_json::from_str(&read("tests/parity/results.json")).unwrap();
        let docs = read("docs/parity.md");
        let mut sums = [0; COLUMNS.len()];
        for row in results["themes"].as_array().unwrap() {
            let counts = COLUMNS.map(|column| row[column].as_u64().unwrap());
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
            assert_line(&docs, row["theme"].as_str().unwrap(), counts);
        }
        assert_line(&docs, "all", sums);
    }

    fn assert_line(docs: &str, name: &str, counts: [u64; COLUMNS.len()]) {
        let line = format!("| {name} | {} |", counts.map(|count| count.to_string()).join(" | "));
        assert!(docs.lines().any(|one| one == line), "docs/parity.md lacks `{line}`: `cargo xtask parity --write`");
    }

    #[test]
    fn the_reference_is_the_one_of_the_lock_file() {
        let results: Value = serde_json::from_str(&read("tests/parity/results.json")).unwrap();
        let lock: Value = serde_json::from_str(&read("tests/package-lock.json")).unwrap();
        assert_eq!(results["reference"], lock["packages"]["node_modules/mixpanel-browser"]["version"]);
    }
}
