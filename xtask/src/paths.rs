//! Where things are: the repository, cargo's target directory, the cache of tools.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{self, Context, Failure, Result};

/// The directories xtask works in.
pub struct Paths {
    /// The repository.
    pub root: PathBuf,
    /// Cargo's target directory.
    pub target: PathBuf,
    /// Tools built once for every clone: wasm-bindgen, geckodriver.
    pub cache: PathBuf,
    /// The version in Cargo.toml.
    pub version: String,
}

impl Paths {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// When xtask was not started by cargo, or no directory for the tools can be written.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = manifest
            .as_deref()
            .and_then(Path::parent)
            .ok_or_else(|| Failure::new("start xtask through cargo: `cargo xtask help`"))?
            .to_path_buf();
        let answer = run::silent(
            "asking cargo for its target directory",
            run::cargo().current_dir(&root).args(["metadata", "--no-deps", "--format-version=1"]),
        )?;
        let metadata: Value = serde_json::from_str(&answer).context("read cargo's metadata")?;
        let target = metadata
            .get("target_directory")
            .and_then(Value::as_str)
            .map(PathBuf::from)
            .ok_or_else(|| Failure::new("cargo's metadata names no target directory"))?;
        let version = metadata
            .get("packages")
            .and_then(Value::as_array)
            .and_then(|all| all.iter().find(|p| p.get("name").and_then(Value::as_str) == Some("consentry")))
            .and_then(|package| package.get("version"))
            .and_then(Value::as_str)
            .ok_or_else(|| Failure::new("the workspace has no package `consentry`"))?
            .to_owned();
        let cache = cache(&target)?;
        Ok(Self { root, target, cache, version })
    }

    /// Everything xtask makes that is not the package itself.
    pub fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The npm package, ready to publish.
    pub fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// The hand-written part of the npm package.
    pub fn template(&self) -> PathBuf {
        self.root.join("pkg-template")
    }

    /// The scripts and node modules of the build.
    pub fn build_tools(&self) -> PathBuf {
        self.root.join("xtask").join("npm")
    }

    /// The tests, and their node modules.
    pub fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// The examples, each as a folder that any server can serve.
    pub fn examples(&self) -> PathBuf {
        self.work().join("examples")
    }

    /// The benchmark, and its node modules.
    pub fn benches(&self) -> PathBuf {
        self.root.join("benches")
    }

    /// The local collector, as `cargo build` leaves it.
    pub fn collector(&self) -> PathBuf {
        self.target.join("debug").join(format!("consentry-collector{}", env::consts::EXE_SUFFIX))
    }
}

/// Removes a directory and makes it anew.
pub fn emptied(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory).context(format_args!("empty {}", directory.display()))?;
    }
    fs::create_dir_all(directory).context(format_args!("create {}", directory.display()))
}

/// The first of: `$CONSENTRY_TOOLS`, the user's cache directory, the target directory, that can be
/// written.
fn cache(target: &Path) -> Result<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    let candidates = [
        named("CONSENTRY_TOOLS"),
        named("XDG_CACHE_HOME").map(|cache| cache.join("consentry")),
        named("HOME").map(|home| home.join(".cache").join("consentry")),
        Some(target.join("tools")),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|directory| writable(directory))
        .ok_or_else(|| Failure::new("no directory for the tools can be written: set CONSENTRY_TOOLS to one that can"))
}

fn writable(directory: &Path) -> bool {
    let probe = directory.join(format!("probe-{}", std::process::id()));
    fs::create_dir_all(directory).is_ok() && fs::write(&probe, "").is_ok() && fs::remove_file(&probe).is_ok()
}
