//! Granted records on their way out, bounded in number and bytes. `segments` keeps the same records in
//! localStorage.

use crate::outbox::ids::{RequestId, SegmentId};
use crate::outbox::lease::QueueId;
use crate::outbox::record::{Kind, Record};
use crate::outbox::request::Backoff;

/// Records a queue may hold; the oldest go first.
pub(crate) const MAX_RECORDS: usize = 10_000;
/// Bytes of JSON at which a queue in memory is full.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How far a copy of a record is looked for.
const NEAR: usize = 500;

/// A request under way. It carries the first records of its lane, which stay until the server has
/// answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct InFlight {
    pub(crate) id: RequestId,
    /// Records it carries.
    pub(crate) count: usize,
    /// When it counts as lost.
    pub(crate) deadline: u64,
}

/// The records of one kind, oldest first, and how their delivery stands. Records that are not stored
/// yet stand last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lane {
    pub(crate) kind: Kind,
    pub(crate) records: Vec<Record>,
    pub(crate) in_flight: Option<InFlight>,
    /// Records the next request may carry: the batch size, or less after a 413.
    pub(crate) limit: usize,
    /// Full requests to be taken before more is tried, and those taken since the last change.
    patience: usize,
    taken: usize,
    pub(crate) backoff: Backoff,
    /// When what waits is sent at the latest.
    pub(crate) due: u64,
}

impl Lane {
    #[inline(never)] // asked for three times
    fn new(kind: Kind, limit: usize) -> Lane {
        Lane { kind, records: Vec::new(), in_flight: None, limit, patience: 0, taken: 0, backoff: Backoff::default(), due: u64::MAX }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight.is_none()
    }

    /// Something may go out now.
    pub(crate) fn is_ready(&self, now: u64) -> bool {
        self.is_idle() && self.backoff.until <= now && !self.records.is_empty()
    }

    /// What was queued by then is settled, or waits as it has to.
    pub(crate) fn is_settled(&self, turn: usize) -> bool {
        self.is_idle() || self.records.iter().all(|record| record.turn > turn)
    }

    /// So many were too large together: half of them may fit. Each time more was tried in vain, it is
    /// tried more seldom.
    pub(crate) fn shrink(&mut self, count: usize) {
        (self.limit, self.patience, self.taken) = (count / 2, (2 * self.patience + 1).min(15), 0);
    }

    /// So many could go together; with `alone` too large was a single one, and others may fit.
    pub(crate) fn grow(&mut self, count: usize, batch_size: usize, alone: bool) {
        self.taken += usize::from(count >= self.limit);
        if alone || self.taken > self.patience {
            self.limit = (2 * self.limit).min(batch_size);
            self.taken = 0;
        }
        if alone || count == batch_size {
            self.patience = 0;
        }
    }

    /// The other place of a record that is here twice: a page died before it had removed what it had
    /// joined to another segment, or that is seen late. Both stand near where they are of about one time.
    fn twin(&self, place: usize) -> Option<usize> {
        let record = self.records.get(place).filter(|record| record.is_stored() && !record.accumulates())?;
        let mut near = self.records.iter().enumerate().skip(place.saturating_sub(NEAR)).take(2 * NEAR);
        let is_twin = |other: &Record| other.at == record.at && other.segment != record.segment && other.head == record.head;
        near.find(|(_, other)| is_twin(other)).map(|(twin, _)| twin)
    }

    /// A new record has the time and text of one that was just queued.
    pub(crate) fn has(&self, new: &Record) -> bool {
        self.records.iter().rev().take(NEAR).any(|record| record.at == new.at && record.head == new.head)
    }

    /// Something is not under way.
    pub(crate) fn waits(&self) -> bool {
        self.records.len() > self.under_way()
    }

    /// Records under way: the first ones.
    pub(crate) fn under_way(&self) -> usize {
        self.in_flight.map_or(0, |in_flight| in_flight.count)
    }
}

/// The lanes of every kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lanes {
    pub(crate) all: [Lane; 3],
    /// Records that were ever queued.
    pub(crate) pushed: usize,
    /// Bytes of JSON in all lanes, counted along: queueing costs the same however long the queue is.
    bytes: usize,
    /// Stored segments that hold records which are gone, with their kind.
    pub(crate) stale: Vec<(Kind, SegmentId)>,
}

impl Lanes {
    pub(crate) fn new(batch_size: usize) -> Lanes {
        let [track, engage, groups] = Kind::ALL;
        let all = [Lane::new(track, batch_size), Lane::new(engage, batch_size), Lane::new(groups, batch_size)];
        Lanes { all, pushed: 0, bytes: 0, stale: Vec::new() }
    }

    pub(crate) fn of(&mut self, kind: Kind) -> &mut Lane {
        of(&mut self.all, kind)
    }

    /// The requests under way.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = InFlight> {
        self.all.iter().filter_map(|lane| lane.in_flight)
    }

    /// A request that counts as lost by now.
    pub(crate) fn late(&self, now: u64) -> Option<InFlight> {
        self.in_flight().find(|in_flight| in_flight.deadline <= now)
    }

    /// Nothing is under way any more, and nothing is known of what was.
    pub(crate) fn rest(&mut self) {
        for lane in &mut self.all {
            lane.in_flight = None;
        }
    }

    /// Queues a record and answers how many old ones had to go. One that is stored already, by a page
    /// that is gone, goes in by its time.
    pub(crate) fn push(&mut self, mut record: Record) -> usize {
        self.pushed += 1;
        record.turn = self.pushed;
        self.bytes += record.head.len();
        let kind = record.kind;
        let lane = self.of(kind);
        let under_way = lane.under_way();
        let mut place = lane.records.len();
        lane.records.push(record);
        // It moves up before those that are later than it.
        while place > under_way
            && place > 0
            && let Some([before, record]) = lane.records.get_mut(place - 1..=place)
            && record.is_stored()
            && (!before.is_stored() || (before.at, before.segment) > (record.at, record.segment))
        {
            core::mem::swap(before, record);
            place -= 1;
        }
        if let Some(twin) = lane.twin(place) {
            // It stays where it was read last.
            if let Ok([other, record]) = lane.records.get_disjoint_mut([twin, place]) {
                std::mem::swap(&mut other.segment, &mut record.segment);
            }
            self.forget(kind, place, 1);
        }
        let mut dropped = 0;
        while self.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            if self.drop_oldest() == 0 {
                break;
            }
            dropped += 1;
        }
        dropped
    }

    /// Drops the oldest record, and answers its bytes; 0 where there is none but what is under way.
    pub(crate) fn drop_oldest(&mut self) -> usize {
        let bytes = self.bytes;
        if let Some((kind, first)) = self.oldest() {
            self.forget(kind, first, 1);
        }
        bytes - self.bytes
    }

    /// Takes the oldest records of each kind in that queue, or in any, back into memory, about so many
    /// bytes in all. What they leave is to be removed.
    pub(crate) fn take_back(&mut self, queue: Option<QueueId>, mut bytes: usize) {
        for lane in &mut self.all {
            for record in &mut lane.records {
                if bytes > 0
                    && let Some(segment) = record.segment.take_if(|segment| queue.is_none_or(|queue| segment.queue == queue))
                {
                    bytes = bytes.saturating_sub(record.head.len());
                    self.stale.push((lane.kind, segment));
                }
            }
        }
    }

    /// The oldest record that is not under way; one that is may be with the server already.
    fn oldest(&self) -> Option<(Kind, usize)> {
        let mut oldest: Option<(u64, Kind, usize)> = None;
        for lane in &self.all {
            let first = lane.under_way();
            if let Some(record) = lane.records.get(first)
                && oldest.is_none_or(|(at, _, _)| record.at < at)
            {
                oldest = Some((record.at, lane.kind, first));
            }
        }
        oldest.map(|(_, kind, first)| (kind, first))
    }

    /// What waits has waited long enough.
    pub(crate) fn hurry(&mut self) {
        for lane in &mut self.all {
            lane.due = 0;
        }
    }

    /// Forgets everything, but not how long the server wants to be left alone.
    pub(crate) fn clear(&mut self, batch_size: usize) {
        for lane in &mut self.all {
            lane.records.clear();
            lane.in_flight = None;
            lane.limit = batch_size;
        }
        self.bytes = 0;
        self.stale.clear();
    }

    /// Whether every record is stored. Those that are not stand last, unless storing failed.
    pub(crate) fn is_stored(&self) -> bool {
        self.all.iter().all(|lane| lane.records.last().is_none_or(Record::is_stored))
    }

    /// Forgets what is stored: it may be somebody else's by now.
    pub(crate) fn forget_stored(&mut self) {
        self.forget_if(Record::is_stored);
        self.stale.clear();
    }

    /// Forgets `count` records of a lane.
    pub(crate) fn forget(&mut self, kind: Kind, first: usize, count: usize) {
        let mut at = 0;
        self.forget_in(&[kind], |_| {
            at += 1;
            at > first && at <= first + count
        });
    }

    /// Forgets those of which this is so, and answers how many. None of them is under way.
    pub(crate) fn forget_if(&mut self, goes: impl Fn(&Record) -> bool) -> usize {
        let before = self.len();
        self.forget_in(&Kind::ALL, goes);
        before - self.len()
    }

    fn forget_in(&mut self, kinds: &[Kind], mut goes: impl FnMut(&Record) -> bool) {
        for &kind in kinds {
            of(&mut self.all, kind).records.retain(|record| {
                let gone = goes(record);
                if gone {
                    self.bytes -= record.head.len();
                    if let Some(segment) = record.segment
                        && self.stale.last() != Some(&(kind, segment))
                    {
                        self.stale.push((kind, segment));
                    }
                }
                !gone
            });
        }
    }

    /// Records queued or under way.
    pub(crate) fn len(&self) -> usize {
        self.all.iter().map(|lane| lane.records.len()).sum()
    }
}

#[inline(never)] // asked for in many places
fn of(lanes: &mut [Lane; 3], kind: Kind) -> &mut Lane {
    let [track, engage, groups] = lanes;
    match kind {
        Kind::Track => track,
        Kind::Engage => engage,
        Kind::Groups => groups,
    }
}
