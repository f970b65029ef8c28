//! Who the visitor is to the project: device id, user id and super properties, in mixpanel-js's own format.

use alloc::string::String;

use crate::config::join;
use crate::json;
use crate::platform::Platform;

/// Property names the protocol needs; no blacklist may name them.
pub(crate) const PROTECTED: [&str; 6] = ["token", "time", "distinct_id", "$insert_id", "$device_id", "$user_id"];

const HAD_PERSISTED: &str = "$had_persisted_distinct_id";

/// Ids that Mixpanel refuses, as published.
const REFUSED: [&str; 18] = [
    "00000000-0000-0000-0000-000000000000",
    "anon",
    "anonymous",
    "nil",
    "none",
    "null",
    "n/a",
    "na",
    "undefined",
    "unknown",
    "<nil>",
    "0",
    "-1",
    "true",
    "false",
    "[]",
    "{}",
    "",
];

/// A random UUID, version 4.
pub(crate) fn uuid<P: Platform>(platform: &mut P) -> String {
    let mut text = String::with_capacity(36);
    for word in 0..4 {
        let random = platform.random();
        let random = match word {
            1 => (random & 0xffff_0fff) | 0x4000,
            2 => (random & 0x3fff_ffff) | 0x8000_0000,
            _ => random,
        };
        if word == 1 || word == 2 {
            text.push('-');
        }
        json::push_hex(&mut text, random >> 16, 4);
        if word == 1 || word == 2 {
            text.push('-');
        }
        json::push_hex(&mut text, random, 4);
    }
    text
}

/// Whether Mixpanel takes this as somebody's id.
pub(crate) fn is_usable(id: &str) -> bool {
    !REFUSED.contains(&id.to_ascii_lowercase().as_str()) && id.len() <= json::MAX_STRING
}

/// The ids and super properties of this page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Identity {
    pub(crate) distinct_id: String,
    pub(crate) device_id: String,
    pub(crate) user_id: Option<String>,
    had_persisted: bool,
    /// Super properties, as the members of a JSON object. Names that begin with `__` are mixpanel-js's own and only kept for it.
    pub(crate) properties: String,
}

impl Identity {
    /// Somebody new.
    pub(crate) fn new<P: Platform>(platform: &mut P) -> Identity {
        let device_id = uuid(platform);
        Identity {
            distinct_id: join("$device:", &device_id),
            device_id,
            user_id: None,
            had_persisted: false,
            properties: String::new(),
        }
    }

    /// Takes the user id. Answers the id before it, when that was an anonymous one that Mixpanel should merge.
    pub(crate) fn identify(&mut self, user_id: &str) -> Option<String> {
        let before = core::mem::replace(&mut self.distinct_id, String::from(user_id));
        let anonymous = self.user_id.replace(String::from(user_id)).is_none();
        (anonymous && before != user_id).then_some(before)
    }

    /// Sets a super property to a value that was cleaned.
    pub(crate) fn register(&mut self, name: &str, value: &str) {
        self.unregister(name);
        json::push_key(&mut self.properties, name);
        self.properties.push_str(value);
    }

    /// Whether a super property is set.
    pub(crate) fn has(&self, name: &str) -> bool {
        json::get(&self.super_properties(), name).is_some()
    }

    /// The super properties as a JSON object.
    pub(crate) fn super_properties(&self) -> String {
        json::enclose('{', &self.properties, '}')
    }

    /// Removes a super property.
    pub(crate) fn unregister(&mut self, name: &str) {
        let all = self.super_properties();
        self.properties.clear();
        for (known, value) in json::members(&all, b'{').unwrap_or_default() {
            if known != name {
                json::push_key(&mut self.properties, known);
                self.properties.push_str(value);
            }
        }
    }

    /// Appends the ids every event carries.
    pub(crate) fn push_event_ids(&self, out: &mut String) {
        json::push_text(out, "distinct_id", &self.distinct_id);
        self.push_device_ids(out);
    }

    /// Appends the ids every profile update carries beside `$distinct_id`.
    pub(crate) fn push_device_ids(&self, out: &mut String) {
        if !self.device_id.is_empty() {
            json::push_text(out, "$device_id", &self.device_id);
        }
        if let Some(user_id) = &self.user_id {
            json::push_text(out, "$user_id", user_id);
        }
        if self.had_persisted {
            json::push_key(out, HAD_PERSISTED);
            out.push_str("true");
        }
    }

    /// The entry as mixpanel-js stores it, without the names of a blacklist.
    pub(crate) fn to_json(&self, blacklist: &[String]) -> String {
        let mut out = String::from("{");
        self.push_event_ids(&mut out);
        for (name, value) in json::members(&self.super_properties(), b'{').unwrap_or_default() {
            if !blacklist.iter().any(|listed| listed == name) {
                json::push_key(&mut out, name);
                out.push_str(value);
            }
        }
        out.push('}');
        out
    }

    /// Reads an entry, ours or mixpanel-js's; nothing when it names nobody. Values that are not JSON are left behind.
    pub(crate) fn from_json(text: &str) -> Option<Identity> {
        let mut identity = Identity {
            distinct_id: String::new(),
            device_id: String::new(),
            user_id: None,
            had_persisted: false,
            properties: String::new(),
        };
        for (name, value) in json::members(text, b'{')? {
            match name {
                "distinct_id" => identity.distinct_id = json::string(value)?,
                "$device_id" => identity.device_id = json::string(value)?,
                "$user_id" => identity.user_id = json::string(value),
                HAD_PERSISTED => identity.had_persisted = value == "true",
                _ => {
                    let mut cleaned = String::new();
                    if json::clean(value, &mut cleaned) != json::Cleaned::Broken && json::is_plain(name) {
                        json::push_key(&mut identity.properties, name);
                        identity.properties.push_str(&cleaned);
                    }
                }
            }
        }
        if identity.distinct_id.is_empty() {
            return None;
        }
        Some(identity)
    }
}
