//! What a visitor is called besides, what belongs to it, and how long it took for something.

use super::Client;
use crate::error::Code;
use crate::json;
use crate::outbox::inbox::Stamp;
use crate::outbox::record::Operation;
use crate::outbox::request;
use crate::platform::Platform;
use crate::visitor::{self, ALIAS, DEVICE, TIMERS, is_anonymous, is_usable};

impl<P: Platform> Client<P> {
    /// Gives somebody another id: `original`, or the visitor where there is none. Nobody is identified by
    /// it.
    pub fn alias(&mut self, alias: &str, original: Option<&str>) {
        let stamp = self.stamp();
        self.hand_on_all();
        self.follow_visitor();
        let (mut new, mut old) = (String::new(), String::new());
        json::push_string(&mut new, alias);
        match original {
            Some(original) => json::push_string(&mut old, original),
            None => old.push_str(self.visitor.distinct_id()),
        }
        let unknown = original.filter(|original| !self.may_know(original));
        if !self.takes(alias) || new == old || unknown.is_some() {
            self.refuse_id(unknown.unwrap_or(alias));
            return;
        }
        self.visitor.set(ALIAS, Some(&new));
        self.save();
        let properties = json::with("{}", "alias", Some(&new));
        self.record_named(&stamp, "$create_alias", &properties, Some(&old));
        self.undelivered(); // where nothing came of it
    }

    /// Whether the project may know an id, a text or JSON.
    #[inline(never)] // asked for in many places
    pub(super) fn may_know(&self, id: &str) -> bool {
        !self.project.options.anonymous_ids || is_anonymous(id)
    }

    /// Whether somebody can be called so.
    pub(super) fn takes(&self, id: &str) -> bool {
        is_usable(id) && self.may_know(id)
    }

    /// Tells of an id that is not taken, and of which one only where that may be known.
    #[inline(never)]
    pub(super) fn refuse_id(&mut self, id: &str) {
        let about = if self.may_know(id) { id } else { "" };
        self.report(Code::InvalidUserId, about, 0);
    }

    /// Says who the visitor is to the project, by ids of its events: JSON. What is held is of who was
    /// there, and no event is told of it.
    pub fn set_ids(&mut self, ids: &str) {
        self.hand_on_all();
        self.follow_visitor();
        self.sign_held();
        for (name, value) in json::members(ids, b'{') {
            match visitor::id(value).filter(|id| name == DEVICE || self.may_know(id)) {
                Some(id) if visitor::IDS.contains(&name) => self.visitor.set(name, Some(&id)),
                _ => self.report(Code::ReservedProperty, name, 0),
            }
        }
        self.save();
        self.outdate_stored();
    }

    /// The next event of that name says how long it is from now.
    pub(super) fn start_timer(&mut self, stamp: &Stamp, name: &str) {
        let name = json::cut(name);
        if name.is_empty() || !json::is_plain(name) {
            self.report(Code::InvalidArgument, "timeEvent", 0);
            return;
        }
        let mut at = String::new();
        json::push_number(&mut at, stamp.at);
        self.set_timer(name, Some(&at));
    }

    fn set_timer(&mut self, name: &str, at: Option<&str>) {
        self.follow_visitor();
        let timers = json::with(self.visitor.get(TIMERS).unwrap_or("{}"), name, at);
        self.visitor.set(TIMERS, (timers != "{}").then_some(&*timers));
        self.save();
    }

    /// The seconds since a timer was started, which ends with this.
    pub(super) fn end_timer(&mut self, at: u64, name: &str) -> Option<String> {
        let name = json::cut(name);
        let start = json::whole(json::get(self.visitor.get(TIMERS)?, name)?, at);
        self.set_timer(name, None);
        let milliseconds = at.saturating_sub(start);
        let mut seconds = String::new();
        json::push_number(&mut seconds, milliseconds / 1_000);
        json::push_fraction(&mut seconds, milliseconds);
        Some(seconds)
    }

    /// Says to which groups the visitor belongs, as a super property: all of them, one more, or one fewer.
    /// `ids` is a JSON list.
    pub(super) fn set_membership(&mut self, operation: Operation, key: &str, ids: &str) {
        let given = json::members(ids, b'[');
        if !given.sound || key.is_empty() || !json::is_plain(key) {
            self.report(Code::InvalidArgument, "group", 0);
            return;
        }
        if !json::members(ids, b'[').all(|(_, id)| self.may_know(id)) {
            self.refuse_id(ids);
            return;
        }
        self.follow_visitor();
        let known = self.visitor.get(key).filter(|_| operation != Operation::Set).unwrap_or("[]");
        let mut all: Vec<&str> = json::members(known, b'[').map(|(_, id)| id).collect();
        for (_, id) in given {
            if operation == Operation::Remove {
                all.retain(|known| *known != id);
            } else if !all.contains(&id) {
                all.push(id);
            }
        }
        let list = request::list(all.iter().copied());
        if all.is_empty() && operation == Operation::Remove {
            self.remove_super_property(key);
        } else {
            self.set_super_properties(&json::with("{}", key, Some(&list)), false);
        }
    }

    /// What is known of the visitor, as it is stored: JSON.
    pub fn entry(&self) -> &str {
        &self.visitor.entry
    }

    /// Keeps something with the visitor that no event says: its name begins with `__`. Nothing removes
    /// it.
    pub fn keep(&mut self, name: &str, value: Option<&str>) {
        self.follow_visitor();
        if name.starts_with("__") {
            self.visitor.set(name, value);
            self.save();
        }
    }
}
