//! The queue in localStorage: a page that dies loses no record, and another page of the origin delivers
//! what it left.
//!
//! New records are written at the end of the task they were made in, each task as segments of its own
//! under `consentry_<token>_q_<queue>_<segment>`. A segment is never added to, so storing a record
//! costs the same however long the queue is. Each client writes to a queue of its own and needs no lock
//! for that; `lease` knows which queues have lost their client.
//!
//! A segment is a text of lines: checksum, epoch, kind, then for each record the time it was made and
//! its JSON. It is of one purpose: where that is not `analytics` the kind is ten more, and the next
//! line is the purpose.

use std::num::NonZeroU32;

use crate::consent::decision::Status;
use crate::consent::epoch::Epoch;
use crate::consent::purposes::{ANALYTICS, Purposes, Standing};
use crate::json;
use crate::keys;
use crate::outbox::ids::SegmentId;
use crate::outbox::lease::QueueId;
use crate::outbox::record::{Kind, Record};
use crate::platform::{Platform, Store};
use crate::text;
use crate::text::line;

/// Records a segment may hold, so that writing one stays short.
pub(crate) const MAX_SEGMENT: usize = 50;

/// What is added to the number of a kind where a purpose is named.
const NAMED: u64 = 10;

/// How the storing of this client's queue stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Segments {
    /// The number of the segment written last; they go on where a queue of this client ended.
    last: u32,
    /// When storing may be tried again after it failed; nothing while it works.
    pub(crate) retry_at: Option<u64>,
    /// Bytes that may be stored before it is measured how much of the origin is ours.
    pub(crate) room: usize,
    /// A segment was found among the keys, where a purge looks for it.
    pub(crate) found: bool,
}

impl Segments {
    /// The next segment of a queue.
    pub(crate) fn next(&self, queue: QueueId) -> SegmentId {
        SegmentId { queue, number: NonZeroU32::MIN.saturating_add(self.last) }
    }

    /// Something is in that segment.
    pub(crate) fn used(&mut self, segment: SegmentId) {
        self.last = segment.number.get();
    }
}

/// What a stored text turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// Records of this epoch.
    Records(Vec<Record>),
    /// What the visitor has withdrawn since.
    Withdrawn,
    /// What nobody can read.
    Corrupt,
}

/// The key of how long the server is to be left alone with that kind. It begins as those of the
/// queues do, and is purged with them.
pub(crate) fn wait_key(token: &str, kind: Kind) -> String {
    let mut key = text::joined(&[&keys::queues(token), "wait"]);
    json::push_number(&mut key, kind as u64);
    key
}

/// The queue of one of the keys that begin so.
pub(crate) fn queue_of(prefix: &str, key: &str) -> Option<QueueId> {
    keys::is_own(prefix, key).then(|| key.get(prefix.len()..)).flatten().and_then(QueueId::before_segment)
}

/// The keys of a queue begin so.
pub(crate) fn queue_prefix(token: &str, queue: QueueId) -> String {
    let mut prefix = keys::queues(token);
    json::push_number(&mut prefix, u64::from(queue.get()));
    prefix.push('_');
    prefix
}

/// The key of how often pages that were left have sent what is in a queue; no segment has it.
pub(crate) fn tried_key(token: &str, queue: QueueId) -> String {
    text::joined(&[&queue_prefix(token, queue), "0"])
}

/// The key of a segment.
pub(crate) fn key(token: &str, segment: SegmentId) -> String {
    let mut key = queue_prefix(token, segment.queue);
    json::push_number(&mut key, u64::from(segment.number.get()));
    key
}

/// The segment that a key of a queue names; nothing for a key that nobody of us wrote.
pub(crate) fn named(token: &str, queue: QueueId, found: &str) -> Option<SegmentId> {
    let number = found.strip_prefix(&*queue_prefix(token, queue))?;
    let segment = SegmentId { queue, number: NonZeroU32::new(json::whole(number, 0) as u32)? };
    (key(token, segment) == found).then_some(segment)
}

/// The text of a segment; empty when no record is in it.
fn text<'a>(records: impl Iterator<Item = &'a Record>, kind: Kind, purposes: &Purposes) -> String {
    let mut text = String::new();
    for record in records {
        if text.is_empty() {
            push_line(&mut text, purposes.standing(record.purpose).epoch.number());
            push_line(&mut text, kind as u64 + if record.purpose == 0 { 0 } else { NAMED });
            if record.purpose != 0 {
                text.push_str(purposes.name(record.purpose));
                text.push('\n');
            }
        }
        push_line(&mut text, record.at);
        text.push_str(&record.head);
        text.push('\n');
    }
    if text.is_empty() {
        return text;
    }
    let mut whole = String::new();
    push_line(&mut whole, u64::from(checksum(&text)));
    whole.push_str(&text);
    whole
}

/// Writes a segment, from those records that are in it or in one that is joined to it, or removes it
/// when there is none; false when it could not be.
pub(crate) fn put<P: Platform>(
    platform: &mut P,
    token: &str,
    (kind, segment): (Kind, SegmentId),
    joined: &[SegmentId],
    records: &[Record],
    purposes: &Purposes,
) -> bool {
    let is_in = |record: &&Record| record.segment.is_some_and(|stored| stored == segment || joined.contains(&stored));
    let text = text(records.iter().filter(is_in), kind, purposes);
    let key = key(token, segment);
    if text.is_empty() {
        platform.write(Store::Local, &key, None);
        return platform.read(Store::Local, &key) == Ok(None);
    }
    Store::Local.write(platform, &key, &text)
}

/// What stands before the records of a segment, which is taken off: epoch, kind and purpose.
fn head<'a>(rest: &mut &'a str) -> Option<(Epoch, Kind, &'a str)> {
    let whole = number(rest) == Some(u64::from(checksum(rest))) && !rest.is_empty();
    let (epoch, kind) = (number(rest)?, number(rest)?);
    let of = Kind::ALL.get((kind % NAMED) as usize).copied().filter(|_| whole && kind < 2 * NAMED)?;
    let purpose = if kind < NAMED { ANALYTICS } else { line(rest) };
    Some((Epoch::of(epoch), of, purpose))
}

/// The purpose and the epoch of a stored text, where it is a segment.
pub(crate) fn purpose_of(mut text: &str) -> Option<(String, Epoch)> {
    head(&mut text).map(|(epoch, _, purpose)| (String::from(purpose), epoch))
}

/// Reads the text of a segment.
pub(crate) fn read(text: &str, segment: SegmentId, purposes: &Purposes) -> Found {
    let mut rest = text;
    let Some((epoch, kind, purpose)) = head(&mut rest) else { return Found::Corrupt };
    // What nobody here is asked about counts as refused.
    let granted = |purpose: &u8| purposes.standing(*purpose) == Standing { status: Status::Granted, epoch };
    let Some(purpose) = purposes.find(purpose).filter(granted) else { return Found::Withdrawn };
    let mut records = Vec::new();
    while !rest.is_empty() {
        let Some(at) = number(&mut rest) else { return Found::Corrupt };
        records.push(Record::stored(kind, line(&mut rest), at, segment, purpose));
    }
    Found::Records(records)
}

fn push_line(text: &mut String, number: u64) {
    json::push_number(text, number);
    text.push('\n');
}

/// Takes a number off that is alone on the first line.
fn number(text: &mut &str) -> Option<u64> {
    let line = line(text);
    let number = json::whole(line, u64::MAX);
    (number != u64::MAX).then_some(number)
}

/// FNV-1a: enough to tell a segment that was cut short or written by somebody else.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
