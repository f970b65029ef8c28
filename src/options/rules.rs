//! What each option can be, in one table. [`Options::from_json`] and [`Options::check`] go by it, and
//! so does the JavaScript that checks where no wasm runs (`xtask/src/tables/options.rs` writes it).

use crate::consent::decision::{SignalMode, Status};
use crate::options::Options;
use crate::options::choices::{BeforeDecision, Persistence, SameSite};
use crate::options::field::{Field, Words};
use crate::options::form::{ADDRESS, DOMAIN, FILLED};
use crate::platform::Store;
use crate::residency::Residency;

pub use crate::options::form::{Form, PLAIN, TOKEN, TextForm};

/// Names of properties that the protocol needs, so that no blacklist can have them.
pub const PROTECTED: [&str; 6] = ["token", "time", "distinct_id", "$insert_id", "$device_id", "$user_id"];

/// An option.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name in its group.
    pub name: &'static str,
    /// What it can be.
    pub form: Form,
    /// Where it is kept.
    pub(super) field: fn(&mut Options) -> Field<'_>,
}

/// A group of options.
#[derive(Clone, Copy)]
pub struct Group {
    /// Its name; that of the outermost is empty.
    pub name: &'static str,
    /// The options in it.
    pub rules: &'static [Rule],
    /// The groups in it.
    pub groups: &'static [Group],
}

/// All options.
pub const OPTIONS: Group = Group {
    name: "",
    rules: &[
        rule("residency", Form::OneOf(Residency::WORDS), |options| Field::Word(&mut options.residency)),
        rule("apiHost", Form::Text(ADDRESS), |options| Field::MaybeText(&mut options.api_host)),
        rule("geolocation", Form::Flag, |options| Field::Flag(&mut options.geolocation)),
        rule("persistence", Form::OneOf(Persistence::WORDS), |options| Field::Word(&mut options.persistence)),
        rule("propertyBlacklist", Form::List, |options| Field::List(&mut options.property_blacklist)),
    ],
    groups: &[BATCH, CONSENT],
};

const BATCH: Group = Group {
    name: "batch",
    rules: &[
        // The server's limit for a request.
        rule("size", Form::UpTo(2_000), |options| Field::Number(&mut options.batch.size)),
        // An hour.
        rule("flushIntervalMs", Form::UpTo(3_600_000), |options| Field::Number(&mut options.batch.flush_interval_ms)),
    ],
    groups: &[],
};

const CONSENT: Group = Group {
    name: "consent",
    rules: &[
        rule("default", Form::OneOf(Status::WORDS), |options| Field::Word(&mut options.consent.default)),
        rule("beforeDecision", Form::OneOf(BeforeDecision::WORDS), |options| Field::Word(&mut options.consent.before_decision)),
        rule("storage", Form::OneOf(Store::WORDS), |options| Field::Word(&mut options.consent.storage)),
        rule("prefix", Form::Text(FILLED), |options| Field::Text(&mut options.consent.prefix)),
        rule("gpc", Form::OneOf(SignalMode::WORDS), |options| Field::Word(&mut options.consent.gpc)),
        rule("dnt", Form::OneOf(SignalMode::WORDS), |options| Field::Word(&mut options.consent.dnt)),
        rule("policyVersion", Form::Text(FILLED), |options| Field::MaybeText(&mut options.consent.policy_version)),
        rule("maxAgeDays", Form::UpTo(CENTURY), |options| Field::MaybeNumber(&mut options.consent.max_age_days)),
    ],
    groups: &[COOKIE],
};

const COOKIE: Group = Group {
    name: "cookie",
    rules: &[
        rule("domain", Form::Text(DOMAIN), |options| Field::MaybeText(&mut options.consent.cookie.domain)),
        rule("crossSubdomain", Form::Flag, |options| Field::Flag(&mut options.consent.cookie.cross_subdomain)),
        rule("sameSite", Form::OneOf(SameSite::WORDS), |options| Field::Word(&mut options.consent.cookie.same_site)),
        rule("secure", Form::Flag, |options| Field::MaybeFlag(&mut options.consent.cookie.secure)),
        rule("expiresDays", Form::UpTo(CENTURY), |options| Field::Number(&mut options.consent.cookie.expires_days)),
        rule("partitioned", Form::Flag, |options| Field::Flag(&mut options.consent.cookie.partitioned)),
    ],
    groups: &[],
};

/// Days.
const CENTURY: u32 = 36_500;

const fn rule(name: &'static str, form: Form, field: fn(&mut Options) -> Field<'_>) -> Rule {
    Rule { name, form, field }
}
