//! The visitor: who it is to the project, and what is remembered of it.

use super::Client;
use crate::consent::state::Open;
use crate::error::Code;
use crate::json;
use crate::names::{Complaints, Names};
use crate::outbox::record::Kind;
use crate::platform::{Facts, Platform};
use crate::text;
use crate::visitor::{IDS, Visitor, is_usable};

impl<P: Platform> Client<P> {
    /// Names the visitor by the site's own id. Known before consent, it is kept in memory until the gate
    /// opens.
    pub fn identify(&mut self, user_id: &str) {
        self.hand_on_all();
        if !is_usable(user_id) {
            self.stamp = None;
            self.report(Code::InvalidUserId, user_id, 0);
            return;
        }
        let mut id = String::new();
        json::push_string(&mut id, user_id);
        self.take_user_id(&id);
        self.save();
        self.release(false);
    }

    /// The next refusal was made, under a grant, before this client, and what was stored of the visitor
    /// is gone since: this was stored, and so the last `identify` that waited named the visitor, or
    /// nobody where a `reset` came after it.
    pub fn was(&mut self, stored: &str, named: Option<&str>) {
        self.was = Visitor::from_json(text::line(&mut &*stored), Names::of(&self.project));
        if let Some(user_id) = named.filter(|id| id.is_empty() || is_usable(id)) {
            let mut visitor = Visitor::new(&mut self.platform);
            if !user_id.is_empty() {
                let mut id = String::new();
                json::push_string(&mut id, user_id);
                visitor.set("distinct_id", Some(&id));
                visitor.set("$user_id", Some(&id));
            }
            self.was = Some(visitor);
        }
    }

    /// Takes a user id, a JSON string, and tells Mixpanel which anonymous id it belongs to.
    fn take_user_id(&mut self, id: &str) {
        let stamp = self.stamp();
        let before = self.visitor.user_id();
        let merges = before.is_none() && self.visitor.distinct_id() != id;
        let merge = json::with("{}", "$anon_distinct_id", self.visitor.get("distinct_id"));
        if before.is_some_and(|before| before != id) {
            self.sign_held();
        }
        self.visitor.set("distinct_id", Some(id));
        self.visitor.set("$user_id", Some(id));
        if merges {
            self.record_event(&stamp, "$identify", &merge);
        }
    }

    /// Makes the visitor somebody new: ids and super properties are forgotten, queued records keep
    /// theirs.
    pub fn reset(&mut self) {
        self.stamp = None;
        self.hand_on_all();
        self.sign_held();
        self.visitor = Visitor::new(&mut self.platform);
        self.release(true);
        // Whoever the store remembers is gone as well.
        self.visitor.loaded = true;
        self.save();
    }

    pub(super) fn set_super_properties(&mut self, properties: &str, once: bool) {
        let members = json::members(properties, b'{');
        if !members.sound {
            self.report(Code::InvalidArgument, "register", 0);
            return;
        }
        let mut complaints = Complaints::new();
        for member in members {
            // The same door as for an event's own properties: reserved and blacklisted names and broken
            // values stay outside.
            let mut room = String::new();
            if let Some((name, value)) = Names::of(&self.project).admit(&mut complaints, Kind::Track, member, &mut room) {
                // How the visitor came first is only ever set once.
                let once = once || name.starts_with("$initial_");
                if !once || self.visitor.get(name).is_none() {
                    self.visitor.set(name, Some(value));
                }
            }
        }
        self.complain(complaints);
        self.save();
    }

    pub(super) fn remove_super_property(&mut self, name: &str) {
        if !Names::of(&self.project).is_reserved(name) {
            self.visitor.set(json::cut(name), None);
            self.save();
        }
    }

    /// The gate is open: the stored visitor is read, and what was held is queued.
    pub(super) fn open(&mut self, open: Open) {
        self.visitor.loaded |= open == Open::Fresh;
        let stored = if self.visitor.loaded { None } else { Visitor::stored(&self.platform, &self.project) };
        if let Some(stored) = stored {
            let page = std::mem::replace(&mut self.visitor, stored);
            for (name, value) in json::members(&page.entry, b'{') {
                if !IDS.contains(&name) {
                    self.visitor.set(name, Some(value));
                }
            }
            if let Some(user_id) = page.user_id() {
                self.take_user_id(user_id);
            }
        }
        self.visitor.loaded = true;
        let arrival = self.platform.facts(Facts::Arrival);
        self.set_super_properties(&arrival, false);
        self.release(false);
        self.adopt_left_queues();
        self.queued(self.platform.now());
    }

    /// Stores the visitor, if the gate allows it.
    fn save(&mut self) {
        // A refusal that was not heard of must not be followed by a write.
        if !self.consent.decision.allowed || !self.confirmed() {
            return;
        }
        if !self.visitor.save(&mut self.platform, &self.project) {
            self.report(Code::StorageFailed, "", 0);
        }
    }
}
