//! What the tabs of one origin share: localStorage and cookies, and how each of them behaves today.

use std::collections::{BTreeMap, BTreeSet};

use consentry::{Fault, Store};

/// How a store behaves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Health {
    #[default]
    Works,
    /// Every access throws.
    Throws,
    /// It can be read and emptied, and takes nothing new.
    Full,
    /// It does not exist.
    Absent,
    /// It takes every write and removal without a word, and does nothing.
    Lies,
}

/// One store.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Area {
    pub(crate) kept: BTreeMap<String, String>,
    pub(crate) health: Health,
    /// Bytes of keys and values it takes.
    pub(crate) quota: usize,
}

impl Area {
    pub(crate) fn read(&self, key: &str) -> Result<Option<&String>, Fault> {
        self.read_in(&self.kept, key)
    }

    /// Reads in what a page sees of it.
    pub(crate) fn read_in<'a>(&self, seen: &'a BTreeMap<String, String>, key: &str) -> Result<Option<&'a String>, Fault> {
        match self.health {
            Health::Throws => Err(Fault),
            Health::Absent => Ok(None),
            Health::Works | Health::Full | Health::Lies => Ok(seen.get(key)),
        }
    }

    /// Writes or removes, as far as the store goes along, and says whether it did.
    pub(crate) fn write(&mut self, key: &str, value: Option<&str>) -> bool {
        match (self.health, value) {
            (Health::Works, Some(value)) => {
                let old = self.kept.get(key).map_or(0, |old| old.len() + key.len());
                let new = key.len() + value.len();
                // Browsers refuse what grows over the quota, and let what shrinks through
                // (Chromium, Firefox).
                let fits = new <= old || self.bytes() - old + new <= self.quota;
                if fits {
                    match self.kept.get_mut(key) {
                        Some(kept) => {
                            kept.clear();
                            kept.push_str(value);
                        }
                        None => drop(self.kept.insert(key.into(), value.into())),
                    }
                }
                fits
            }
            (Health::Works | Health::Full, None) => {
                self.kept.remove(key);
                true
            }
            (Health::Full, Some(_)) | (Health::Throws | Health::Absent | Health::Lies, _) => false,
        }
    }

    /// Whether the flag it holds is a refusal, whether or not it can be read.
    pub(crate) fn denies(&self) -> bool {
        self.kept.get(FLAG).is_some_and(|flag| flag.split('\n').any(|line| line == "0"))
    }

    /// The epoch it holds, whether or not it can be read.
    pub(crate) fn largest_epoch(&self) -> u64 {
        self.kept.get(RECORD).and_then(|record| epoch_of(record)).unwrap_or(0)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kept.iter().map(|(key, value)| key.len() + value.len()).sum()
    }

    /// Whether it takes a decision today.
    pub(crate) fn has_room(&self) -> bool {
        self.health == Health::Works && self.bytes() + 400 < self.quota
    }

    /// Whether a page can read it today.
    pub(crate) fn readable(&self) -> bool {
        matches!(self.health, Health::Works | Health::Full | Health::Lies)
    }

    /// Whether a page can remove something from it today.
    pub(crate) fn removable(&self) -> bool {
        matches!(self.health, Health::Works | Health::Full)
    }
}

/// Both stores.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Origin {
    pub(crate) local: Area,
    pub(crate) jar: Area,
    /// Segments as the world spoiled them: no record can be read from one, whatever it seems to say.
    pub(crate) spoiled: BTreeSet<String>,
}

/// Both, in the order of the core.
pub(crate) const STORES: [Store; 2] = [Store::Local, Store::Cookie];

impl Origin {
    pub(crate) fn area(&self, store: Store) -> &Area {
        match store {
            Store::Local => &self.local,
            Store::Cookie => &self.jar,
        }
    }

    pub(crate) fn area_mut(&mut self, store: Store) -> &mut Area {
        match store {
            Store::Local => &mut self.local,
            Store::Cookie => &mut self.jar,
        }
    }

    /// Whether a page that looks finds a denial, which the other store does not say to be undone.
    pub(crate) fn says_denied(&self) -> bool {
        let denies = |store: Store| {
            let found = self.area(store).read(FLAG);
            found.is_ok_and(|found| found.is_some_and(|value| value.split('\n').any(|line| line == "0")))
        };
        let agrees = |store: Store| {
            let found = self.area(store).read(FLAG);
            found.is_ok_and(|found| found.is_some_and(|value| value.split('\n').all(|line| line == "1")))
        };
        let record = |store: Store| self.area(store).read(RECORD).ok().flatten();
        let was_reset = || {
            let epoch = |store: Store| record(store).and_then(|record| epoch_of(record)).unwrap_or(0);
            let refused = record(Store::Local).is_some_and(|record| record.contains("\"denied\""));
            let left = !self.jar.kept.contains_key(FLAG) && record(Store::Cookie).is_some_and(|record| !record.contains("status"));
            refused && left && (1..epoch(Store::Cookie)).contains(&epoch(Store::Local))
        };
        let [one, other] = STORES;
        [(one, other), (other, one)].iter().any(|(refusing, granting)| {
            let undone = agrees(*granting) && is_undone(record(*refusing), record(*granting));
            denies(*refusing) && !undone && !(*refusing == Store::Local && was_reset())
        })
    }

    /// Whether a page that looks finds a grant somewhere.
    pub(crate) fn says_granted(&self) -> bool {
        STORES.iter().any(|store| {
            let found = self.area(*store).read(FLAG);
            found.is_ok_and(|found| found.is_some_and(|value| value.split('\n').all(|line| line == "1")))
        })
    }

    /// What a page makes of both stores: a denial, a grant, and the largest epoch.
    pub(crate) fn decision(&self) -> (bool, bool, u64) {
        let legible = STORES.iter().filter(|store| self.area(**store).readable());
        (self.says_denied(), self.says_granted(), legible.map(|store| self.area(*store).largest_epoch()).max().unwrap_or(0))
    }

    /// Whether every store that holds a decision can be read; with none, whether both can.
    pub(crate) fn decision_is_legible(&self) -> bool {
        let holding = STORES.iter().filter(|store| self.area(**store).kept.contains_key(FLAG)).count();
        STORES.iter().all(|store| self.area(*store).readable() || (holding > 0 && !self.area(*store).kept.contains_key(FLAG)))
    }

    /// Whether a store holds the record of a refusal, legible or not.
    pub(crate) fn records_refusal(&self) -> bool {
        STORES.iter().any(|store| self.area(*store).kept.get(RECORD).is_some_and(|record| record.contains("\"denied\"")))
    }

    /// Whether any store holds a flag, legible or not.
    pub(crate) fn holds_flag(&self) -> bool {
        STORES.iter().any(|store| self.area(*store).kept.contains_key(FLAG))
    }

    /// The epoch a page finds in a store, if there is one.
    pub(crate) fn epoch(&self, store: Store) -> Option<u64> {
        self.area(store).read(RECORD).ok().flatten().and_then(|record| epoch_of(record))
    }

    /// The largest epoch that is stored, whether or not it can be read.
    pub(crate) fn largest_epoch(&self) -> u64 {
        STORES.iter().map(|store| self.area(*store).largest_epoch()).max().unwrap_or(0)
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.local.health == Health::Works && self.jar.health == Health::Works
    }
}

/// Whether a grant is later than a refusal: by the epochs of their records, and of one epoch by the
/// dates.
fn is_undone(refusal: Option<&String>, grant: Option<&String>) -> bool {
    let place = |record: Option<&String>, status: &str| {
        let record = record.filter(|record| record.contains(status))?;
        let date = record.split_once("\"decidedAt\":").and_then(|(_, rest)| rest.split([',', '}']).next()?.parse::<u64>().ok());
        Some((epoch_of(record)?, date))
    };
    match (place(refusal, "\"denied\""), place(grant, "\"granted\"")) {
        (Some((before, Some(refused))), Some((since, Some(agreed)))) if before == since => agreed > refused,
        (Some((before, _)), Some((since, _))) => since > before,
        _ => false,
    }
}

/// The epoch in a record, if it still is one as we write them: texts without commas, whole numbers, and
/// the purposes that are agreed to.
pub(crate) fn epoch_of(record: &str) -> Option<u64> {
    let mut record = record.replacen(r#","purposes":["analytics","functional"],"refused":[],"#, ",", 1);
    record = record.replacen(r#","purposes":["analytics"],"refused":["functional"],"#, ",", 1);
    if let Some((before, rest)) = record.split_once(r#""since":{"#)
        && let Some((_, after)) = rest.split_once("},")
    {
        record = format!("{before}{after}");
    }
    let mut epoch = None;
    for member in record.strip_prefix('{')?.strip_suffix('}')?.split(',') {
        let (name, value) = member.strip_prefix('"')?.split_once("\":")?;
        let text = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        if text.is_some_and(|text| text.contains('"')) || (text.is_none() && value.parse::<u64>().is_err()) {
            return None;
        }
        if name == "epoch" {
            epoch = value.parse().ok();
        }
    }
    epoch
}

/// The token of every client here.
pub(crate) const TOKEN: &str = "T";
pub(crate) const FLAG: &str = "__mp_opt_in_out_T";
pub(crate) const RECORD: &str = "consentry_T_record";
pub(crate) const HISTORY: &str = "consentry_T_history";
pub(crate) const IDENTITY: &str = "mp_T_mixpanel";
pub(crate) const QUEUES: &str = "consentry_T_q_";

/// What a key is to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Key {
    /// The flag or its record: all that may stay after a denial.
    Decision,
    /// The records of all decisions, which stay as well, until the decision is forgotten.
    History,
    Identity,
    Queue,
    /// mixpanel-js's own queues for this token.
    Leftover,
    /// Somebody else's.
    Foreign,
}

impl Key {
    pub(crate) fn of(key: &str) -> Key {
        match key {
            FLAG | RECORD => Key::Decision,
            HISTORY => Key::History,
            IDENTITY => Key::Identity,
            _ if key.starts_with(QUEUES) => Key::Queue,
            _ if key.starts_with("__mpq_T_") => Key::Leftover,
            _ => Key::Foreign,
        }
    }

    /// The number of the queue a key belongs to.
    pub(crate) fn queue(key: &str) -> Option<u32> {
        let (queue, segment) = key.strip_prefix(QUEUES)?.split_once('_')?;
        segment.parse::<u32>().ok()?;
        queue.parse().ok()
    }
}
