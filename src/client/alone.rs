//! Records that do not wait for others: in a request of their own, with an answer of their own; and
//! what the page makes of a record before it leaves.

use std::num::NonZeroU32;

use super::Client;
use crate::consent::decision::Recording;
use crate::error::Code;
use crate::json;
use crate::names::{Names, is_listed};
use crate::outbox::ids::RequestId;
use crate::outbox::record::{Kind, Record};
use crate::outbox::request::{self, Answer, Verdict};
use crate::outbox::{Delivery, Outbox, Single};
use crate::platform::Platform;

impl<P: Platform> Client<P> {
    /// Says how the record of the next call is delivered.
    pub fn deliver(&mut self, delivery: Delivery) {
        self.delivery = Some(delivery);
    }

    /// The record of the last call that was to be shown, as it goes over the wire; nothing where it was
    /// not recorded.
    pub fn made(&mut self) -> Option<String> {
        self.made.take()
    }

    /// Who waits for a record that is not sent hears so.
    pub(super) fn undelivered(&mut self) {
        let delivery = self.delivery.take().unwrap_or_default();
        self.tell_alone(delivery.number, Answer::default());
    }

    pub(super) fn tell_alone(&mut self, number: Option<NonZeroU32>, answer: Answer<'_>) {
        if let Some(number) = number {
            self.platform.answered_alone(number, answer.status, answer.body);
        }
    }

    /// Sends a sealed record by itself.
    pub(super) fn send_alone(&mut self, record: Record, delivery: Delivery) {
        // The stored flag is read just before the wire.
        let may = self.consent.decision.allowed && self.confirmed() && self.recording(record.purpose) == Recording::Keep;
        let text = if may { self.hooked(record.kind, &record.head) } else { None };
        let Some(text) = text else {
            self.outbox.dropped += 1;
            self.tell_alone(delivery.number, Answer::default());
            return;
        };
        let now = self.platform.now();
        let id = self.outbox.number();
        let url = request::url(&self.project, record.kind, now, delivery.verbose);
        self.outbox.singles.push(Single { id, number: delivery.number, deadline: now + self.project.timeout(), record });
        self.platform.send(id, &url, &text, false);
        self.schedule(now);
    }

    /// The answer to a record that went alone; false when that request was of something else.
    pub(super) fn answered_single(&mut self, id: RequestId, verdict: Verdict, answer: Answer<'_>) -> bool {
        let Some(at) = self.outbox.singles.iter().position(|single| single.id == id) else { return false };
        let Single { number, record, .. } = self.outbox.singles.remove(at);
        if number.is_none() && verdict == Verdict::Retry {
            self.queue(record);
        } else {
            self.count(verdict, 1);
        }
        self.tell_alone(number, answer);
        self.settle_flushes();
        self.schedule(self.platform.now());
        true
    }

    /// Aborts what is under way alone. What nobody waits for is queued again.
    pub(super) fn abort_singles(&mut self) {
        for Single { id, number, record, .. } in std::mem::take(&mut self.outbox.singles) {
            self.platform.abort(id);
            if number.is_some() {
                self.outbox.dropped += 1;
            } else {
                self.outbox.lanes.push(record);
            }
            self.tell_alone(number, Answer::default());
        }
    }

    /// Whether the page is asked about each record before it leaves.
    pub fn set_hooks(&mut self, on: bool) {
        self.hooks = on;
    }

    /// What the page makes of a record; nothing when it is not to be sent. What may not leave does not
    /// come back in this way.
    pub(super) fn hooked(&mut self, kind: Kind, record: &str) -> Option<String> {
        if !self.hooks {
            return Some(String::from(record));
        }
        let said = self.platform.before_send(kind, record)?;
        if said == record {
            return Some(said);
        }
        let cleared = Names::of(&self.project).cleared(kind, &said);
        if cleared.is_none() {
            self.report(Code::InvalidArgument, "beforeSend", 0);
        }
        Some(cleared.unwrap_or_else(|| String::from(record)))
    }

    /// The `data` of a request with the first records of a lane, as the page wants them; what it does not
    /// want leaves the queue.
    pub(super) fn hooked_data(&mut self, kind: Kind, count: &mut usize) -> String {
        let mut texts: Vec<String> = Vec::new();
        while texts.len() < *count {
            let Some(record) = self.outbox.lanes.of(kind).records.get(texts.len()) else { break };
            let head = record.head.clone();
            if let Some(text) = self.hooked(kind, &head) {
                texts.push(text);
            } else {
                let Outbox { lanes, dropped, .. } = &mut self.outbox;
                lanes.forget(kind, texts.len(), 1);
                *dropped += 1;
                *count -= 1;
            }
        }
        self.tidy(); // what is not wanted is not kept
        request::list(texts.iter().map(String::as_str))
    }

    /// Whether a record from elsewhere says no id that the project may not know.
    fn may_tell(&self, record: &str) -> bool {
        const NAMES: &str = "distinct_id|$distinct_id|$user_id|$group_id|alias|$anon_distinct_id";
        let says = |name: &str, value: &str| !is_listed(NAMES, name) || self.may_know(value);
        json::members(record, b'{')
            .all(|(name, value)| says(name, value) && json::members(value, b'{').all(|(name, value)| says(name, value)))
    }

    /// Takes over a record that another library left in this browser, made at this time. Answers whether
    /// it may be delivered; where not it is to be removed.
    pub fn adopt(&mut self, kind: Kind, record: &str, at: u64) -> bool {
        if !self.consent.decision.allowed || !self.confirmed() || self.recording(0) != Recording::Keep {
            return false;
        }
        if !self.may_tell(record) {
            self.report(Code::InvalidUserId, "", 1);
            return true;
        }
        if let Some(head) = Names::of(&self.project).cleared(kind, record) {
            let record = Record::left(kind, head, at);
            self.outbox.lanes.push(record);
            self.hurry();
        }
        true
    }
}
