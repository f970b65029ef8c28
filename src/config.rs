//! The options of a client. In browsers they are checked by `pkg-template/options.js`, which answers even where wasm cannot run.

use alloc::string::String;
use alloc::vec::Vec;

use crate::residency::{Api, Residency};
use crate::signals::SignalMode;
use crate::status::Status;
use crate::stores::Store;
#[cfg(all(feature = "npm", target_arch = "wasm32"))]
use crate::{json, stored::line};

/// Everything a client is told at its start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The Mixpanel project token.
    pub token: String,
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
    /// Property names that never leave and are never stored, as JSON writes them. The names the protocol needs cannot be taken away: they do
    /// not pass through the blacklist.
    pub blacklist: Vec<String>,
    /// Where identity and super properties are kept, default localStorage; none: in memory.
    pub persistence: Option<Store>,
    /// Records per request, 1 to 2,000 (the server's limit). Default 50, as in mixpanel-js.
    pub batch_size: usize,
    /// Milliseconds between a record and the request that carries it, 1 to 3,600,000. Default 5,000, as in mixpanel-js.
    pub flush_interval: u32,
}

impl Config {
    /// The defaults for a project.
    ///
    /// ```
    /// let project = consentry::Config::new("TOKEN");
    /// assert_eq!(project.flag_key, "__mp_opt_in_out_TOKEN");
    /// assert!(!project.geolocation);
    /// ```
    pub fn new(token: &str) -> Config {
        Config {
            token: String::from(token),
            api_host: Residency::Us.url(Api::BrowserIngestion),
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

    /// The options as `pkg-template/options.js` passes them, where they were checked: a line each for token, address, key of the flag, policy
    /// version, its numbers and the numbers of its words, and then one for each name of the blacklist.
    #[cfg(all(feature = "npm", target_arch = "wasm32"))]
    pub(crate) fn from_lines(text: &str) -> Config {
        let mut lines = Lines(text);
        // The fields are taken in the order they stand here.
        Config {
            token: lines.text(),
            api_host: lines.text(),
            flag_key: lines.text(),
            policy_version: lines.text(),
            max_age_days: lines.number(),
            batch_size: lines.number() as usize,
            flush_interval: lines.number(),
            default: match lines.number() {
                0 => Status::Pending,
                1 => Status::Granted,
                _ => Status::Denied,
            },
            hold: lines.number() == 1,
            consent_store: if lines.number() == 0 { Store::Local } else { Store::Cookie },
            gpc: lines.signal_mode(),
            dnt: lines.signal_mode(),
            geolocation: lines.number() == 1,
            persistence: match lines.number() {
                0 => Some(Store::Local),
                1 => Some(Store::Cookie),
                _ => None,
            },
            blacklist: {
                let mut names = Vec::new();
                while !lines.0.is_empty() {
                    names.push(lines.text());
                }
                names
            },
        }
    }

    /// The key of the consent record: `consentry_<token>_record`, which no prefix of the flag can make.
    pub(crate) fn record_key(&self) -> String {
        let mut key = join("consentry_", &self.token);
        key.push_str("_record");
        key
    }
}

/// Two texts as one.
pub(crate) fn join(first: &str, second: &str) -> String {
    let mut text = String::from(first);
    text.push_str(second);
    text
}

/// Lines, each with its end.
#[cfg(all(feature = "npm", target_arch = "wasm32"))]
struct Lines<'a>(&'a str);

#[cfg(all(feature = "npm", target_arch = "wasm32"))]
impl<'a> Lines<'a> {
    fn next(&mut self) -> &'a str {
        line(&mut self.0)
    }

    #[inline(never)] // asked for a dozen times
    fn number(&mut self) -> u32 {
        json::whole(self.next(), 0) as u32
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        String::from(self.next())
    }

    fn signal_mode(&mut self) -> SignalMode {
        match self.number() {
            0 => SignalMode::Honor,
            1 => SignalMode::Enforce,
            _ => SignalMode::Ignore,
        }
    }
}
