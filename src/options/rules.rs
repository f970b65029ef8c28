//! What each option can be, in one table. `Options::from_json` and `Options::check` go by it, and
//! so does the JavaScript that checks where no wasm runs (`xtask/src/tables/options.rs` writes it).

use crate::consent::decision::{SignalMode, Status};
use crate::options::choices::{BeforeDecision, Persistence, Regime, SameSite};
use crate::options::form::{ADDRESS, DOMAIN, FILLED, ROUTE};
use crate::options::words::Words;
use crate::platform::Store;
use crate::residency::Residency;

pub use crate::options::form::{Form, NAME, PLAIN, TOKEN, TextForm};

/// Names of properties that the protocol needs, so that no blacklist can have them.
pub const PROTECTED: [&str; 6] = ["token", "time", "distinct_id", "$insert_id", "$device_id", "$user_id"];

/// An option.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name in its group.
    pub name: &'static str,
    /// What it can be.
    pub form: Form,
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
        rule("residency", Form::OneOf(Residency::NAMES)),
        rule("apiHost", Form::Text(ADDRESS)),
        rule("geolocation", Form::Flag),
        rule("persistence", Form::OneOf(Persistence::NAMES)),
        rule("persistenceName", Form::Text(FILLED)),
        rule("propertyBlacklist", Form::List),
        rule("anonymousIds", Form::Flag),
    ],
    groups: &[ROUTES, BATCH, CONSENT],
};

const ROUTES: Group = Group {
    name: "routes",
    rules: &[rule("track", Form::Text(ROUTE)), rule("engage", Form::Text(ROUTE)), rule("groups", Form::Text(ROUTE))],
    groups: &[],
};

const BATCH: Group = Group {
    name: "batch",
    rules: &[rule("size", Form::UpTo(MAX_BATCH)), rule("flushIntervalMs", Form::UpTo(HOUR)), rule("requestTimeoutMs", Form::UpTo(HOUR))],
    groups: &[],
};

const CONSENT: Group = Group {
    name: "consent",
    rules: &[
        rule("default", Form::OneOf(Status::NAMES)),
        rule("regime", Form::OneOf(Regime::NAMES)),
        rule("purposes", Form::Names(MAX_PURPOSES)),
        rule("stamp", Form::Text(FILLED)),
        rule("beforeDecision", Form::OneOf(BeforeDecision::NAMES)),
        rule("storage", Form::OneOf(Store::NAMES)),
        rule("prefix", Form::Text(FILLED)),
        rule("gpc", Form::OneOf(SignalMode::NAMES)),
        rule("dnt", Form::OneOf(SignalMode::NAMES)),
        rule("policyVersion", Form::Text(FILLED)),
        rule("policyFingerprint", Form::Text(NAME)),
        rule("language", Form::Text(NAME)),
        rule("region", Form::Text(NAME)),
        rule("maxAgeDays", Form::UpTo(CENTURY)),
    ],
    groups: &[COOKIE],
};

const COOKIE: Group = Group {
    name: "cookie",
    rules: &[
        rule("domain", Form::Text(DOMAIN)),
        rule("crossSubdomain", Form::Flag),
        rule("sameSite", Form::OneOf(SameSite::NAMES)),
        rule("secure", Form::Flag),
        rule("expiresDays", Form::UpTo(CENTURY)),
        rule("session", Form::Flag),
        rule("partitioned", Form::Flag),
    ],
    groups: &[],
};

/// Records: the server's limit for a request.
pub(super) const MAX_BATCH: u32 = 2_000;
/// Purposes.
pub(super) const MAX_PURPOSES: u32 = crate::consent::purposes::MOST;
/// Milliseconds.
pub(super) const HOUR: u32 = 3_600_000;
/// Days.
pub(super) const CENTURY: u32 = 36_500;

const fn rule(name: &'static str, form: Form) -> Rule {
    Rule { name, form }
}
