//! What becomes of the records, and of the profile, when a grant ends.

use super::Client;
use crate::consent::decision::Recording;
use crate::error::Code;
use crate::keys;
use crate::outbox::inbox::Call;
use crate::outbox::lease::Message;
use crate::outbox::record::{Kind, Operation, Record};
use crate::outbox::request::{self, TIMEOUT};
use crate::outbox::{Deletion, Outbox};
use crate::platform::{Platform, Store};
use crate::text;
use crate::timer::Timer;
use crate::visitor::Visitor;

impl<P: Platform> Client<P> {
    /// Nothing of what was recorded until now may leave any more: nothing is under way, nothing queued,
    /// no timer set, and the visitor is somebody new.
    pub(super) fn stop(&mut self) {
        self.abort_all();
        let Outbox { lanes, held, inbox, flushes, segments, .. } = &mut self.outbox;
        let mut lost = lanes.len() + held.take().len();
        lanes.clear(self.project.batch_size());
        while let Some((_, call)) = inbox.pop() {
            lost += usize::from(call.records());
            if let Call::Flush(flush) = call {
                flushes.push(flush);
            }
        }
        segments.retry_at = None;
        self.outbox.dropped += lost;
        self.watch_unload();
        self.give_up_queues();
        self.settle_flushes();
        if self.visitor.loaded {
            // Before a first grant nothing was kept, so nothing can be linked.
            self.left = String::from(self.visitor.get("$device_id").unwrap_or_default());
            self.visitor = Visitor::new(&mut self.platform);
        }
        self.reschedule();
    }

    /// Nothing leaves and nothing is stored until the visitor decides. What is stored is left to who may
    /// send it, and the rest is kept.
    pub(super) fn pause(&mut self) {
        self.abort_all();
        self.outbox.lanes.rest();
        self.rewrite_stale(!self.is_in_doubt()); // what the server has taken is not sent again
        self.outbox.lanes.forget_stored();
        self.outbox.segments.retry_at = None;
        self.give_up_queues();
        // The calls that wait were made under the grant.
        let recording = std::mem::replace(&mut self.consent.decision.recording, Recording::Hold);
        self.hand_on_all();
        self.consent.decision.recording = recording;
        self.settle_flushes();
        self.reschedule();
    }

    /// Ends the client. What was called is stored, for whoever sends it next; what no store has is told
    /// as dropped. Nothing of it goes on but the deletion of a profile, so after this it only takes
    /// `answered` and `woke`.
    pub fn close(&mut self) {
        self.unloading();
        self.abort_all();
        self.outbox.lanes.rest();
        self.tidy();
        let all = self.outbox.lanes.len();
        self.outbox.lanes.forget_stored();
        let unstored = self.outbox.lanes.len();
        let lost = unstored + self.outbox.held.take().len();
        self.report_dropped(Code::Closed, lost);
        self.end_flushes(all - unstored);
        self.outbox.lanes.clear(self.project.batch_size());
        self.outbox.segments.retry_at = None;
        self.consent.doubted = None;
        self.history.rest();
        self.give_up_queues();
        self.reschedule();
        if all > unstored {
            // Another client of the page does not hear of what was stored.
            self.platform.post(Message::Changed);
        }
    }

    /// Sends the one `$delete` of a withdrawal, past the queue, before anything is denied or forgotten.
    /// Where the refusal waited, `was` is the visitor of then.
    pub(super) fn delete_profile(&mut self, was: Option<Visitor>) {
        let number = self.outbox.deletions_asked;
        // Who is there now, though this page had not heard of it.
        if self.visitor.loaded
            && self.visitor.is_old(&self.platform, &self.project)
            && let Some(mut stored) = self.stored_visitor()
        {
            stored.loaded = true;
            self.visitor = stored;
        }
        let now = self.platform.now();
        let there = Some(&self.visitor).filter(|_| self.consent.decision.allowed);
        let Some(visitor) = was.as_ref().or(there).filter(|visitor| visitor.user_id().is_some()) else {
            self.platform.deleted(number, false);
            return;
        };
        let mut record = Record::update(Kind::Engage, Operation::Delete, String::from(",\"$delete\":\"\"}"), now);
        record.seal(&self.project.token, &visitor.ids);
        let id = self.outbox.number();
        self.outbox.deletions.push(Deletion { id, number, deadline: now + TIMEOUT });
        self.post(id, Kind::Engage, now, &request::data(&[record]), true);
    }

    /// No timer stays but for what goes on: the deletion of a profile, whose end is waited for.
    fn reschedule(&mut self) {
        self.platform.wake_after(None);
        self.timer = Timer::default();
        self.schedule(self.platform.now());
    }

    /// Removes every key we own except the decision, and those mixpanel-js left for this token.
    pub(super) fn remove_keys(&mut self) {
        Store::remove_everywhere(&mut self.platform, &self.project.identity_key);
        let token = &self.project.token;
        for prefix in [keys::leftovers(token), keys::queues(token)] {
            for key in text::lines(&self.platform.keys(&prefix)) {
                if keys::is_own(&prefix, key) {
                    self.platform.write(Store::Local, key, None);
                }
            }
        }
    }
}
