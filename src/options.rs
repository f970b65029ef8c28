//! The options of a client, as the npm package takes them. [`rules`] says what each can be.

mod build;
mod check;
mod choices;
mod form;
mod read;
pub mod rules;
#[cfg(feature = "serde")]
mod serial;
mod words;

pub use choices::{BeforeDecision, Persistence, Regime, SameSite};

use crate::consent::decision::{SignalMode, Status};
use crate::consent::purposes::ANALYTICS;
use crate::platform::Store;
use crate::residency::Residency;

/// What a site can choose. The defaults are those of [`Options::default`].
///
/// ```
/// use consentry::{Options, Persistence, Residency, SignalMode};
/// let mut options = Options::default();
/// options.residency = Residency::Eu;
/// options.consent.gpc = SignalMode::Enforce;
/// assert!(options.check("TOKEN").is_ok());
///
/// let given = r#"{"residency":"eu","consent":{"gpc":"enforce"}}"#;
/// assert_eq!(Options::from_json(given), Ok(options));
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The region of the Mixpanel project; it fixes the host of every request.
    pub residency: Residency,
    /// The address of every request instead of Mixpanel's, for a first-party proxy: `https://`, or
    /// `http://` on `localhost`, `127.0.0.1` or `*.localhost`; without user name, query and fragment.
    pub api_host: Option<String>,
    /// Where requests of a kind go instead.
    pub routes: Routes,
    /// Whether the server may look up the visitor's place from the address of the connection.
    pub geolocation: bool,
    /// Where identity and super properties are kept.
    pub persistence: Persistence,
    /// What follows `mp_` in the key of identity and super properties; none: the token, and
    /// `_mixpanel`.
    pub persistence_name: Option<String>,
    /// Names of properties that never leave and are never stored, without quotes, backslashes and
    /// control characters. Those the protocol needs cannot be on it.
    pub property_blacklist: Vec<String>,
    /// Whether ids of users and groups are taken only as 64 hexadecimal digits, as `hash_id` makes them,
    /// so that nobody's own id is stored, sent or told of.
    pub anonymous_ids: bool,
    /// What a client of the feature `web` makes of ids before it stores or sends them; see
    /// [`Options::anonymize_ids`].
    #[cfg(feature = "hash")]
    pub salt: Option<crate::Salt>,
    /// When records are sent.
    pub batch: BatchOptions,
    /// How consent is asked for, read and kept.
    pub consent: ConsentOptions,
}

/// Where requests of a kind go: a path of the address of all requests, or an address of its own, of
/// the same form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Routes {
    /// Events; none: `track/`.
    pub track: Option<String>,
    /// Profile updates; none: `engage/`.
    pub engage: Option<String>,
    /// Group updates; none: `groups/`.
    pub groups: Option<String>,
}

/// When records are sent.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BatchOptions {
    /// The most records in one request, 1 to 2,000; that many are sent in the next task.
    pub size: u32,
    /// Milliseconds from a record to the request that carries it, 1 to 3,600,000.
    pub flush_interval_ms: u32,
    /// Milliseconds until a request counts as lost, 1 to 3,600,000.
    pub request_timeout_ms: u32,
}

/// How consent is asked for, read and kept.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ConsentOptions {
    /// The status while nobody decided and no signal speaks. It is never stored.
    pub default: Status,
    /// What the law where the visitor is asks for, where that is known: it stands instead of
    /// [`ConsentOptions::default`], unless that is a denial.
    pub regime: Option<Regime>,
    /// The purposes the visitor is asked about, 1 to 32 names of 1 to 64 UTF-16 units. `analytics` is
    /// always among them.
    pub purposes: Vec<String>,
    /// The property by which each event tells the purposes that were granted as it was recorded; none: no
    /// event does.
    pub stamp: Option<String>,
    /// What becomes of records while the status is pending.
    pub before_decision: BeforeDecision,
    /// Where the decision is kept; the other store is used where this one fails.
    pub storage: Store,
    /// What stands before the token in the key of the flag. The default is Mixpanel's.
    pub prefix: String,
    /// Global Privacy Control.
    pub gpc: SignalMode,
    /// Do Not Track.
    pub dnt: SignalMode,
    /// The version of the policy a decision must have been made for; none: any.
    pub policy_version: Option<String>,
    /// By what the texts that the visitor is shown can be told from others, 1 to 64 UTF-16 units, for the
    /// record of a decision; none: it says nothing of it.
    pub policy_fingerprint: Option<String>,
    /// The language of these texts, as in BCP 47, 1 to 64 UTF-16 units, for the same.
    pub language: Option<String>,
    /// Where the visitor is taken to be, as in ISO 3166, 1 to 64 UTF-16 units, for the same.
    pub region: Option<String>,
    /// Days a decision counts, 1 to 36,500; none: for ever.
    pub max_age_days: Option<u32>,
    /// How cookies are written.
    pub cookie: CookieOptions,
}

/// How cookies are written: the decision's, and the identity's where that is in one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CookieOptions {
    /// The domain to write for; none, or one the browser refuses: this host alone.
    pub domain: Option<String>,
    /// Whether to find the widest domain the browser accepts.
    pub cross_subdomain: bool,
    /// The attribute `SameSite`.
    pub same_site: SameSite,
    /// The attribute `Secure`; none: on https pages.
    pub secure: Option<bool>,
    /// Days until a cookie expires, 1 to 36,500; a decision's expiry starts anew on each visit.
    pub expires_days: u32,
    /// Cookies are gone when the browser is closed, and do not expire before.
    pub session: bool,
    /// The attribute `Partitioned`; it sets `Secure` as well.
    pub partitioned: bool,
}

impl Default for BatchOptions {
    fn default() -> BatchOptions {
        BatchOptions { size: 50, flush_interval_ms: 5_000, request_timeout_ms: 90_000 } // as in mixpanel-js
    }
}

impl Default for ConsentOptions {
    fn default() -> ConsentOptions {
        ConsentOptions {
            default: Status::Pending,
            regime: None,
            purposes: vec![String::from(ANALYTICS)],
            stamp: None,
            before_decision: BeforeDecision::default(),
            storage: Store::default(),
            prefix: String::from("__mp_opt_in_out_"),
            gpc: SignalMode::default(),
            dnt: SignalMode::default(),
            policy_version: None,
            policy_fingerprint: None,
            language: None,
            region: None,
            max_age_days: None,
            cookie: CookieOptions::default(),
        }
    }
}

impl ConsentOptions {
    /// The status while nobody decided and no signal speaks: that of the regime, where one is given, unless
    /// the default is a denial.
    ///
    /// ```
    /// use consentry::{ConsentOptions, Regime, Status};
    /// let mut consent = ConsentOptions::default();
    /// consent.regime = Some(Regime::OptOut);
    /// assert_eq!(consent.status_by_default(), Status::Granted);
    /// consent.default = Status::Denied;
    /// assert_eq!(consent.status_by_default(), Status::Denied);
    /// ```
    pub fn status_by_default(&self) -> Status {
        match self.regime {
            Some(regime) if self.default != Status::Denied => regime.default_status(),
            Some(_) | None => self.default,
        }
    }
}

impl Default for CookieOptions {
    fn default() -> CookieOptions {
        CookieOptions {
            domain: None,
            cross_subdomain: false,
            same_site: SameSite::default(),
            secure: None,
            expires_days: 365,
            session: false,
            partitioned: false,
        }
    }
}
