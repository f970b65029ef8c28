//! The visitor: who it is to the project, and what is remembered of it.

use super::Client;
use crate::consent::flag;
use crate::consent::state::Open;
use crate::error::Code;
use crate::json;
use crate::names::{Complaints, Names, max_properties};
use crate::outbox::lease::Message;
use crate::outbox::record::Kind;
use crate::platform::{Facts, Platform, Store};
use crate::text;
use crate::visitor::{self, ALIAS, DEVICE, Visitor};

impl<P: Platform> Client<P> {
    /// Names the visitor by the site's own id. Known before consent, it is kept in memory until the gate
    /// opens.
    pub fn identify(&mut self, user_id: &str) {
        self.hand_on_all();
        self.follow_visitor();
        if !self.takes(user_id) {
            self.stamp = None;
            self.refuse_id(user_id);
            return;
        }
        let mut id = String::new();
        json::push_string(&mut id, user_id);
        self.take_user_id(&id);
        self.undelivered(); // where nothing was to be told of it
        self.outdate_stored();
        self.release(false);
    }

    /// Until the gate opens nobody knows who is stored: it is no news of who was named here.
    pub(super) fn outdate_stored(&mut self) {
        if !self.consent.decision.allowed {
            self.visitor.seen.clear();
        }
    }

    /// The next refusal was made, under a grant, before this client, and what was stored of the visitor
    /// is gone since: this was stored, and so the last `identify` that waited named the visitor, or
    /// nobody where a `reset` came after it.
    pub fn was(&mut self, stored: &str, named: Option<&str>) {
        self.was = Visitor::from_json(text::line(&mut &*stored), Names::of(&self.project));
        if let Some(user_id) = named.filter(|id| id.is_empty() || self.takes(id)) {
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
        self.part();
        let before = self.visitor.user_id();
        let links = before.is_none() || self.delivery.is_some_and(|delivery| delivery.links);
        let merges = links && self.visitor.distinct_id() != id;
        let merge = json::with("{}", "$anon_distinct_id", self.visitor.get("distinct_id"));
        if before.is_some_and(|before| before != id) {
            self.sign_held();
        }
        self.visitor.name(id);
        self.save(); // before the server hears of it
        if merges {
            self.record_named(&stamp, "$identify", &merge, Some(id));
        }
    }

    /// While the gate is closed other pages may go on with the device, and name somebody else: whoever is
    /// named here has one of their own, until it shows who is stored.
    fn part(&mut self) {
        let shared = self.visitor.loaded && self.project.persistence().is_some();
        if shared && !self.consent.decision.allowed && self.visitor.user_id().is_none() {
            self.sign_held();
            let new = Visitor::new(&mut self.platform);
            for name in [DEVICE, "distinct_id"] {
                self.visitor.set(name, new.get(name));
            }
            self.visitor.loaded = false;
        }
    }

    /// Makes the visitor somebody new: ids and super properties are forgotten, queued records keep
    /// theirs.
    pub fn reset(&mut self) {
        self.stamp = None;
        self.hand_on_all();
        self.follow_visitor();
        self.sign_held();
        let seen = std::mem::take(&mut self.visitor.seen);
        // Whoever the store remembers is gone as well.
        self.visitor = Visitor::new(&mut self.platform);
        (self.visitor.loaded, self.visitor.seen) = (true, seen);
        self.outdate_stored();
        let dropped = self.release(true);
        self.report_dropped(Code::Unidentified, dropped);
        self.save();
    }

    pub(super) fn set_super_properties(&mut self, properties: &str, once: bool) {
        let members = json::members(properties, b'{');
        if !members.sound {
            self.report(Code::InvalidArgument, "register", 0);
            return;
        }
        self.follow_visitor();
        let mut complaints = Complaints::new();
        let mut changes = Vec::new();
        let known: Vec<&str> = json::members(&self.visitor.entry, b'{').map(|(name, _)| name).collect();
        // With the ids there may be as many as an event takes.
        let mut room = max_properties(Kind::Track).saturating_sub(known.len());
        for member in members {
            // The same door as for an event's own properties: reserved and blacklisted names and broken
            // values stay outside.
            let mut text = String::new();
            if let Some((name, value)) = Names::of(&self.project).admit(&mut complaints, Kind::Track, member, &mut text) {
                let new = !known.contains(&name);
                // How the visitor came first is only ever set once.
                if !new && (once || name.starts_with("$initial_")) {
                    continue;
                }
                if new && room == 0 {
                    complaints.push((Code::PropertyTrimmed, String::from(name)));
                    break;
                }
                room -= usize::from(new);
                changes.retain(|(changed, _)| *changed != name); // long ones can be the same once they are cut
                changes.push((name, String::from(value)));
            }
        }
        self.visitor.set_all(&changes);
        self.complain(complaints);
        self.save();
    }

    pub(super) fn remove_super_property(&mut self, name: &str) {
        self.follow_visitor();
        if !Names::of(&self.project).is_reserved(name) {
            self.visitor.set(json::cut(name), None);
            self.save();
        }
    }

    /// The visitor is one for all pages: a login, a logout or a super property of another one counts
    /// here from now on. What is held is of who was there.
    pub(super) fn follow_visitor(&mut self) {
        if !self.visitor.loaded || !self.consent.decision.allowed || !self.visitor.is_old(&self.platform, &self.project) {
            return;
        }
        // A refusal that was not heard of comes first: it makes somebody new of everybody.
        if !self.confirmed() {
            return;
        }
        let Some(mut stored) = self.stored_visitor() else { return };
        let others = stored.ids != self.visitor.ids;
        if others {
            // What was called until now is of who was there, and must not be stored over the news.
            self.visitor.loaded = false;
            self.hand_on_all();
            self.sign_held();
        }
        // A logout has forgotten them, and nobody is known any more whom the updates were about that wait.
        let logged_out = stored.get("$device_id") != self.visitor.get("$device_id");
        if !logged_out {
            stored.keep_unsaved(&self.visitor);
        }
        stored.loaded = true;
        self.visitor = stored;
        if others {
            let dropped = self.release(logged_out);
            self.report_dropped(Code::Unidentified, dropped);
        }
        if self.visitor.entry != self.visitor.seen {
            self.save();
        }
    }

    /// The visitor that is stored, unless it is the one from before a withdrawal that this page knows of,
    /// or can be.
    pub(super) fn stored_visitor(&self) -> Option<Visitor> {
        if flag::is_late(&self.platform, &self.project) {
            return None;
        }
        let mut stored = Visitor::stored(&self.platform, &self.project)?;
        // Somebody's own id from before the site wanted none is nobody's any more.
        for name in ["distinct_id", "$user_id"] {
            if !stored.get(name).is_none_or(|id| self.may_know(id)) {
                return None;
            }
        }
        for name in [ALIAS, "$people_distinct_id"] {
            if !stored.get(name).is_none_or(|id| self.may_know(id)) {
                stored.set(name, None);
            }
        }
        stored.get("$device_id").is_none_or(|device| device != self.left).then_some(stored)
    }

    /// The gate is open: the stored visitor is read, and what was held is queued.
    pub(super) fn open(&mut self, open: Open) {
        self.visitor.loaded |= open == Open::Fresh;
        let stored = self.stored_visitor();
        if self.visitor.loaded && self.visitor.seen.is_empty() {
            // What could not be removed, or was there before a reset, is no news.
            self.visitor.seen = stored.map(|stored| stored.seen).unwrap_or_default();
        } else if self.visitor.loaded {
            self.follow_visitor();
        } else if let Some(stored) = stored {
            self.come_back(stored);
        } else {
            self.visitor.seen = visitor::found(&self.platform, &self.project); // what is shown late is no news
        }
        self.visitor.loaded = true;
        if self.project.persistence().is_none() && !visitor::found(&self.platform, &self.project).is_empty() {
            // What an earlier page stored is this page's alone now.
            Store::remove_everywhere(&mut self.platform, &self.project.identity_key);
        }
        let arrival = self.platform.facts(Facts::Arrival);
        self.set_super_properties(&arrival, false);
        self.release(false);
        self.adopt_left_queues();
        self.queued(self.platform.now());
    }

    /// The visitor of this page is the stored one, but for who was named here as somebody else.
    fn come_back(&mut self, stored: Visitor) {
        let named = self.visitor.user_id();
        if named.is_some() && stored.user_id().is_some_and(|user| Some(user) != named) {
            self.visitor.seen = stored.seen;
            return;
        }
        let page = std::mem::replace(&mut self.visitor, stored);
        self.visitor.keep_unsaved(&page);
        if let Some(user_id) = page.user_id() {
            self.take_user_id(user_id);
        }
    }

    /// Stores the visitor, if the gate allows it, and tells the other clients.
    pub(super) fn save(&mut self) {
        // A refusal that was not heard of must not be followed by a write, nor is written over what cannot
        // be seen yet.
        if !self.visitor.loaded || !self.consent.decision.allowed || !self.confirmed() {
            return;
        }
        if flag::is_late(&self.platform, &self.project) {
            if self.visitor.seen.is_empty() {
                self.visitor.seen.push_str("{}"); // whoever is stored next is news
            }
            return;
        }
        let news = !self.visitor.seen.is_empty() && self.visitor.entry != self.visitor.seen;
        if !self.visitor.save(&mut self.platform, &self.project) {
            self.report(Code::StorageFailed, "", 0);
        } else if news {
            self.platform.post(Message::Changed);
        }
    }
}
