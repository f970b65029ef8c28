//! Options one after the other.

use crate::consent::decision::{SignalMode, Status};
use crate::options::{BatchOptions, BeforeDecision, ConsentOptions, CookieOptions, Options, Persistence, Regime, SameSite};
use crate::platform::Store;
use crate::residency::Residency;

macro_rules! builder {
    ($type:ident: $($field:ident $name:ident($value:ident: $given:ty) $set:expr, $example:literal;)*) => {
        impl $type {
            $(
                #[doc = concat!("These with another [`", stringify!($field), "`](", stringify!($type), "::", stringify!($field), ").")]
                ///
                #[doc = concat!("```\n# use consentry::*;\nlet options = ", stringify!($type), "::default().", $example, ";\n# let _ = options;\n```")]
                #[must_use]
                pub fn $name(mut self, $value: $given) -> Self {
                    self.$field = $set;
                    self
                }
            )*
        }
    };
}

builder! { Options:
    residency residency(region: Residency) region, "residency(Residency::Eu)";
    api_host api_host(address: impl Into<String>) Some(address.into()), "api_host(\"https://shop.example/mp\")";
    geolocation geolocation(on: bool) on, "geolocation(true)";
    persistence persistence(place: Persistence) place, "persistence(Persistence::Memory)";
    property_blacklist property_blacklist(names: impl IntoIterator<Item: Into<String>>) names.into_iter().map(Into::into).collect(),
        "property_blacklist([\"$referrer\"])";
    anonymous_ids anonymous_ids(only: bool) only, "anonymous_ids(true)";
    batch batch(batch: BatchOptions) batch, "batch(BatchOptions::default().size(10))";
    consent consent(consent: ConsentOptions) consent, "consent(ConsentOptions::default().gpc(SignalMode::Enforce))";
}

builder! { BatchOptions:
    size size(records: u32) records, "size(10)";
    flush_interval_ms flush_interval_ms(milliseconds: u32) milliseconds, "flush_interval_ms(1_000)";
}

builder! { ConsentOptions:
    default default_status(status: Status) status, "default_status(Status::Denied)";
    regime regime(regime: Regime) Some(regime), "regime(Regime::OptOut)";
    purposes purposes(names: impl IntoIterator<Item: Into<String>>) names.into_iter().map(Into::into).collect(), "purposes([\"analytics\", \"functional\"])";
    stamp stamp(property: impl Into<String>) Some(property.into()), "stamp(\"$consent_purposes\")";
    before_decision before_decision(fate: BeforeDecision) fate, "before_decision(BeforeDecision::Hold)";
    storage storage(store: Store) store, "storage(Store::Cookie)";
    prefix prefix(prefix: impl Into<String>) prefix.into(), "prefix(\"choice_\")";
    gpc gpc(mode: SignalMode) mode, "gpc(SignalMode::Enforce)";
    dnt dnt(mode: SignalMode) mode, "dnt(SignalMode::Ignore)";
    policy_version policy_version(version: impl Into<String>) Some(version.into()), "policy_version(\"2026-11\")";
    policy_fingerprint policy_fingerprint(fingerprint: impl Into<String>) Some(fingerprint.into()), "policy_fingerprint(\"f-1\")";
    language language(tag: impl Into<String>) Some(tag.into()), "language(\"de-AT\")";
    region region(code: impl Into<String>) Some(code.into()), "region(\"AT\")";
    max_age_days max_age_days(days: u32) Some(days), "max_age_days(365)";
    cookie cookie(cookie: CookieOptions) cookie, "cookie(CookieOptions::default().cross_subdomain(true))";
}

builder! { CookieOptions:
    domain domain(domain: impl Into<String>) Some(domain.into()), "domain(\"shop.example\")";
    cross_subdomain cross_subdomain(on: bool) on, "cross_subdomain(true)";
    same_site same_site(choice: SameSite) choice, "same_site(SameSite::Strict)";
    secure secure(on: bool) Some(on), "secure(true)";
    expires_days expires_days(days: u32) days, "expires_days(90)";
    partitioned partitioned(on: bool) on, "partitioned(true)";
}

#[cfg(feature = "hash")]
impl Options {
    /// These, and every id of a user or group becomes its [`hash_id`](crate::hash_id) under this salt
    /// before it is stored or sent.
    ///
    /// ```
    /// # use consentry::*;
    /// let options = Options::default().anonymize_ids("a salt of the site");
    /// assert!(options.anonymous_ids);
    /// assert!(!format!("{options:?}").contains("of the site"));
    /// ```
    #[must_use]
    pub fn anonymize_ids(mut self, salt: impl Into<String>) -> Self {
        self.anonymous_ids = true;
        self.salt = Some(crate::Salt(salt.into()));
        self
    }
}
