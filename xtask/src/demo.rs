//! Serves the demo page beside a local collector, until Ctrl-C.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::paths::Paths;
use crate::run::{self, Context, Failure, Result};
use crate::{package, setup};

const PORT: u16 = 8787;

/// The policy the demo runs under: what a careful site would send.
const POLICY: &str = "/=default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The consent manager that the demo shows, which the build's tools bring.
const MANAGER: &str = "/manager=xtask/npm/node_modules/vanilla-cookieconsent/dist";

/// How the demo was asked for.
#[derive(Default)]
pub struct Options {
    /// The port; a default, or any free one, without.
    pub port: Option<u16>,
    /// Serve `pkg/` as it is.
    pub no_build: bool,
}

/// Builds everything and serves it until Ctrl-C.
pub fn serve(paths: &Paths, options: &Options) -> Result<()> {
    if !options.no_build {
        setup::for_build(paths)?;
        package::build(paths)?;
    }
    collector(paths)?;
    let port = match options.port {
        Some(port) if !free(port) => {
            return Err(Failure::new(format!("port {port} is taken: name another with `cargo xtask demo --port N`")));
        }
        Some(port) => port,
        None if free(PORT) => PORT,
        None => 0,
    };
    let mut server = Command::new(paths.collector())
        .current_dir(&paths.root)
        .args(["--port", &port.to_string(), "--serve", "/=www-demo", "--serve", "/pkg=pkg", "--csp", POLICY])
        .args(["--serve", MANAGER])
        .arg("--stop-with-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("start the collector")?;
    // The collector ends when this pipe closes, that is, however we end; `wait` would close it at
    // once if it were left in `server`.
    let stdin = server.stdin.take();
    let mut stdout = BufReader::new(server.stdout.take().ok_or_else(|| Failure::new("the collector has no output"))?);
    let mut line = String::new();
    stdout.read_line(&mut line).context("read the collector's first line")?;
    let port = serde_json::from_str::<Value>(&line)
        .ok()
        .and_then(|started| started.get("http")?.as_str()?.trim_end_matches('/').rsplit(':').next()?.parse::<u16>().ok())
        .ok_or_else(|| Failure::new("the collector did not start; its reason is above"))?;
    println!("Consentry demo: http://localhost:{port}/  (Ctrl-C stops it)");
    for line in stdout.lines() {
        println!("{}", line.context("read the collector's output")?);
    }
    let status = server.wait().context("wait for the collector")?;
    drop(stdin);
    if status.success() { Ok(()) } else { Err(Failure::new("the collector stopped; its reason is above")) }
}

/// Builds the collector.
pub fn collector(paths: &Paths) -> Result<()> {
    run::captured("building the collector", run::cargo().current_dir(&paths.root).args(["build", "--package=consentry-collector"]))
        .map(drop)
}

fn free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}
