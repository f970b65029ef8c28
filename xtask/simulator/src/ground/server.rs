//! The server and the way to it.

use crate::random::Random;

/// How the network and the server behave today.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Mode {
    #[default]
    Fine,
    Slow,
    Status(u16),
    /// 503 or 429 with a `Retry-After` of so many seconds.
    RetryAfter(u16, u32),
    /// 413 for more than so many records.
    TooLarge(usize),
    /// 200 with a body that says no.
    Rejects,
    /// No answer ever.
    Hangs,
    /// The connection ends after the server took the records.
    ResetAfter,
    /// The connection ends before.
    ResetBefore,
    Offline,
}

/// A request under way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Request {
    /// Its place in the ledger.
    pub(crate) number: usize,
    pub(crate) actor: usize,
    /// The core's number for it.
    pub(crate) id: u32,
    /// 0 track, 1 engage, 2 groups, 3 a deletion.
    pub(crate) kind: usize,
    pub(crate) keepalive: bool,
    /// Its records, by place in the ledger.
    pub(crate) records: Vec<usize>,
    pub(crate) started: u64,
    /// When it reaches the server; none once it did, or never will.
    pub(crate) arrives: Option<u64>,
    /// The answer on its way back: when, status, `Retry-After` in milliseconds, body.
    pub(crate) answer: Option<(u64, u16, u64, &'static str)>,
    /// Nobody waits for its answer any more.
    pub(crate) aborted: bool,
}

impl Request {
    pub(crate) fn is_deletion(&self) -> bool {
        self.kind == 3
    }
}

/// The server's body that says yes.
pub(crate) const YES: &str = r#"{"status":1,"error":null}"#;
/// The one that says no.
const NO: &str = r#"{"status":0,"error":"token, missing or empty"}"#;

/// What becomes of a request that arrives now: whether its records are taken, and the answer, if any.
pub(crate) fn meet(mode: Mode, records: usize, now: u64, random: &mut Random) -> (bool, Option<(u64, u16, u64, &'static str)>) {
    let soon = now + 5 + random.below(200);
    match mode {
        Mode::Fine => (true, Some((soon, 200, 0, if random.chance(20) { "1" } else { YES }))),
        Mode::Slow => (true, Some((now + 1_000 + random.below(100_000), 200, 0, YES))),
        // A server in trouble may have taken what it then could not acknowledge.
        Mode::Status(status) => (status >= 500 && random.chance(15), Some((soon, status, 0, ""))),
        Mode::RetryAfter(status, seconds) => (false, Some((soon, status, u64::from(seconds) * 1_000, ""))),
        Mode::TooLarge(most) if records > most => (false, Some((soon, 413, 0, "<html>"))),
        Mode::TooLarge(_) => (true, Some((soon, 200, 0, YES))),
        Mode::Rejects => (false, Some((soon, 200, 0, NO))),
        Mode::Hangs => (random.chance(50), None),
        Mode::ResetAfter => (true, Some((soon, 0, 0, ""))),
        Mode::ResetBefore | Mode::Offline => (false, Some((soon, 0, 0, ""))),
    }
}

/// What the answer means, in the terms of WIRE.md 1.5.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    Taken,
    Refused,
    Halve,
    Again,
}

pub(crate) fn meaning(status: u16, body: &str, records: usize) -> Meaning {
    match status {
        200 if body == NO => Meaning::Refused,
        200..=299 => Meaning::Taken,
        413 if records > 1 => Meaning::Halve,
        0 | 408 | 429 | 500.. => Meaning::Again,
        _ => Meaning::Refused,
    }
}
