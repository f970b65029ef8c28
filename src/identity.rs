//! Who the visitor is to the project: device id, user id and super properties, in mixpanel-js's own format.

use alloc::string::String;
use alloc::vec::Vec;

use crate::clean::{Room, clean};
use crate::config::join;
use crate::json;
use crate::platform::Platform;
use crate::record::{Names, is_listed};

/// The ids a record carries, by their names in an event.
pub(crate) const IDS: [&str; 4] = ["distinct_id", "$device_id", "$user_id", "$had_persisted_distinct_id"];

/// Ids that Mixpanel refuses, as published, and the empty one.
const REFUSED: &str =
    "00000000-0000-0000-0000-000000000000|anon|anonymous|nil|none|null|n/a|na|undefined|unknown|<nil>|0|-1|true|false|[]|{}|";

/// A random UUID, version 4.
pub(crate) fn uuid<P: Platform>(platform: &mut P) -> String {
    let mut text = String::with_capacity(36);
    let mut random = 0;
    for place in 0..32 {
        if place % 8 == 0 {
            random = platform.random();
        }
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let digit = match place {
            12 => 4,
            16 => 8 | (random & 3),
            _ => random,
        };
        json::push_hex(&mut text, digit, 1);
        random >>= 4;
    }
    text
}

/// Whether Mixpanel takes this as somebody's id.
pub(crate) fn is_usable(id: &str) -> bool {
    !is_listed(REFUSED, id) && id.len() <= json::MAX_STRING && !id.starts_with("$device:")
}

/// The ids and super properties of this page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Identity {
    /// As they are stored: one JSON object, mixpanel-js's own. Every value in it was cleaned, and no name in it is blacklisted.
    pub(crate) entry: String,
    /// The ids as a record carries them, without the quote before the first name: an event and a profile update call that one differently.
    pub(crate) ids: String,
    /// What an event says besides its own properties, and the facts of the page's address it was made with. Worked out for the first event.
    pub(crate) background: Vec<(String, String)>,
    pub(crate) address: String,
}

impl Identity {
    /// Somebody new.
    pub(crate) fn new<P: Platform>(platform: &mut P) -> Identity {
        let device_id = uuid(platform);
        let mut entry = join("{\"distinct_id\":\"$device:", &device_id);
        entry.push_str("\",\"$device_id\":\"");
        entry.push_str(&device_id);
        entry.push_str("\"}");
        Identity::of(entry)
    }

    fn of(entry: String) -> Identity {
        let mut ids = String::new();
        for name in &IDS {
            if let Some(value) = json::get(&entry, name) {
                json::push_member(&mut ids, name, value);
            }
        }
        let ids = String::from(ids.get(1..).unwrap_or_default());
        Identity { entry, ids, background: Vec::new(), address: String::new() }
    }

    /// The JSON text of an id or super property.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        json::get(&self.entry, name)
    }

    /// Sets an id or super property to a JSON text, or removes it when there is none.
    pub(crate) fn set(&mut self, name: &str, value: Option<&str>) {
        *self = Identity::of(json::with(&self.entry, name, value));
    }

    /// Reads an entry, ours or mixpanel-js's; nothing when it names nobody. Values that are not JSON and blacklisted names stay behind.
    pub(crate) fn from_json(text: &str, names: Names<'_>) -> Option<Identity> {
        let mut entry = json::begun("{");
        for (name, value) in json::members(text, b'{') {
            let id = IDS.contains(&name);
            let listed = !id && names.is_blacklisted(name);
            if listed || !json::is_plain(name) {
                continue;
            }
            if let Some((value, _)) = clean(value, &mut Room::default()) {
                json::push_key(&mut entry, name);
                // An id that a site gave as a number; the last of the ids is a boolean and stays one.
                let quote = if id && json::is_number(value) { "\"" } else { "" };
                entry.push_str(quote);
                entry.push_str(value);
                entry.push_str(quote);
            }
        }
        entry.push('}');
        json::get(&entry, "distinct_id").filter(|id| id.len() > 2 && id.starts_with('"'))?;
        Some(Identity::of(entry))
    }
}
