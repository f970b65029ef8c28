//! Options from JSON.

use crate::error::Error;
use crate::json;
use crate::options::words::Words;
use crate::options::{BatchOptions, ConsentOptions, CookieOptions, Options, check};

impl Options {
    /// Reads options as the npm package takes them, from JSON as `JSON.stringify` writes it. What is
    /// `null` counts as not given.
    ///
    /// ```
    /// use consentry::{Code, Error, Options};
    /// let wrong = Options::from_json(r#"{"consent":{"cookie":{"sameSite":"laks"}}}"#);
    /// assert_eq!(wrong, Err(Error::about(Code::InvalidOption, "consent.cookie.sameSite")));
    /// ```
    ///
    /// # Errors
    /// [`UnknownOption`](crate::Code::UnknownOption), [`InvalidOption`](crate::Code::InvalidOption) or
    /// [`ProtectedProperty`](crate::Code::ProtectedProperty), about the option
    /// (`consent.cookie.sameSite`) or the property.
    pub fn from_json(text: &str) -> Result<Options, Error> {
        check::json(text)?;
        Ok(Options::read(text))
    }

    /// Reads options that were checked: by [`Options::from_json`], or by the npm package's `options.js`,
    /// which goes by the same rules.
    pub(crate) fn read(text: &str) -> Options {
        let usual = Options::default();
        let (all, batch, consent) = (Given(text), Given(text).group("batch"), Given(text).group("consent"));
        Options {
            residency: all.word("residency").unwrap_or(usual.residency),
            api_host: all.text("apiHost"),
            geolocation: all.flag("geolocation").unwrap_or(usual.geolocation),
            persistence: all.word("persistence").unwrap_or(usual.persistence),
            property_blacklist: all.get("propertyBlacklist").and_then(json::texts).unwrap_or_default(),
            batch: BatchOptions {
                size: batch.number("size").unwrap_or(usual.batch.size),
                flush_interval_ms: batch.number("flushIntervalMs").unwrap_or(usual.batch.flush_interval_ms),
            },
            consent: ConsentOptions {
                default: consent.word("default").unwrap_or(usual.consent.default),
                before_decision: consent.word("beforeDecision").unwrap_or(usual.consent.before_decision),
                storage: consent.word("storage").unwrap_or(usual.consent.storage),
                prefix: consent.text("prefix").unwrap_or(usual.consent.prefix),
                gpc: consent.word("gpc").unwrap_or(usual.consent.gpc),
                dnt: consent.word("dnt").unwrap_or(usual.consent.dnt),
                policy_version: consent.text("policyVersion"),
                max_age_days: consent.number("maxAgeDays"),
                cookie: cookie(consent.group("cookie"), &usual.consent.cookie),
            },
        }
    }
}

fn cookie(given: Given<'_>, usual: &CookieOptions) -> CookieOptions {
    CookieOptions {
        domain: given.text("domain"),
        cross_subdomain: given.flag("crossSubdomain").unwrap_or(usual.cross_subdomain),
        same_site: given.word("sameSite").unwrap_or(usual.same_site),
        secure: given.flag("secure"),
        expires_days: given.number("expiresDays").unwrap_or(usual.expires_days),
        partitioned: given.flag("partitioned").unwrap_or(usual.partitioned),
    }
}

/// A group of options that were given, as a JSON object.
#[derive(Clone, Copy)]
struct Given<'a>(&'a str);

impl<'a> Given<'a> {
    fn get(self, name: &str) -> Option<&'a str> {
        json::get(self.0, name).filter(|value| *value != "null")
    }

    fn group(self, name: &str) -> Given<'a> {
        Given(self.get(name).unwrap_or_default())
    }

    fn flag(self, name: &str) -> Option<bool> {
        self.get(name).map(|value| value == "true")
    }

    fn number(self, name: &str) -> Option<u32> {
        self.get(name).map(|value| json::whole(value, 0) as u32)
    }

    fn plain(self, name: &str) -> Option<&'a str> {
        json::plain(self.get(name)?)
    }

    fn text(self, name: &str) -> Option<String> {
        self.plain(name).map(String::from)
    }

    fn word<W: Words>(self, name: &str) -> Option<W> {
        W::ALL.get(self.place(name, W::NAMES)?).copied()
    }

    fn place(self, name: &str, words: &[&str]) -> Option<usize> {
        let text = self.plain(name)?;
        words.iter().position(|word| *word == text)
    }
}
