//! Recording: events, profile and group updates, identity and super properties.

use alloc::string::String;
use alloc::vec::Vec;

use crate::clean::Room;
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
        let own = json::members(properties, b'{');
        if name.is_empty() || !own.sound {
            self.report(Code::InvalidArgument, "track", 0);
            return;
        }
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
        let names = Names::of(&self.config);
        let mut background = Vec::new();
        // What a weaker one repeats does not come through beside the stronger.
        for object in &[&*self.identity.entry, &*self.page_facts, &*address, LIBRARY] {
            for (name, value) in json::members(object, b'{') {
                if names.may_leave(name) {
                    background.push((String::from(name), String::from(value)));
                }
            }
        }
        self.identity.background = background;
        self.identity.address = address;
    }

    /// Records a profile update of the identified user. Updates made before `identify` wait for it, in memory.
    ///
    /// `operand` is a JSON object, for `Unset` a JSON array of names, and for `Delete` it does not matter.
    pub fn profile(&mut self, operation: Operation, operand: &str) {
        self.update(Kind::Engage, operation, operand, json::begun(","));
    }

    /// Records a group update: as [`Client::profile`], without `Add` and `Append`. A group has a key and an id.
    pub fn group(&mut self, operation: Operation, operand: &str, key: &str, id: &str) {
        if key.is_empty() || id.is_empty() || matches!(operation, Operation::Add | Operation::Append) {
            self.report(Code::InvalidArgument, "group", 0);
            return;
        }
        let mut ids = json::begun(",");
        json::push_text(&mut ids, "$group_key", json::cut(key));
        json::push_text(&mut ids, "$group_id", json::cut(id));
        self.update(Kind::Groups, operation, operand, ids);
    }

    /// Takes an update whose ids stand in `tail`.
    fn update(&mut self, kind: Kind, operation: Operation, operand: &str, mut tail: String) {
        if !self.records() {
            return;
        }
        json::push_key(&mut tail, operation.name());
        if operation == Operation::Delete {
            tail.push_str("\"\"");
        } else {
            let Some(properties) = self.operand(kind, operation, operand) else {
                self.report(Code::InvalidArgument, operation.name(), 0);
                return;
            };
            // Only blacklisted or reserved names: there is nothing to send, and nobody did anything wrong.
            if properties.is_empty() {
                return;
            }
            let (open, close) = if operation == Operation::Unset { ('[', ']') } else { ('{', '}') };
            tail.push(open);
            tail.push_str(&properties);
            tail.push(close);
        }
        tail.push('}');
        let at = self.platform.now();
        self.take(Record::new(kind, json::begun("{"), tail, at));
    }

    /// The properties or names of an update that may leave, or nothing when an operand is of the wrong kind.
    fn operand(&mut self, kind: Kind, operation: Operation, operand: &str) -> Option<String> {
        let unset = operation == Operation::Unset;
        let names = Names::of(&self.config);
        let mut layers = Properties::new(kind, names);
        let members = json::members(operand, if unset { b'[' } else { b'{' });
        if !members.more {
            return None;
        }
        for (name, value) in members {
            if unset {
                let name = json::plain(value)?;
                if !name.is_empty() && !names.is_blacklisted(name) {
                    layers.add(&mut self.platform, json::cut(name), "");
                }
                continue;
            }
            // Mixpanel adds numbers, and merges lists of texts and numbers.
            let mut list = json::members(value, b'[');
            if (operation == Operation::Add && !json::is_number(value))
                || (operation == Operation::Union && !(list.more && list.all(|(_, one)| one.starts_with('"') || json::is_number(one))))
            {
                return None;
            }
            layers.put(&mut self.platform, name, value);
        }
        Some(layers.json)
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
        let before = self.identity.get("$user_id");
        let merges = before.is_none() && self.distinct_id() != id;
        let merge = json::with("{}", "$anon_distinct_id", self.identity.get("distinct_id"));
        if before.is_some_and(|before| before != id) {
            self.sign_drafts();
        }
        self.identity.set("distinct_id", Some(id));
        self.identity.set("$user_id", Some(id));
        if merges {
            self.track("$identify", &merge, 0);
        }
    }

    /// The id that events carry, as JSON: the user id, or `$device:` and the device id.
    pub fn distinct_id(&self) -> &str {
        self.identity.get("distinct_id").unwrap_or_default()
    }

    /// Makes the visitor somebody new: ids and super properties are forgotten, queued records keep theirs.
    pub fn reset(&mut self) {
        self.sign_drafts();
        self.identity = Identity::new(&mut self.platform);
        self.take_again(true);
        // Whoever the store remembers is gone as well.
        self.identity_loaded = true;
        self.save();
    }

    /// Sets super properties, sent with every event from now on. `once` keeps those that are set already.
    pub fn register(&mut self, properties: &str, once: bool) {
        let members = json::members(properties, b'{');
        if !members.sound {
            self.report(Code::InvalidArgument, "register", 0);
            return;
        }
        for member in members {
            // The same door as for an event's own properties: reserved and blacklisted names and broken values stay outside.
            if let Some((name, value)) = Names::of(&self.config).admit(&mut self.platform, Kind::Track, member, &mut Room::default()) {
                // How the visitor came first is only ever set once.
                let once = once || name.starts_with("$initial_");
                if !once || self.identity.get(name).is_none() {
                    self.identity.set(name, Some(value));
                }
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
        self.take_again(false);
    }

    /// Takes the drafts once more; those that nobody signed can be left out.
    fn take_again(&mut self, signed: bool) {
        for draft in core::mem::take(&mut self.drafts) {
            if draft.signed || !signed {
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
