//! What is wrong with options, by their rules.

use crate::error::{Code, Error};
use crate::json;
use crate::keys;
use crate::options::form::{ADDRESS, DOMAIN, FILLED, Form, NAME, ROUTE, TextForm};
use crate::options::rules::{CENTURY, Group, HOUR, MAX_BATCH, MAX_PURPOSES, OPTIONS, PROTECTED, TOKEN};
use crate::options::{BatchOptions, ConsentOptions, CookieOptions, Options, Routes};
use crate::text::joined;

impl Options {
    /// Whether a client can be made of a project token and these options.
    ///
    /// ```
    /// use consentry::{Code, Error, Options};
    /// let mut options = Options::default();
    /// options.batch.size = 0;
    /// assert_eq!(options.check("TOKEN"), Err(Error::about(Code::InvalidOption, "batch.size")));
    /// ```
    ///
    /// # Errors
    /// [`Code::InvalidToken`], [`Code::InvalidOption`] or [`Code::ProtectedProperty`], about the option or
    /// the property.
    pub fn check(&self, token: &str) -> Result<(), Error> {
        // What is not here can only be what its type allows.
        let Options { api_host, routes, persistence_name, property_blacklist, batch, consent, .. } = self;
        let Routes { track, engage, groups } = routes;
        let BatchOptions { size, flush_interval_ms, request_timeout_ms } = batch;
        let ConsentOptions { prefix, policy_version, policy_fingerprint, language, region, max_age_days, purposes, stamp, cookie, .. } =
            consent;
        let CookieOptions { domain, expires_days, .. } = cookie;
        if !TOKEN.fits(token) {
            return Err(Error::about(Code::InvalidToken, ""));
        }
        let is_text = |text: &Option<String>, form: TextForm| text.as_deref().is_none_or(|text| form.fits(text));
        let is_number = |number: u32, most| (1..=most).contains(&number);
        let found = [
            (is_text(api_host, ADDRESS), "apiHost"),
            (is_text(track, ROUTE), "routes.track"),
            (is_text(engage, ROUTE), "routes.engage"),
            (is_text(groups, ROUTE), "routes.groups"),
            (is_text(persistence_name, FILLED), "persistenceName"),
            (property_blacklist.iter().all(|name| json::is_plain(name)), "propertyBlacklist"),
            (is_number(*size, MAX_BATCH), "batch.size"),
            (is_number(*flush_interval_ms, HOUR), "batch.flushIntervalMs"),
            (is_number(*request_timeout_ms, HOUR), "batch.requestTimeoutMs"),
            (FILLED.fits(prefix) && !keys::is_taken(&joined(&[prefix, token])), "consent.prefix"),
            (are_names(purposes, MAX_PURPOSES), "consent.purposes"),
            (is_text(stamp, FILLED), "consent.stamp"),
            (is_text(policy_version, FILLED), "consent.policyVersion"),
            (is_text(policy_fingerprint, NAME), "consent.policyFingerprint"),
            (is_text(language, NAME), "consent.language"),
            (is_text(region, NAME), "consent.region"),
            (max_age_days.is_none_or(|days| is_number(days, CENTURY)), "consent.maxAgeDays"),
            (is_text(domain, DOMAIN), "consent.cookie.domain"),
            (is_number(*expires_days, CENTURY), "consent.cookie.expiresDays"),
        ];
        match found.iter().find(|(fits, _)| !fits) {
            Some((_, name)) => Err(Error::about(Code::InvalidOption, name)),
            None => protected(property_blacklist),
        }
    }
}

/// Checks options that were given as JSON.
pub(super) fn json(text: &str) -> Result<(), Error> {
    check(&OPTIONS, "", text)?;
    let blacklist = json::get(text, "propertyBlacklist").and_then(json::texts);
    protected(&blacklist.unwrap_or_default())
}

fn check(group: &Group, path: &str, text: &str) -> Result<(), Error> {
    let members = json::members(text, b'{');
    if !members.sound {
        return Err(Error::about(Code::InvalidOption, path));
    }
    for (name, value) in members.filter(|(_, value)| *value != "null") {
        let path = if path.is_empty() { String::from(name) } else { format!("{path}.{name}") };
        if let Some(group) = group.groups.iter().find(|group| group.name == name) {
            check(group, &path, value)?;
        } else {
            let rule = group.rules.iter().find(|rule| rule.name == name);
            let Some(rule) = rule else { return Err(Error::about(Code::UnknownOption, &path)) };
            if !fits(rule.form, value) {
                return Err(Error::about(Code::InvalidOption, &path));
            }
        }
    }
    Ok(())
}

/// Whether a value, as JSON writes it, has that form.
fn fits(form: Form, value: &str) -> bool {
    match form {
        Form::OneOf(words) => json::plain(value).is_some_and(|text| words.contains(&text)),
        Form::Flag => matches!(value, "true" | "false"),
        Form::UpTo(most) => value.bytes().all(|byte| byte.is_ascii_digit()) && (1..=most.into()).contains(&json::whole(value, 0)),
        Form::Text(form) => json::plain(value).is_some_and(|text| form.fits(text)),
        Form::List => json::texts(value).is_some(),
        Form::Names(most) => json::texts(value).is_some_and(|names| are_names(&names, most)),
    }
}

fn are_names(names: &[String], most: u32) -> bool {
    (1..=most as usize).contains(&names.len()) && names.iter().all(|name| NAME.fits(name))
}

fn protected(blacklist: &[String]) -> Result<(), Error> {
    match blacklist.iter().find(|name| PROTECTED.contains(&name.as_str())) {
        Some(name) => Err(Error::about(Code::ProtectedProperty, name)),
        None => Ok(()),
    }
}
