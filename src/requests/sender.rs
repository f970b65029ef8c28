//! Takes a plan through: says what to do next, and is told what came of it. It does no IO, reads no
//! clock and draws no chance.
//!
//! A deletion is taken as a whole or not at all, and while its task runs, asking for the same ids again
//! is refused with the names of ids and tasks. So after a lost answer the same request is the question:
//! if it is taken now, it was not before; if all of it conflicts, with one task, and that task says it
//! has these ids, it was. What has finished conflicts with nothing: [`Pace::doubt_after`] bounds that.

use std::collections::HashSet;

use super::answer::{created, deletion};
use super::call::{Call, Project};
use super::error::{Code, Conflict, Error};
use super::kinds::Operation;
use super::pace::{Moment, Pace, retry_after};
use super::parts::{Part, Parts};
use super::record::{Head, Lines, Record};
use super::replay::{Replay, Report};

/// Tries of a retrieval that may have been taken.
const DOUBTFUL_TRIES: u32 = 3;

/// What to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    /// Pass the ids of the batch of this number to [`Sender::batch`].
    Batch(u64),
    /// Append this to the journal, and go on when it is safe on the disk.
    Write(String),
    /// Send this, once, and tell what came of it to [`Sender::answered`] or [`Sender::lost`].
    Send(Call),
    /// Come back at this time of the clock.
    Wait(u64),
    /// Every id is accounted for.
    Done,
    /// It cannot go on now. A later process can.
    Stop(Error),
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Stage {
    Batch,
    Ready,
    /// The request is in the journal, and goes next.
    Armed,
    Sent,
    /// The task with this name is asked whether it has the part.
    Ask(String),
    Asked(String),
    Stop(Error),
}

/// The way of a plan through the API.
#[derive(Clone, Debug)]
pub struct Sender {
    project: Project,
    head: Head,
    pace: Pace,
    lines: Lines,
    report: Report,
    stage: Stage,
    n: u64,
    parts: Parts,
    /// What an earlier process did of the first batch.
    before: Vec<Record>,
    unwritten: String,
    not_before: u64,
    failures: u32,
    busy: u32,
}

impl Sender {
    /// Goes on where the journal ends; where a request was sent before, no sooner than a request may
    /// follow one that was sent just now.
    ///
    /// # Errors
    /// [`Code::JournalUnfinished`] when the plan is not whole, [`Code::InvalidAddress`].
    pub fn new(replay: Replay, pace: Pace, now: Moment) -> Result<Sender, Error> {
        let Replay { lines, head, sealed, report, current, of_current, was_sent, .. } = replay;
        let head = head.filter(|_| sealed).ok_or_else(|| Error::about(Code::JournalUnfinished, ""))?;
        let project = Project::new(&head.project, crate::Residency::Us).at(&head.base)?;
        let not_before = if was_sent { now.clock.saturating_add(pace.interval) } else { 0 };
        let (stage, parts, unwritten) = (Stage::Batch, Parts::default(), String::new());
        let (n, before) = (current, of_current);
        Ok(Sender { project, head, pace, lines, report, stage, n, parts, before, unwritten, not_before, failures: 0, busy: 0 })
    }

    /// What became of the ids so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What to do next.
    pub fn next(&mut self, now: Moment) -> Next {
        if !self.unwritten.is_empty() {
            return Next::Write(core::mem::take(&mut self.unwritten));
        }
        match &self.stage {
            Stage::Batch if self.n >= self.report.plan.batches => Next::Done,
            Stage::Batch => Next::Batch(self.n),
            Stage::Stop(error) => Next::Stop(error.clone()),
            Stage::Ready | Stage::Ask(_) if now.clock < self.not_before => Next::Wait(self.not_before),
            Stage::Ready => {
                let doubt = self.part().doubt().filter(|_| self.head.operation == Operation::Delete && !self.pace.repeat_doubtful);
                if doubt.is_some_and(|at| now.wall.saturating_sub(at) > self.pace.doubt_after) {
                    return Next::Stop(Error::about(Code::Doubtful, &format!("batch {}", self.n)));
                }
                self.stage = Stage::Armed;
                self.note(&Record::Sent { n: self.n, at: now.wall });
                Next::Write(core::mem::take(&mut self.unwritten))
            }
            Stage::Armed => {
                self.stage = Stage::Sent;
                let ids = &self.part().ids;
                Next::Send(match self.head.operation {
                    Operation::Delete => self.project.create_deletion(ids, self.head.law),
                    Operation::Retrieve => self.project.create_retrieval(ids, self.head.law, self.head.disclosure),
                })
            }
            Stage::Ask(task) => {
                let task = task.clone();
                let call = self.project.deletion_status(&task);
                self.stage = Stage::Asked(task);
                Next::Send(call)
            }
            Stage::Sent | Stage::Asked(_) => Next::Stop(Error::about(Code::InvalidArgument, "a request without an answer")),
        }
    }

    /// Takes the ids of the batch that was asked for.
    pub fn batch(&mut self, ids: Vec<String>) {
        self.parts = Parts::whole(ids);
        for record in core::mem::take(&mut self.before) {
            self.parts.apply(&record);
        }
        self.stage = Stage::Ready;
        self.over();
    }

    /// An answer came: its status, its `Retry-After` header, its body.
    pub fn answered(&mut self, now: Moment, random: u32, status: u16, retry: Option<&str>, body: &str) {
        self.not_before = now.clock.saturating_add(self.pace.interval);
        let asked = retry.and_then(|value| retry_after(value, now.wall));
        if let Stage::Asked(task) = &self.stage {
            let task = task.clone();
            return match deletion(status, body) {
                // The short form of the answer does not say whose task it is.
                Ok(deletion) if !deletion.ids.is_empty() && !has_all(&deletion.ids, &self.part().ids) => self.aside(Vec::new(), vec![task]),
                Err(error) if is_passing(&error) => self.again(now, random, asked, error),
                Ok(_) | Err(_) => self.scheduled(task, true),
            };
        }
        match created(status, body) {
            Ok(created) => self.scheduled(created.task, false),
            Err(Error { conflict: Some(conflict), .. }) => self.conflicting(conflict),
            Err(error) if error.kind == Code::TooLarge && self.part().ids.len() > 1 => self.split(),
            Err(error) if is_passing(&error) => {
                if error.kind == Code::TooManyRequests {
                    self.note(&Record::Not { n: self.n });
                }
                self.again(now, random, asked, error);
            }
            Err(error) => {
                self.note(&Record::Not { n: self.n });
                self.stage = Stage::Stop(error);
            }
        }
    }

    /// No answer came, or none that can be read, because of this; `sent` unless the request cannot
    /// have reached the server.
    pub fn lost(&mut self, now: Moment, random: u32, error: Error, sent: bool) {
        if !sent && self.stage == Stage::Sent {
            self.note(&Record::Not { n: self.n });
        }
        self.again(now, random, None, error);
    }

    fn part(&self) -> &Part {
        const NONE: &Part = &Part::NONE;
        self.parts.next().unwrap_or(NONE)
    }

    /// Takes a record in, and has it written before anything else happens.
    fn note(&mut self, record: &Record) {
        self.report.apply(record);
        self.parts.apply(record);
        self.unwritten.push_str(&self.lines.write(record));
    }

    fn again(&mut self, now: Moment, random: u32, asked: Option<u64>, error: Error) {
        let busy = error.kind == Code::TooManyRequests;
        // Each try of a retrieval whose answer was lost may make another, and none can be found again.
        let most = match (busy, self.head.operation, error.kind) {
            (true, ..) => self.pace.busy_tries,
            (_, Operation::Retrieve, Code::Malformed | Code::AnswerTooLong) => 1,
            (_, Operation::Retrieve, _) if self.part().doubt().is_some() => self.pace.tries.min(DOUBTFUL_TRIES),
            _ => self.pace.tries,
        };
        let count = if busy { &mut self.busy } else { &mut self.failures };
        *count = count.saturating_add(1);
        let (count, spent) = (*count, *count >= most);
        self.not_before = now.clock.saturating_add(self.pace.wait(count, random, asked));
        self.stage = match &self.stage {
            _ if spent => Stage::Stop(error),
            Stage::Asked(task) => Stage::Ask(task.clone()),
            Stage::Batch | Stage::Ready | Stage::Armed | Stage::Sent | Stage::Ask(_) | Stage::Stop(_) => Stage::Ready,
        };
    }

    fn scheduled(&mut self, task: String, found: bool) {
        let (ids, again) = (self.part().ids.len() as u64, self.part().was_lost());
        let left = self.parts.count().saturating_sub(1);
        self.note(&Record::Task { n: self.n, task, ids, left, again, found });
        self.over();
    }

    fn conflicting(&mut self, conflict: Conflict) {
        let Conflict { ids, tasks } = conflict;
        let part = self.part();
        let named = part.among(&ids);
        let all = named.len() == part.ids.len();
        match tasks.as_slice() {
            [task] if all && part.was_lost() && self.head.operation == Operation::Delete => {
                self.stage = Stage::Ask(task.clone());
            }
            _ if !named.is_empty() || part.ids.len() == 1 => self.aside(named, tasks),
            // Nobody says which: the halves will tell.
            _ => self.split(),
        }
    }

    /// Sets these ids aside; the whole part when there are none.
    fn aside(&mut self, ids: Vec<String>, tasks: Vec<String>) {
        let part = self.part();
        let ids = if ids.is_empty() { part.ids.clone() } else { ids };
        let gone = u64::from(ids.len() == part.ids.len());
        let left = self.parts.count().saturating_sub(gone);
        self.note(&Record::Aside { n: self.n, ids, tasks, left });
        self.over();
    }

    fn split(&mut self) {
        self.note(&Record::Split { n: self.n });
        self.over();
    }

    /// The next part, or the next batch.
    fn over(&mut self) {
        (self.failures, self.busy) = (0, 0);
        self.stage = Stage::Ready;
        if self.parts.next().is_none() {
            self.n += 1;
            self.stage = Stage::Batch;
        }
    }
}

/// Whether trying again may help.
fn is_passing(error: &Error) -> bool {
    matches!(error.kind, Code::TooManyRequests | Code::Unavailable | Code::Malformed)
}

fn has_all(ids: &[String], wanted: &[String]) -> bool {
    let ids: HashSet<&str> = ids.iter().map(String::as_str).collect();
    wanted.iter().all(|id| ids.contains(id.as_str()))
}
