//! Recording: events, profile and group updates, identity and super properties.

use alloc::string::String;

use crate::clean::{Cleaned, clean};
use crate::client::Client;
use crate::decide::Recording;
use crate::error::Code;
use crate::identity::{Identity, is_usable, uuid};
use crate::json;
use crate::platform::{Facts, Platform};
use crate::record::{self, Kind, Names, Operation, Properties, Record};

/// What every event says of us.
const LIBRARY: &str = concat!("{\"$lib_version\":\"", env!("CARGO_PKG_VERSION"), "\"}");
/// Records that may wait for a decision or for a user id; the oldest go first.
const MAX_DRAFTS: usize = 1_000;

impl<P: Platform> Client<P> {
    /// Records an event. `properties` is a JSON object; `at` is when it happened in milliseconds since 1970, or 0 for now.
    pub fn track(&mut self, name: &str, properties: &str, at: u64) {
        if !self.records() {
            return;
        }
        let Some(own) = json::members(properties, b'{').filter(|_| !name.is_empty()) else {
            self.report(Code::InvalidArgument, "track", 0);
            return;
        };
        let now = self.platform.now();
        let at = if at == 0 || at > now { now } else { at };
        self.see_address();
        let mut layers = Properties::new(Kind::Track, Names::of(&self.config));
        for (name, value) in own {
            layers.put(&mut self.platform, name, value);
        }
        for (name, value) in &self.identity.background {
            layers.add(&mut self.platform, name, value);
        }
        let draft = record::event(name, at, &uuid(&mut self.platform), &layers.json);
        self.take(draft);
    }

    /// Works out what every event says, when somebody or the page's address has changed.
    fn see_address(&mut self) {
        let address = self.platform.facts(Facts::Address);
        if address == self.identity.address && !self.identity.background.is_empty() {
            return;
        }
        let mut layers = Properties::new(Kind::Track, Names::of(&self.config));
        for object in [&self.identity.entry, &self.page_facts, &address, LIBRARY] {
            layers.put_all(&mut self.platform, object);
        }
        let json = json::enclose('{', &layers.json, '}');
        let owned = |(name, value)| (String::from(name), String::from(value));
        self.identity.background = json::members(&json, b'{').unwrap_or_default().into_iter().map(owned).collect();
        self.identity.address = address;
    }

    /// Records a profile update of the identified user. Updates made before `identify` wait for it, in memory.
    ///
    /// `operand` is a JSON object, for `Unset` a JSON array of names, and for `Delete` it does not matter.
    pub fn profile(&mut self, operation: Operation, operand: &str) {
        self.update(Kind::Engage, operation, operand, ",");
    }

    /// Records a group update: as [`Client::profile`], without `Add` and `Append`. `group` is a JSON array of the group's key and id, both
    /// texts.
    pub fn group(&mut self, operation: Operation, operand: &str, group: &str) {
        let mut ids = String::from(",");
        let mut given = 0;
        for (_, value) in json::members(group, b'[').unwrap_or_default() {
            if value.len() > 2 && value.starts_with('"') {
                json::push_key(&mut ids, if given == 0 { "$group_key" } else { "$group_id" });
                given += if clean(value, &mut ids) == Cleaned::Broken { 9 } else { 1 };
            }
        }
        if given == 2 {
            self.update(Kind::Groups, operation, operand, &ids);
        } else {
            self.report(Code::InvalidArgument, "group", 0);
        }
    }

    fn update(&mut self, kind: Kind, operation: Operation, operand: &str, ids: &str) {
        if !self.records() {
            return;
        }
        let operand = match operation {
            Operation::Add | Operation::Append if kind == Kind::Groups => None,
            Operation::Delete => Some(String::from("\"\"")),
            Operation::Unset => record::names(operand, Names::of(&self.config)),
            Operation::Set | Operation::SetOnce | Operation::Add | Operation::Append | Operation::Union | Operation::Remove => {
                self.operand(kind, operation, operand)
            }
        };
        let Some(operand) = operand else {
            self.report(Code::InvalidArgument, operation.name(), 0);
            return;
        };
        if matches!(operand.as_str(), "" | "[]") {
            return;
        }
        let mut tail = String::from(ids);
        json::push_member(&mut tail, operation.name(), &operand);
        tail.push('}');
        let at = self.platform.now();
        self.take(Record::new(kind, String::from("{"), tail, at));
    }

    /// The properties of an update, empty when none is left to send, or nothing when an operand is of the wrong kind.
    fn operand(&mut self, kind: Kind, operation: Operation, operand: &str) -> Option<String> {
        let mut layers = Properties::new(kind, Names::of(&self.config));
        let members = json::members(operand, b'{').filter(|members| !members.is_empty())?;
        for (name, value) in members {
            // Mixpanel adds numbers, and merges lists of texts and numbers.
            let fits = match operation {
                Operation::Add => is_scalar(value) && !value.starts_with('"'),
                Operation::Union => {
                    json::members(value, b'[').is_some_and(|list| !list.is_empty() && list.iter().all(|(_, one)| is_scalar(one)))
                }
                Operation::Set | Operation::SetOnce | Operation::Append | Operation::Remove | Operation::Unset | Operation::Delete => true,
            };
            if !fits {
                return None;
            }
            layers.put(&mut self.platform, name, value);
        }
        let json = layers.json;
        // Only blacklisted or reserved names: there is nothing to send, and nobody did anything wrong.
        Some(if json.is_empty() { json } else { json::enclose('{', &json, '}') })
    }

    /// Names the visitor by the site's own id. Known before consent, it is kept in memory until the gate opens.
    pub fn identify(&mut self, user_id: &str) {
        if !is_usable(user_id) {
            self.report(Code::InvalidUserId, user_id, 0);
            return;
        }
        let mut id = String::new();
        json::push_string(&mut id, user_id);
        self.take_user_id(&id);
        self.save();
        self.release();
    }

    /// Signs what waits with the ids of the visitor it is of, before the visitor becomes somebody else.
    fn sign_drafts(&mut self) {
        let known = self.identity.get("$user_id").is_some();
        for draft in &mut self.drafts {
            // Updates from before the first user id wait for it.
            if known || draft.kind != Kind::Engage {
                draft.sign(&self.config.token, &self.identity);
            }
        }
    }

    /// Takes a user id, a JSON string, and tells Mixpanel which anonymous id it belongs to.
    pub(crate) fn take_user_id(&mut self, id: &str) {
        let anonymous = self.identity.get("distinct_id").filter(|before| self.identity.get("$user_id").is_none() && *before != id);
        let merge = anonymous.map(|anonymous| {
            let mut properties = String::from("{");
            json::push_member(&mut properties, "$anon_distinct_id", anonymous);
            properties.push('}');
            properties
        });
        if self.identity.get("$user_id").is_some_and(|before| before != id) {
            self.sign_drafts();
        }
        self.identity.set("distinct_id", Some(id));
        self.identity.set("$user_id", Some(id));
        if let Some(properties) = merge {
            self.track("$identify", &properties, 0);
        }
    }

    /// The id that events carry, as JSON: the user id, or `$device:` and the device id.
    pub fn distinct_id(&self) -> &str {
        self.identity.get("distinct_id").unwrap_or_default()
    }

    /// Makes the visitor somebody new: ids and super properties are forgotten, queued records keep theirs.
    pub fn reset(&mut self) {
        self.sign_drafts();
        self.drafts.retain(|draft| draft.kind != Kind::Engage || draft.signed);
        self.identity = Identity::new(&mut self.platform);
        // Whoever the store remembers is gone as well.
        self.identity_loaded = true;
        self.save();
    }

    /// Sets super properties, sent with every event from now on. `once` keeps those that are set already.
    pub fn register(&mut self, properties: &str, once: bool) {
        let Some(members) = json::members(properties, b'{') else {
            self.report(Code::InvalidArgument, "register", 0);
            return;
        };
        for (name, value) in members {
            // The same door as for an event's own properties: reserved and blacklisted names and broken values stay outside.
            let mut cleaned = String::new();
            let (keep, complaint) = Names::of(&self.config).admit(Kind::Track, name, value, &mut cleaned);
            let listed = Names::of(&self.config).is_blacklisted(name);
            let name = json::cut(name);
            // How the visitor came first is only ever set once.
            let once = once || name.starts_with("$initial_");
            if keep && !listed && !(once && self.identity.get(name).is_some()) {
                self.identity.set(name, Some(&cleaned));
            }
            if let Some(code) = complaint {
                self.report(code, name, 0);
            }
        }
        self.save();
    }

    /// Removes a super property.
    pub fn unregister(&mut self, name: &str) {
        if !Names::of(&self.config).is_reserved(name) {
            self.identity.set(json::cut(name), None);
            self.save();
        }
    }

    /// Takes a draft: through the gate into the queue, or among those that wait for a decision or a user id.
    fn take(&mut self, mut draft: Record) {
        let unknown = draft.kind == Kind::Engage && !draft.signed && self.identity.get("$user_id").is_none();
        if unknown || self.decision.recording != Recording::Keep {
            self.drafts.push(draft);
            if self.drafts.len() > MAX_DRAFTS {
                self.drafts.remove(0);
                self.report(Code::QueueFull, "", 1);
            }
        } else {
            draft.seal(&self.config.token, &self.identity);
            let overflow = self.queue.push(draft);
            self.report_dropped(Code::QueueFull, overflow);
            self.queued(self.platform.now());
        }
    }

    /// Queues the drafts that need wait no longer.
    pub(crate) fn release(&mut self) {
        if self.decision.recording == Recording::Keep {
            for draft in core::mem::take(&mut self.drafts) {
                self.take(draft);
            }
        }
    }

    pub(crate) fn report_dropped(&mut self, code: Code, count: usize) {
        if count > 0 {
            self.report(code, "", count);
        }
    }
}

/// Whether a value is a text or a number.
fn is_scalar(value: &str) -> bool {
    matches!(value.as_bytes().first(), Some(b'"' | b'-' | b'0'..=b'9'))
}
