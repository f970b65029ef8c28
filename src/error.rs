//! One error type with a stable code and a sentence that says what to do.

use alloc::string::String;
use core::fmt;

/// What went wrong. The names in `code()` are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Code {
    /// The project token is not a non-empty string of printable ASCII.
    InvalidToken,
    /// An option has a value it cannot have.
    InvalidOption,
    /// An option has a name we do not know.
    UnknownOption,
    /// The blacklist names a property the protocol needs.
    ProtectedProperty,
    /// A call was made with an argument it cannot take; the call did nothing.
    InvalidArgument,
    /// A property of that name is ours or the server's; it was left out.
    ReservedProperty,
    /// A value broke a limit of the wire format; it was left out or cut.
    PropertyTrimmed,
    /// A user id that Mixpanel refuses.
    InvalidUserId,
    /// The visitor's decision could not be stored; it holds for this page.
    NotPersisted,
    /// Identity and super properties could not be stored; they live in memory.
    StorageFailed,
    /// An enforced browser signal denies; the opt-in did nothing.
    SignalEnforced,
    /// The server refused a request for good (4xx).
    RequestRefused,
    /// The server answered that no record of the request was valid.
    RecordsRejected,
    /// The server refuses a single record as too large (413).
    RecordTooLarge,
    /// The queue was full; the oldest records went.
    QueueFull,
    /// Records were older than the five days the server takes.
    RecordsExpired,
    /// The profile could not be deleted.
    DeletionFailed,
}

impl Code {
    fn text(self) -> (&'static str, &'static str) {
        match self {
            Code::InvalidToken => ("invalid_token", "Pass your Mixpanel project token, a non-empty string"),
            Code::InvalidOption => ("invalid_option", "This option cannot have that value; see the options in the README"),
            Code::UnknownOption => ("unknown_option", "There is no such option; check its spelling"),
            Code::ProtectedProperty => ("protected_property", "Mixpanel needs this property; take it out of propertyBlacklist"),
            Code::InvalidArgument => ("invalid_argument", "The call was ignored; check its arguments"),
            Code::ReservedProperty => ("reserved_property", "This name is reserved and was left out; use another"),
            Code::PropertyTrimmed => ("property_trimmed", "A value over Mixpanel's limits was left out or cut; send less"),
            Code::InvalidUserId => ("invalid_user_id", "Mixpanel refuses this id; pass your own stable user id"),
            Code::NotPersisted => ("not_persisted", "The choice could not be stored; it holds for this page, so ask again on the next"),
            Code::StorageFailed => ("storage_failed", "Identity could not be stored; it lives in memory until the page ends"),
            Code::SignalEnforced => ("signal_enforced", "The browser's privacy signal is enforced; opt-in has no effect"),
            Code::RequestRefused => ("request_refused", "The server refused the records; check the token and apiHost"),
            Code::RecordsRejected => ("records_rejected", "The server found no valid record; check the token and residency"),
            Code::RecordTooLarge => ("record_too_large", "The server refuses a record of this size; send less"),
            Code::QueueFull => ("queue_full", "The queue was full and the oldest records were dropped; track less or flush"),
            Code::RecordsExpired => ("records_expired", "Records older than five days were dropped; Mixpanel does not take them"),
            Code::DeletionFailed => ("deletion_failed", "The profile may still exist; delete it from your server"),
        }
    }
}

/// An error with a [`Code`], what it is about, and how many records it cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// What went wrong.
    pub kind: Code,
    /// The option, property, call or status it is about; may be empty.
    pub about: String,
    /// Records that were dropped because of it.
    pub dropped: usize,
}

impl Error {
    /// An error about something named.
    ///
    /// ```
    /// use consentry::{Code, Error};
    /// let error = Error::about(Code::UnknownOption, "residancy");
    /// assert_eq!(error.code(), "unknown_option");
    /// assert_eq!(error.to_string(), "There is no such option; check its spelling: residancy");
    /// ```
    pub fn about(kind: Code, about: &str) -> Error {
        Error { kind, about: String::from(about), dropped: 0 }
    }

    /// An error that cost records.
    ///
    /// ```
    /// use consentry::{Code, Error};
    /// assert_eq!(Error::dropping(Code::QueueFull, 3).dropped, 3);
    /// ```
    pub fn dropping(kind: Code, dropped: usize) -> Error {
        Error { kind, about: String::new(), dropped }
    }

    /// The stable code, for programs.
    pub fn code(&self) -> &'static str {
        self.kind.text().0
    }

    /// The sentence that says what to do, without what it is about.
    pub fn sentence(&self) -> &'static str {
        self.kind.text().1
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind.text().1)?;
        if !self.about.is_empty() {
            formatter.write_str(": ")?;
            formatter.write_str(&self.about)?;
        }
        Ok(())
    }
}

impl core::error::Error for Error {}
