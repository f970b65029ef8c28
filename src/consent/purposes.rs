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

/// Of what nobody was asked about, and of what is no purpose.
const NONE: Standing = Standing { status: Status::Denied, epoch: Epoch::of(0) };

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
pub(crate) struct Purposes {
    names: Vec<String>,
    /// Empty until the first decision was looked for.
    standings: Vec<Standing>,
}

impl Purposes {
    pub(crate) fn of(names: &[String]) -> Purposes {
        Purposes { names: names.to_vec(), standings: Vec::new() }
    }

    /// How it stands with each from now on; answers how it stood.
    pub(crate) fn set(&mut self, standing: impl Fn(&str) -> Standing) -> Vec<Standing> {
        std::mem::replace(&mut self.standings, self.names.iter().map(|name| standing(name)).collect())
    }

    /// How it stands with each.
    pub(crate) fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// The number of a purpose of that name.
    pub(crate) fn find(&self, name: &str) -> Option<u8> {
        self.names.iter().position(|known| known == name).map(|place| place as u8)
    }

    pub(crate) fn name(&self, purpose: u8) -> &str {
        self.names.get(usize::from(purpose)).map_or(ANALYTICS, |name| name)
    }

    /// How it stands with one; with one that is none it stands as with what was refused.
    pub(crate) fn standing(&self, purpose: u8) -> Standing {
        self.standings.get(usize::from(purpose)).copied().unwrap_or(NONE)
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
        (0..self.standings.len()).any(|purpose| self.recording(purpose as u8, decision, hold) != Recording::Drop)
    }

    pub(crate) fn are_several(&self) -> bool {
        self.names.len() > 1
    }

    /// Those that were withdrawn since then, whether or not they were granted again, and whether or not
    /// something is `allowed` now: what waits for a decision was recorded for a purpose too. `epoch` is
    /// that of all.
    pub(crate) fn withdrawn_since(&self, before: &[Standing], epoch: Epoch, allowed: bool) -> Few {
        let mut all = 0;
        for (place, is) in self.standings.iter().enumerate() {
            let was = before.get(place).copied().unwrap_or(NONE);
            let anew = is.epoch != was.epoch && is.epoch > epoch;
            if anew || (allowed && is.status == Status::Denied && was.status != Status::Denied) {
                all |= 1 << place;
            }
        }
        Few(all)
    }

    /// Whether another one is allowed, or one less.
    pub(crate) fn differ(&self, before: &[Standing]) -> bool {
        self.standings.iter().zip(before).any(|(is, was)| is.status != was.status)
    }

    /// The names of those that are granted.
    pub(crate) fn granted(&self) -> Vec<String> {
        self.statuses().filter(|(_, status)| *status == Status::Granted).map(|(name, _)| String::from(name)).collect()
    }

    /// Each with its status.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (&str, Status)> {
        self.names.iter().zip(&self.standings).map(|(name, standing)| (name.as_str(), standing.status))
    }
}
