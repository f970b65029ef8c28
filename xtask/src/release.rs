//! What a release is held to besides the tests: `cargo xtask deny` and `cargo xtask semver`. Each needs a
//! tool that takes minutes to build, so neither is part of `test`.

use std::process::Command;

use crate::paths::Paths;
use crate::run::{self, Result};
use crate::tools;

/// Looks at what the crate and the examples depend on: licences, sources, and what is not to be there,
/// by deny.toml; with `advisories`, which are fetched, also at what is known to be unsafe.
pub fn deny(paths: &Paths, advisories: bool) -> Result<()> {
    let program = tools::program(&tools::cargo_deny(paths)?, "cargo-deny");
    for folder in ["", "examples"] {
        let folder = paths.root.join(folder);
        run::shown(
            &format!("cargo deny, {}", folder.display()),
            Command::new(&program)
                .current_dir(&paths.root)
                .arg("--manifest-path")
                .arg(folder.join("Cargo.toml"))
                .arg("--config")
                .arg(paths.root.join("deny.toml"))
                .args(["--all-features", "check", "bans", "licenses", "sources"])
                .args(advisories.then_some("advisories")),
        )?;
    }
    Ok(())
}

/// Compares what the crate offers with what it offered in a revision. Natively: cargo-semver-checks 0.51
/// cannot ask for a wasm target, and of the crate only conversions from values of JavaScript are there alone.
pub fn semver(paths: &Paths, revision: &str) -> Result<()> {
    let program = tools::program(&tools::cargo_semver_checks(paths)?, "cargo-semver-checks");
    run::shown(
        &format!("cargo semver-checks against {revision}"),
        Command::new(program)
            .current_dir(&paths.root)
            .env("CARGO_TARGET_DIR", paths.work().join("semver"))
            .args(["semver-checks", "check-release", "--package=consentry", "--only-explicit-features"])
            .args(["--features=requests,web", &format!("--baseline-rev={revision}")]),
    )
}
