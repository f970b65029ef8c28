//! The options of a client, checked once, at the door.

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Code, Error};
use crate::identity::PROTECTED;
use crate::json;
use crate::residency::{Api, Residency};
use crate::signals::SignalMode;
use crate::status::Status;
use crate::stores::Store;

/// Everything a client is told at its start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The Mixpanel project token.
    pub token: String,
    /// The region of the project.
    pub residency: Residency,
    /// The base address of every request: the residency's, or a first-party proxy's.
    pub api_host: String,
    /// The status while nobody decided. Default pending.
    pub default: Status,
    /// Hold records in memory until the visitor decides, instead of dropping them.
    pub hold: bool,
    /// Where the decision is kept. Default localStorage.
    pub consent_store: Store,
    /// The key of Mixpanel's flag: `__mp_opt_in_out_<token>` unless the prefix is set.
    pub flag_key: String,
    /// How Global Privacy Control is treated. Default honor.
    pub gpc: SignalMode,
    /// How Do Not Track is treated. Default honor.
    pub dnt: SignalMode,
    /// The policy version a decision must have been made for; empty: any.
    pub policy_version: String,
    /// Days a decision counts; 0: for ever.
    pub max_age_days: u32,
    /// Whether the server may look up the visitor's place from the request's address. Default no.
    pub geolocation: bool,
    /// Property names that never leave and are never stored.
    pub blacklist: Vec<String>,
    /// Where identity and super properties are kept, default localStorage; none: in memory.
    pub persistence: Option<Store>,
    /// Records per request, 1 to 2,000 (the server's limit). Default 50, as in mixpanel-js.
    pub batch_size: usize,
    /// Milliseconds between a record and the request that carries it, 100 to 3,600,000. Default 5,000, as in mixpanel-js.
    pub flush_interval: u32,
}

/// The options that choose among words, that are whole numbers (`#least-most`), or texts (empty). How cookies are written is the host's
/// affair; that those options make sense is checked here, with the others. [`Config::set`] numbers them as they stand.
const OPTIONS: [(&str, &str); 19] = [
    ("residency", "us|eu|in"),
    ("geolocation", "false|true"),
    ("persistence", "localStorage|cookie|memory"),
    ("batch.size", "#1-2000"),
    ("batch.flushIntervalMs", "#100-3600000"),
    ("consent.default", "pending|granted|denied"),
    ("consent.beforeDecision", "drop|hold"),
    ("consent.storage", "localStorage|cookie"),
    ("consent.gpc", "honor|enforce|ignore"),
    ("consent.dnt", "honor|enforce|ignore"),
    ("consent.maxAgeDays", "#1-36500"),
    ("consent.prefix", ""),
    ("consent.policyVersion", ""),
    ("consent.cookie.domain", ""),
    ("consent.cookie.crossSubdomain", "false|true"),
    ("consent.cookie.sameSite", "lax|strict|none"),
    ("consent.cookie.secure", "false|true"),
    ("consent.cookie.expiresDays", "#1-36500"),
    ("consent.cookie.partitioned", "false|true"),
];

impl Config {
    /// The defaults for a project.
    ///
    /// ```
    /// let config = consentry::Config::new("TOKEN");
    /// assert_eq!(config.flag_key, "__mp_opt_in_out_TOKEN");
    /// assert!(!config.geolocation);
    /// ```
    pub fn new(token: &str) -> Config {
        Config {
            token: String::from(token),
            residency: Residency::Us,
            api_host: String::new(),
            default: Status::Pending,
            hold: false,
            consent_store: Store::Local,
            flag_key: join("__mp_opt_in_out_", token),
            gpc: SignalMode::Honor,
            dnt: SignalMode::Honor,
            policy_version: String::new(),
            max_age_days: 0,
            geolocation: false,
            blacklist: Vec::new(),
            persistence: Some(Store::Local),
            batch_size: 50,
            flush_interval: 5_000,
        }
    }

    /// The options from JSON, as JavaScript passes them. `null` counts as not given.
    ///
    /// ```
    /// use consentry::{Config, Residency};
    /// let config = Config::from_json("TOKEN", r#"{"residency":"eu","consent":{"gpc":"enforce"}}"#)?;
    /// assert_eq!(config.api_host, "https://api-eu.mixpanel.com");
    /// assert_eq!(Config::from_json("TOKEN", r#"{"residancy":"eu"}"#).unwrap_err().code(), "unknown_option");
    /// # Ok::<(), consentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// A token that cannot be one, an option that does not exist, a value an option cannot have, or a blacklist that names a
    /// property the protocol needs.
    pub fn from_json(token: &str, options: &str) -> Result<Config, Error> {
        if token.is_empty() || token.len() > 100 || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::about(Code::InvalidToken, ""));
        }
        let mut config = Config::new(token);
        config.take("", options)?;
        if config.api_host.is_empty() {
            config.api_host = config.residency.url(Api::BrowserIngestion);
        }
        Ok(config)
    }

    /// The key of the consent record.
    pub(crate) fn record_key(&self) -> String {
        join("consentry_", &self.token)
    }

    /// Takes every option of an object; `path` is the name of the group it is, with a dot.
    fn take(&mut self, path: &str, options: &str) -> Result<(), Error> {
        let Some(members) = json::members(options, b'{') else {
            return Err(Error::about(Code::InvalidOption, path));
        };
        for (name, value) in members {
            let name = join(path, name);
            if value == "null" {
                continue;
            }
            if let "consent" | "consent.cookie" | "batch" = name.as_str() {
                self.take(&join(&name, "."), value)?;
            } else if let Err(code) = self.set(&name, value) {
                return Err(Error::about(code, &name));
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Code> {
        if name == "propertyBlacklist" {
            for (_, name) in json::members(value, b'[').ok_or(Code::InvalidOption)? {
                // Names are compared as JSON writes them, see `json::members`.
                let name = json::plain(name).ok_or(Code::InvalidOption)?;
                if PROTECTED.contains(&name) {
                    return Err(Code::ProtectedProperty);
                }
                self.blacklist.push(String::from(name));
            }
            return Ok(());
        }
        if name == "apiHost" {
            self.api_host = base_address(value).ok_or(Code::InvalidOption)?;
            return Ok(());
        }
        let found = OPTIONS.iter().position(|(known, _)| *known == name).ok_or(Code::UnknownOption)?;
        let allowed = OPTIONS.get(found).map_or("", |(_, allowed)| allowed);
        let chosen = choose(value, allowed).ok_or(Code::InvalidOption)?;
        match found {
            0 => self.residency = residency(chosen),
            1 => self.geolocation = chosen == 1,
            2 => self.persistence = (chosen < 2).then(|| store(chosen)),
            3 => self.batch_size = chosen as usize,
            4 => self.flush_interval = chosen,
            5 => self.default = [Status::Pending, Status::Granted, Status::Denied].get(chosen as usize).copied().unwrap_or(Status::Pending),
            6 => self.hold = chosen == 1,
            7 => self.consent_store = store(chosen),
            8 => self.gpc = signal_mode(chosen),
            9 => self.dnt = signal_mode(chosen),
            10 => self.max_age_days = chosen,
            11 => self.flag_key = join(&json::string(value).unwrap_or_default(), &self.token),
            12 => self.policy_version = json::string(value).unwrap_or_default(),
            // Nothing that could end the attribute and start another one.
            13 if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'"')) => {
                return Err(Code::InvalidOption);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The number of the word a value is, the whole number it is, or 0 for a text; nothing when it is not among what is allowed.
fn choose(value: &str, allowed: &str) -> Option<u32> {
    if allowed.is_empty() {
        return json::string(value).map(|_| 0);
    }
    if let Some(range) = allowed.strip_prefix('#') {
        let (least, most) = range.split_at_checked(range.bytes().position(|byte| byte == b'-')?)?;
        let (least, most) = (json::whole(least)?, json::whole(most.get(1..)?)?);
        // A number that is not whole prints with a point or an exponent.
        let number = json::whole(value).filter(|number| (least..=most).contains(number) && !value.as_bytes().contains(&b'.'))?;
        return Some(number as u32);
    }
    let value = json::plain(value).unwrap_or(if matches!(value, "true" | "false") { value } else { "" });
    let mut number = 0;
    let mut start = 0;
    for (at, byte) in allowed.bytes().chain([b'|']).enumerate() {
        if byte == b'|' {
            if allowed.get(start..at) == Some(value) {
                return Some(number);
            }
            number += 1;
            start = at + 1;
        }
    }
    None
}

fn residency(chosen: u32) -> Residency {
    match chosen {
        0 => Residency::Us,
        1 => Residency::Eu,
        _ => Residency::In,
    }
}

fn store(chosen: u32) -> Store {
    if chosen == 0 { Store::Local } else { Store::Cookie }
}

fn signal_mode(chosen: u32) -> SignalMode {
    match chosen {
        0 => SignalMode::Honor,
        1 => SignalMode::Enforce,
        _ => SignalMode::Ignore,
    }
}

/// Two texts as one.
pub(crate) fn join(first: &str, second: &str) -> String {
    let mut text = String::with_capacity(first.len() + second.len());
    text.push_str(first);
    text.push_str(second);
    text
}

/// A proxy's base address: https, or http on this machine; without user, query or fragment, and without a slash at its end.
fn base_address(value: &str) -> Option<String> {
    let address = json::plain(value)?;
    let rest = match address.strip_prefix("http://") {
        None => address.strip_prefix("https://")?,
        Some(rest) => {
            let end = rest.bytes().position(|byte| matches!(byte, b':' | b'/')).unwrap_or(rest.len());
            let host = rest.get(..end)?;
            if !(host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost")) {
                return None;
            }
            rest
        }
    };
    let usable = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'@');
    if rest.is_empty() || rest.starts_with('/') || !rest.bytes().all(usable) {
        return None;
    }
    Some(String::from(address.strip_suffix('/').unwrap_or(address)))
}
