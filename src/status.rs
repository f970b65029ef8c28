//! The words of consent: status, source, decision.

/// What the visitor's choice amounts to right now. Everything else derives from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Recording, storing and sending are allowed.
    Granted,
    /// Nothing is recorded, stored or sent.
    Denied,
    /// Nobody decided yet: nothing is stored or sent.
    Pending,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 3] = [Status::Granted, Status::Denied, Status::Pending];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Status::Granted.name(), "granted");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Status::Granted => "granted",
            Status::Denied => "denied",
            Status::Pending => "pending",
        }
    }
}

/// Why the status is what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The visitor decided on this page.
    Visitor,
    /// A browser signal (GPC or DNT) denies.
    Signal,
    /// Nobody decided; this is the configured default.
    Default,
    /// The choice could not be read or could not be kept.
    Fault,
    /// A decision from an earlier page or another tab. With [`Status::Pending`] it has expired, or was made for another policy
    /// version, and the visitor must be asked again.
    Stored,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 5] = [Source::Visitor, Source::Signal, Source::Default, Source::Fault, Source::Stored];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Source::Default.name(), "default");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Source::Visitor => "visitor",
            Source::Signal => "signal",
            Source::Default => "default",
            Source::Fault => "fault",
            Source::Stored => "stored",
        }
    }
}
