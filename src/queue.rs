//! Granted records on their way out, bounded in number and bytes. `stored` keeps the same records as segments in localStorage.

use alloc::vec::Vec;

use crate::record::{Kind, Record};

/// Records a queue may hold; the oldest go first.
pub(crate) const MAX_RECORDS: usize = 10_000;
/// Bytes of JSON at which a queue is full: browsers give an origin 5 MiB of localStorage, and others need some of it.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// One request under way. Its records are the first `count` of the lane and stay there until the server answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flight {
    pub(crate) id: u32,
    pub(crate) count: usize,
    pub(crate) deadline: u64,
}

/// The records of one kind, oldest first, and how their delivery stands. Records that are not stored yet stand last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lane {
    pub(crate) kind: Kind,
    pub(crate) records: Vec<Record>,
    pub(crate) flight: Option<Flight>,
    /// Records the next request may carry: the batch size, or less after a 413.
    pub(crate) limit: usize,
    /// Failed requests in a row.
    pub(crate) failures: u32,
    /// No request before that time.
    pub(crate) not_before: u64,
}

impl Lane {
    /// How many records, from the first, are under way.
    pub(crate) fn under_way(&self) -> usize {
        self.flight.as_ref().map_or(0, |flight| flight.count)
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
    /// Stored segments, each with its lane, that hold records which are gone.
    pub(crate) stale: Vec<(usize, Segment)>,
}

impl Queue {
    pub(crate) fn new(batch_size: usize) -> Queue {
        Queue {
            lanes: Kind::ALL.map(|kind| Lane { kind, records: Vec::new(), flight: None, limit: batch_size, failures: 0, not_before: 0 }),
            bytes: 0,
            stale: Vec::new(),
        }
    }

    /// Queues a record and answers how many old ones had to go. One that is stored already, by a page that is gone, goes in by its time.
    pub(crate) fn push(&mut self, kind: Kind, record: Record) -> usize {
        let mut dropped = 0;
        while self.len() >= MAX_RECORDS || self.bytes + record.json.len() > MAX_BYTES {
            // The oldest that is not under way goes; a record under way may be with the server already.
            let (mut oldest, mut place) = (u64::MAX, (0, 0));
            for (number, lane) in self.lanes.iter().enumerate() {
                let first = lane.under_way();
                if let Some(at) = lane.records.get(first).map(|record| record.at)
                    && at < oldest
                {
                    (oldest, place) = (at, (number, first));
                }
            }
            if oldest == u64::MAX {
                break;
            }
            self.forget(place.0, place.1, 1);
            dropped += 1;
        }
        self.bytes += record.json.len();
        if let Some(lane) = self.lanes.get_mut(kind as usize) {
            let mut place = lane.records.len();
            let later = |before: &Record| before.segment.1 == 0 || before.at > record.at;
            if record.segment.1 != 0 {
                while place > lane.under_way() && lane.records.get(place - 1).is_some_and(later) {
                    place -= 1;
                }
            }
            lane.records.insert(place, record);
        }
        dropped
    }

    /// Forgets `count` records of a lane.
    pub(crate) fn forget(&mut self, lane: usize, first: usize, count: usize) {
        let Some(records) = self.lanes.get_mut(lane).map(|lane| &mut lane.records) else { return };
        for record in records.drain(first..(first + count).min(records.len())) {
            self.bytes -= record.json.len();
            let segment = (lane, record.segment);
            if record.segment.1 != 0 && self.stale.last() != Some(&segment) {
                self.stale.push(segment);
            }
        }
    }

    /// Records queued or under way.
    pub(crate) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.records.len()).sum()
    }
}
