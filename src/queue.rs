//! Granted records on their way out, bounded in number and bytes. `stored` keeps the same records as segments in localStorage.

use alloc::vec::Vec;

use crate::record::{Kind, Record};

/// Records a queue may hold; the oldest go first.
pub(crate) const MAX_RECORDS: usize = 10_000;
/// Bytes of JSON at which a queue is full: browsers give an origin 5 MiB of localStorage, and others need some of it.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The records of one kind, oldest first, and how their delivery stands. Records that are not stored yet stand last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lane {
    pub(crate) kind: Kind,
    pub(crate) records: Vec<Record>,
    /// The request under way; 0 is none.
    pub(crate) request: u32,
    /// Records under way: the first ones. They stay until the server has answered.
    pub(crate) under_way: usize,
    /// When the request counts as lost.
    pub(crate) deadline: u64,
    /// Records the next request may carry: the batch size, or less after a 413.
    pub(crate) limit: usize,
    /// Failed requests in a row.
    pub(crate) failures: u32,
    /// The last of them got no answer.
    pub(crate) unanswered: bool,
    /// No request before that time.
    pub(crate) not_before: u64,
}

impl Lane {
    pub(crate) fn is_idle(&self) -> bool {
        self.request == 0
    }

    /// Nothing is under way any more, and nothing is known of what was.
    pub(crate) fn rest(&mut self) {
        (self.request, self.under_way) = (0, 0);
    }
}

/// Which stored segment a record is in: the number of the queue and of the segment. Segment 0 is none.
pub(crate) type Segment = (u32, u32);

/// The lanes of every kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Queue {
    pub(crate) lanes: [Lane; 3],
    /// Bytes of JSON in all lanes, counted along: queueing costs the same however long the queue is.
    bytes: usize,
    /// Stored segments that hold records which are gone, with their kind.
    pub(crate) stale: Vec<(Kind, Segment)>,
}

impl Queue {
    pub(crate) fn new(batch_size: usize) -> Queue {
        let lane = |kind| Lane {
            kind,
            records: Vec::new(),
            request: 0,
            under_way: 0,
            deadline: 0,
            limit: batch_size,
            failures: 0,
            unanswered: false,
            not_before: 0,
        };
        Queue { lanes: Kind::ALL.map(lane), bytes: 0, stale: Vec::new() }
    }

    #[inline(never)] // asked for in many places
    pub(crate) fn lane(&mut self, kind: Kind) -> &mut Lane {
        lane(&mut self.lanes, kind)
    }

    /// Queues a record and answers how many old ones had to go. One that is stored already, by a page that is gone, goes in by its time.
    pub(crate) fn push(&mut self, record: Record) -> usize {
        self.bytes += record.head.len();
        let lane = self.lane(record.kind);
        let mut place = lane.records.len();
        if record.is_stored() {
            let later = |before: &Record| !before.is_stored() || (before.at, before.segment) > (record.at, record.segment);
            while place > lane.under_way && lane.records.get(place - 1).is_some_and(later) {
                place -= 1;
            }
        }
        lane.records.insert(place, record);
        let mut dropped = 0;
        while self.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            // The oldest that is not under way goes; a record under way may be with the server already.
            let mut oldest = None;
            for lane in &self.lanes {
                if let Some(record) = lane.records.get(lane.under_way)
                    && oldest.is_none_or(|(at, _, _)| record.at < at)
                {
                    oldest = Some((record.at, lane.kind, lane.under_way));
                }
            }
            let Some((_, kind, first)) = oldest else { break };
            self.forget(kind, first, 1);
            dropped += 1;
        }
        dropped
    }

    /// Forgets everything, but not how long the server wants to be left alone.
    pub(crate) fn clear(&mut self, batch_size: usize) {
        for lane in &mut self.lanes {
            lane.records.clear();
            lane.rest();
            lane.limit = batch_size;
        }
        self.bytes = 0;
        self.stale.clear();
    }

    /// Whether every record is stored. Those that are not stand last, unless storing failed.
    pub(crate) fn is_stored(&self) -> bool {
        self.lanes.iter().all(|lane| lane.records.last().is_none_or(Record::is_stored))
    }

    /// Forgets `count` records of a lane.
    pub(crate) fn forget(&mut self, kind: Kind, first: usize, count: usize) {
        let lane = lane(&mut self.lanes, kind);
        for record in lane.records.get(first..).unwrap_or_default().iter().take(count) {
            self.bytes -= record.head.len();
            let stale = (kind, record.segment);
            if record.is_stored() && self.stale.last() != Some(&stale) {
                self.stale.push(stale);
            }
        }
        // What comes after them moves up, and they are left at the end.
        for at in first + count..lane.records.len() {
            lane.records.swap(at - count, at);
        }
        lane.records.truncate(lane.records.len().saturating_sub(count));
    }

    /// Records queued or under way.
    pub(crate) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.records.len()).sum()
    }
}

fn lane(lanes: &mut [Lane; 3], kind: Kind) -> &mut Lane {
    let [track, engage, groups] = lanes;
    match kind {
        Kind::Track => track,
        Kind::Engage => engage,
        Kind::Groups => groups,
    }
}
