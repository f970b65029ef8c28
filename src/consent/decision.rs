//! Who may record, store and send: one pure, total function over what is stored, the browser's signals
//! and the default.

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
    /// Every status, in the order of the numbers JavaScript gets.
    pub const ALL: [Status; 3] = [Status::Granted, Status::Denied, Status::Pending];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Status::Granted.name(), "granted");
    /// ```
    pub const fn name(self) -> &'static str {
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
    /// A decision from an earlier page or another tab. With [`Status::Pending`] it has expired, or was made
    /// for another policy version, and the visitor must be asked again.
    Stored,
}

impl Source {
    /// Every source, in the order of the numbers JavaScript gets.
    pub const ALL: [Source; 5] = [Source::Visitor, Source::Signal, Source::Default, Source::Fault, Source::Stored];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Source::Default.name(), "default");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Source::Visitor => "visitor",
            Source::Signal => "signal",
            Source::Default => "default",
            Source::Fault => "fault",
            Source::Stored => "stored",
        }
    }
}

/// What the browser says, as plain facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Signals {
    /// `navigator.globalPrivacyControl` is on.
    pub gpc: bool,
    /// `navigator.doNotTrack` (or an older spelling) is on.
    pub dnt: bool,
}

/// How a site treats one signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SignalMode {
    /// A denial until the visitor decides on this site. The default.
    #[default]
    Honor,
    /// A denial that no stored grant overrides.
    Enforce,
    /// No effect.
    Ignore,
}

impl SignalMode {
    /// Every mode.
    pub const ALL: [SignalMode; 3] = [SignalMode::Honor, SignalMode::Enforce, SignalMode::Ignore];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::SignalMode::Enforce.name(), "enforce");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            SignalMode::Honor => "honor",
            SignalMode::Enforce => "enforce",
            SignalMode::Ignore => "ignore",
        }
    }
}

/// What the signals ask for once the site's modes are applied, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Signal {
    /// No signal is on, or it is ignored.
    Silent,
    /// Denied until the visitor decides.
    Honored,
    /// Denied, whatever the visitor decided.
    Enforced,
}

impl Signals {
    /// The stronger of the two signals under the site's modes.
    ///
    /// ```
    /// use consentry::{Signal, SignalMode, Signals};
    /// let signals = Signals { gpc: true, dnt: false };
    /// assert_eq!(signals.under(SignalMode::Enforce, SignalMode::Honor), Signal::Enforced);
    /// ```
    pub fn under(self, gpc: SignalMode, dnt: SignalMode) -> Signal {
        heard(self.gpc, gpc).max(heard(self.dnt, dnt))
    }
}

fn heard(on: bool, mode: SignalMode) -> Signal {
    match (on, mode) {
        (true, SignalMode::Honor) => Signal::Honored,
        (true, SignalMode::Enforce) => Signal::Enforced,
        (true, SignalMode::Ignore) | (false, _) => Signal::Silent,
    }
}

/// What one store says about the visitor's choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// There is no flag, or its value is not one we know.
    Absent,
    /// The flag is `1`.
    Granted,
    /// The flag is `0`.
    Denied,
    /// The store could not be read at all.
    Unreadable,
}

impl Reading {
    /// What two stores say together: a denial wins, and a configured store that cannot be read never counts
    /// as a grant.
    ///
    /// ```
    /// use consentry::Reading;
    /// assert_eq!(Reading::Granted.with(Reading::Denied), Reading::Denied);
    /// assert_eq!(Reading::Unreadable.with(Reading::Granted), Reading::Unreadable);
    /// ```
    pub fn with(self, other: Reading) -> Reading {
        match (self, other) {
            (Reading::Denied, _) | (_, Reading::Denied) => Reading::Denied,
            (Reading::Unreadable, _) => Reading::Unreadable,
            (Reading::Granted, _) | (_, Reading::Granted) => Reading::Granted,
            (Reading::Absent, Reading::Absent | Reading::Unreadable) => Reading::Absent,
        }
    }
}

/// What may happen to a new record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recording {
    /// Queue it.
    Keep,
    /// Keep it in memory until the visitor decides.
    Hold,
    /// Forget it.
    Drop,
}

/// The answer of [`decide`]: the status, why, and what it allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// The consent status.
    pub status: Status,
    /// Why.
    pub source: Source,
    /// What happens to a new record.
    pub recording: Recording,
    /// Whether identity and records may be written to the device, and whether anything may be sent.
    pub allowed: bool,
}

impl Decision {
    /// The decision for a status that is already known: the gate in one place.
    ///
    /// ```
    /// use consentry::{Decision, Recording, Source, Status};
    /// let gate = Decision::of(Status::Pending, Source::Default, false);
    /// assert!(!gate.allowed && gate.recording == Recording::Drop);
    /// ```
    pub fn of(status: Status, source: Source, hold: bool) -> Decision {
        let recording = match (status, hold) {
            (Status::Granted, _) => Recording::Keep,
            (Status::Pending, true) => Recording::Hold,
            (Status::Pending, false) | (Status::Denied, _) => Recording::Drop,
        };
        Decision { status, source, recording, allowed: status == Status::Granted }
    }
}

/// Decides from facts alone. The order is: stored denial, enforced signal, unreadable store, stored
/// grant, signal, default.
///
/// `current` says whether a stored decision still counts: it has not expired and was made for today's
/// policy version. One that does not count makes the status pending, whatever the default.
///
/// ```
/// use consentry::{decide, Reading, Signal, Source, Status};
/// let decision = decide(Reading::Granted, true, Signal::Honored, Status::Pending, false);
/// assert_eq!((decision.status, decision.source), (Status::Granted, Source::Stored));
/// ```
pub fn decide(stored: Reading, current: bool, signal: Signal, default: Status, hold: bool) -> Decision {
    let (status, source) = match (stored, current, signal) {
        (Reading::Denied, true, _) => (Status::Denied, Source::Stored),
        (_, _, Signal::Enforced) => (Status::Denied, Source::Signal),
        (Reading::Unreadable, _, _) => (Status::Denied, Source::Fault),
        (Reading::Granted, true, _) => (Status::Granted, Source::Stored),
        (_, _, Signal::Honored) => (Status::Denied, Source::Signal),
        (Reading::Granted | Reading::Denied, false, Signal::Silent) => (Status::Pending, Source::Stored),
        (Reading::Absent, _, Signal::Silent) => (default, Source::Default),
    };
    Decision::of(status, source, hold)
}
