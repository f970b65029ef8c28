//! The browsers of the tests: finding them, and installing them where that is one command.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::run::{self, Context, Failure, Result};

/// The programs that drive the three engines; geckodriver comes from crates.io, see
/// [`crate::tools`].
pub struct Browsers {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// Its driver.
    pub chromedriver: PathBuf,
    /// Firefox.
    pub firefox: PathBuf,
    /// WebKitGTK's driver.
    pub webkit_driver: PathBuf,
    /// WebKitGTK's small browser.
    pub minibrowser: PathBuf,
    /// The display that exists only in memory, for engines without a headless mode.
    pub xvfb: PathBuf,
}

/// One program: the variable that overrides it, the names it has, the Debian package that brings
/// it.
struct Wanted {
    variable: &'static str,
    names: &'static [&'static str],
    package: &'static str,
}

const CHROMIUM: Wanted = Wanted {
    variable: "CONSENTRY_CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    package: "chromium",
};
const CHROMEDRIVER: Wanted = Wanted { variable: "CONSENTRY_CHROMEDRIVER", names: &["chromedriver"], package: "chromium-driver" };
const FIREFOX: Wanted = Wanted { variable: "CONSENTRY_FIREFOX", names: &["firefox", "firefox-esr"], package: "firefox-esr" };
const WEBKIT_DRIVER: Wanted = Wanted { variable: "CONSENTRY_WEBKIT_DRIVER", names: &["WebKitWebDriver"], package: "webkit2gtk-driver" };
const MINIBROWSER: Wanted = Wanted { variable: "CONSENTRY_MINIBROWSER", names: &["MiniBrowser"], package: "webkit2gtk-driver" };
const XVFB: Wanted = Wanted { variable: "CONSENTRY_XVFB", names: &["Xvfb"], package: "xvfb" };

/// Finds every browser; on Debian and Ubuntu as root, installs those that are missing.
///
/// # Errors
///
/// One sentence that names what to install.
pub fn ready() -> Result<Browsers> {
    install_missing(&[CHROMIUM, CHROMEDRIVER, FIREFOX, WEBKIT_DRIVER, MINIBROWSER, XVFB])?;
    Ok(Browsers {
        chromium: CHROMIUM.required()?,
        chromedriver: CHROMEDRIVER.required()?,
        firefox: FIREFOX.required()?,
        webkit_driver: WEBKIT_DRIVER.required()?,
        minibrowser: MINIBROWSER.required()?,
        xvfb: XVFB.required()?,
    })
}

/// The same for Chromium alone.
///
/// # Errors
///
/// One sentence that names what to install.
pub fn chromium() -> Result<PathBuf> {
    install_missing(&[CHROMIUM])?;
    CHROMIUM.required()
}

fn install_missing(wanted: &[Wanted]) -> Result<()> {
    let mut packages: Vec<&str> = wanted.iter().filter(|wanted| wanted.find().is_none()).map(|wanted| wanted.package).collect();
    packages.dedup();
    if packages.is_empty() { Ok(()) } else { install(&packages) }
}

impl Wanted {
    fn find(&self) -> Option<PathBuf> {
        if let Some(path) = env::var_os(self.variable) {
            return Some(path.into());
        }
        let on_path = env::var_os("PATH").unwrap_or_default();
        let directories: Vec<PathBuf> = env::split_paths(&on_path).chain(webkit_directories()).collect();
        self.names.iter().flat_map(|name| directories.iter().map(move |directory| directory.join(name))).find(|path| path.is_file())
    }

    fn required(&self) -> Result<PathBuf> {
        self.find().ok_or_else(|| {
            Failure::new(format!(
                "no {} was found: install it (Debian: {}), or set {} to its path",
                self.names.join(" or "),
                self.package,
                self.variable
            ))
        })
    }
}

/// Where distributions keep MiniBrowser: in a `webkit2gtk-…` folder, off PATH.
fn webkit_directories() -> impl Iterator<Item = PathBuf> {
    let children =
        |directory: &Path| -> Vec<PathBuf> { fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect() };
    let mut parents = vec![PathBuf::from("/usr/lib"), PathBuf::from("/usr/lib64"), PathBuf::from("/usr/libexec")];
    parents.extend(children(Path::new("/usr/lib")));
    parents.into_iter().flat_map(move |parent| children(&parent)).filter(|path| {
        path.file_name().is_some_and(|name| {
            let name = name.to_string_lossy();
            name.starts_with("webkit2gtk-") || name.starts_with("webkitgtk-")
        })
    })
}

fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let root = run::silent("asking who we are", Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root || !Path::new("/etc/debian_version").exists() {
        return Err(Failure::new(format!(
            "the tests need browsers that are not here: install these packages (Debian's names), then try again: {names}"
        )));
    }
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run::captured("reading Debian's package lists", apt().arg("update"))?;
    run::captured(&format!("installing {names}"), apt().args(["install", "--yes", "--no-install-recommends"]).args(packages)).map(drop)
}

/// A display in memory; it ends when this value is dropped.
pub struct Display {
    server: Child,
    /// What DISPLAY must be.
    pub name: String,
}

impl Display {
    /// Starts one on a number that is free.
    pub fn start(xvfb: &Path) -> Result<Self> {
        let mut server = Command::new(xvfb)
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start Xvfb")?;
        let mut number = String::new();
        let read = server.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut number));
        let display = Self { server, name: format!(":{}", number.trim()) };
        match read {
            Some(Ok(bytes)) if bytes > 0 => Ok(display),
            Some(_) | None => Err(Failure::new("Xvfb found no free display: look at /tmp/.X11-unix")),
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // A display that has already ended is what we want, so there is nothing to say about an
        // error here.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
