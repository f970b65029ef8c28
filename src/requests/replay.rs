//! What the lines of a journal add up to.

use super::error::{Code, Error};
use super::record::{Head, Lines, Record, Seal};

/// A task of the server, and how many ids of ours it has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// The tracking id.
    pub task: String,
    /// Ids.
    pub ids: u64,
}

/// What became of the ids of a plan.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Ids whose retrieval or deletion was scheduled by this plan.
    pub scheduled: u64,
    /// Ids that were set aside, because a task of them was running already.
    pub already_scheduled: u64,
    /// Ids that were asked for once more after an answer was lost and the server knew of no task: a
    /// retrieval, which it cannot be asked about, may have been made twice.
    pub repeated: u64,
    /// The tasks, in the order they were made.
    pub tasks: Vec<Task>,
    /// What the plan is of, with the ids that came again or were refused.
    pub plan: Seal,
}

impl Report {
    /// Whether every id of the plan is accounted for.
    pub fn is_complete(&self) -> bool {
        self.left() == 0
    }

    /// Ids that are still to be scheduled.
    pub fn left(&self) -> u64 {
        self.plan.ids.saturating_sub(self.scheduled).saturating_sub(self.already_scheduled)
    }

    pub(super) fn apply(&mut self, record: &Record) {
        match record {
            Record::Task { task, ids, again, found, .. } => {
                self.scheduled += ids;
                self.repeated += if *again && !found { *ids } else { 0 };
                // Parts of what was taken in one piece are found in one task.
                match self.tasks.last_mut().filter(|last| last.task == *task) {
                    Some(last) => last.ids += ids,
                    None => self.tasks.push(Task { task: task.clone(), ids: *ids }),
                }
            }
            Record::Aside { ids, .. } => self.already_scheduled += ids.len() as u64,
            Record::Sealed(seal) => self.plan = seal.clone(),
            Record::Plan(_) | Record::Batch { .. } | Record::Sent { .. } | Record::Not { .. } | Record::Split { .. } => {}
        }
    }
}

/// Reads a journal line by line.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    pub(super) lines: Lines,
    pub(super) head: Option<Head>,
    pub(super) sealed: bool,
    pub(super) report: Report,
    /// The batch that is not done, and what was done of it.
    pub(super) current: u64,
    pub(super) of_current: Vec<Record>,
    pub(super) was_sent: bool,
    batches: u64,
    read: u64,
}

impl Replay {
    /// Reads the next line, without its end.
    ///
    /// # Errors
    /// [`Code::JournalCorrupt`] when it is not what was written in this place. Where it is the last
    /// one, it was torn by the end of the process that wrote it, and is to be cut off.
    pub fn line(&mut self, line: &[u8]) -> Result<Record, Error> {
        let number = self.read + 1;
        let corrupt = || Error::about(Code::JournalCorrupt, &format!("line {number}"));
        let mut lines = self.lines.clone();
        let record = lines.read(line).ok_or_else(corrupt)?;
        let of = match &record {
            Record::Plan(head) => {
                if self.head.is_some() || head.version != 1 {
                    return Err(corrupt());
                }
                self.head = Some(head.clone());
                None
            }
            Record::Batch { n, .. } => {
                if self.head.is_none() || self.sealed || *n != self.batches {
                    return Err(corrupt());
                }
                self.batches += 1;
                None
            }
            Record::Sealed(seal) => {
                if self.head.is_none() || self.sealed || seal.batches != self.batches {
                    return Err(corrupt());
                }
                self.sealed = true;
                None
            }
            Record::Sent { n, .. } | Record::Not { n } | Record::Split { n } => Some((*n, 1)),
            Record::Aside { n, left, .. } | Record::Task { n, left, .. } => Some((*n, *left)),
        };
        if let Some((n, left)) = of {
            if !self.sealed || n != self.current || n >= self.batches {
                return Err(corrupt());
            }
            self.was_sent = true;
            self.of_current.push(record.clone());
            if left == 0 {
                self.current += 1;
                self.of_current.clear();
            }
        }
        self.report.apply(&record);
        self.lines = lines;
        self.read = number;
        Ok(record)
    }

    /// What is asked, once the first line is read.
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Whether the plan is whole. If not, nothing was sent.
    pub fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// What became of the ids so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The number of the batch that is not done; the number of batches when all are.
    pub fn current(&self) -> u64 {
        self.current
    }

    /// The record as the next line of the journal, with its end, taken in as if it had been read.
    ///
    /// # Errors
    /// As [`Replay::line`].
    pub fn write(&mut self, record: &Record) -> Result<String, Error> {
        let line = self.lines.clone().write(record);
        self.line(line.trim_end_matches('\n').as_bytes())?;
        Ok(line)
    }
}
