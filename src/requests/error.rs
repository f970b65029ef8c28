//! What can go wrong with a data request, and what to do about it.

use core::fmt;

/// What went wrong. The names in [`Code::text`] are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Code {
    /// 401: the bearer token is missing, wrong or too old.
    Unauthorized,
    /// 403: the token's user may not do this in this project.
    Forbidden,
    /// 404: no such address, project or job.
    NotFound,
    /// 405 to a cancellation: the deletion has started.
    TooLate,
    /// 409: ids of the request have a running task.
    Conflict,
    /// 413: too much in one request.
    TooLarge,
    /// 429: more than a request a second, or too many retrievals at once.
    TooManyRequests,
    /// Any other 4xx.
    Refused,
    /// A redirect, which is never followed.
    Redirected,
    /// 5xx, for longer than was waited.
    Unavailable,
    /// No answer, for longer than was waited.
    Unreachable,
    /// An answer that cannot be read as one.
    Malformed,
    /// An answer longer than any of them can be.
    AnswerTooLong,
    /// Not an address that a token may be sent to.
    InvalidAddress,
    /// An id, token or option that cannot be.
    InvalidArgument,
    /// An answer was lost so long ago that the server may have finished what it was asked.
    Doubtful,
    /// Another process holds the journal.
    JournalLocked,
    /// The journal cannot be read: a line in it was changed, or it is of another version.
    JournalCorrupt,
    /// The journal's plan was not written to its end; nothing was sent.
    JournalUnfinished,
    /// The journal is of another request.
    JournalMismatch,
    /// A file could not be read or written.
    File,
    /// A downloaded file is not what the server said it would be.
    Download,
    /// The caller asked to stop.
    Stopped,
}

impl Code {
    /// The stable name, and the sentence that says what to do.
    ///
    /// ```
    /// use consentry::requests::Code;
    /// assert_eq!(Code::TooLate.text().0, "too_late");
    /// ```
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Code::Unauthorized => ("unauthorized", "Make a new OAuth token: they last a year"),
            Code::Forbidden => ("forbidden", "Use the token of an owner or admin of the project, and its own residency"),
            Code::NotFound => ("not_found", "Check the tracking id, the project token and the residency"),
            Code::TooLate => ("too_late", "The deletion has started and cannot be cancelled"),
            Code::Conflict => ("conflict", "These ids have a running task: wait for it"),
            Code::TooLarge => ("too_large", "Ask for fewer ids at once"),
            Code::TooManyRequests => ("too_many_requests", "Resume later: the service takes one request a second"),
            Code::Refused => ("refused", "Check the request"),
            Code::Redirected => ("redirected", "Check the address: redirects are not followed, so that the token stays with its host"),
            Code::Unavailable => ("unavailable", "Resume later"),
            Code::Unreachable => ("unreachable", "Check the network and the address, then resume"),
            Code::Malformed => ("malformed", "Check that the address is Mixpanel's"),
            Code::AnswerTooLong => ("answer_too_long", "Check that the address is Mixpanel's"),
            Code::InvalidAddress => ("invalid_address", "Use https, or http on this machine alone"),
            Code::InvalidArgument => ("invalid_argument", "Check the arguments"),
            Code::Doubtful => ("doubtful", "Look for the deletion in Mixpanel, then resume with the doubtful batch repeated"),
            Code::JournalLocked => ("journal_locked", "Wait for the other process, or give another journal"),
            Code::JournalCorrupt => ("journal_corrupt", "Keep the journal, and look at the line"),
            Code::JournalUnfinished => ("journal_unfinished", "Nothing was sent: give the ids again"),
            Code::JournalMismatch => ("journal_mismatch", "Resume the journal, or give another one"),
            Code::File => ("file", "Check the file and the room on the disk"),
            Code::Download => ("download", "Download again"),
            Code::Stopped => ("stopped", "Resume when it suits"),
        }
    }
}

/// The ids a request was refused for, and the tasks they are in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Conflict {
    /// The ids; none when the server named none.
    pub ids: Vec<String>,
    /// The tasks.
    pub tasks: Vec<String>,
}

/// An error with a [`Code`], the status of the answer, and what it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Error {
    /// What went wrong.
    pub kind: Code,
    /// The status of the answer, when there was one.
    pub status: Option<u16>,
    /// What the server said, or the file, argument or line it is about; may be empty.
    pub about: String,
    /// Which ids a 409 is about.
    pub conflict: Option<Conflict>,
}

/// What the server said is cut to as many characters.
const LONGEST: usize = 300;

impl Error {
    /// An error about something named.
    pub fn about(kind: Code, about: &str) -> Error {
        let shown = |one: char| if one.is_control() { ' ' } else { one };
        Error { kind, status: None, about: about.chars().take(LONGEST).map(shown).collect(), conflict: None }
    }

    /// The same with the status of an answer.
    pub fn with_status(self, status: u16) -> Error {
        Error { status: Some(status), ..self }
    }

    /// The stable code, for programs.
    pub fn code(&self) -> &'static str {
        self.kind.text().0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.text().1)?;
        match (self.status, self.about.as_str()) {
            (None, "") => Ok(()),
            (None, about) => write!(formatter, ": {about}"),
            (Some(status), "") => write!(formatter, " ({status})"),
            (Some(status), about) => write!(formatter, " ({status}: {about})"),
        }
    }
}

impl core::error::Error for Error {}
