//! What arrived.

use serde::Serialize;

use super::Operation;
use crate::journal::Outcome;

/// What a request's `Authorization` header was. The token itself is kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Authorization {
    Absent,
    /// Something else than a bearer token.
    Other,
    Wrong,
    Right,
}

/// One request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub(super) seq: usize,
    /// Real time, ms since 1970.
    pub(super) at: u64,
    pub(super) operation: Option<Operation>,
    pub(super) method: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) project: Option<String>,
    /// Names, in lower case.
    pub(super) headers: Vec<String>,
    pub(super) authorization: Authorization,
    pub(super) ids: Vec<String>,
    pub(super) compliance_type: Option<String>,
    pub(super) disclosure_type: Option<String>,
    pub(super) range: Option<String>,
    /// The task that it made or was about.
    pub(super) task: Option<String>,
    /// Whether what was asked was done.
    pub(super) done: bool,
    pub(super) status: Option<u16>,
    pub(super) outcome: Outcome,
}

#[derive(Default)]
pub(super) struct Log {
    /// Rises on clearing too, so that a request from before changes no line from after.
    first: usize,
    lines: Vec<Line>,
    /// Of the newest creation that was within the rate, real time.
    pub(super) created_at: Option<u64>,
}

impl Log {
    pub(super) fn add(&mut self, line: Line) -> usize {
        let seq = self.first + self.lines.len();
        self.lines.push(Line { seq, ..line });
        seq
    }

    pub(super) fn line(&mut self, seq: usize) -> Option<&mut Line> {
        self.lines.get_mut(seq.checked_sub(self.first)?)
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub(super) fn cleared(&self) -> Self {
        Self { first: self.first + self.lines.len(), ..Self::default() }
    }
}
