//! Sending: when a request goes out.

use super::Client;
use crate::consent::step::doubted_until;
use crate::error::Code;
use crate::outbox::ids::RequestId;
use crate::outbox::lane::{InFlight, Lane};
use crate::outbox::record::{Kind, Record};
use crate::outbox::request::{self, Answer, KEEPALIVE_BYTES, MAX_AGE, MAX_DATA, MAX_DELAY, MIN_DELAY, TIMEOUT};
use crate::outbox::segments;
use crate::platform::{Platform, Store};
use crate::timer::{Timer, sooner};

impl<P: Platform> Client<P> {
    /// Input: the time asked for with `wake_after` has come.
    pub fn woke(&mut self) {
        let soon = self.timer.rings_at_end_of_task();
        self.timer.rang();
        let now = self.platform.now();
        while let Some(late) = self.outbox.late(now) {
            self.platform.abort(late);
            self.answered(late, Answer::default());
        }
        while let Some(late) = self.outbox.deletions.iter().copied().find(|deletion| deletion.deadline <= now) {
            self.answered(late.id, Answer::default());
        }
        if self.is_in_doubt() {
            self.notice();
        }
        self.hand_over(now);
        if !self.outbox.inbox.is_empty() {
            self.follow_visitor(); // what waits was called before
        }
        self.hand_on_slice();
        self.outbox.leases.woke(now);
        self.act_on_leases();
        self.store_queue();
        self.take_over();
        if soon {
            self.tidy();
            self.schedule(now);
        } else {
            self.pump();
        }
    }

    /// Input: the browser is online again. What got no answer is tried again soon, though not by every
    /// page in the same moment.
    pub fn online(&mut self) {
        let soon = self.platform.now() + ((MIN_DELAY * u64::from(self.platform.random())) >> 32);
        for lane in self.outbox.lanes.all.iter_mut().filter(|lane| lane.backoff.unanswered) {
            lane.backoff.until = lane.backoff.until.min(soon);
            Store::Local.remove(&mut self.platform, &segments::wait_key(&self.project.token, lane.kind));
        }
        self.pump();
    }

    /// Input: the page is hidden and may never come back, or is being left right now. What it has is
    /// stored and goes out; only a page that is left may use keepalive, because no refusal could abort
    /// that.
    pub fn page_hidden(&mut self, left: bool) {
        self.leave(left);
        if left {
            // What a page stored that is put away must not wait for its return.
            self.give_up_queues();
        }
    }

    /// Input: the page may be left after this, which the visitor can still refuse. What waits is ready
    /// for when it is.
    pub fn unloading(&mut self) {
        self.hand_on_all();
        self.outbox.segments.retry_at = self.outbox.segments.retry_at.map(|_| 0);
        self.store_queue();
    }

    fn leave(&mut self, left: bool) {
        self.leaving = left; // what waited may fill a batch
        self.unloading();
        self.outbox.lanes.hurry();
        let later = self.platform.now() + MIN_DELAY;
        let stored = self.outbox.is_stored();
        let lane = self.outbox.lanes.of(Kind::Engage);
        // Nobody will hear the answer, so the next page sends again what leaves now. The server knows an
        // event by its id, and to set a value twice is to set it; what would count twice is left to the
        // next page.
        if left && stored && lane.records.iter().any(Record::accumulates) {
            lane.backoff.until = lane.backoff.until.max(later);
        }
        self.pump();
        self.leaving = false;
        if left {
            self.note_tries(1);
        }
    }

    /// Something was queued: a full batch is sent soon, else at the end of the interval.
    pub(super) fn queued(&mut self, now: u64) {
        let enough = |lane: &Lane| lane.is_ready(now) && lane.records.len() >= self.project.batch_size();
        if self.outbox.lanes.all.iter().any(enough) {
            self.hurry();
        } else {
            self.schedule(now);
        }
    }

    /// What waits is sent in a task of its own: a page that has been busy for long sees late what others
    /// decided meanwhile.
    pub(super) fn hurry(&mut self) {
        if self.leaving {
            self.pump();
        } else {
            self.outbox.lanes.hurry();
            self.schedule(self.platform.now());
        }
    }

    /// Sends what is due, one request of a kind at a time.
    pub(super) fn pump(&mut self) {
        let now = self.platform.now();
        let mut expired = 0;
        for &kind in &Kind::ALL {
            let lane = self.outbox.lanes.of(kind);
            if lane.is_idle() {
                let mut old = 0;
                while lane.records.get(old).is_some_and(|record| record.at.saturating_add(MAX_AGE) < now) {
                    old += 1;
                }
                self.outbox.lanes.forget(kind, 0, old);
                expired += old;
            }
        }
        self.report_dropped(Code::RecordsExpired, expired);
        self.tidy();
        if self.halted {
            self.settle_flushes();
            self.schedule(now);
            return;
        }
        let is_due = |lane: &Lane| lane.is_ready(now) && lane.due <= now;
        let due = !self.outbox.flushes.is_empty() || self.outbox.lanes.all.iter().any(is_due);
        let enough = if due { 1 } else { self.project.batch_size() };
        let mut checked = false;
        let stored = self.project.persistence().is_some() && self.outbox.is_stored();
        for &kind in &Kind::ALL {
            let lane = self.outbox.lanes.of(kind);
            // What may be with the server already is asked about by who hears the answer.
            let tried = lane.records.first().is_some_and(|record| record.tries > 0) || (stored && lane.backoff.unanswered);
            if !lane.is_ready(now) || lane.records.len() < enough || (self.leaving && tried) {
                continue;
            }
            // The stored flag is read just before the wire: a tab that heard nothing of an opt-out sends
            // nothing all the same.
            if !checked && !self.may_send(now) {
                break;
            }
            checked = true;
            self.send_what_is_granted();
            self.heed_wait(kind, now);
            self.send_batch(kind, now);
        }
        self.settle_flushes();
        self.schedule(now);
    }

    fn may_send(&mut self, now: u64) -> bool {
        let may = self.consent.decision.allowed && self.confirmed();
        if !may {
            for lane in &mut self.outbox.lanes.all {
                lane.backoff.until = lane.backoff.until.max(now + self.project.flush_interval());
            }
            self.give_way();
        }
        may
    }

    fn send_batch(&mut self, kind: Kind, now: u64) {
        let id = self.outbox.number();
        let lane = self.outbox.lanes.of(kind);
        // Reading the flag may just have emptied the queue, or found a new grant and sent this already,
        // and another page may have been told to wait.
        if !lane.is_ready(now) {
            return;
        }
        let (mut count, mut bytes) = (0, 0);
        while count < lane.limit
            && let Some(record) = lane.records.get(count)
        {
            bytes += record.head.len();
            // What may be with the server already is asked about alone: it is answered soonest, and
            // nothing else is sent again with it.
            let other = lane.records.first().is_some_and(|first| (first.tries > 0) != (record.tries > 0));
            if count > 0 && (bytes > MAX_DATA || other) {
                break;
            }
            count += 1;
        }
        let data = if self.hooks {
            self.hooked_data(kind, &mut count)
        } else {
            request::data(self.outbox.lanes.of(kind).records.get(..count).unwrap_or_default())
        };
        if count == 0 {
            return;
        }
        let lane = self.outbox.lanes.of(kind);
        lane.in_flight = Some(InFlight { id, count, deadline: now + self.project.timeout() });
        if lane.records.iter().take(count).any(|record| record.tries > 0) {
            self.note_tries(2); // this page can die before the answer
        }
        self.post(id, kind, now, &data, self.leaving);
    }

    pub(super) fn post(&mut self, id: RequestId, kind: Kind, now: u64, data: &str, outlives: bool) {
        let keepalive = outlives && self.platform.keepalive_bytes() + request::body_bytes(data) <= KEEPALIVE_BYTES;
        self.platform.send(id, &request::url(&self.project, kind, now, true), data, keepalive);
    }

    /// Aborts what is under way, but for the deletion of a profile.
    pub(super) fn abort_all(&mut self) {
        for in_flight in self.outbox.lanes.in_flight() {
            self.platform.abort(in_flight.id);
        }
        self.abort_singles();
    }

    /// Asks the host for the next moment at which there is something to do.
    pub(super) fn schedule(&mut self, now: u64) {
        let mut next = None;
        // When the clock was set back, what is far away is not waited for.
        for deletion in &mut self.outbox.deletions {
            deletion.deadline = deletion.deadline.min(now + TIMEOUT);
            next = sooner(next, deletion.deadline);
        }
        let timeout = now + self.project.timeout();
        for single in &mut self.outbox.singles {
            single.deadline = single.deadline.min(timeout);
            next = sooner(next, single.deadline);
        }
        let interval = now + self.project.flush_interval();
        for lane in &mut self.outbox.lanes.all {
            lane.backoff.until = lane.backoff.until.min(now + MAX_DELAY);
            lane.due = if lane.waits() { lane.due.min(interval) } else { u64::MAX };
            if let Some(in_flight) = &mut lane.in_flight {
                in_flight.deadline = in_flight.deadline.min(timeout);
                next = sooner(next, in_flight.deadline);
            } else if !lane.records.is_empty() && self.consent.decision.allowed && !self.halted {
                next = sooner(next, lane.backoff.until.max(lane.due));
            }
        }
        let doubted = self.consent.doubted.map(|since| doubted_until(since.min(now))).filter(|until| *until > now);
        let record = self.consent.decided.and_then(|_| self.history.due(now));
        for due in [self.outbox.inbox.due(now), self.outbox.leases.due(now), doubted, record] {
            next = due.map_or(next, |at| sooner(next, at));
        }
        if self.project.persistence().is_some() && self.consent.decision.allowed {
            if !self.outbox.is_stored() {
                let retry_at = self.outbox.segments.retry_at.map(|at| at.min(interval + MIN_DELAY));
                self.outbox.segments.retry_at = retry_at;
                if retry_at.is_none_or(|at| at <= now) {
                    // Stored at the end of this task; the rest is seen to after that.
                    if self.timer.at_end_of_task() {
                        self.platform.wake_after(Some(0));
                    }
                    return;
                }
                next = retry_at.map_or(next, |at| sooner(next, at));
            }
            if !self.outbox.lanes.stale.is_empty() || !self.outbox.adopted.is_empty() {
                next = sooner(next, now + TIMEOUT); // what storage did not let us do
            }
        }
        if let Some(delay) = next.and_then(|at| self.timer.at(at, now)) {
            self.platform.wake_after(Some(delay));
        } else if next.is_none() && std::mem::take(&mut self.timer) != Timer::default() {
            self.platform.wake_after(None);
        }
    }
}
