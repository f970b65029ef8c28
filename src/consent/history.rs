//! The records of the decisions on this device, as the site gets them, and what it has not taken yet.

use crate::consent::proof::{ConsentRecord, texts};
use crate::consent::purposes::ANALYTICS;
use crate::json;
use crate::limits::clean;
use crate::platform::Platform;
use crate::text::{joined, lines};

/// Records that are kept, of some 400 bytes each: a visitor who decides more often makes no proof
/// better, and the origin's storage is the site's.
pub const MOST: usize = 20;

/// Milliseconds that the site has to take a record, until it is asked again, and at most between two
/// tries.
const TIME: u64 = 30_000;
const FIRST: u64 = 1_000;
const LONGEST: u64 = 300_000;

/// What the site is still to take, and what no store took.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct History {
    /// The site takes records.
    pub(crate) takes: bool,
    waiting: Vec<Waiting>,
    /// Records of this page alone, one a line.
    pub(crate) unstored: String,
}

/// A record that the site is to take.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Waiting {
    id: String,
    record: String,
    /// How often it was handed over.
    tries: u32,
    /// When it is to be handed over again.
    at: u64,
    under_way: bool,
}

impl History {
    /// The site is to take a record, from then on.
    pub(crate) fn wait(&mut self, record: &str, at: u64) {
        if let Some(id) = id_of(record)
            && self.takes
            && self.waiting.iter().all(|waiting| waiting.id != id)
        {
            self.waiting.push(Waiting { id: String::from(id), record: String::from(record), tries: 0, at, under_way: false });
        }
    }

    /// The next record that is due, which is under way from now on: one without an answer for too long
    /// was not taken.
    pub(crate) fn next(&mut self, now: u64) -> Option<(String, String)> {
        let waiting = self.waiting.iter_mut().find(|waiting| waiting.at <= now)?;
        waiting.tries += 1;
        (waiting.under_way, waiting.at) = (true, now + TIME);
        Some((waiting.id.clone(), waiting.record.clone()))
    }

    /// The site could not take it.
    pub(crate) fn put_off(&mut self, id: &str, now: u64) {
        if let Some(waiting) = self.waiting.iter_mut().find(|waiting| waiting.id == id) {
            let wait = FIRST << waiting.tries.saturating_sub(1).min(9);
            (waiting.under_way, waiting.at) = (false, now + wait.min(LONGEST));
        }
    }

    /// It waits no more. Whether it did.
    pub(crate) fn end(&mut self, id: &str) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.id != id);
        self.waiting.len() < before
    }

    /// Nothing waits any more; answers what was not just being taken.
    pub(crate) fn forget(&mut self) -> Vec<String> {
        self.unstored.clear();
        self.waiting.extract_if(.., |waiting| !waiting.under_way).map(|waiting| waiting.id).collect()
    }

    /// Asks for nothing from now on. What is stored is handed over by the next page.
    pub(crate) fn rest(&mut self) {
        self.takes = false;
        self.waiting.clear();
    }

    /// When the next one is due. When the clock was set back, what is far away is not waited for.
    pub(crate) fn due(&mut self, now: u64) -> Option<u64> {
        for waiting in &mut self.waiting {
            waiting.at = waiting.at.min(now + LONGEST);
        }
        self.waiting.iter().map(|waiting| waiting.at).min()
    }
}

impl ConsentRecord {
    /// The record as the site gets it, where it has an id: without what is for us alone, and with both
    /// lists whatever was decided. `asked` are the purposes of the site.
    pub(crate) fn export(&self, asked: &[String]) -> Option<String> {
        self.id()?;
        let list = |name| self.said(name).map(String::from);
        let (agreed, refused) = match (list("purposes"), list("refused")) {
            // A refusal of everything says at most what it was about.
            (about, None) if !self.granted() => {
                let mut all = asked.to_vec();
                let about = about.as_deref().and_then(json::texts).unwrap_or_default();
                all.extend(about.into_iter().filter(|one| !asked.contains(one)));
                (texts(&[]), texts(&all))
            }
            (agreed, refused) => (agreed.unwrap_or_else(|| texts(&[String::from(ANALYTICS)])), refused.unwrap_or_else(|| texts(&[]))),
        };
        let mut text = json::with(self.as_json(), "purposes", Some(&agreed));
        text = json::with(&text, "refused", Some(&refused));
        for ours in ["since", "epoch"] {
            text = json::with(&text, ours, None);
        }
        Some(text)
    }
}

/// A new id: 128 random bits in hexadecimal.
pub(crate) fn id<P: Platform>(platform: &mut P) -> String {
    let mut id = String::new();
    for _ in 0..4 {
        json::push_hex(&mut id, platform.random(), 8);
    }
    id
}

/// The id of a record.
pub(crate) fn id_of(record: &str) -> Option<&str> {
    json::get(record, "id").and_then(json::plain)
}

/// Whether the site has taken it.
pub(crate) fn is_kept(record: &str) -> bool {
    json::get(record, "kept").is_some()
}

/// The record of that id.
pub(crate) fn find(text: &str, id: &str) -> Option<String> {
    all(text).into_iter().find(|record| id_of(record) == Some(id))
}

/// The records in a stored text, oldest first. What is none is left out.
pub(crate) fn all(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines(text) {
        let mut record = String::new();
        if id_of(line).is_some() && clean(line, &mut record).is_some() {
            found.push(record);
        }
    }
    found
}

/// The text of these records, in which that one was taken by the site.
pub(crate) fn marked(text: &str, id: &str) -> String {
    let mark = |record: String| if id_of(&record) == Some(id) { json::with(&record, "kept", Some("true")) } else { record };
    stored(&all(text).into_iter().map(mark).collect::<Vec<_>>())
}

/// These records as they are stored, one a line.
pub(crate) fn stored(records: &[String]) -> String {
    let mut text = String::new();
    for record in records {
        text = joined(&[&text, record, "\n"]);
    }
    text
}
