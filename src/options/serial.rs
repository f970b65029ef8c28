//! Options, words and the consent to and from whatever serde knows, by the names and rules that the npm
//! package has.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::consent::decision::{SignalMode, Source, Status};
use crate::consent::view::Consent;
use crate::options::{BatchOptions, BeforeDecision, ConsentOptions, CookieOptions, Options, Persistence, Regime, SameSite};
use crate::platform::Store;
use crate::residency::Residency;
use crate::values::Value;

macro_rules! words {
    ($($type:ident)*) => {
        $(
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.name())
                }
            }

            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                    deserializer.deserialize_str(Word(&$type::ALL.map(|one| (one.name(), one))))
                }
            }
        )*
    };
}

words! { Residency Persistence Regime Status Source BeforeDecision Store SignalMode SameSite }

/// One of these words.
struct Word<'a, W>(&'a [(&'static str, W)]);

impl<W: Copy> Visitor<'_> for Word<'_, W> {
    type Value = W;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| *name).collect();
        write!(formatter, "one of {}", names.join(", "))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<W, E> {
        let known = self.0.iter().find(|(name, _)| *name == text);
        known.map(|(_, word)| *word).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

/// What is none is left out.
macro_rules! members {
    ($type:ident, $($name:literal $field:ident $how:ident,)*) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let count = [$($name),*].len();
                let mut all = serializer.serialize_struct(stringify!($type), count)?;
                $(members!(@$how all, $name, &self.$field);)*
                all.end()
            }
        }
    };
    (@always $all:ident, $name:literal, $value:expr) => {
        $all.serialize_field($name, $value)?
    };
    (@some $all:ident, $name:literal, $value:expr) => {
        match $value {
            Some(value) => $all.serialize_field($name, value)?,
            None => $all.skip_field($name)?,
        }
    };
}

members! { Options,
    "residency" residency always,
    "apiHost" api_host some,
    "geolocation" geolocation always,
    "persistence" persistence always,
    "propertyBlacklist" property_blacklist always,
    "anonymousIds" anonymous_ids always,
    "batch" batch always,
    "consent" consent always,
}

members! { BatchOptions,
    "size" size always,
    "flushIntervalMs" flush_interval_ms always,
}

members! { ConsentOptions,
    "default" default always,
    "regime" regime some,
    "purposes" purposes always,
    "stamp" stamp some,
    "beforeDecision" before_decision always,
    "storage" storage always,
    "prefix" prefix always,
    "gpc" gpc always,
    "dnt" dnt always,
    "policyVersion" policy_version some,
    "policyFingerprint" policy_fingerprint some,
    "language" language some,
    "region" region some,
    "maxAgeDays" max_age_days some,
    "cookie" cookie always,
}

members! { CookieOptions,
    "domain" domain some,
    "crossSubdomain" cross_subdomain always,
    "sameSite" same_site always,
    "secure" secure some,
    "expiresDays" expires_days always,
    "partitioned" partitioned always,
}

members! { Consent,
    "status" status always,
    "source" source always,
    "store" store some,
    "decidedAt" decided_at some,
    "via" via some,
    "policyVersion" policy_version some,
    "purposes" purposes always,
}

/// By [`Options::from_json`], so that it goes by the same rules, whatever the format: what is missing
/// or null is the default, and what is misspelt an error.
impl<'de> Deserialize<'de> for Options {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Options, D::Error> {
        let given = Value::deserialize(deserializer)?;
        Options::from_json(&given.to_json()).map_err(|error| D::Error::custom(format!("{}: {error}", error.code())))
    }
}
