//! The consent as an application reads it.

use std::collections::BTreeMap;

use crate::consent::decision::{Source, Status};
use crate::consent::proof::ConsentRecord;
use crate::platform::Store;
use crate::text;

/// The consent as it stands.
///
/// ```
/// use consentry::{Client, MemoryPlatform, OptIn, Options, Status};
/// # fn main() -> Result<(), consentry::Error> {
/// let mut client = Client::new(MemoryPlatform::default(), "TOKEN", &Options::default())?;
/// client.opt_in(&OptIn { via: "banner", ..OptIn::default() });
/// let consent = client.view();
/// assert_eq!((consent.status, consent.via.as_deref()), (Status::Granted, Some("banner")));
/// assert!(consent.persisted());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Consent {
    /// The status.
    pub status: Status,
    /// Why.
    pub source: Source,
    /// Where a decision is stored, so that the next page will find it; none when it is not.
    pub store: Option<Store>,
    /// When the visitor decided, in milliseconds since 1970.
    pub decided_at: Option<u64>,
    /// By which means.
    pub via: Option<String>,
    /// The policy version the decision was made for.
    pub policy_version: Option<String>,
    /// Each purpose of the site with its status.
    pub purposes: BTreeMap<String, Status>,
}

impl Consent {
    /// Whether a decision is stored.
    pub fn persisted(&self) -> bool {
        self.store.is_some()
    }

    pub(crate) fn of(
        status: Status,
        source: Source,
        store: Option<Store>,
        proof: Option<&ConsentRecord>,
        purposes: BTreeMap<String, Status>,
    ) -> Consent {
        Consent {
            status,
            source,
            store,
            decided_at: proof.and_then(ConsentRecord::decided_at),
            via: proof.and_then(|proof| text::of_json(proof.said("via")?)),
            policy_version: proof.and_then(ConsentRecord::policy_version).map(String::from),
            purposes,
        }
    }
}
