//! Sending: when a request goes out, and what becomes of its records.

use crate::client::Client;
use crate::delivery::{self, MAX_AGE, MAX_DATA, MAX_DELAY, MIN_DELAY, TIMEOUT, Verdict};
use crate::error::Code;
use crate::json;
use crate::platform::Platform;
use crate::queue::Lane;
use crate::record::{Kind, Record};

impl<P: Platform> Client<P> {
    /// Sends what is queued, without waiting for the interval. The outcome arrives as [`Platform::flushed`] with this number.
    pub fn flush(&mut self, number: u32) {
        self.flushes.push((number, self.sent, self.dropped));
        self.pump();
    }

    /// Input: the time asked for with `wake_after` has come.
    pub fn woke(&mut self) {
        (self.scheduled, self.soon) = (0, false);
        let now = self.platform.now();
        let late = |lane: &&Lane| !lane.is_idle() && lane.deadline <= now;
        while let Some(id) = self.queue.lanes.iter().find(late).map(|lane| lane.request) {
            self.platform.abort(id);
            self.answered(id, 0, 0, "");
        }
        while let Some((id, _)) = self.deletions.iter().copied().find(|(_, deadline)| *deadline <= now) {
            self.answered(id, 0, 0, "");
        }
        self.store_queue();
        self.take_over();
        self.pump();
    }

    /// Input: the browser is online again. What got no answer is tried again soon, though not by every page in the same moment.
    pub fn online(&mut self) {
        let soon = self.platform.now() + ((MIN_DELAY * u64::from(self.platform.random())) >> 32);
        for lane in self.queue.lanes.iter_mut().filter(|lane| lane.unanswered) {
            lane.not_before = lane.not_before.min(soon);
        }
        self.pump();
    }

    /// Input: the page is hidden and may never come back, or is being left right now. What fits a keepalive request goes out.
    pub fn page_hidden(&mut self, left: bool) {
        (self.due, self.store_at) = (0, self.store_at.min(1));
        self.store_queue();
        let later = self.platform.now() + MIN_DELAY;
        let stored = self.queue.is_stored();
        let lane = self.queue.lane(Kind::Engage);
        // Nobody will hear the answer, so the next page sends again what leaves now. The server knows an event by its id, and to set a value
        // twice is to set it; what would count twice is left to the next page.
        if left && stored && lane.records.iter().any(Record::counts) {
            lane.not_before = lane.not_before.max(later);
        }
        self.hidden = true;
        self.pump();
        self.hidden = false;
    }

    /// Input: an answer. `status` is 0 when there was none; `retry_after` is what the server asked for, in milliseconds, or 0.
    pub fn answered(&mut self, id: u32, status: u16, retry_after: u64, body: &str) {
        let verdict = delivery::judge(status, body);
        if let Some(at) = self.deletions.iter().position(|(deletion, _)| *deletion == id) {
            self.deletions.remove(at);
            if verdict != Verdict::Taken {
                self.report(Code::DeletionFailed, "", 0);
            }
            self.platform.deleted(verdict == Verdict::Taken);
            return;
        }
        let now = self.platform.now();
        let random = self.platform.random();
        // An answer to a request that was aborted has nobody to tell.
        let Some(lane) = self.queue.lanes.iter_mut().find(|lane| lane.request == id) else { return };
        let (kind, count) = (lane.kind, lane.under_way);
        lane.rest();
        let mut lost = None;
        match verdict {
            Verdict::Retry => {
                lane.failures += 1;
                lane.unanswered = status == 0;
                lane.not_before = now + delivery::delay(lane.failures, self.config.flush_interval, retry_after, random);
            }
            Verdict::TooLarge if count > 1 => lane.limit = count / 2,
            Verdict::Taken | Verdict::Rejected | Verdict::TooLarge | Verdict::Refused => {
                lane.failures = 0;
                lane.limit = self.config.batch_size;
                self.queue.forget(kind, 0, count);
                match verdict {
                    Verdict::Taken => self.sent += count,
                    Verdict::Rejected => lost = Some(Code::RecordsRejected),
                    Verdict::TooLarge => lost = Some(Code::RecordTooLarge),
                    Verdict::Refused | Verdict::Retry => lost = Some(Code::RequestRefused),
                }
            }
        }
        if let Some(code) = lost {
            self.report(code, "", count);
        }
        self.due = 0; // what came while the request was under way has waited long enough
        self.pump();
    }

    /// Something was queued: send a full batch at once, else at the end of the interval.
    pub(crate) fn queued(&mut self, now: u64) {
        if self.due <= now {
            self.due = now + u64::from(self.config.flush_interval);
        }
        let full = |lane: &Lane| lane.is_idle() && lane.not_before <= now && lane.records.len() >= self.config.batch_size;
        if self.queue.lanes.iter().any(full) {
            self.pump();
        } else {
            self.schedule(now);
        }
    }

    /// Sends what is due, one request of a kind at a time.
    pub(crate) fn pump(&mut self) {
        let now = self.platform.now();
        let mut expired = 0;
        for &kind in &Kind::ALL {
            let lane = self.queue.lane(kind);
            if lane.is_idle() {
                let old = lane.records.iter().take_while(|record| now.saturating_sub(record.at) > MAX_AGE).count();
                self.queue.forget(kind, 0, old);
                expired += old;
            }
        }
        self.report_dropped(Code::RecordsExpired, expired);
        self.tidy();
        let full = if self.due <= now || !self.flushes.is_empty() { 1 } else { self.config.batch_size };
        let mut checked = false;
        for &kind in &Kind::ALL {
            let lane = self.queue.lane(kind);
            if !lane.is_idle() || lane.not_before > now || lane.records.len() < full {
                continue;
            }
            // The stored flag is read just before the wire: a tab that heard nothing of an opt-out sends nothing all the same.
            if !checked && !self.may_send(now) {
                break;
            }
            checked = true;
            self.send_batch(kind, now);
        }
        self.settle_flushes();
        self.schedule(now);
    }

    fn may_send(&mut self, now: u64) -> bool {
        let may = self.decision.allowed && self.confirmed();
        if !may {
            for lane in &mut self.queue.lanes {
                lane.not_before = lane.not_before.max(now + u64::from(self.config.flush_interval));
            }
        }
        may
    }

    fn send_batch(&mut self, kind: Kind, now: u64) {
        let lane = self.queue.lane(kind);
        // Reading the flag may just have emptied the queue, or found a new grant and sent this already.
        if !lane.is_idle() || lane.records.is_empty() {
            return;
        }
        let (mut count, mut bytes) = (0, 0);
        for record in lane.records.iter().take(lane.limit) {
            bytes += record.head.len();
            if count > 0 && bytes > MAX_DATA {
                break;
            }
            count += 1;
        }
        self.next_request += 1;
        let lane = self.queue.lane(kind);
        (lane.request, lane.under_way, lane.deadline) = (self.next_request, count, now + TIMEOUT);
        let data = delivery::data(lane.records.get(..count).unwrap_or_default());
        self.post(kind, now, &data, self.hidden);
    }

    fn post(&mut self, kind: Kind, now: u64, data: &str, keepalive: bool) {
        self.platform.send(self.next_request, &delivery::url(&self.config, kind, now), data, keepalive);
    }

    /// Ends the flushes that cannot get further now: nothing under way, and nothing left or a wait imposed.
    pub(crate) fn settle_flushes(&mut self) {
        if !self.queue.lanes.iter().all(Lane::is_idle) {
            return;
        }
        let pending = self.queue.len() + self.drafts.len();
        for (number, sent, dropped) in &self.flushes {
            self.platform.flushed(*number, self.sent - sent, self.dropped - dropped, pending);
        }
        self.flushes.clear();
    }

    pub(crate) fn schedule(&mut self, now: u64) {
        let mut next = self.deletions.first().map_or(u64::MAX, |(_, deadline)| (*deadline).min(now + TIMEOUT));
        // When the clock was set back, what is far away is not waited for.
        let interval = now + u64::from(self.config.flush_interval);
        self.due = self.due.min(interval);
        self.store_at = self.store_at.min(interval + MIN_DELAY);
        for lane in &mut self.queue.lanes {
            lane.deadline = lane.deadline.min(now + TIMEOUT);
            lane.not_before = lane.not_before.min(now + MAX_DELAY);
            if !lane.is_idle() {
                next = next.min(lane.deadline);
            } else if !lane.records.is_empty() {
                next = next.min(lane.not_before.max(self.due));
            }
        }
        if self.config.persistence.is_some() && self.decision.allowed {
            if self.store_at <= now && !self.queue.is_stored() {
                // Stored at the end of this task; the rest is seen to after that.
                if !core::mem::replace(&mut self.soon, true) {
                    self.platform.wake_after(Some(0));
                }
                return;
            }
            if !self.queue.is_stored() {
                next = next.min(self.store_at);
            }
            if !self.queue.stale.is_empty() || !self.claims.is_empty() {
                next = next.min(now + TIMEOUT); // what storage did not let us do
            }
        }
        if next == u64::MAX {
            return;
        }
        // A timer that rings early finds nothing to do and sets the next; only an earlier wish needs a new one.
        if self.scheduled == 0 || next < self.scheduled {
            (self.scheduled, self.soon) = (next.max(now), false);
            self.platform.wake_after(Some(next.saturating_sub(now) as u32));
        }
    }

    /// Sends the one `$delete` of a withdrawal, past the queue, before anything is denied or forgotten.
    pub(crate) fn delete_profile(&mut self) {
        if self.identity.get("$user_id").is_none() || !self.decision.allowed {
            self.platform.deleted(false);
            return;
        }
        let now = self.platform.now();
        let mut record = Record::new(Kind::Engage, json::begun("{"), json::begun(",\"$delete\":\"\"}"), now);
        record.seal(&self.config.token, &self.identity);
        self.next_request += 1;
        self.deletions.push((self.next_request, now + TIMEOUT));
        self.post(Kind::Engage, now, &delivery::data(&[record]), true);
    }
}
