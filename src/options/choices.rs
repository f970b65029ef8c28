//! Choices among a few words that only the options offer.

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
