//! Storing: records into segments, segments of pages that are gone into lanes, and whose queue is
//! whose.

use super::Client;
use crate::error::Code;
use crate::keys;
use crate::outbox::Outbox;
use crate::outbox::ids::SegmentId;
use crate::outbox::lane::Lane;
use crate::outbox::lease::{Action, Lock, QueueId};
use crate::outbox::record::{Kind, Record};
use crate::outbox::request::MIN_DELAY;
use crate::outbox::segments::{self, Found, MAX_SEGMENT};
use crate::platform::{Platform, Store};
use crate::text;

impl<P: Platform> Client<P> {
    /// Input: the answer to a request for the lock of a queue.
    pub fn locked(&mut self, queue: QueueId, lock: Lock) {
        let (now, random) = (self.platform.now(), self.platform.random());
        self.outbox.leases.locked(queue, lock, now, random);
        self.act_on_leases();
        self.schedule(now);
    }

    /// Input: the page is back from the back-forward cache, where it heard nothing and owned nothing:
    /// what it had stored may be somebody else's now.
    pub fn returned(&mut self) {
        self.abort_all();
        self.outbox.lanes.rest();
        self.outbox.lanes.forget_stored();
        self.disown();
        self.notice();
        self.follow_visitor();
        self.adopt_left_queues();
        self.pump();
    }

    /// Wants the queues of pages that are gone, from now on.
    pub(super) fn adopt_left_queues(&mut self) {
        // What was held may just have shown that the gate is closed elsewhere.
        if !self.consent.decision.allowed {
            return;
        }
        if self.project.persistence().is_some() {
            self.outbox.leases.start(self.platform.now());
            self.act_on_leases();
        }
        self.take_over();
    }

    /// Owns no queue any more; the next record that is stored begins a new one.
    pub(super) fn disown(&mut self) {
        self.outbox.adopted.clear();
        self.outbox.leases.disown();
        self.act_on_leases();
    }

    /// Owns no queue and wants none, until the gate opens or the page returns.
    pub(super) fn give_up_queues(&mut self) {
        self.outbox.adopted.clear();
        self.outbox.leases.stop();
        self.act_on_leases();
    }

    /// Does what the leases ask for.
    pub(super) fn act_on_leases(&mut self) {
        let mut adopted = false;
        loop {
            let actions = self.outbox.leases.take();
            if actions.is_empty() {
                break;
            }
            for action in actions {
                match action {
                    Action::Lock(queue) => self.platform.lock(queue),
                    Action::Unlock(queue) => self.platform.unlock(queue),
                    Action::Post(message) => self.platform.post(message),
                    Action::Look => self.look(),
                    Action::Adopt(queue) => {
                        self.outbox.adopted.push(queue);
                        adopted = true;
                    }
                }
            }
        }
        if adopted {
            self.take_over();
            self.queued(self.platform.now());
        }
    }

    /// The flag cannot be read, so nothing can be sent: others may be able to send what is stored. But
    /// what is under way, or has still to leave storage, is worked on.
    pub(super) fn give_way(&mut self) {
        let Outbox { lanes, leases, adopted, .. } = &mut self.outbox;
        if self.consent.decision.allowed && lanes.stale.is_empty() && lanes.all.iter().all(Lane::is_idle) {
            lanes.forget_stored();
            adopted.clear();
            leases.rest(self.platform.now());
            self.act_on_leases();
        }
    }

    /// Input: the browser is about to run nothing on this page for a while; `returned` ends that. What
    /// is stored is others' to send.
    pub fn frozen(&mut self) {
        self.unloading();
        self.tidy();
        self.abort_all();
        self.outbox.lanes.rest();
        self.settle_flushes();
        self.outbox.lanes.forget_stored();
        self.give_up_queues();
    }

    /// Looks which queues are stored.
    fn look(&mut self) {
        if !self.confirmed() {
            self.give_way();
            return;
        }
        let prefix = keys::queues(&self.project.token);
        let keys = self.platform.keys(&prefix);
        let (now, random) = (self.platform.now(), self.platform.random());
        for key in text::lines(&keys) {
            if keys::is_own(&prefix, key)
                && let Some(queue) = key.get(prefix.len()..).and_then(QueueId::before_segment)
            {
                self.outbox.leases.found(queue, now, random);
            }
        }
    }

    /// Takes over what the queues hold that became ours.
    pub(super) fn take_over(&mut self) {
        // Any key tells whether the store can be read, even one that nobody has.
        if self.outbox.adopted.is_empty() || !self.consent.decision.allowed {
            return;
        }
        if self.platform.read(Store::Local, "").is_err() || !self.confirmed() {
            self.give_way();
            return;
        }
        self.store_queue(); // new records stand behind those that are stored
        let mut over = 0;
        let mut later = Vec::new();
        while let Some(queue) = self.outbox.adopted.pop() {
            let Some(tries) = self.take_tries(queue) else {
                later.push(queue);
                continue;
            };
            let prefix = segments::queue_prefix(&self.project.token, queue);
            for key in text::lines(&self.platform.keys(&prefix)).filter(|key| keys::is_own(&prefix, key)) {
                over += self.take_segment(queue, key, tries);
            }
        }
        self.outbox.adopted = later;
        self.report_dropped(Code::QueueFull, over);
        self.disown_nothing();
    }

    /// Takes the records of a stored segment, or removes it; answers how many other records had to go
    /// for them.
    fn take_segment(&mut self, queue: QueueId, key: &str, tries: u32) -> usize {
        let text = Store::Local.find(&self.platform, key);
        let found = match segments::named(&self.project.token, queue, key) {
            Some(segment) => segments::read(&text, segment, self.consent.epoch),
            // A key that nobody of us wrote would never be removed.
            None => Found::Corrupt,
        };
        let corrupt = found == Found::Corrupt;
        if let Found::Records(records) = found {
            return records.into_iter().map(|record| self.outbox.lanes.push(Record { tries, ..record })).sum();
        }
        Store::Local.remove(&mut self.platform, key);
        if corrupt {
            self.report(Code::StorageCorrupt, key, 0);
        }
        0
    }

    /// Stores the records that are not stored yet.
    pub(super) fn store_queue(&mut self) {
        let now = self.platform.now();
        let retry_at = self.outbox.segments.retry_at;
        // A refusal that was not heard of must not be followed by a write.
        if self.project.persistence().is_none()
            || !self.consent.decision.allowed
            || retry_at.is_some_and(|at| now < at)
            || self.outbox.lanes.is_stored()
        {
            return;
        }
        self.outbox.segments.retry_at = Some(now + self.project.flush_interval().max(MIN_DELAY));
        if !self.confirmed() || self.outbox.lanes.is_stored() {
            return;
        }
        let queue = self.own_queue(now);
        for &kind in &Kind::ALL {
            if !self.store_lane(kind, queue, retry_at.is_some()) {
                return;
            }
        }
        self.outbox.segments.retry_at = None;
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
            let mut new = 0;
            for record in &mut *records {
                if !record.is_stored() && new < MAX_SEGMENT {
                    record.segment = Some(segment);
                    new += 1;
                }
            }
            if new == 0 {
                return true;
            }
            self.outbox.segments.used(segment);
            let stored = segments::put(&mut self.platform, &self.project.token, (kind, segment), records, self.consent.epoch);
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
                }
                return false;
            }
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
        if self.outbox.lanes.stale.is_empty() {
            return;
        }
        let confirmed = self.confirmed();
        self.rewrite_stale(confirmed);
        self.disown_nothing();
    }

    /// Takes what is settled out of the segments. One of which something is left is written anew, and
    /// before that the flag is read.
    pub(super) fn rewrite_stale(&mut self, confirmed: bool) {
        for stale in std::mem::take(&mut self.outbox.lanes.stale) {
            let (token, epoch) = (&self.project.token, self.consent.epoch);
            let records = &self.outbox.lanes.of(stale.0).records;
            let writes = records.iter().any(|record| record.segment == Some(stale.1));
            if (writes && !confirmed) || !segments::put(&mut self.platform, token, stale, records, epoch) {
                self.outbox.lanes.stale.push(stale); // to be tried again
            }
        }
    }

    /// Browsers do not put a page into the back-forward cache that holds locks, so they are held only
    /// while there is something stored.
    fn disown_nothing(&mut self) {
        if self.outbox.lanes.len() + self.outbox.lanes.stale.len() + self.outbox.adopted.len() == 0 {
            self.disown();
        }
    }
}
