//! How the command ends.

use std::fmt::Display;
use std::process::ExitCode;

use consentry::requests::{Code, Error};
use serde_json::json;

/// What each exit code means.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done; every id is accounted for
  1  a file failed, or the journal is in use, of another request or damaged
  2  the command line is wrong
  3  stopped before the end; `resume` goes on later
  4  done, and some ids were refused before anything was sent
  5  the service refuses: token, rights or request
  6  a deletion cannot be cancelled any more
  7  not confirmed; nothing was sent
  8  a retrieval or deletion failed at the service";

/// Done, and some ids were refused.
pub const SOME_REFUSED: u8 = 4;
/// A deletion has started.
pub const TOO_LATE: u8 = 6;
/// A task failed.
pub const TASK_FAILED: u8 = 8;

/// Why the command ends early.
pub enum Failure {
    /// The core's error.
    Core(Error),
    /// The caller said no.
    NotConfirmed,
    /// Something around it.
    Other(String),
}

impl Failure {
    /// A file, or what is like one, failed.
    pub fn file(what: &str, error: &dyn Display) -> Failure {
        Failure::Other(format!("{what}: {error}"))
    }

    /// The exit code.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::NotConfirmed => 7,
            Failure::Other(_) => 1,
            Failure::Core(error) => code_of(error),
        })
    }

    /// Says it, on the standard error or as the last line of JSON.
    pub fn show(&self, as_json: bool) {
        let (code, text) = match self {
            Failure::Core(error) => (error.code(), error.to_string()),
            Failure::NotConfirmed => ("not_confirmed", String::from("Nothing was sent")),
            Failure::Other(text) => ("file", text.clone()),
        };
        let status = if let Failure::Core(error) = self { error.status } else { None };
        match as_json {
            true => println!("{}", json!({ "type": "error", "code": code, "status": status, "message": text })),
            false => eprintln!("error: {text}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Core(error)
    }
}

fn code_of(error: &Error) -> u8 {
    match error.kind {
        Code::TooLate => TOO_LATE,
        Code::InvalidAddress | Code::InvalidArgument => 2,
        Code::TooManyRequests
        | Code::Unavailable
        | Code::Unreachable
        | Code::Malformed
        | Code::AnswerTooLong
        | Code::Doubtful
        | Code::Download
        | Code::Stopped => 3,
        Code::Unauthorized | Code::Forbidden | Code::NotFound | Code::Conflict | Code::TooLarge | Code::Refused | Code::Redirected => 5,
        // What a later core may add is no reason to go on.
        Code::File | Code::JournalLocked | Code::JournalCorrupt | Code::JournalUnfinished | Code::JournalMismatch | _ => 1,
        // Files and journals, and what a later core may add.
    }
}
