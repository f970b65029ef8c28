//! `cargo xtask msrv`: the crate compiles with the oldest Rust that its manifest names.

use std::fs;
use std::process::Command;

use crate::paths::Paths;
use crate::run::{self, Context, Failure, Result};
use crate::tools::WASM;

/// Checks the crate as applications have it, for both targets.
pub fn check(paths: &Paths) -> Result<()> {
    let manifest = fs::read_to_string(paths.root.join("Cargo.toml")).context("read Cargo.toml")?;
    let version = rust_version(&manifest).ok_or_else(|| Failure::new("the package in Cargo.toml names no rust-version"))?;
    run::captured(
        &format!("installing Rust {version} (once)"),
        Command::new("rustup").args(["toolchain", "install", version, "--profile=minimal", "--target", WASM, "--no-self-update"]),
    )?;
    for target in [None, Some(WASM)] {
        let mut command = Command::new("rustup");
        // With its own directory, or every other build would start anew.
        command.current_dir(&paths.root).env("CARGO_TARGET_DIR", paths.work().join("msrv"));
        command.args(["run", version, "cargo", "check", "--package=consentry", "--lib", "--features=web"]);
        command.args(target.map(|target| format!("--target={target}")));
        run::shown(&format!("Rust {version}, {}", target.unwrap_or("native")), &mut command)?;
    }
    Ok(())
}

/// The version that the package itself names; the workspace's is that of its tools.
fn rust_version(manifest: &str) -> Option<&str> {
    let package = manifest.split("\n[package]\n").nth(1)?;
    let line = package.lines().find_map(|line| line.strip_prefix("rust-version = \""))?;
    line.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::rust_version;

    #[test]
    fn the_version_is_the_packages_own() {
        let manifest = "[workspace.package]\nrust-version = \"1.95\"\n\n[package]\nname = \"x\"\nrust-version = \"1.88\" # why\n";
        assert_eq!(rust_version(manifest), Some("1.88"));
        assert_eq!(rust_version("[workspace.package]\nrust-version = \"1.95\"\n\n[package]\nrust-version.workspace = true\n"), None);
    }
}
