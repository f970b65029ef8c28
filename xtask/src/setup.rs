//! Makes a fresh machine ready. Each step happens only when something is missing, and each tool has
//! one exact version.

use std::path::PathBuf;

use crate::browsers::{self, Browsers};
use crate::paths::Paths;
use crate::run::Result;
use crate::tools;

/// What building the package needs.
pub fn for_build(paths: &Paths) -> Result<()> {
    tools::node(20, 0)?;
    tools::wasm_target()?;
    tools::wasm_bindgen(paths)?;
    tools::npm_packages(&paths.build_tools())
}

/// What testing the package needs besides.
pub fn for_package_tests(paths: &Paths) -> Result<()> {
    tools::node(20, 19)?; // vite's and `node --test --test-concurrency`'s
    tools::npm_packages(&paths.tests())
}

/// What tests in browsers need besides.
pub fn for_browsers(paths: &Paths) -> Result<Browsers> {
    tools::geckodriver(paths)?;
    browsers::ready()
}

/// What the benchmark needs besides. Answers where Chromium is.
pub fn for_bench(paths: &Paths) -> Result<PathBuf> {
    tools::npm_packages(&paths.benches())?;
    browsers::chromium()
}
