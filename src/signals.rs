//! Browser-level preferences: Global Privacy Control and Do Not Track.

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
    pub fn name(self) -> &'static str {
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
