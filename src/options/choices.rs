//! Choices among a few words that only the options offer.

use crate::consent::decision::Status;
use crate::platform::Store;

/// Where identity and super properties are kept once the status is granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Persistence {
    /// In localStorage, the default.
    #[default]
    LocalStorage,
    /// In a cookie.
    Cookie,
    /// In memory, for as long as the page lives.
    Memory,
}

impl Persistence {
    /// Every choice.
    pub const ALL: [Persistence; 3] = [Persistence::LocalStorage, Persistence::Cookie, Persistence::Memory];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Persistence::Memory.name(), "memory");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Persistence::LocalStorage => Store::Local.name(),
            Persistence::Cookie => Store::Cookie.name(),
            Persistence::Memory => "memory",
        }
    }

    /// The choice of that name.
    pub fn named(name: &str) -> Option<Persistence> {
        Persistence::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The store; none for memory.
    pub fn store(self) -> Option<Store> {
        match self {
            Persistence::LocalStorage => Some(Store::Local),
            Persistence::Cookie => Some(Store::Cookie),
            Persistence::Memory => None,
        }
    }
}

/// What becomes of records while the status is pending.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BeforeDecision {
    /// They are dropped, the default.
    #[default]
    Drop,
    /// They are held in memory until the visitor decides.
    Hold,
}

impl BeforeDecision {
    /// Every choice.
    pub const ALL: [BeforeDecision; 2] = [BeforeDecision::Drop, BeforeDecision::Hold];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::BeforeDecision::Hold.name(), "hold");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            BeforeDecision::Drop => "drop",
            BeforeDecision::Hold => "hold",
        }
    }

    /// The choice of that name.
    pub fn named(name: &str) -> Option<BeforeDecision> {
        BeforeDecision::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// What the law where the visitor is asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Regime {
    /// The visitor is asked first: the status is pending until there is a decision.
    OptIn,
    /// The visitor may refuse: the status is granted until there is a decision.
    OptOut,
    /// No consent is needed: as [`Regime::OptOut`], and a banner has nothing to ask.
    None,
}

impl Regime {
    /// Every regime.
    pub const ALL: [Regime; 3] = [Regime::OptIn, Regime::OptOut, Regime::None];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Regime::OptOut.name(), "opt-out");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Regime::OptIn => "opt-in",
            Regime::OptOut => "opt-out",
            Regime::None => "none",
        }
    }

    /// The regime of that name.
    pub fn named(name: &str) -> Option<Regime> {
        Regime::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The status while nobody decided.
    ///
    /// ```
    /// use consentry::{Regime, Status};
    /// assert_eq!(Regime::ALL.map(Regime::default_status), [Status::Pending, Status::Granted, Status::Granted]);
    /// ```
    pub const fn default_status(self) -> Status {
        match self {
            Regime::OptIn => Status::Pending,
            Regime::OptOut | Regime::None => Status::Granted,
        }
    }
}

/// The attribute `SameSite` of a cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SameSite {
    /// `Lax`, the default.
    #[default]
    Lax,
    /// `Strict`.
    Strict,
    /// `None`; it sets `Secure` as well.
    None,
}

impl SameSite {
    /// Every choice.
    pub const ALL: [SameSite; 3] = [SameSite::Lax, SameSite::Strict, SameSite::None];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::SameSite::Strict.name(), "strict");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            SameSite::Lax => "lax",
            SameSite::Strict => "strict",
            SameSite::None => "none",
        }
    }

    /// The choice of that name.
    pub fn named(name: &str) -> Option<SameSite> {
        SameSite::ALL.into_iter().find(|one| one.name() == name)
    }
}
