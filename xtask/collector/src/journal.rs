//! What arrived, in order, and who wants to hear of it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::broadcast;

use crate::kind::Kind;
use crate::tally::Tally;

/// The newest requests, and separately contacts, that are kept.
const KEPT: usize = 10_000;
/// Bodies of that many requests could fill the memory, so their sum is bounded too.
const KEPT_BYTES: usize = 256 * 1024 * 1024;
/// How far a watcher may fall behind before it is told that it missed something.
const BACKLOG: usize = 1024;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// An answer was handed to the connection.
    Answered,
    /// The answer is still being delayed.
    Open,
    /// The client went away first.
    ClosedByClient,
    /// The connection was closed without an answer, on request, and nothing was done.
    Reset,
    /// The same, and all was done.
    Lost,
}

/// One request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    /// Rises by one with each request, also across clearing.
    pub(crate) seq: u64,
    /// Arrival, in milliseconds since 1970.
    pub(crate) at: u64,
    pub(crate) host: String,
    pub(crate) origin: Option<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) kind: Kind,
    pub(crate) query: Map<String, Value>,
    pub(crate) content_type: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) bytes: usize,
    pub(crate) records: Vec<Value>,
    pub(crate) problems: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) preflight: bool,
    pub(crate) status: Option<u16>,
    pub(crate) outcome: Outcome,
    /// Which records broke no rule; the problems say it in words.
    #[serde(skip)]
    pub(crate) valid: Vec<bool>,
}

/// A host that a browser asked the proxy for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Contact {
    at: u64,
    host: String,
}

/// What watchers are told.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// An entry as JSON.
    Received(String),
    /// An entry as JSON, after its outcome changed.
    Changed(String),
    /// Everything before this is gone.
    Cleared,
}

/// The requests and contacts of this run. Bounded: the oldest make room for the newest.
pub(crate) struct Journal {
    kept: Mutex<Kept>,
    notices: broadcast::Sender<Notice>,
}

#[derive(Default)]
struct Kept {
    last_seq: u64,
    entries: VecDeque<Entry>,
    bytes: usize,
    contacts: VecDeque<Contact>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self { kept: Mutex::default(), notices: broadcast::Sender::new(BACKLOG) }
    }

    /// Adds an entry, gives it its number, and returns that.
    pub(crate) fn add(&self, mut entry: Entry) -> u64 {
        let mut kept = self.kept();
        kept.last_seq += 1;
        entry.seq = kept.last_seq;
        self.tell(Notice::Received, &entry);
        kept.bytes += entry.bytes;
        kept.entries.push_back(entry);
        while kept.entries.len() > KEPT || (kept.bytes > KEPT_BYTES && kept.entries.len() > 1) {
            let bytes = kept.entries.pop_front().map_or(0, |oldest| oldest.bytes);
            kept.bytes -= bytes;
        }
        kept.last_seq
    }

    /// Notes how a request ended. An entry that is no longer kept is none of anybody's business.
    pub(crate) fn finish(&self, seq: u64, outcome: Outcome, status: Option<u16>) {
        let mut kept = self.kept();
        if let Ok(index) = kept.entries.binary_search_by_key(&seq, |entry| entry.seq)
            && let Some(entry) = kept.entries.get_mut(index)
        {
            entry.outcome = outcome;
            entry.status = status;
            self.tell(Notice::Changed, entry);
        }
    }

    pub(crate) fn add_contact(&self, host: String) {
        let mut kept = self.kept();
        kept.contacts.push_back(Contact { at: now(), host });
        if kept.contacts.len() > KEPT {
            kept.contacts.pop_front();
        }
    }

    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        *kept = Kept { last_seq: kept.last_seq, ..Kept::default() };
        // Nobody watching is not an error.
        let _ = self.notices.send(Notice::Cleared);
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.kept().entries.iter().cloned().collect()
    }

    pub(crate) fn contacts(&self) -> Vec<Contact> {
        self.kept().contacts.iter().cloned().collect()
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally::of(self.kept().entries.iter())
    }

    /// Everything from this moment on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Sends while the lock is held, so that watchers see the order of the journal. Writes JSON
    /// only if somebody reads it.
    fn tell(&self, notice: fn(String) -> Notice, entry: &Entry) {
        if self.notices.receiver_count() > 0
            && let Ok(json) = serde_json::to_string(entry)
        {
            let _ = self.notices.send(notice(json));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(crate) fn sample(kind: Kind) -> Entry {
    Entry {
        seq: 0,
        at: 0,
        host: "h".to_owned(),
        origin: None,
        method: "POST".to_owned(),
        path: "/track".to_owned(),
        kind,
        query: Map::new(),
        content_type: None,
        cookie: None,
        bytes: 1,
        records: Vec::new(),
        problems: Vec::new(),
        warnings: Vec::new(),
        preflight: false,
        status: None,
        outcome: Outcome::Open,
        valid: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_entries_are_kept() {
        let journal = Journal::new();
        for _ in 0..KEPT + 5 {
            journal.add(sample(Kind::Track));
        }
        let entries = journal.entries();
        assert_eq!((entries.len(), entries[0].seq), (KEPT, 6));
        journal.finish(3, Outcome::Answered, Some(200));
        journal.finish(6, Outcome::Answered, Some(200));
        assert_eq!(journal.entries()[0].outcome, Outcome::Answered);
        assert_eq!(journal.entries()[1].outcome, Outcome::Open);
    }

    #[test]
    fn large_bodies_push_old_ones_out_but_the_last_one_stays() {
        let journal = Journal::new();
        for _ in 0..3 {
            journal.add(Entry { bytes: KEPT_BYTES / 2, ..sample(Kind::Track) });
        }
        assert_eq!(journal.entries().len(), 2);
        journal.add(Entry { bytes: KEPT_BYTES + 1, ..sample(Kind::Track) });
        assert_eq!(journal.entries().len(), 1);
    }

    #[test]
    fn numbers_go_on_after_clearing_and_late_news_is_ignored() {
        let journal = Journal::new();
        let mut watch = journal.watch();
        let first = journal.add(sample(Kind::Track));
        journal.add_contact("h:443".to_owned());
        journal.clear();
        assert!(journal.contacts().is_empty());
        journal.finish(first, Outcome::ClosedByClient, None);
        assert_eq!(journal.add(sample(Kind::Engage)), first + 1);
        assert!(matches!(watch.try_recv(), Ok(Notice::Received(_))));
        assert!(matches!(watch.try_recv(), Ok(Notice::Cleared)));
        assert!(matches!(watch.try_recv(), Ok(Notice::Received(json)) if json.contains(r#""kind":"engage""#)));
        assert!(watch.try_recv().is_err());
    }
}
