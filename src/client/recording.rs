//! Recording: events, profile and group updates, through the gate into the outbox.

use super::Client;
use crate::consent::decision::Recording;
use crate::consent::proof;
use crate::error::Code;
use crate::event;
use crate::json;
use crate::limits::clean;
use crate::names::{Complaints, Names, Properties};
use crate::outbox::inbox::Stamp;
use crate::outbox::record::{Kind, Operation, Record};
use crate::platform::{Facts, Platform};
use crate::text;
use crate::visitor::{self, uuid};

impl<P: Platform> Client<P> {
    pub(super) fn record_event(&mut self, stamp: &Stamp, name: &str, properties: &str) {
        self.record_named(stamp, name, properties, None);
    }

    /// Records an event of somebody: `who` is the id, as JSON, where it is not the visitor's.
    pub(super) fn record_named(&mut self, stamp: &Stamp, name: &str, properties: &str, who: Option<&str>) {
        if self.recording(stamp.purpose) == Recording::Drop || self.delivery.is_some_and(|delivery| delivery.silent) {
            return;
        }
        let own = json::members(properties, b'{');
        if name.is_empty() || !own.sound {
            self.report(Code::InvalidArgument, "track", 0);
            return;
        }
        let duration = self.end_timer(stamp.at, name);
        let says_ids = self.delivery.is_some_and(|delivery| delivery.says_ids);
        // Those of somebody else.
        let mut ids = who.map(|who| self.visitor.ids_with("", "distinct_id", who)).unwrap_or_default();
        let mut insert_id = String::new();
        let names = Names::of(&self.project);
        let mut complaints = Complaints::new();
        let mut layers = Properties::new(Kind::Track, names);
        if let Some(duration) = &duration {
            layers.put(&mut complaints, "$duration", duration);
        }
        for (name, value) in own {
            match if says_ids { visitor::id(value) } else { None } {
                Some(id) if name == event::INSERT_ID && event::is_insert_id(&id) => insert_id = id,
                Some(id) if name == visitor::DEVICE || (visitor::IDS.contains(&name) && self.may_know(&id)) => {
                    ids = self.visitor.ids_with(&ids, name, &id);
                }
                _ => layers.put(&mut complaints, name, value),
            }
        }
        if insert_id.is_empty() {
            insert_id = text::joined(&["\"", &uuid(&mut self.platform), "\""]);
        }
        if self.page_facts.is_none() {
            self.page_facts = Some(self.platform.facts(Facts::Page));
        }
        let page = self.page_facts.as_deref().unwrap_or_default();
        for (name, value) in self.visitor.background(page, &stamp.address, names) {
            layers.add(&mut complaints, name, value);
        }
        let mut record = event::event(name, stamp.at, &insert_id, &layers.json);
        self.complain(complaints);
        if !ids.is_empty() {
            record.sign(&self.project.token, &ids);
        }
        self.take(Record { purpose: stamp.purpose, ..record });
    }

    pub(super) fn record_profile(&mut self, stamp: &Stamp, operation: Operation, operand: &str) {
        self.record_update(stamp, Kind::Engage, operation, operand, String::from(","));
    }

    pub(super) fn record_group(&mut self, stamp: &Stamp, operation: Operation, operand: &str, key: &str, id: &str) {
        let mut room = String::new();
        let id = clean(id, &mut room).map(|(id, _)| id).filter(|id| !matches!(*id, "\"\"" | "null"));
        if id.is_some_and(|id| !self.may_know(id)) {
            self.refuse_id("group");
            return;
        }
        let Some(id) = id.filter(|_| !key.is_empty() && !operation.accumulates()) else {
            self.report(Code::InvalidArgument, "group", 0);
            return;
        };
        let mut ids = String::from(",");
        json::push_text(&mut ids, "$group_key", json::cut(key));
        json::push_member(&mut ids, "$group_id", id);
        self.record_update(stamp, Kind::Groups, operation, operand, ids);
    }

    /// Takes an update whose ids stand in `tail`.
    fn record_update(&mut self, stamp: &Stamp, kind: Kind, operation: Operation, operand: &str, mut tail: String) {
        if self.recording(stamp.purpose) == Recording::Drop {
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
            // Only blacklisted or reserved names: there is nothing to send, and nobody did anything
            // wrong.
            if properties.is_empty() {
                return;
            }
            let (open, close) = if operation == Operation::Unset { ('[', ']') } else { ('{', '}') };
            tail.push(open);
            tail.push_str(&properties);
            tail.push(close);
        }
        tail.push('}');
        self.take(Record { purpose: stamp.purpose, ..Record::update(kind, operation, tail, stamp.at) });
    }

    /// The properties or names of an update that may leave, or nothing when an operand is of the wrong
    /// kind.
    fn operand(&mut self, kind: Kind, operation: Operation, operand: &str) -> Option<String> {
        let unset = operation == Operation::Unset;
        let names = Names::of(&self.project);
        let mut complaints = Complaints::new();
        let mut layers = Properties::new(kind, names);
        // One that is of the wrong kind costs only itself.
        let mut spoilt = false;
        let members = json::members(operand, if unset { b'[' } else { b'{' });
        if !members.more {
            return None;
        }
        for (name, value) in members {
            if unset {
                let name = value.strip_prefix('"')?.strip_suffix('"')?;
                if !json::is_plain(name) {
                    complaints.push((Code::PropertyTrimmed, String::from(name)));
                } else if !name.is_empty() && !names.is_blacklisted(name) {
                    layers.add(&mut complaints, json::cut(name), "");
                }
                continue;
            }
            // One value is a list of it.
            let one;
            let value = if operation == Operation::Union && !value.starts_with('[') {
                one = text::joined(&["[", value, "]"]);
                &*one
            } else {
                value
            };
            // Mixpanel adds numbers, and merges lists of texts and numbers.
            let mut list = json::members(value, b'[');
            if (operation == Operation::Add && !json::is_number(value))
                || (operation == Operation::Union && !(list.more && list.all(|(_, one)| one.starts_with('"') || json::is_number(one))))
            {
                spoilt = true;
                complaints.push((Code::InvalidProperty, String::from(name)));
                continue;
            }
            layers.put(&mut complaints, name, value);
        }
        let properties = layers.json;
        if properties.is_empty() && spoilt {
            return None;
        }
        self.complain(complaints);
        Some(properties)
    }

    /// Takes a record: through the gate into the queue, or among those that wait for a decision or a
    /// user id.
    fn take(&mut self, mut record: Record) {
        let delivery = self.delivery.take().unwrap_or_default();
        let named = self.visitor.user_id().is_some() || delivery.anyone;
        let unknown = record.kind == Kind::Engage && !record.signed && !named;
        let recording = self.recording(record.purpose);
        if recording == Recording::Drop {
            self.outbox.dropped += 1; // it was held for a purpose that was refused
            self.delivery = Some(delivery);
            self.undelivered();
        } else if unknown || recording != Recording::Keep {
            let over = self.outbox.held.push(record);
            self.report_dropped(Code::QueueFull, over);
            self.delivery = Some(delivery);
            self.undelivered();
        } else {
            record.sign(&self.project.token, &self.visitor.ids);
            if let Some(stamp) = self.project.options.consent.stamp.as_ref().filter(|_| record.kind == Kind::Track) {
                json::push_member(&mut record.head, stamp, &proof::texts(&self.purposes.granted()));
            }
            record.seal(&self.project.token, &self.visitor.ids);
            if delivery.shown {
                self.made = Some(record.head.clone());
            }
            if delivery.alone {
                self.send_alone(record, delivery);
            } else {
                self.queue(record);
            }
        }
    }

    /// Queues a record that may be sent.
    pub(super) fn queue(&mut self, mut record: Record) {
        // One update is no copy of another: to set, unset and set again are three.
        while record.operation.is_some() && self.outbox.lanes.of(record.kind).has(&record) {
            record.head.push(' ');
        }
        let over = self.outbox.lanes.push(record);
        self.report_dropped(Code::QueueFull, over);
        self.queued(self.platform.now());
    }

    /// Takes what was held once more; with `signed` only what somebody is named in. Answers how many
    /// others there were.
    pub(super) fn release(&mut self, signed: bool) -> usize {
        let mut others = 0;
        for record in self.outbox.held.take() {
            if record.signed || !signed {
                self.take(record);
            } else {
                others += 1;
            }
        }
        others
    }

    /// Signs what is held with the ids of the visitor it is of, before the visitor becomes somebody
    /// else.
    pub(super) fn sign_held(&mut self) {
        let known = self.visitor.user_id().is_some();
        for record in self.outbox.held.iter_mut() {
            // Updates from before the first user id wait for it.
            if known || record.kind != Kind::Engage {
                record.sign(&self.project.token, &self.visitor.ids);
            }
        }
    }

    pub(super) fn complain(&mut self, complaints: Complaints) {
        for (code, about) in &complaints {
            self.report(*code, about, 0);
        }
    }

    /// What the host found wrong with a value of the page, and left out or cut.
    pub fn found_wrong(&mut self, code: Code, about: &str) {
        self.report(code, about, 0);
    }
}
