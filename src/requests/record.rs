//! The lines of the journal: each a checksum and a record in JSON. The checksum goes over the line
//! before as well, so that a line that is missing, twice or out of place is noticed like a changed one.

use serde::{Deserialize, Serialize};

use super::kinds::{ComplianceType, DisclosureType, Operation};

/// What is asked, and of whom.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// The version of the format: 1.
    pub version: u32,
    /// What is asked.
    pub operation: Operation,
    /// The project token. The bearer token is in no journal.
    pub project: String,
    /// The address that paths of the API come after.
    pub base: String,
    /// The law it is asked under.
    pub law: ComplianceType,
    /// What a retrieval under the CCPA discloses.
    pub disclosure: DisclosureType,
}

/// What a plan is of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Seal {
    /// Batches.
    pub batches: u64,
    /// Ids in them.
    pub ids: u64,
    /// Ids that came again.
    pub duplicates: u64,
    /// Ids that are refused.
    pub refused: u64,
}

/// One line of the journal. First come the plan and its batches, then the seal, then what was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// What is asked: the first line.
    Plan(Head),
    /// The ids of a batch.
    Batch {
        /// Its number, from 0.
        n: u64,
        /// Its ids.
        ids: Vec<String>,
    },
    /// The plan is whole: requests may go.
    Sealed(Seal),
    /// A request is about to go, with the part of the batch that is next.
    Sent {
        /// The batch.
        n: u64,
        /// Milliseconds since 1970.
        at: u64,
    },
    /// That request was refused for sure.
    Not {
        /// The batch.
        n: u64,
    },
    /// The part is halved, because what is wrong with it is not known, or it is too large.
    Split {
        /// The batch.
        n: u64,
    },
    /// Ids of the part have a running task already.
    Aside {
        /// The batch.
        n: u64,
        /// The ids.
        ids: Vec<String>,
        /// Their tasks, where the server named them.
        tasks: Vec<String>,
        /// Parts of the batch that are left.
        left: u64,
    },
    /// The part is scheduled.
    Task {
        /// The batch.
        n: u64,
        /// The tracking id.
        task: String,
        /// Ids in it.
        ids: u64,
        /// Parts of the batch that are left.
        left: u64,
        /// It was asked for after an answer had been lost.
        again: bool,
        /// Its own answer was lost, and the server knew it.
        found: bool,
    },
}

/// Writes lines, and reads them back, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    last: u32,
}

impl Lines {
    /// The record as the next line, with its end.
    pub(super) fn write(&mut self, record: &Record) -> String {
        // Records are of texts and numbers alone, which cannot fail to be JSON.
        let json = serde_json::to_string(record).unwrap_or_default();
        self.last = checksum(self.last, json.as_bytes());
        format!("{:08x} {json}\n", self.last)
    }

    /// The record of the next line, without its end; nothing when it is not what was written.
    pub(super) fn read(&mut self, line: &[u8]) -> Option<Record> {
        let (sum, json) = line.split_at_checked(9)?;
        let sum = core::str::from_utf8(sum).ok()?.strip_suffix(' ')?;
        let real = checksum(self.last, json);
        if format!("{real:08x}") != sum {
            return None;
        }
        let record = serde_json::from_slice(json).ok()?;
        self.last = real;
        Some(record)
    }
}

/// CRC-32, as in zip files, going on from another.
fn checksum(from: u32, bytes: &[u8]) -> u32 {
    let mut sum = !from;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(checksum(0, b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(checksum(0, b"1234"), b"56789"), 0xCBF4_3926);
    }

    #[test]
    fn a_line_is_read_in_its_place_alone() {
        let mut writing = Lines::default();
        let [first, second] = [Record::Not { n: 1 }, Record::Split { n: 2 }].map(|record| writing.write(&record));
        let mut reading = Lines::default();
        assert_eq!(reading.read(second.trim_end().as_bytes()), None);
        assert_eq!(reading.read(first.trim_end().as_bytes()), Some(Record::Not { n: 1 }));
        assert_eq!(reading.read(first.trim_end().as_bytes()), None);
        assert_eq!(reading.read(second.trim_end().as_bytes()), Some(Record::Split { n: 2 }));
    }
}
