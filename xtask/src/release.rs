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

/// Compares what the crate offers with what it offered in a revision, as a server and as a browser has it.
pub fn semver(paths: &Paths, revision: &str) -> Result<()> {
    let program = tools::program(&tools::cargo_semver_checks(paths)?, "cargo-semver-checks");
    for (target, features) in [(None, "requests,web"), (Some(tools::WASM), "web")] {
        run::shown(
            &format!("cargo semver-checks against {revision}, {}", target.unwrap_or("native")),
            Command::new(&program)
                .current_dir(&paths.root)
                .env("CARGO_TARGET_DIR", paths.work().join("semver"))
                .args(["semver-checks", "check-release", "--package=consentry", "--only-explicit-features"])
                .args([format!("--features={features}"), format!("--baseline-rev={revision}")])
                .args(target.map(|target| format!("--target={target}"))),
        )?;
    }
    Ok(())
}
