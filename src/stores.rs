//! The two stores. How each is written is the host's affair; that every write is read back is ours.

use alloc::string::String;

use crate::platform::{Fault, Platform};

/// Where something is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Store {
    /// localStorage, the default.
    #[default]
    Local,
    /// A cookie.
    Cookie,
}

impl Store {
    /// Both stores.
    pub const ALL: [Store; 2] = [Store::Local, Store::Cookie];

    /// The name JavaScript sees.
    ///
    /// ```
    /// assert_eq!(consentry::Store::Cookie.name(), "cookie");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Store::Local => "localStorage",
            Store::Cookie => "cookie",
        }
    }

    /// The store to try when this one fails.
    pub(crate) fn other(self) -> Store {
        match self {
            Store::Local => Store::Cookie,
            Store::Cookie => Store::Local,
        }
    }

    /// What is stored under a key; empty when there is nothing, or it cannot be read.
    pub(crate) fn find<P: Platform>(self, platform: &P, key: &str) -> String {
        platform.read(self, key).unwrap_or_default().unwrap_or_default()
    }

    /// Writes and reads back; true when exactly this value is there now.
    pub(crate) fn write<P: Platform>(self, platform: &mut P, key: &str, value: &str) -> bool {
        platform.write(self, key, Some(value));
        platform.read(self, key).is_ok_and(|found| found.is_some_and(|found| found == value))
    }

    /// Removes a key. The store is not touched when it holds nothing.
    pub(crate) fn remove<P: Platform>(self, platform: &mut P, key: &str) {
        let found: Result<Option<String>, Fault> = platform.read(self, key);
        if !matches!(found, Ok(None)) {
            platform.write(self, key, None);
        }
    }
}

/// Removes a key from both stores.
pub(crate) fn remove<P: Platform>(platform: &mut P, key: &str) {
    Store::Local.remove(platform, key);
    Store::Cookie.remove(platform, key);
}
