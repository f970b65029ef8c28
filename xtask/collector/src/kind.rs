//! The three ingestion endpoints.

use serde::{Deserialize, Serialize};

/// Which endpoint a request went to, and so what its records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Events.
    Track,
    /// Updates of user profiles.
    Engage,
    /// Updates of group profiles.
    Groups,
}

impl Kind {
    /// Each kind once.
    pub(crate) const ALL: [Self; 3] = [Self::Track, Self::Engage, Self::Groups];

    /// Both spellings of the path are in use by current clients.
    pub(crate) const fn paths(self) -> [&'static str; 2] {
        match self {
            Self::Track => ["/track", "/track/"],
            Self::Engage => ["/engage", "/engage/"],
            Self::Groups => ["/groups", "/groups/"],
        }
    }
}
