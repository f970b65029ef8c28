//! What the visitor agreed to, purpose by purpose. The gate is open while one purpose is granted; what
//! belongs to another one is not recorded, stored or sent all the same.

use crate::consent::decision::{Decision, Recording, Status};
use crate::consent::epoch::Epoch;

/// The purpose that Mixpanel's flag stands for, and that of every record that names none.
pub const ANALYTICS: &str = "analytics";

/// The most purposes a site can have: one bit each.
pub(crate) const MOST: u32 = 32;

/// How it stands with a purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether its records may be recorded, stored and sent.
    pub status: Status,
    /// That of its records: those of an older one are from before it was withdrawn.
    pub epoch: Epoch,
}

/// Some purposes of a site, a bit for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Few(u32);

impl Few {
    pub(crate) fn has(self, purpose: u8) -> bool {
        self.0 >> purpose & 1 == 1
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// The purposes of a site, `analytics` first, and how it stands with each. Records know them by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Purposes(Vec<(String, Standing)>);

impl Purposes {
    pub(crate) fn of(names: &[String], standing: impl Fn(&str) -> Standing) -> Purposes {
        Purposes(names.iter().map(|name| (name.clone(), standing(name))).collect())
    }

    /// The number of a purpose of that name.
    pub(crate) fn find(&self, name: &str) -> Option<u8> {
        self.0.iter().position(|(known, _)| known == name).map(|place| place as u8)
    }

    pub(crate) fn name(&self, purpose: u8) -> &str {
        self.0.get(usize::from(purpose)).map_or(ANALYTICS, |(name, _)| name)
    }

    /// How it stands with one; with one that is none it stands as with what was refused.
    pub(crate) fn standing(&self, purpose: u8) -> Standing {
        let none = Standing { status: Status::Denied, epoch: Epoch::default() };
        self.0.get(usize::from(purpose)).map_or(none, |(_, standing)| *standing)
    }

    /// What happens to a new record of it. `decision` is the gate; where that is open, what the visitor was
    /// not asked about waits if the site wants so.
    pub(crate) fn recording(&self, purpose: u8, decision: &Decision, hold: bool) -> Recording {
        match self.standing(purpose).status {
            Status::Denied => Recording::Drop,
            Status::Pending if decision.allowed && hold => Recording::Hold,
            Status::Pending if decision.allowed => Recording::Drop,
            Status::Granted | Status::Pending => decision.recording,
        }
    }

    /// Whether something of any of them is kept or held.
    pub(crate) fn record(&self, decision: &Decision, hold: bool) -> bool {
        (0..self.0.len()).any(|purpose| self.recording(purpose as u8, decision, hold) != Recording::Drop)
    }

    pub(crate) fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// Those that were withdrawn since then, whether or not they were granted again. `epoch` is that of
    /// all.
    pub(crate) fn withdrawn_since(&self, before: &Purposes, epoch: Epoch) -> Few {
        let mut all = 0;
        for (place, (_, is)) in self.0.iter().enumerate() {
            let was = before.standing(place as u8);
            let anew = is.epoch != was.epoch && is.epoch > epoch;
            if anew || (is.status == Status::Denied && was.status != Status::Denied) {
                all |= 1 << place;
            }
        }
        Few(all)
    }

    /// Whether another one is allowed, or one less.
    pub(crate) fn differ(&self, before: &Purposes) -> bool {
        self.0.iter().zip(&before.0).any(|((_, is), (_, was))| is.status != was.status)
    }

    /// The names of those that are granted.
    pub(crate) fn granted(&self) -> Vec<String> {
        self.0.iter().filter(|(_, standing)| standing.status == Status::Granted).map(|(name, _)| name.clone()).collect()
    }

    /// Each with its status.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (&str, Status)> {
        self.0.iter().map(|(name, standing)| (name.as_str(), standing.status))
    }
}
