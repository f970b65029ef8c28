//! One error type with a stable code and a sentence that says what to do.

use core::fmt;

/// What went wrong. The names in `code()` are stable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Code {
    /// A call was made with an argument it cannot take; the call did nothing.
    InvalidArgument,
    /// A property's value has no JSON: a cycle, a symbol, a getter that throws. It was left out.
    InvalidProperty,
    /// A property of that name is ours or the server's; it was left out.
    ReservedProperty,
    /// A value broke a limit of the wire format; it was left out or cut.
    PropertyTrimmed,
    /// A user id that Mixpanel refuses.
    InvalidUserId,
    /// Profile updates that waited for a user id when the visitor was reset: they are of nobody.
    Unidentified,
    /// The visitor's decision could not be stored; it holds for this page.
    NotPersisted,
    /// Identity, super properties or queued records could not be stored; they live in memory.
    StorageFailed,
    /// An enforced browser signal denies; the opt-in did nothing.
    SignalEnforced,
    /// A choice that waited came after a newer one, which stands; it did nothing.
    Superseded,
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
    /// A stored segment of the queue could not be read as one; it was removed.
    StorageCorrupt,
    /// Three requests in a row reached nothing that answers as Mixpanel does: a redirect, a blocker, a
    /// policy of the page, an address of something else. The records wait, and are tried again.
    Unreachable,
    /// The client was closed: what no store has is dropped, and later calls do nothing.
    Closed,
    /// A consent manager of the page threw, gave no answer, or says what it did not store: nothing of
    /// it counts as a grant.
    CmpFailed,
    /// A consent record that the site's function did not take is given up: newer ones came, or the
    /// decision was forgotten.
    RecordLost,
    /// The project token is not 1 to 100 visible characters of ASCII, or has a quote or backslash.
    InvalidToken,
    /// An option has a value it cannot have.
    InvalidOption,
    /// No option has this name.
    UnknownOption,
    /// A name that the protocol needs is on the property blacklist.
    ProtectedProperty,
    /// The npm package's wasm could not be fetched or compiled.
    InitFailed,
    /// WebAssembly does not run, because of the page's policy, the browser or a spoilt file, which the
    /// error says: decisions are kept, nothing is recorded.
    WasmUnavailable,
    /// The client was made in a worker, where there is no visitor: nothing is recorded.
    NotAPage,
    /// The npm package's wasm stopped: decisions are kept, nothing is recorded any more.
    WasmFailed,
}

impl Code {
    /// Every code, in the order of the numbers JavaScript gets.
    pub const ALL: [Code; 29] = [
        Code::InvalidArgument,
        Code::InvalidProperty,
        Code::ReservedProperty,
        Code::PropertyTrimmed,
        Code::InvalidUserId,
        Code::Unidentified,
        Code::NotPersisted,
        Code::StorageFailed,
        Code::SignalEnforced,
        Code::Superseded,
        Code::RequestRefused,
        Code::RecordsRejected,
        Code::RecordTooLarge,
        Code::QueueFull,
        Code::RecordsExpired,
        Code::DeletionFailed,
        Code::StorageCorrupt,
        Code::Unreachable,
        Code::Closed,
        Code::CmpFailed,
        Code::RecordLost,
        Code::InvalidToken,
        Code::InvalidOption,
        Code::UnknownOption,
        Code::ProtectedProperty,
        Code::InitFailed,
        Code::WasmUnavailable,
        Code::NotAPage,
        Code::WasmFailed,
    ];

    /// The stable name, and the sentence that says what to do.
    ///
    /// ```
    /// assert_eq!(consentry::Code::QueueFull.text().0, "queue_full");
    /// ```
    pub fn text(self) -> (&'static str, &'static str) {
        match self {
            Code::InvalidArgument => ("invalid_argument", "Check the arguments"),
            Code::InvalidProperty => ("invalid_property", "Send text, numbers or lists"),
            Code::ReservedProperty => ("reserved_property", "Use another name"),
            Code::PropertyTrimmed => ("property_trimmed", "Send less in it"),
            Code::InvalidUserId => ("invalid_user_id", "Pass your own user id"),
            Code::Unidentified => ("unidentified", "Call identify before reset"),
            Code::NotPersisted => ("not_persisted", "Ask again on the next page"),
            Code::StorageFailed => ("storage_failed", "Allow storage"),
            Code::SignalEnforced => ("signal_enforced", "Respect the browser's signal"),
            Code::Superseded => ("superseded", "Read the consent again"),
            Code::RequestRefused => ("request_refused", "Check token and apiHost"),
            Code::RecordsRejected => ("records_rejected", "Check token and residency"),
            Code::RecordTooLarge => ("record_too_large", "Send smaller records"),
            Code::QueueFull => ("queue_full", "Track less"),
            Code::RecordsExpired => ("records_expired", "Send within five days"),
            Code::DeletionFailed => ("deletion_failed", "Delete it from your server"),
            Code::StorageCorrupt => ("storage_corrupt", "Keep other code off this key"),
            Code::Unreachable => ("unreachable", "Check apiHost, the CSP and blockers"),
            Code::InvalidToken => ("invalid_token", "Pass your project token"),
            Code::InvalidOption => ("invalid_option", "Check the value"),
            Code::UnknownOption => ("unknown_option", "Check the spelling"),
            Code::ProtectedProperty => ("protected_property", "Take it off the list"),
            Code::InitFailed => ("init_failed", "Check the address and the CSP"),
            Code::WasmUnavailable => ("wasm_unavailable", "Let WebAssembly run"),
            Code::NotAPage => ("not_a_page", "Make the client in a page"),
            Code::Closed => ("closed", "Make a new client"),
            Code::WasmFailed => ("wasm_failed", "Reload the page"),
            Code::CmpFailed => ("cmp_failed", "Check the consent manager and its purposes"),
            Code::RecordLost => ("record_lost", "Let onRecord settle"),
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
    /// let error = Error::about(Code::ReservedProperty, "token");
    /// assert_eq!(error.code(), "reserved_property");
    /// assert_eq!(error.to_string(), "Use another name: token");
    /// ```
    pub fn about(kind: Code, about: &str) -> Error {
        Error { kind, about: String::from(about), dropped: 0 }
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
