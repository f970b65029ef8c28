//! Running other programs: one progress line each, their output only when it matters, a plain
//! sentence when they fail.

use std::fmt;
use std::process::{Command, Stdio};

/// Why xtask stopped: a sentence that says what to do.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What every step returns.
pub type Result<T> = std::result::Result<T, Failure>;

/// Turns an error of the standard library into a sentence: "could not WHAT: why".
pub trait Context<T> {
    /// `what` completes "could not …".
    fn context(self, what: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl fmt::Display) -> Result<T> {
        self.map_err(|error| Failure::new(format!("could not {what}: {error}")))
    }
}

/// Prints the progress line `==> what`.
pub fn progress(what: &str) {
    eprintln!("==> {what}");
}

/// Runs a command without showing its output, which is shown only if it fails; returns what it
/// wrote to stdout.
pub fn captured(what: &str, command: &mut Command) -> Result<String> {
    progress(what);
    silent(what, command)
}

/// [`captured`] without a progress line, for questions that take no time.
pub fn silent(what: &str, command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    eprint!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
    Err(failed(what, command))
}

/// Runs a command that shows its own output: tests and linters.
pub fn shown(what: &str, command: &mut Command) -> Result<()> {
    progress(what);
    let status = command.stdin(Stdio::null()).status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(failed(what, command)) }
}

/// The cargo that runs us, without the settings of the caller that would change what we build.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for setting in ["CARGO_BUILD_TARGET", "CARGO_BUILD_RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"] {
        command.env_remove(setting);
    }
    command
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("could not start `{}` ({error}): install it, or put it on PATH", command.get_program().to_string_lossy()))
}

fn failed(what: &str, command: &Command) -> Failure {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    Failure::new(format!("{what} failed; its output is above. The command was: {line}"))
}
