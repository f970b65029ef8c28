//! The queue in localStorage: a page that dies loses no record, and another page of the origin delivers what it left.
//!
//! New records are written at the end of the tick they were made in, each tick as segments of its own under
//! `consentry_<token>_q_<queue>_<segment>`. A segment is never added to, so storing a record costs the same however long the queue is. Each
//! client writes to a queue of its own and needs no lock for that; the host knows which queues have lost their client ([`Platform::own`]).
//!
//! A segment is a text of lines: checksum, epoch and kind, then for each record the time it was made and its JSON.

use alloc::string::String;

use crate::client::Client;
use crate::config::join;
use crate::delivery::MIN_DELAY;
use crate::error::Code;
use crate::json::{self, halves};
use crate::platform::Platform;
use crate::queue::Segment;
use crate::record::{Kind, Record};
use crate::stores::Store;

/// Records a segment may hold, so that writing one stays short.
const MAX_SEGMENT: usize = 50;

impl<P: Platform> Client<P> {
    /// Input: the owner of that stored queue is gone, and this client owns it now. See [`Platform::own`].
    pub fn claimed(&mut self, queue: u32) {
        if queue != self.own_queue {
            self.claims.push(queue);
        }
        self.take_over();
        self.queued(self.platform.now());
    }

    /// Input: the page is back from the back-forward cache, where it heard nothing and owned nothing: what it had stored may be
    /// somebody else's now.
    pub fn returned(&mut self) {
        self.abort_all();
        for kind in Kind::ALL {
            let lane = self.queue.lane(kind);
            lane.rest();
            for at in (0..lane.records.len()).rev() {
                if self.queue.lane(kind).records.get(at).is_some_and(Record::is_stored) {
                    self.queue.forget(kind, at, 1);
                }
            }
        }
        self.queue.stale.clear();
        self.disown();
        self.changed_elsewhere();
        self.pump();
    }

    /// Owns no queue any more; the next record that is stored begins a new one.
    pub(crate) fn disown(&mut self) {
        if self.watching {
            self.own_queue = 0;
            self.claims.clear();
            self.platform.own(0);
        }
    }

    /// Takes over what the queues hold that became ours.
    pub(crate) fn take_over(&mut self) {
        let prefix = self.segment_key((0, 0));
        // What cannot be read now is tried again.
        if self.claims.is_empty() || !self.decision.allowed || self.platform.read(Store::Local, &prefix).is_err() || !self.confirmed() {
            return;
        }
        let claims = core::mem::take(&mut self.claims);
        let keys = self.segment_keys();
        let (mut overflow, mut rest) = (0, keys.as_str());
        while let Some((key, more)) = halves(rest, b'\n') {
            rest = more;
            let segment = segment_of(key.get(self.segment_prefix().len()..).unwrap_or_default());
            if !claims.contains(&segment.0) {
                continue;
            }
            let text = Store::Local.find(&self.platform, key).unwrap_or_default();
            // A key that nobody of us wrote would never be removed.
            let found = opened(&text).filter(|_| segment.1 != 0 && self.segment_key(segment) == key);
            let mut taken = 0;
            if let Some((epoch, kind, mut records)) = found
                && epoch == self.epoch
            {
                while let Some((at, (json, more))) = halves(records, b' ').and_then(|(at, rest)| Some((at, halves(rest, b'\n')?))) {
                    records = more;
                    let at = json::whole(at).unwrap_or(0);
                    let record = Record { segment, signed: true, ..Record::new(kind, String::from(json), String::new(), at) };
                    overflow += self.queue.push(record);
                    taken += 1;
                }
            }
            if taken == 0 {
                // What the visitor has withdrawn since, or what nobody can read.
                Store::Local.remove(&mut self.platform, key);
                if found.is_none() {
                    self.report(Code::StorageCorrupt, key, 0);
                }
            }
        }
        self.report_dropped(Code::QueueFull, overflow);
    }

    /// Stores the records that are not stored yet.
    pub(crate) fn store_queue(&mut self) {
        let now = self.platform.now();
        // A refusal that was not heard of must not be followed by a write.
        if self.config.persistence.is_none() || now < self.store_at || self.queue.is_stored() {
            return;
        }
        let again = core::mem::replace(&mut self.store_at, now + u64::from(self.config.flush_interval).max(MIN_DELAY)) != 0;
        if !self.confirmed() || self.queue.is_stored() {
            return;
        }
        if self.own_queue == 0 {
            self.own_queue = self.platform.random() | 1;
            self.platform.own(self.own_queue);
        }
        for kind in Kind::ALL {
            let records = &self.queue.lane(kind).records;
            // After a failure those that are not stored may stand among others.
            let stored = records.iter().rev().take_while(|record| !again && !record.is_stored()).count();
            let first = if again { 0 } else { records.len() - stored };
            while !self.queue.lane(kind).records.iter().skip(first).all(Record::is_stored) {
                self.last_segment += 1;
                let segment = (self.own_queue, self.last_segment);
                let unstored = self.queue.lane(kind).records.iter_mut().skip(first).filter(|record| !record.is_stored());
                unstored.take(MAX_SEGMENT).for_each(|record| record.segment = segment);
                if !self.put_segment(kind, first, segment) {
                    // They stay in memory, to be tried again.
                    let records = self.queue.lane(kind).records.iter_mut().filter(|record| record.segment == segment);
                    records.for_each(|record| record.segment.1 = 0);
                    if !again {
                        self.report(Code::StorageFailed, "", 0);
                    }
                    return;
                }
            }
        }
        self.store_at = 0;
    }

    /// Makes the stored segments agree with the records that are left.
    pub(crate) fn tidy(&mut self) {
        // A segment of which something is left is written anew, and before that the flag is read.
        if self.queue.stale.is_empty() || !self.confirmed() {
            return;
        }
        for (kind, segment) in core::mem::take(&mut self.queue.stale) {
            if !self.put_segment(kind, 0, segment) {
                self.queue.stale.push((kind, segment)); // to be tried again
            }
        }
        if self.queue.len() + self.queue.stale.len() + self.claims.len() == 0 {
            // Browsers do not put a page into the back-forward cache that holds locks, so they are held only while there is something stored.
            self.disown();
        }
    }

    /// Writes a segment, from the records of a lane that are in it, or removes it when there is none; false when it could not be.
    fn put_segment(&mut self, kind: Kind, first: usize, segment: Segment) -> bool {
        let (mut text, epoch) = (String::new(), self.epoch);
        for record in self.queue.lane(kind).records.iter().skip(first).filter(|record| record.segment == segment) {
            if text.is_empty() {
                json::push_number(&mut text, epoch);
                text.push(' ');
                json::push_number(&mut text, kind as u64);
                text.push('\n');
            }
            json::push_number(&mut text, record.at);
            text.push(' ');
            text.push_str(&record.head);
            text.push('\n');
        }
        let key = self.segment_key(segment);
        if text.is_empty() {
            Store::Local.remove(&mut self.platform, &key);
            return self.platform.read(Store::Local, &key) == Ok(None);
        }
        let mut whole = String::new();
        json::push_number(&mut whole, u64::from(checksum(&text)));
        whole.push('\n');
        whole.push_str(&text);
        Store::Local.write(&mut self.platform, &key, &whole)
    }

    /// The keys of all stored segments of this token, one a line, and perhaps others.
    pub(crate) fn segment_keys(&self) -> String {
        self.platform.keys(&self.segment_prefix())
    }

    fn segment_prefix(&self) -> String {
        let mut prefix = join("consentry_", &self.config.token);
        prefix.push_str("_q_");
        prefix
    }

    fn segment_key(&self, segment: Segment) -> String {
        let mut key = self.segment_prefix();
        json::push_number(&mut key, u64::from(segment.0));
        key.push('_');
        json::push_number(&mut key, u64::from(segment.1));
        key
    }
}

/// The numbers of queue and segment at the end of a key; 0 where there is none.
fn segment_of(text: &str) -> Segment {
    let whole = |text| json::whole(text).unwrap_or(0) as u32;
    halves(text, b'_').map_or((0, 0), |(queue, number)| (whole(queue), whole(number)))
}

/// What a segment says: its epoch, its kind, and its records, one a line. Nothing when it is not what was written.
fn opened(text: &str) -> Option<(u64, Kind, &str)> {
    let (sum, text) = halves(text, b'\n')?;
    if json::whole(sum)? != u64::from(checksum(text)) {
        return None;
    }
    let (head, records) = halves(text, b'\n')?;
    let (epoch, kind) = halves(head, b' ')?;
    Some((json::whole(epoch)?, Kind::ALL.get(json::whole(kind)? as usize).copied()?, records))
}

/// FNV-1a: enough to tell a segment that was cut short or written by somebody else.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
