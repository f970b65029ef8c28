//! Recording: events, profile and group updates, identity and super properties.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::decide::Recording;
use crate::delivery::MAX_AGE;
use crate::error::{Code, Error};
use crate::identity::{Identity, is_usable, uuid};
use crate::json;
use crate::platform::{Facts, Platform};
use crate::record::{self, Draft, Kind, Operand, Properties};

/// Records that may wait for a decision or for a user id; the oldest go first.
const MAX_DRAFTS: usize = 1_000;

impl<P: Platform> Client<P> {
    /// Records an event. `properties` is a JSON object; `at` is when it happened in milliseconds since 1970, or 0 for now.
    pub fn track(&mut self, name: &str, properties: &str, at: u64) {
        if !self.records() {
            return;
        }
        let Some(own) = json::members(properties, b'{').filter(|_| !name.is_empty()) else {
            self.report(Error::about(Code::InvalidArgument, "track"));
            return;
        };
        let now = self.platform.now();
        let at = if at == 0 || at > now { now } else { at };
        let supers = self.identity.super_properties();
        let address = self.platform.facts(Facts::Address);
        let mut layers = Properties::new(Kind::Track, self.names());
        for (name, value) in own {
            layers.put(name, value);
        }
        for object in [&supers, &self.page_facts, &address] {
            layers.put_all(object);
        }
        let Properties { json, complaints, .. } = layers;
        self.complain(complaints);
        let draft = record::event(name, at, &uuid(&mut self.platform), &json);
        self.take(draft);
    }

    /// Records a profile update of the identified user. Updates made before `identify` wait for it, in memory.
    ///
    /// `operation` is `set`, `setOnce`, `increment`, `append`, `union`, `remove`, `unset` or `delete`; `operand` is a JSON object, for
    /// `unset` a JSON array of names, and for `delete` anything.
    pub fn profile(&mut self, operation: &str, operand: &str) {
        self.update(Kind::Engage, operation, operand, "");
    }

    /// Records a group update: as [`Client::profile`], without `increment` and `append`. `group` is a JSON array of the group's key and
    /// id, both texts.
    pub fn group(&mut self, operation: &str, operand: &str, group: &str) {
        let mut ids = String::new();
        for (name, value) in ["$group_key", "$group_id"].into_iter().zip(json::members(group, b'[').unwrap_or_default()) {
            if let Some(text) = json::string(value.1).filter(|text| !text.is_empty()) {
                ids.push(',');
                json::push_text(&mut ids, name, json::cut(&text));
            }
        }
        self.update(Kind::Groups, operation, operand, &ids);
    }

    fn update(&mut self, kind: Kind, operation: &str, operand: &str, ids: &str) {
        if !self.records() {
            return;
        }
        let Some((wire_name, takes)) = record::operation(operation, kind) else {
            self.report(Error::about(Code::InvalidArgument, operation));
            return;
        };
        let operand = match takes {
            Operand::Nothing => Some(String::from("\"\"")),
            Operand::Names => record::names(operand, self.names()),
            Operand::Any | Operand::Number | Operand::List => self.operand(kind, wire_name, takes, operand),
        };
        let Some(operand) = operand else {
            self.report(Error::about(Code::InvalidArgument, operation));
            return;
        };
        let mut tail = String::from(ids);
        tail.push_str(",\"");
        tail.push_str(wire_name);
        tail.push_str("\":");
        tail.push_str(&operand);
        tail.push('}');
        let at = self.platform.now();
        self.take(Draft { kind, head: String::from("{"), tail, at });
    }

    /// The properties of an update, or nothing when an operand is of the wrong kind or nothing is left to send.
    fn operand(&mut self, kind: Kind, wire_name: &str, takes: Operand, operand: &str) -> Option<String> {
        let mut layers = Properties::new(kind, self.names());
        for (name, value) in json::members(operand, b'{')? {
            let first = value.as_bytes().first().copied().unwrap_or(0);
            match takes {
                Operand::Number if !(first == b'-' || first.is_ascii_digit()) => return None,
                Operand::List if first != b'[' => layers.put(name, &json::enclose('[', value, ']')),
                Operand::List if json::members(value, b'[')?.is_empty() => return None,
                Operand::Any | Operand::Number | Operand::List | Operand::Names | Operand::Nothing => layers.put(name, value),
            }
        }
        if kind == Kind::Engage && wire_name == "$set" {
            for name in ["$os", "$browser", "$browser_version"] {
                if let Some(value) = json::get(&self.page_facts, name) {
                    layers.put_clean(name, value);
                }
            }
        }
        let Properties { json, complaints, .. } = layers;
        self.complain(complaints);
        (!json.is_empty()).then(|| json::enclose('{', &json, '}'))
    }

    /// Names the visitor by the site's own id. Known before consent, it is kept in memory until the gate opens.
    pub fn identify(&mut self, user_id: &str) {
        if !is_usable(user_id) || user_id.starts_with("$device:") {
            self.report(Error::about(Code::InvalidUserId, user_id));
            return;
        }
        self.take_user_id(user_id);
        self.save();
        self.release();
    }

    /// Takes a user id, and tells Mixpanel which anonymous id it belongs to.
    pub(crate) fn take_user_id(&mut self, user_id: &str) {
        if let Some(anonymous) = self.identity.identify(user_id) {
            let mut properties = String::from("{");
            json::push_text(&mut properties, "$anon_distinct_id", &anonymous);
            properties.push('}');
            self.track("$identify", &properties, 0);
        }
    }

    /// The id that events carry: the user id, or `$device:` and the device id.
    pub fn distinct_id(&self) -> &str {
        &self.identity.distinct_id
    }

    /// Makes the visitor somebody new: ids and super properties are forgotten, queued records keep theirs.
    pub fn reset(&mut self) {
        self.drafts.retain(|draft| draft.kind != Kind::Engage);
        self.identity = Identity::new(&mut self.platform);
        self.save();
    }

    /// Sets super properties, sent with every event from now on. `once` keeps those that are set already.
    pub fn register(&mut self, properties: &str, once: bool) {
        let Some(members) = json::members(properties, b'{') else {
            self.report(Error::about(Code::InvalidArgument, "register"));
            return;
        };
        for (name, value) in members {
            // The same door as for an event's own properties: reserved and blacklisted names and broken values stay outside.
            let mut cleaned = String::new();
            let (keep, complaint) = self.names().admit(Kind::Track, name, value, &mut cleaned);
            if keep && !self.names().is_blacklisted(name) && !(once && self.identity.has(name)) {
                self.identity.register(json::cut(name), &cleaned);
            }
            if let Some(code) = complaint {
                self.report(Error::about(code, name));
            }
        }
        self.save();
    }

    /// Removes a super property.
    pub fn unregister(&mut self, name: &str) {
        self.identity.unregister(name);
        self.save();
    }

    fn complain(&mut self, complaints: Vec<Error>) {
        for error in complaints {
            self.report(error);
        }
    }

    /// Takes a draft: through the gate into the queue, or among those that wait.
    fn take(&mut self, draft: Draft) {
        self.drafts.push(draft);
        if self.drafts.len() > MAX_DRAFTS {
            self.drafts.remove(0);
            self.report(Error::dropping(Code::QueueFull, 1));
        }
        self.release();
    }

    /// Queues the drafts that need wait no longer.
    pub(crate) fn release(&mut self) {
        if self.decision.recording != Recording::Keep {
            return;
        }
        let now = self.platform.now();
        let (mut expired, mut overflow) = (0, 0);
        for draft in core::mem::take(&mut self.drafts) {
            if draft.kind == Kind::Engage && self.identity.user_id.is_none() {
                self.drafts.push(draft);
            } else if now.saturating_sub(draft.at) > MAX_AGE {
                expired += 1;
            } else {
                let kind = draft.kind;
                overflow += self.queue.push(kind, draft.seal(&self.config.token, &self.identity, self.epoch));
            }
        }
        self.report_dropped(Code::RecordsExpired, expired);
        self.report_dropped(Code::QueueFull, overflow);
        self.queued(now);
    }

    pub(crate) fn report_dropped(&mut self, code: Code, count: usize) {
        if count > 0 {
            self.report(Error::dropping(code, count));
        }
    }
}
