//! The tools of the build, each of one exact version: the wasm target, wasm-bindgen, geckodriver,
//! node and its packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::paths::Paths;
use crate::run::{self, Context, Failure, Result};

/// The target of the browser build.
pub const WASM: &str = "wasm32-unknown-unknown";

const GECKODRIVER: &str = "0.37.1";
const CARGO_DENY: &str = "0.20.2";
const CARGO_SEMVER_CHECKS: &str = "0.51.0";

/// Adds the wasm target to the toolchain in use, when it is missing.
pub fn wasm_target() -> Result<()> {
    let sysroot = run::silent("asking rustc for its sysroot", Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib").join("rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    run::captured("adding the wasm target (once)", Command::new("rustup").args(["target", "add", WASM])).map(drop)
}

/// The directory with `wasm-bindgen` and `wasm-bindgen-test-runner` of exactly the crate's version.
pub fn wasm_bindgen(paths: &Paths) -> Result<PathBuf> {
    let lock = fs::read_to_string(paths.root.join("Cargo.lock")).context("read Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock has no wasm-bindgen: run `cargo update -p consentry`"))?;
    installed(paths, "wasm-bindgen", "wasm-bindgen-cli", version)
}

/// The directory with `geckodriver`.
pub fn geckodriver(paths: &Paths) -> Result<PathBuf> {
    installed(paths, "geckodriver", "geckodriver", GECKODRIVER)
}

/// The directory with `cargo-deny`.
pub fn cargo_deny(paths: &Paths) -> Result<PathBuf> {
    installed(paths, "cargo-deny", "cargo-deny", CARGO_DENY)
}

/// The directory with `cargo-semver-checks`.
pub fn cargo_semver_checks(paths: &Paths) -> Result<PathBuf> {
    installed(paths, "cargo-semver-checks", "cargo-semver-checks", CARGO_SEMVER_CHECKS)
}

/// Fails unless node is at least this new.
pub fn node(major: u32, minor: u32) -> Result<()> {
    let advice = || Failure::new(format!("Node {major}.{minor} or newer is needed: install it, and put `node` on PATH"));
    let version = run::silent("asking node for its version", Command::new("node").arg("--version")).map_err(|_| advice())?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map_while(|n| n.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < (major, minor) { Err(advice()) } else { Ok(()) }
}

/// Installs the locked npm packages of a directory, when they are missing or the lock has changed
/// since.
pub fn npm_packages(directory: &Path) -> Result<()> {
    let lock = fs::read(directory.join("package-lock.json")).context(format_args!("read package-lock.json in {}", directory.display()))?;
    let stamp = directory.join("node_modules").join(".installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    run::captured(
        &format!("installing the npm packages of {name}/"),
        npm().current_dir(directory).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]),
    )?;
    fs::write(&stamp, lock).context(format_args!("write {}", stamp.display()))
}

/// The npm command.
pub fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// The path of a program in a directory, with the ending this system gives programs.
pub fn program(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Builds a tool from crates.io into the cache, unless it is there, and returns its `bin`
/// directory.
fn installed(paths: &Paths, program_name: &str, package: &str, version: &str) -> Result<PathBuf> {
    let root = paths.cache.join(format!("{program_name}-{version}"));
    let bin = root.join("bin");
    if program(&bin, program_name).is_file() {
        return Ok(bin);
    }
    let build = paths.cache.join(format!("build-{program_name}-{version}"));
    // Run from the cache, so that neither this repository's settings nor its lock reach the tool;
    // without --locked, because the registry's newest compatible dependencies are the ones that
    // carry fixes.
    let outcome = run::captured(
        &format!("building {package} {version} (once, takes minutes; kept in {})", paths.cache.display()),
        run::cargo()
            .current_dir(&paths.cache)
            .env("CARGO_TARGET_DIR", &build)
            .args(["install", package, "--version", version, "--root"])
            .arg(&root),
    );
    if build.exists() {
        fs::remove_dir_all(&build).context(format_args!("remove {}", build.display()))?;
    }
    outcome.map(|_| bin)
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_lock_names_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "js-sys"), None);
    }
}
