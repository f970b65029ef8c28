//! Options from JSON.

use crate::error::Error;
use crate::json;
use crate::options::words::Words;
use crate::options::{ConsentOptions, CookieOptions, Options, Regime, check};

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
        let mut options = Options::read(text).unwrap_or_default();
        read_cookie(Given(text).group("consent").group("cookie"), &mut options.consent.cookie);
        Ok(options)
    }

    /// Reads options that were checked: by [`Options::from_json`], or by the npm package's `options.js`,
    /// which goes by the same rules. Without `consent.cookie`: cookies are written by the host. Nothing
    /// where the text is spoilt: it must never mean fewer restrictions than were asked for.
    pub(crate) fn read(text: &str) -> Option<Options> {
        let mut options = Options::default();
        options.change(text)?;
        Some(options)
    }

    /// Takes over what is given in such a text; nothing where it is spoilt.
    pub(crate) fn change(&mut self, text: &str) -> Option<()> {
        let options = self;
        if !json::members(text, b'{').sound {
            return None;
        }
        let all = Given(text);
        all.word("residency", &mut options.residency);
        all.optional("apiHost", &mut options.api_host);
        let routes = all.group("routes");
        routes.optional("track", &mut options.routes.track);
        routes.optional("engage", &mut options.routes.engage);
        routes.optional("groups", &mut options.routes.groups);
        all.flag("geolocation", &mut options.geolocation);
        all.word("persistence", &mut options.persistence);
        all.optional("persistenceName", &mut options.persistence_name);
        if let Some(names) = all.get("propertyBlacklist") {
            options.property_blacklist = json::texts(names)?;
        }
        all.flag("anonymousIds", &mut options.anonymous_ids);
        let batch = all.group("batch");
        batch.number("size", &mut options.batch.size);
        batch.number("flushIntervalMs", &mut options.batch.flush_interval_ms);
        batch.number("requestTimeoutMs", &mut options.batch.request_timeout_ms);
        read_consent(all.group("consent"), &mut options.consent);
        Some(())
    }
}

fn read_consent(given: Given<'_>, options: &mut ConsentOptions) {
    given.word("default", &mut options.default);
    options.regime = Regime::ALL.get(given.place("regime", Regime::NAMES)).copied().or(options.regime);
    if let Some(names) = given.get("purposes").and_then(json::texts) {
        options.purposes = names;
    }
    given.optional("stamp", &mut options.stamp);
    given.word("beforeDecision", &mut options.before_decision);
    given.word("storage", &mut options.storage);
    if let Some(prefix) = given.text("prefix") {
        options.prefix = prefix;
    }
    given.word("gpc", &mut options.gpc);
    given.word("dnt", &mut options.dnt);
    given.optional("policyVersion", &mut options.policy_version);
    given.optional("policyFingerprint", &mut options.policy_fingerprint);
    given.optional("language", &mut options.language);
    given.optional("region", &mut options.region);
    if let Some(days) = given.get("maxAgeDays") {
        options.max_age_days = Some(json::whole(days, 0) as u32);
    }
}

fn read_cookie(given: Given<'_>, options: &mut CookieOptions) {
    options.domain = given.text("domain");
    given.flag("crossSubdomain", &mut options.cross_subdomain);
    given.word("sameSite", &mut options.same_site);
    options.secure = given.get("secure").map(|value| value == "true");
    given.number("expiresDays", &mut options.expires_days);
    given.flag("session", &mut options.session);
    given.flag("partitioned", &mut options.partitioned);
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

    fn flag(self, name: &str, option: &mut bool) {
        if let Some(value) = self.get(name) {
            *option = value == "true";
        }
    }

    fn number(self, name: &str, option: &mut u32) {
        if let Some(value) = self.get(name) {
            *option = json::whole(value, 0) as u32;
        }
    }

    fn optional(self, name: &str, option: &mut Option<String>) {
        if let Some(text) = self.text(name) {
            *option = Some(text);
        }
    }

    fn text(self, name: &str) -> Option<String> {
        self.get(name).and_then(json::plain).map(String::from)
    }

    #[inline(never)] // asked for in many places
    fn word<W: Words>(self, name: &str, option: &mut W) {
        *option = W::ALL.get(self.place(name, W::NAMES)).copied().unwrap_or(*option);
    }

    /// The place of a word among those it can be; beyond them where none is given.
    fn place(self, name: &str, words: &[&str]) -> usize {
        let text = self.get(name).and_then(json::plain).unwrap_or_default();
        words.iter().position(|word| *word == text).unwrap_or(words.len())
    }
}
