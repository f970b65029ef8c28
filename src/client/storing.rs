//! Storing: records into segments of the client's own queue.

use super::Client;
use crate::error::Code;
use crate::keys;
use crate::limits::MAX_STORED;
use crate::outbox::ids::SegmentId;
use crate::outbox::lease::QueueId;
use crate::outbox::record::{Kind, Record};
use crate::outbox::request::MIN_DELAY;
use crate::outbox::segments::{self, MAX_SEGMENT};
use crate::platform::{Platform, Store};
use crate::text;

/// Bytes stored between two looks at how much of the origin is ours, at least; and those of our own
/// that go back into memory when the origin has no room.
const MEASURED: usize = 65_536;

impl<P: Platform> Client<P> {
    /// Stores the records that are not stored yet.
    pub(super) fn store_queue(&mut self) {
        let now = self.platform.now();
        let retry_at = self.outbox.segments.retry_at;
        // A refusal that was not heard of must not be followed by a write.
        if self.project.persistence().is_none()
            || !self.consent.decision.allowed
            || retry_at.is_some_and(|at| now < at)
            || self.outbox.is_stored()
        {
            return;
        }
        self.outbox.segments.retry_at = Some(now + self.project.flush_interval().max(MIN_DELAY));
        if !self.confirmed() {
            return;
        }
        if self.outbox.lanes.len() > 0 {
            let queue = self.own_queue(now);
            for &kind in &Kind::ALL {
                if !self.store_lane(kind, queue, retry_at.is_some()) {
                    return;
                }
            }
        }
        self.outbox.segments.retry_at = None;
        self.leave_room();
    }

    /// Storage belongs to the origin: over our part of it, the oldest records go.
    fn leave_room(&mut self) {
        if self.outbox.segments.room > 0 {
            return;
        }
        let prefix = keys::queues(&self.project.token);
        let keys = self.platform.keys(&prefix);
        let own = text::lines(&keys).filter(|key| keys::is_own(&prefix, key));
        let stored: usize = own.map(|key| key.len() + Store::Local.find(&self.platform, key).len()).sum();
        let (mut left, mut dropped) = (stored, 0);
        while stored > MAX_STORED && left > MAX_STORED - MEASURED {
            let bytes = self.outbox.lanes.drop_oldest();
            if bytes == 0 {
                break;
            }
            left = left.saturating_sub(bytes);
            dropped += 1;
        }
        self.report_dropped(Code::QueueFull, dropped);
        let free = MAX_STORED.saturating_sub(left);
        self.outbox.segments.room = (free / 8).max(free.min(MEASURED)); // other tabs may do the same
        self.rewrite_stale(true);
    }

    /// The queue this client stores in.
    fn own_queue(&mut self, now: u64) -> QueueId {
        if let Some(queue) = self.outbox.leases.own() {
            return queue;
        }
        let queue = QueueId::of_random(self.platform.random());
        self.outbox.leases.begin(queue, now);
        self.act_on_leases();
        queue
    }

    /// Stores what is new in a lane; false when that failed. After a failure, what is not stored may
    /// stand among what is.
    fn store_lane(&mut self, kind: Kind, queue: QueueId, again: bool) -> bool {
        let records = &mut self.outbox.lanes.of(kind).records;
        let stored = if again { None } else { records.iter().rposition(Record::is_stored) };
        let first = stored.map_or(0, |last| last + 1);
        loop {
            let segment = self.outbox.segments.next(queue);
            let records = self.outbox.lanes.of(kind).records.get_mut(first..).unwrap_or_default();
            let (mut new, mut bytes) = (0, 0);
            // A segment is of one purpose, so that another one can be withdrawn.
            let purpose = records.iter().find(|record| !record.is_stored()).map_or(0, |record| record.purpose);
            for record in &mut *records {
                if !record.is_stored() && record.purpose == purpose && new < MAX_SEGMENT {
                    record.segment = Some(segment);
                    new += 1;
                    bytes += record.head.len();
                }
            }
            if new == 0 {
                return true;
            }
            self.outbox.segments.used(segment);
            let stored = segments::put(&mut self.platform, &self.project.token, (kind, segment), &[], records, &self.purposes);
            if !stored || !self.finds(segment) {
                let records = self.outbox.lanes.of(kind).records.get_mut(first..).unwrap_or_default();
                // They stay in memory, to be tried again.
                for record in records {
                    if record.segment == Some(segment) {
                        record.segment = None;
                    }
                }
                if !again {
                    self.report(Code::StorageFailed, "", 0);
                    // It may be the site that needs room; a store that is not there only hides what it has.
                    if !self.platform.keys(&segments::queue_prefix(&self.project.token, queue)).is_empty() {
                        self.outbox.lanes.take_back(Some(queue), MEASURED);
                        self.rewrite_stale(true);
                    }
                }
                return false;
            }
            self.outbox.segments.room = self.outbox.segments.room.saturating_sub(bytes);
        }
    }

    /// Whether a stored segment is found among the keys, which is looked at once: some pages have a
    /// storage that cannot name them, and a purge would miss the queue.
    fn finds(&mut self, segment: SegmentId) -> bool {
        if !self.outbox.segments.found {
            let key = segments::key(&self.project.token, segment);
            self.outbox.segments.found = text::lines(&self.platform.keys(&key)).any(|found| found == key);
            if !self.outbox.segments.found {
                Store::Local.remove(&mut self.platform, &key);
            }
        }
        self.outbox.segments.found
    }

    /// Makes the stored segments agree with the records that are left.
    pub(super) fn tidy(&mut self) {
        if !self.outbox.lanes.stale.is_empty() {
            let confirmed = self.confirmed();
            self.rewrite_stale(confirmed);
        }
        self.disown_nothing();
    }

    /// Takes what is settled out of the segments. One of which something is left is written anew, and
    /// before that the flag is read.
    pub(super) fn rewrite_stale(&mut self, confirmed: bool) {
        for stale in std::mem::take(&mut self.outbox.lanes.stale) {
            let token = &self.project.token;
            let records = &self.outbox.lanes.of(stale.0).records;
            let writes = records.iter().any(|record| record.segment == Some(stale.1));
            if (writes && !confirmed) || !segments::put(&mut self.platform, token, stale, &[], records, &self.purposes) {
                self.outbox.lanes.stale.push(stale); // to be tried again
            }
        }
    }

    /// Browsers do not put a page into the back-forward cache that holds locks, so they are held only
    /// while there is something stored.
    pub(super) fn disown_nothing(&mut self) {
        if self.outbox.lanes.len() + self.outbox.lanes.stale.len() + self.outbox.adopted.len() == 0 {
            self.disown();
        }
    }
}
