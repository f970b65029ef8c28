//! A journal and the way of its plan.

use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

use super::text::{about, moment, report, shown, thrown};
use crate::requests::{Code, Error, Next, Operation, Pace, Record, Replay, Sender};

/// A journal, as far as it was read or written.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Log {
    pub(super) replay: Replay,
}

#[wasm_bindgen]
impl Log {
    /// One with nothing in it.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Log {
        Log::default()
    }

    /// Reads a line; answers the ids of a batch, for any other nothing.
    pub fn read(&mut self, line: &[u8]) -> Result<Option<Vec<String>>, String> {
        match self.replay.line(line) {
            Ok(Record::Batch { ids, .. }) => Ok(Some(ids)),
            Ok(_) => Ok(None),
            Err(error) => Err(thrown(&error)),
        }
    }

    /// The record as the next line.
    pub fn write(&mut self, record: &str) -> Result<String, String> {
        let record: Record = serde_json::from_str(record).map_err(|_| thrown(&Error::about(Code::InvalidArgument, "record")))?;
        self.replay.write(&record).map_err(|error| thrown(&error))
    }

    /// Whether there is a first line.
    pub fn begun(&self) -> bool {
        self.replay.head().is_some()
    }

    /// What is asked.
    pub fn operation(&self) -> Option<String> {
        let operation = self.replay.head()?.operation;
        Some(String::from(if operation == Operation::Delete { "delete" } else { "retrieve" }))
    }

    /// Whether the plan is whole.
    pub fn sealed(&self) -> bool {
        self.replay.is_sealed()
    }

    /// What became of the ids so far.
    pub fn report(&self) -> String {
        report(self.replay.report())
    }
}

/// A plan on its way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Run {
    sender: Sender,
}

#[wasm_bindgen]
impl Run {
    /// Goes on where the journal ends. Waits are in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(log: &Log, pace: &Waits, clock: f64, wall: f64) -> Result<Run, String> {
        let pace = Pace {
            interval: pace.interval.into(),
            first_wait: pace.first.into(),
            longest_wait: pace.longest.into(),
            tries: pace.tries,
            repeat_doubtful: pace.repeat,
            ..Pace::default()
        };
        Sender::new(log.replay.clone(), pace, moment(clock, wall)).map(|sender| Run { sender }).map_err(|error| thrown(&error))
    }

    /// What to do next.
    pub fn next(&mut self, clock: f64, wall: f64) -> String {
        match self.sender.next(moment(clock, wall)) {
            Next::Batch(n) => json!({"do": "batch", "n": n}),
            Next::Write(lines) => json!({"do": "write", "lines": lines}),
            Next::Send(call) => json!({"do": "send", "call": shown(&call)}),
            Next::Wait(until) => json!({"do": "wait", "until": until}),
            Next::Done => json!({"do": "done"}),
            Next::Stop(error) => json!({"do": "stop", "error": about(&error)}),
        }
        .to_string()
    }

    /// The ids of the batch.
    pub fn batch(&mut self, ids: Vec<String>) {
        self.sender.batch(ids);
    }

    /// An answer came.
    pub fn answered(&mut self, clock: f64, wall: f64, random: u32, status: u16, retry: Option<String>, body: &str) {
        self.sender.answered(moment(clock, wall), random, status, retry.as_deref(), body);
    }

    /// No answer came, because of the error that [`failure`] made.
    pub fn lost(&mut self, clock: f64, wall: f64, random: u32, too_long: bool, about: &str, sent: bool) {
        let code = if too_long { Code::AnswerTooLong } else { Code::Unreachable };
        self.sender.lost(moment(clock, wall), random, Error::about(code, about), sent);
    }

    /// What became of the ids so far.
    pub fn report(&self) -> String {
        report(self.sender.report())
    }
}

/// How fast and how often, in milliseconds.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Waits {
    interval: u32,
    first: u32,
    longest: u32,
    tries: u32,
    repeat: bool,
}

#[wasm_bindgen]
impl Waits {
    /// What is not given is as it is usual.
    #[wasm_bindgen(constructor)]
    pub fn new(interval: Option<u32>, first: Option<u32>, longest: Option<u32>, tries: Option<u32>, repeat: bool) -> Waits {
        let usual = |given: Option<u32>, usual: u64| given.unwrap_or(u32::try_from(usual).unwrap_or(u32::MAX));
        let pace = Pace::default();
        Waits {
            interval: usual(interval, pace.interval),
            first: usual(first, pace.first_wait),
            longest: usual(longest, pace.longest_wait),
            tries: tries.unwrap_or(pace.tries),
            repeat,
        }
    }

    /// From one request to the next.
    pub fn interval(&self) -> u32 {
        self.interval
    }
}
