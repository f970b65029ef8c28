//! The server and the way to it.

use consentry::RequestId;

use super::date;
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
    /// 200 from somebody else: a start page, a service worker, a proxy in trouble.
    Elsewhere,
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
    pub(crate) id: RequestId,
    /// 0 track, 1 engage, 2 groups, 3 a deletion.
    pub(crate) kind: usize,
    pub(crate) keepalive: bool,
    /// Of its body.
    pub(crate) bytes: usize,
    /// Its records, by place in the ledger.
    pub(crate) records: Vec<usize>,
    pub(crate) started: u64,
    /// When it reaches the server; none once it did, or never will.
    pub(crate) arrives: Option<u64>,
    pub(crate) answer: Option<Reply>,
    /// Nobody waits for its answer any more.
    pub(crate) aborted: bool,
}

impl Request {
    pub(crate) fn is_deletion(&self) -> bool {
        self.kind == 3
    }
}

/// An answer on its way back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Reply {
    /// When it is there.
    pub(crate) at: u64,
    pub(crate) status: u16,
    pub(crate) retry_after: Wait,
    pub(crate) body: &'static str,
}

/// What a server asks for with `Retry-After`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Wait {
    #[default]
    None,
    Seconds(u64),
    /// Until that second of the page's clock.
    Date(u64),
}

impl Wait {
    /// The header.
    pub(crate) fn header(self) -> String {
        match self {
            Wait::None => String::new(),
            Wait::Seconds(seconds) => seconds.to_string(),
            Wait::Date(second) => date::http(second),
        }
    }

    /// What of it is obeyed, on a page whose clock says that.
    pub(crate) fn until(self, wall: u64, most: u64) -> u64 {
        match self {
            Wait::None => 0,
            Wait::Seconds(seconds) => wall + (seconds * 1_000).min(most),
            Wait::Date(second) => (second * 1_000).min(wall + most),
        }
    }
}

/// The server's body that says yes.
pub(crate) const YES: &str = r#"{"status":1,"error":null}"#;
/// The one that says no.
const NO: &str = r#"{"status":0,"error":"token, missing or empty"}"#;

/// What becomes of a request that arrives now, at that second of the page's clock: whether its
/// records are taken, and the answer, if any.
pub(crate) fn meet(mode: Mode, records: usize, now: u64, second: u64, random: &mut Random) -> (bool, Option<Reply>) {
    let soon = now + 5 + random.below(200);
    let reply = |status: u16, body: &'static str| Some(Reply { at: soon, status, retry_after: Wait::None, body });
    match mode {
        Mode::Fine => (true, reply(200, if random.chance(20) { "1" } else { YES })),
        Mode::Slow => (true, Some(Reply { at: now + 1_000 + random.below(100_000), status: 200, retry_after: Wait::None, body: YES })),
        // A server in trouble may have taken what it then could not acknowledge.
        Mode::Status(status) => (status >= 500 && random.chance(15), reply(status, "")),
        Mode::RetryAfter(status, seconds) => {
            let seconds = u64::from(seconds);
            let retry_after = if random.chance(50) { Wait::Seconds(seconds) } else { Wait::Date(second + seconds) };
            (false, Some(Reply { at: soon, status, retry_after, body: "" }))
        }
        Mode::TooLarge(most) if records > most => (false, reply(413, "<html>")),
        Mode::TooLarge(_) => (true, reply(200, YES)),
        Mode::Rejects => (false, reply(200, NO)),
        Mode::Elsewhere => (false, reply(200, random.pick(&["", "<!doctype html>", r#"{"status":"error"}"#]))),
        Mode::Hangs => (random.chance(50), None),
        Mode::ResetAfter => (true, reply(0, "")),
        Mode::ResetBefore | Mode::Offline => (false, reply(0, "")),
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
        200 if body == YES || body == "1" => Meaning::Taken,
        200..=299 => Meaning::Again,
        413 if records > 1 => Meaning::Halve,
        0 | 408 | 429 | 500.. => Meaning::Again,
        _ => Meaning::Refused,
    }
}
