//! The queue in localStorage: a page that dies loses no record, and another page of the origin delivers what it left.
//!
//! New records are written at the end of the tick they were made in, each tick as segments of its own under
//! `consentry_<token>_q_<queue>_<segment>`. A segment is never added to, so storing a record costs the same however long the queue is. Each
//! client writes to a queue of its own and needs no lock for that; the host knows which queues have lost their client ([`Platform::own`]).
//!
//! A segment is a text of lines: checksum, epoch, kind, then for each record the time it was made and its JSON.

use alloc::string::String;

use crate::client::Client;
use crate::config::join;
use crate::delivery::MIN_DELAY;
use crate::error::Code;
use crate::json;
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
        for &kind in &Kind::ALL {
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
        // What cannot be read now is tried again; any key tells, even one that nobody has.
        if self.claims.is_empty() || !self.decision.allowed || self.platform.read(Store::Local, "").is_err() || !self.confirmed() {
            return;
        }
        let mut overflow = 0;
        while let Some(queue) = self.claims.pop() {
            let prefix = self.queue_prefix(queue);
            let keys = self.platform.keys(&prefix);
            let mut keys = keys.as_str();
            while !keys.is_empty() {
                let key = line(&mut keys);
                overflow += self.take_segment(key, (queue, json::whole(key.get(prefix.len()..).unwrap_or_default(), 0) as u32));
            }
        }
        self.report_dropped(Code::QueueFull, overflow);
    }

    /// Takes the records of a stored segment, or removes it; answers how many other records had to go for them.
    fn take_segment(&mut self, key: &str, segment: Segment) -> usize {
        let text = Store::Local.find(&self.platform, key);
        let mut rest = text.as_str();
        let whole = number(&mut rest) == u64::from(checksum(rest));
        let (epoch, kind) = (number(&mut rest), Kind::ALL.get(number(&mut rest) as usize).copied());
        let mut overflow = 0;
        // A key that nobody of us wrote would never be removed.
        let ours = whole && !rest.is_empty() && segment.1 != 0 && self.segment_key(segment) == key;
        if let Some(kind) = kind.filter(|_| ours && epoch == self.epoch) {
            while !rest.is_empty() {
                let (at, json) = (number(&mut rest), line(&mut rest));
                let record = Record { segment, signed: true, ..Record::new(kind, String::from(json), String::new(), at) };
                overflow += self.queue.push(record);
            }
        } else {
            // What the visitor has withdrawn since, or what nobody can read.
            Store::Local.remove(&mut self.platform, key);
            if !ours || kind.is_none() || epoch == u64::MAX {
                self.report(Code::StorageCorrupt, key, 0);
            }
        }
        overflow
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
        for &kind in &Kind::ALL {
            // After a failure those that are not stored may stand among others.
            let stored = self.queue.lane(kind).records.iter().rposition(Record::is_stored);
            let first = if again { 0 } else { stored.map_or(0, |last| last + 1) };
            loop {
                let segment = (self.own_queue, self.last_segment + 1);
                let mut room = MAX_SEGMENT;
                for record in self.queue.lane(kind).records.get_mut(first..).unwrap_or_default() {
                    if room > 0 && !record.is_stored() {
                        record.segment = segment;
                        room -= 1;
                    }
                }
                if room == MAX_SEGMENT {
                    break;
                }
                self.last_segment += 1;
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
        for &(kind, segment) in &core::mem::take(&mut self.queue.stale) {
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
        for record in self.queue.lane(kind).records.get(first..).unwrap_or_default().iter().filter(|record| record.segment == segment) {
            if text.is_empty() {
                push_line(&mut text, epoch);
                push_line(&mut text, kind as u64);
            }
            push_line(&mut text, record.at);
            text.push_str(&record.head);
            text.push('\n');
        }
        let key = self.segment_key(segment);
        if text.is_empty() {
            Store::Local.remove(&mut self.platform, &key);
            return self.platform.read(Store::Local, &key) == Ok(None);
        }
        let mut whole = String::new();
        push_line(&mut whole, u64::from(checksum(&text)));
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

    fn queue_prefix(&self, queue: u32) -> String {
        let mut prefix = self.segment_prefix();
        json::push_number(&mut prefix, u64::from(queue));
        prefix.push('_');
        prefix
    }

    fn segment_key(&self, segment: Segment) -> String {
        let mut key = self.queue_prefix(segment.0);
        json::push_number(&mut key, u64::from(segment.1));
        key
    }
}

fn push_line(text: &mut String, number: u64) {
    json::push_number(text, number);
    text.push('\n');
}

/// Takes the first line off a text.
pub(crate) fn line<'a>(text: &mut &'a str) -> &'a str {
    let end = text.bytes().position(|byte| byte == b'\n').unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    *text = text.get(end + 1..).unwrap_or_default();
    line
}

/// Takes a number off that is alone on the first line; one that is none counts as larger than any.
fn number(text: &mut &str) -> u64 {
    json::whole(line(text), u64::MAX)
}

/// FNV-1a: enough to tell a segment that was cut short or written by somebody else.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
