//! Granted records on their way out, in memory, bounded. Persistence will join here: nothing else keeps records.

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

/// The records of one kind, oldest first, and how their delivery stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lane {
    pub(crate) kind: Kind,
    pub(crate) records: Vec<Record>,
    /// Bytes of JSON in `records`, counted along: queueing costs the same however long the queue is.
    bytes: usize,
    pub(crate) flight: Option<Flight>,
    /// Records the next request may carry: the batch size, or less after a 413.
    pub(crate) limit: usize,
    /// Failed requests in a row.
    pub(crate) failures: u32,
    /// No request before that time.
    pub(crate) not_before: u64,
}

impl Lane {
    /// Forgets the first `count` records.
    pub(crate) fn forget(&mut self, count: usize) {
        let bytes = &mut self.bytes;
        self.records.drain(..count.min(self.records.len())).for_each(|record| *bytes -= record.json.len());
    }

    /// Forgets the records that may not be sent any more, and answers how many those were.
    pub(crate) fn keep_only(&mut self, may_be_sent: impl Fn(&Record) -> bool) -> usize {
        let before = self.records.len();
        let bytes = &mut self.bytes;
        self.records.retain(|record| {
            let keep = may_be_sent(record);
            if !keep {
                *bytes -= record.json.len();
            }
            keep
        });
        before - self.records.len()
    }
}

/// The lanes of every kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Queue {
    pub(crate) lanes: [Lane; 3],
}

impl Queue {
    pub(crate) fn new(batch_size: usize) -> Queue {
        Queue {
            lanes: Kind::ALL.map(|kind| Lane {
                kind,
                records: Vec::new(),
                bytes: 0,
                flight: None,
                limit: batch_size,
                failures: 0,
                not_before: 0,
            }),
        }
    }

    /// Queues a record and answers how many old ones had to go.
    pub(crate) fn push(&mut self, kind: Kind, record: Record) -> usize {
        let mut dropped = 0;
        while self.len() >= MAX_RECORDS || self.lanes.iter().map(|lane| lane.bytes).sum::<usize>() + record.json.len() > MAX_BYTES {
            // The oldest that is not under way goes; a record under way may be with the server already.
            let mut oldest: Option<(u64, &mut Lane, usize)> = None;
            for lane in &mut self.lanes {
                let first = lane.flight.as_ref().map_or(0, |flight| flight.count);
                if let Some(at) = lane.records.get(first).map(|record| record.at)
                    && oldest.as_ref().is_none_or(|(oldest, _, _)| at < *oldest)
                {
                    oldest = Some((at, lane, first));
                }
            }
            let Some((_, lane, first)) = oldest else { break };
            lane.bytes -= lane.records.remove(first).json.len();
            dropped += 1;
        }
        for lane in &mut self.lanes {
            if lane.kind == kind {
                lane.bytes += record.json.len();
                lane.records.push(record);
                break;
            }
        }
        dropped
    }

    /// Records queued or under way.
    pub(crate) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.records.len()).sum()
    }
}
