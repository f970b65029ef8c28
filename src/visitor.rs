//! Who the visitor is to the project: device id, user id and super properties, in mixpanel-js's own
//! format, shared by every page of the origin.

use std::rc::Rc;

use crate::json;
use crate::limits::clean;
use crate::names::Names;
use crate::options::CookieOptions;
use crate::platform::{Platform, Store};
use crate::project::Project;
use crate::text;

mod ids;

#[cfg(feature = "hash")]
pub(crate) use ids::is_refused;
pub(crate) use ids::{id, is_anonymous, is_usable, uuid};

/// The ids a record carries, by their names in an event.
pub(crate) const IDS: [&str; 4] = ["distinct_id", "$device_id", "$user_id", "$had_persisted_distinct_id"];

/// That of them which is random, and nobody's name.
pub(crate) const DEVICE: &str = "$device_id";

/// An id by which the visitor will be known, and when what is timed began: no event says it.
pub(crate) const ALIAS: &str = "__alias";
pub(crate) const TIMERS: &str = "__timers";

/// What every event says of us.
const LIBRARY: &str = concat!("{\"$lib_version\":\"", env!("CARGO_PKG_VERSION"), "\"}");

/// The store whose identity counts where both have one. A cookie may be a sibling's, of the domain,
/// where ours are for this host alone.
fn first_store(project: &Project) -> Store {
    let CookieOptions { domain, cross_subdomain, .. } = &project.options.consent.cookie;
    project.persistence().filter(|_| domain.is_some() || *cross_subdomain).unwrap_or_default()
}

/// What is stored under the key of the identity.
pub(crate) fn found<P: Platform>(platform: &P, project: &Project) -> String {
    let store = first_store(project);
    let found = store.find(platform, &project.identity_key);
    if found.is_empty() { store.other().find(platform, &project.identity_key) } else { found }
}

/// The ids and super properties of this page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Visitor {
    /// As they are stored: one JSON object, mixpanel-js's own. Every value in it was cleaned, and no
    /// name in it is blacklisted.
    pub(crate) entry: String,
    /// The ids as a record carries them, without the quote before the first name: an event and a
    /// profile update call that one differently.
    pub(crate) ids: String,
    /// Whether this is the stored visitor. It is read only once the gate is open.
    pub(crate) loaded: bool,
    /// What was stored when it was last read or written here; other pages write there too.
    pub(crate) seen: String,
    /// What an event says besides its own properties, and the facts of the page's address it was made
    /// with. Worked out for the first event.
    background: Vec<(String, String)>,
    address: Rc<String>,
}

impl Visitor {
    /// Somebody new.
    pub(crate) fn new<P: Platform>(platform: &mut P) -> Visitor {
        let device_id = uuid(platform);
        let mut entry = text::joined(&["{\"distinct_id\":\"$device:", &device_id]);
        entry.push_str("\",\"$device_id\":\"");
        entry.push_str(&device_id);
        entry.push_str("\"}");
        Visitor::of(entry)
    }

    fn of(entry: String) -> Visitor {
        let mut ids = String::new();
        for name in &IDS {
            if let Some(value) = json::get(&entry, name) {
                json::push_member(&mut ids, name, value);
            }
        }
        let ids = String::from(ids.get(1..).unwrap_or_default());
        Visitor { entry, ids, loaded: false, seen: String::new(), background: Vec::new(), address: Rc::default() }
    }

    /// The JSON text of an id or super property.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        json::get(&self.entry, name)
    }

    /// The id that records carry, as JSON.
    pub(crate) fn distinct_id(&self) -> &str {
        self.get("distinct_id").unwrap_or_default()
    }

    /// The site's own id of the visitor, as JSON, once it is known.
    pub(crate) fn user_id(&self) -> Option<&str> {
        self.get("$user_id")
    }

    /// The ids of a record, or those that it has already, with another of their names in the place of one.
    pub(crate) fn ids_with(&self, ids: &str, name: &str, id: &str) -> String {
        let all = text::joined(&["{\"", if ids.is_empty() { &self.ids } else { ids }, "}"]);
        let all = json::with(&all, name, Some(id));
        String::from(all.get(2..all.len() - 1).unwrap_or_default())
    }

    /// Names the visitor by the site's own id, a JSON string. One by which it was to be known already
    /// changes nothing of what its events say.
    pub(crate) fn name(&mut self, id: &str) {
        if self.get("$device_id").is_none() {
            // Stored by a library of before there were any.
            let before = String::from(self.distinct_id());
            self.set("$device_id", Some(&before));
            self.set("$had_persisted_distinct_id", Some("true"));
        }
        if self.get(ALIAS) != Some(id) {
            self.set(ALIAS, None);
            self.set("distinct_id", Some(id));
        }
        self.set("$user_id", Some(id));
    }

    /// Keeps nothing that may not be kept any more.
    pub(crate) fn restrict(&mut self, names: Names<'_>) {
        if let Some(visitor) = Visitor::from_json(&self.entry, names) {
            *self = Visitor { loaded: self.loaded, seen: std::mem::take(&mut self.seen), ..visitor };
        }
    }

    /// Sets an id or super property to a JSON text, or removes it when there is none.
    pub(crate) fn set(&mut self, name: &str, value: Option<&str>) {
        let seen = std::mem::take(&mut self.seen);
        *self = Visitor { loaded: self.loaded, seen, ..Visitor::of(json::with(&self.entry, name, value)) };
    }

    /// Sets super properties to JSON texts.
    pub(crate) fn set_all(&mut self, changes: &[(&str, String)]) {
        let mut entry = String::from("{");
        for (name, value) in json::members(&self.entry, b'{') {
            if !changes.iter().any(|(changed, _)| *changed == name) {
                json::push_member(&mut entry, name, value);
            }
        }
        for (name, value) in changes {
            json::push_member(&mut entry, name, value);
        }
        entry.push('}');
        self.entry = entry;
        self.background.clear();
    }

    /// What every event says: super properties, facts of the page and of its address, and the library.
    /// It is worked out anew when somebody or the address has changed.
    pub(crate) fn background(&mut self, page: &str, address: &Rc<String>, names: Names<'_>) -> &[(String, String)] {
        if self.background.is_empty() || *address != self.address {
            self.background.clear();
            // What a weaker one repeats does not come through beside the stronger.
            for object in [&*self.entry, page, &**address, LIBRARY] {
                for (name, value) in json::members(object, b'{') {
                    if names.may_leave(name) {
                        self.background.push((String::from(name), String::from(value)));
                    }
                }
            }
            self.address = address.clone();
        }
        &self.background
    }

    /// What an earlier page stored, or mixpanel-js did: where we would write it, or in the other store.
    pub(crate) fn stored<P: Platform>(platform: &P, project: &Project) -> Option<Visitor> {
        let store = first_store(project);
        let mut visitor: Option<Visitor> = None;
        for store in [store, store.other()] {
            let text = store.find(platform, &project.identity_key);
            // Of a cookie that stands on several domains the browser names the oldest first.
            let Some(found) = Visitor::from_json(text::line(&mut &*text), Names::of(project)) else { continue };
            match &mut visitor {
                Some(first) => first.fill(&found),
                None => visitor = Some(found),
            }
        }
        Some(Visitor { seen: found(platform, project), ..visitor? })
    }

    /// With what the other store has besides, if it is of the same visitor, or of whoever has no device
    /// here.
    fn fill(&mut self, other: &Visitor) {
        let device = self.get("$device_id");
        if device.is_some() && device != other.get("$device_id") {
            return;
        }
        for (name, value) in json::members(&other.entry, b'{') {
            if name != "$user_id" && self.get(name).is_none() {
                self.set(name, Some(value));
            }
        }
    }

    /// Whether another page has stored something since this one read or wrote last. What was only
    /// removed is no news: the next that saves puts it back.
    pub(crate) fn is_old<P: Platform>(&self, platform: &P, project: &Project) -> bool {
        let found = found(platform, project);
        project.persistence().is_some() && !found.is_empty() && found != self.seen
    }

    /// Keeps the super properties that another one set and that were not stored.
    pub(crate) fn keep_unsaved(&mut self, of: &Visitor) {
        let mut unsaved = Vec::new();
        for (name, value) in json::members(&of.entry, b'{') {
            if !IDS.contains(&name) && json::get(&of.seen, name) != Some(value) {
                unsaved.push((name, String::from(value)));
            }
        }
        if !unsaved.is_empty() {
            self.set_all(&unsaved);
        }
    }

    /// Stores it, and answers whether that worked. Where nothing is to be stored, it did. What is too
    /// long for a cookie goes to localStorage.
    pub(crate) fn save<P: Platform>(&mut self, platform: &mut P, project: &Project) -> bool {
        let Some(store) = project.persistence() else { return true };
        let key = &project.identity_key;
        let mut kept = store;
        let mut saved = store.write(platform, key, &self.entry);
        if !saved && store == Store::Cookie {
            kept = Store::Local;
            saved = kept.write(platform, key, &self.entry);
        }
        if saved {
            kept.other().remove(platform, key);
            // What could not be removed is no news either.
            self.seen = found(platform, project);
        }
        saved
    }

    /// Reads an entry, ours or mixpanel-js's; nothing when it names nobody or is not JSON.
    /// Blacklisted names stay behind.
    #[inline(never)] // asked for in a few places
    pub(crate) fn from_json(text: &str, names: Names<'_>) -> Option<Visitor> {
        let mut entry = String::from("{");
        for (name, value) in json::members(text, b'{') {
            let id = IDS.contains(&name);
            let listed = !id && names.is_blacklisted(name);
            if listed || !json::is_plain(name) || json::cut(name) != name {
                continue;
            }
            let mut room = String::new();
            let (value, _) = clean(value, &mut room)?;
            json::push_key(&mut entry, name);
            // An id that a site gave as a number; the last of the ids is a boolean and stays one.
            let quote = if id && json::is_number(value) { "\"" } else { "" };
            entry.push_str(quote);
            entry.push_str(value);
            entry.push_str(quote);
        }
        entry.push('}');
        json::get(&entry, "distinct_id").filter(|id| id.len() > 2 && id.starts_with('"'))?;
        Some(Visitor::of(entry))
    }
}
