//! Adopting: whose queue is whose, and the segments of pages that are gone into lanes.

use super::Client;
use crate::error::Code;
use crate::keys;
use crate::outbox::Outbox;
use crate::outbox::ids::SegmentId;
use crate::outbox::lane::Lane;
use crate::outbox::lease::{Action, Lock, QueueId};
use crate::outbox::record::{Kind, Record};
use crate::outbox::segments::{self, Found, MAX_SEGMENT};
use crate::platform::{Platform, Store};
use crate::text;

/// Segments that are joined at a time, so that no task is long.
const JOINED: usize = 100;

impl<P: Platform> Client<P> {
    /// Input: the answer to a request for the lock of a queue.
    pub fn locked(&mut self, queue: QueueId, lock: Lock) {
        let (now, random) = (self.platform.now(), self.platform.random());
        self.outbox.leases.locked(queue, lock, now, random);
        self.act_on_leases();
        if self.outbox.adopted.is_empty() || self.outbox.leases.awaits_locks() {
            self.schedule(now);
        } else {
            self.take_over();
            self.queued(now);
        }
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
                    Action::Adopt(queue) => self.outbox.adopted.push(queue),
                }
            }
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
            if let Some(queue) = segments::queue_of(&prefix, key) {
                self.outbox.leases.found(queue, now, random);
            }
        }
    }

    /// Takes over what the queues hold that became ours. The keys are looked through once for all of
    /// them.
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
        let mut ours = Vec::new();
        for queue in std::mem::take(&mut self.outbox.adopted) {
            match self.take_tries(queue) {
                Some(tries) => ours.push((queue, tries)),
                None => self.outbox.adopted.push(queue), // later
            }
        }
        if ours.is_empty() {
            return;
        }
        let (mut over, mut small) = (0, Vec::new());
        let prefix = keys::queues(&self.project.token);
        for key in text::lines(&self.platform.keys(&prefix)) {
            if let Some(queue) = segments::queue_of(&prefix, key)
                && let Some((_, tries)) = ours.iter().find(|(known, _)| *known == queue)
            {
                over += self.take_segment(queue, key, *tries, &mut small);
            }
        }
        self.report_dropped(Code::QueueFull, over);
        self.join(small);
        self.rewrite_stale(true);
        self.disown_nothing();
    }

    /// Takes the records of a stored segment, or removes it; answers how many other records had to go
    /// for them.
    fn take_segment(&mut self, queue: QueueId, key: &str, tries: u32, small: &mut Vec<Part>) -> usize {
        let text = Store::Local.find(&self.platform, key);
        let segment = segments::named(&self.project.token, queue, key);
        let found = match segment {
            Some(segment) => segments::read(&text, segment, &self.purposes),
            // A key that nobody of us wrote would never be removed.
            None => Found::Corrupt,
        };
        let corrupt = found == Found::Corrupt;
        if let (Found::Records(records), Some(segment)) = (found, segment) {
            let count = records.len();
            let mut over = 0;
            let mut joins = count <= MAX_SEGMENT / 2 && small.len() < JOINED;
            let (mut kind, mut purpose) = (Kind::Track, 0);
            for record in records {
                (kind, purpose) = (record.kind, record.purpose);
                joins &= !record.accumulates();
                over += self.outbox.lanes.push(Record { tries, ..record });
            }
            if joins {
                small.push(Part { kind, purpose, tries, segment, count });
            }
            return over;
        }
        Store::Local.remove(&mut self.platform, key);
        if corrupt {
            self.report(Code::StorageCorrupt, key, 0);
        }
        0
    }

    /// Joins segments that are at most half full, each into one that was tried as often, so that there
    /// are not ever more of them while the server is away. Where it stands it is written first, and then
    /// the others go. Between the two a page can die: what would count twice stays where it is.
    fn join(&mut self, mut small: Vec<Part>) {
        while let Some(into) = small.pop() {
            let mut count = into.count;
            let mut joined = Vec::new();
            small.retain(|part| {
                let same = (part.kind, part.purpose, part.tries) == (into.kind, into.purpose, into.tries);
                let joins = same && count + part.count <= MAX_SEGMENT;
                if joins {
                    joined.push(part.segment);
                    count += part.count;
                }
                !joins
            });
            if joined.is_empty() {
                continue;
            }
            let whole = (into.kind, into.segment);
            let lanes = &mut self.outbox.lanes;
            let records = &mut lanes.of(into.kind).records;
            if !segments::put(&mut self.platform, &self.project.token, whole, &joined, records, &self.purposes) {
                lanes.stale.push(whole); // it may have been cut
                break;
            }
            for record in &mut *records {
                if record.segment.is_some_and(|segment| joined.contains(&segment)) {
                    record.segment = Some(into.segment);
                }
            }
            for segment in joined {
                lanes.stale.push((into.kind, segment));
            }
        }
    }
}

/// A segment that may be joined to others.
struct Part {
    kind: Kind,
    purpose: u8,
    tries: u32,
    segment: SegmentId,
    count: usize,
}
