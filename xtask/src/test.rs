//! Every check, cheapest first; stops at the first that fails.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::browsers::{Browsers, Display};
use crate::paths::{self, Paths};
use crate::run::{self, Failure, Result};
use crate::{demo, examples, package, setup, size, tools};

/// A group of checks.
#[derive(Clone, Copy, PartialEq)]
pub enum Part {
    /// Formatting, clippy on both targets, documentation.
    Lint,
    /// The core and the collector, on this machine.
    Native,
    /// The crate's browser side, in Chromium and Firefox.
    Wasm,
    /// The packed npm package: its size, its exports and types.
    Package,
    /// The packed npm package, as pages and programs use it.
    Browsers,
    /// The web applications in Rust, as pages that people use.
    Examples,
}

impl Part {
    /// All, in the order they run.
    pub const ALL: [Self; 6] = [Self::Lint, Self::Native, Self::Wasm, Self::Package, Self::Browsers, Self::Examples];
    /// Those of each change. The applications compile for long, so they have a command of their own.
    pub const EACH_TIME: [Self; 5] = [Self::Lint, Self::Native, Self::Wasm, Self::Package, Self::Browsers];

    /// The part of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Package => "package",
            Self::Browsers => "browsers",
            Self::Examples => "examples",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The tests in browsers of the crate itself, and the features they need.
const IN_BROWSERS: [(&str, &str); 5] = [("npm", "npm"), ("web", "web,hash"), ("worker", "web"), ("blocked", "web"), ("both", "npm,web")];

/// Runs these parts; of the tests in browsers only the files with one of these words in their
/// names, or all when there is none.
pub fn run(paths: &Paths, parts: &[Part], words: &[&str]) -> Result<()> {
    let mut tarball = None;
    for part in parts {
        run::progress(&format!("test: {part}"));
        let start = Instant::now();
        match part {
            Part::Lint => lint(paths)?,
            Part::Native => native(paths)?,
            Part::Wasm => wasm(paths)?,
            Part::Package => tarball = Some(packed(paths)?),
            Part::Browsers => in_browsers(paths, "package", tarball.as_deref(), words)?,
            Part::Examples => {
                setup::for_build(paths)?;
                examples::check(paths)?;
                in_browsers(paths, "examples", tarball.as_deref(), words)?;
            }
        }
        run::progress(&format!("test: {part} passed in {:.0} s", start.elapsed().as_secs_f64()));
    }
    println!("{}", if parts == Part::EACH_TIME { "all checks passed" } else { "these checks passed" });
    Ok(())
}

/// The tests of data requests that take minutes.
pub fn requests(paths: &Paths) -> Result<()> {
    let arguments = ["test", "--package=consentry-requests", "--test=emulation", "--", "--ignored", "--nocapture", "--test-threads=2"];
    run::shown("data requests, killed over and over", &mut cargo(paths, &arguments))
}

fn cargo(paths: &Paths, arguments: &[&str]) -> Command {
    let mut command = run::cargo();
    command.current_dir(&paths.root).args(arguments);
    command
}

fn lint(paths: &Paths) -> Result<()> {
    tools::wasm_target()?;
    let wasm = format!("--target={}", tools::WASM);
    run::shown("cargo fmt", &mut cargo(paths, &["fmt", "--all", "--check"]))?;
    run::shown("clippy, native", &mut cargo(paths, &["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"]))?;
    let on_wasm = |what: &str, rest: &[&str]| {
        let mut command = cargo(paths, &["clippy", "--package=consentry", &wasm]);
        run::shown(what, command.args(rest).args(["--", "-Dwarnings"]))
    };
    on_wasm("clippy, wasm, as an application has it", &["--lib"])?;
    on_wasm("clippy, wasm, as the npm package has it", &["--lib", "--features=npm"])?;
    on_wasm("clippy, wasm, as the npm package's entry for servers has it", &["--lib", "--features=node"])?;
    on_wasm("clippy, wasm, as the npm package's hashes of ids have it", &["--lib", "--features=hash-npm"])?;
    on_wasm("clippy, wasm, as a web application in Rust has it", &["--lib", "--features=web"])?;
    for (test, features) in IN_BROWSERS {
        on_wasm(&format!("clippy, wasm tests of {test}"), &[&format!("--test={test}"), &format!("--features={features}")])?;
    }
    run::shown(
        "clippy, native, as a web application in Rust has it",
        &mut cargo(paths, &["clippy", "--package=consentry", "--features=web,hash", "--all-targets", "--", "-Dwarnings"]),
    )?;
    run::shown(
        "clippy, native, with serde alone",
        &mut cargo(paths, &["clippy", "--package=consentry", "--features=serde", "--", "-Dwarnings"]),
    )?;
    let doc = |what: &str, target: &[&str]| {
        let mut command = cargo(paths, &["doc", "--package=consentry", "--features=requests,web,hash", "--no-deps"]);
        run::shown(what, command.args(target).env("RUSTDOCFLAGS", "-Dwarnings"))
    };
    doc("cargo doc", &[])?;
    doc("cargo doc, wasm", &[&wasm])
}

fn native(paths: &Paths) -> Result<()> {
    let tree = run::captured(
        "looking for dependencies of the core",
        &mut cargo(paths, &["tree", "--package=consentry", "--edges=normal", "--prefix=none"]),
    )?;
    if tree.lines().filter(|line| !line.is_empty()).count() != 1 {
        return Err(Failure::new(format!(
            "the core must have no dependency on this machine, but cargo tree says:\n{tree}\
             move what the browser needs under [target.'cfg(target_arch = \"wasm32\")'.dependencies]"
        )));
    }
    run::shown("cargo test", &mut cargo(paths, &["test", "--workspace"]))?;
    run::shown(
        "cargo test, web applications where there is no page",
        &mut cargo(paths, &["test", "--package=consentry", "--features=web", "--lib", "--test=inert", "--test=serial"]),
    )?;
    run::shown(
        "cargo test, hashes of ids",
        &mut cargo(paths, &["test", "--package=consentry", "--features=hash", "--test=hash", "--test=drop_in"]),
    )?;
    run::shown("their examples in the documentation", &mut cargo(paths, &["test", "--package=consentry", "--features=web", "--doc"]))
}

fn wasm(paths: &Paths) -> Result<()> {
    tools::wasm_target()?;
    let runner = tools::program(&tools::wasm_bindgen(paths)?, "wasm-bindgen-test-runner");
    let browsers = setup::for_browsers(paths)?;
    let geckodriver = tools::program(&tools::geckodriver(paths)?, "geckodriver");
    for (name, variable, driver, other) in
        [("Chromium", "CHROMEDRIVER", &browsers.chromedriver, "GECKODRIVER"), ("Firefox", "GECKODRIVER", &geckodriver, "CHROMEDRIVER")]
    {
        for (test, features) in IN_BROWSERS {
            run::shown(
                &format!("wasm tests of {test} in {name}"),
                cargo(paths, &["test", "--package=consentry"])
                    .args([format!("--test={test}"), format!("--features={features}"), format!("--target={}", tools::WASM)])
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", &runner)
                    .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
                    .env(variable, driver)
                    .env_remove(other),
            )?;
        }
    }
    Ok(())
}

fn packed(paths: &Paths) -> Result<PathBuf> {
    let tarball = package::built(paths)?;
    setup::for_package_tests(paths)?;
    size::check(paths)?;
    let module = |path: &str| {
        let mut command = Command::new("node");
        command.current_dir(paths.tests()).arg(paths.tests().join("node_modules").join(path));
        command
    };
    run::shown("publint", module("publint/src/cli.js").args(["run", "--strict"]).arg(&tarball))?;
    run::shown(
        "are the types wrong",
        // node10 knows no `exports`, and neither wasm files nor scripts have types.
        module("@arethetypeswrong/cli/dist/index.js")
            .args(["--profile=node16", "--exclude-entrypoints", "consentry.wasm", "requests.wasm"])
            .args(["consentry.iife.js", "consentry-mixpanel.iife.js", "--no-emoji", "--no-color"])
            .arg(&tarball),
    )?;
    Ok(tarball)
}

/// The tests in this folder.
fn in_browsers(paths: &Paths, folder: &str, tarball: Option<&Path>, words: &[&str]) -> Result<()> {
    let files: Vec<PathBuf> = match paths.tests().join(folder) {
        directory if directory.is_dir() => package::entries(&directory)?,
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|file| file.file_name().is_some_and(|name| is_asked_for(&name.to_string_lossy(), words)))
    .collect();
    if files.is_empty() {
        return Err(Failure::new(format!("tests/{folder} holds no such *.test.mjs: what it tests would go out untested")));
    }
    let tarball = match tarball {
        Some(tarball) => tarball.to_path_buf(),
        None => package::built(paths)?,
    };
    setup::for_package_tests(paths)?;
    let browsers = setup::for_browsers(paths)?;
    let geckodriver = tools::program(&tools::geckodriver(paths)?, "geckodriver");
    demo::collector(paths)?;
    let work = paths.work().join("work");
    paths::emptied(&work)?;
    let Browsers { chromium, chromedriver, firefox, webkit_driver, minibrowser, xvfb } = &browsers;
    let display = Display::start(xvfb)?;
    run::shown(
        &format!("tests/{folder}, in node and browsers"),
        Command::new("node")
            .current_dir(paths.tests())
            .args(["--test", "--test-concurrency=2"])
            .args(files)
            .env("CONSENTRY_TARBALL", tarball)
            .env("CONSENTRY_COLLECTOR", paths.collector())
            .env("CONSENTRY_CHROMIUM", chromium)
            .env("CONSENTRY_CHROMEDRIVER", chromedriver)
            .env("CONSENTRY_FIREFOX", firefox)
            .env("CONSENTRY_GECKODRIVER", geckodriver)
            .env("CONSENTRY_WEBKIT_DRIVER", webkit_driver)
            .env("CONSENTRY_MINIBROWSER", minibrowser)
            .env("CONSENTRY_WORK", work)
            .env("CONSENTRY_EXAMPLES", paths.examples())
            .env("DISPLAY", &display.name),
    )
}

fn is_asked_for(name: &str, words: &[&str]) -> bool {
    name.ends_with(".test.mjs") && (words.is_empty() || words.iter().any(|word| name.contains(word)))
}
