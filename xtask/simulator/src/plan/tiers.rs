//! Faults come in tiers. Which of them a run meets follows from its seed; a run that meets none is
//! honest: servers fail and pages die there as they do, and everything of the browser works.

use consentry::Store;

use super::Step;
use crate::ground::origin::Health;
use crate::random::Random;

/// A kind of fault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tier {
    /// localStorage takes no more, or nothing new.
    Full,
    /// Each page sees localStorage late, and messages come late.
    Late,
    /// Stores throw, lie, vanish, are emptied, and somebody else writes in them; messages are lost; locks and channels
    /// throw and lie.
    Lying,
    /// The clock is set, either way.
    Clock,
}

impl Tier {
    /// Every tier.
    pub const ALL: [Tier; 4] = [Tier::Full, Tier::Late, Tier::Lying, Tier::Clock];

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The tiers of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Mix(u8);

impl Mix {
    /// Mixes there are.
    pub const COUNT: usize = 1 << Tier::ALL.len();

    /// Every mix, the honest one first.
    pub fn all() -> impl Iterator<Item = Mix> {
        (0..Mix::COUNT as u8).map(Mix)
    }

    /// The mix of a seed: a fifth is honest and a fifth is late and no more, for nothing is excused
    /// in those.
    pub(super) fn of(random: &mut Random) -> Mix {
        match random.below(5) {
            0 => Mix::default(),
            1 => Mix(Tier::Late.bit()),
            _ => Mix(random.below(Mix::COUNT as u64) as u8),
        }
    }

    /// The mix of that name: tiers with a `+` between them, or `honest`.
    pub fn named(name: &str) -> Option<Mix> {
        Mix::all().find(|mix| mix.name() == name)
    }

    /// Its name.
    pub fn name(self) -> String {
        let names: Vec<String> = Tier::ALL.iter().filter(|tier| self.has(**tier)).map(|tier| format!("{tier:?}").to_lowercase()).collect();
        if names.is_empty() { String::from("honest") } else { names.join("+") }
    }

    /// Its place among all.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// Whether it has that tier.
    pub fn has(self, tier: Tier) -> bool {
        self.0 & tier.bit() != 0
    }

    /// Whether a step is played: what is no fault, or one of its tiers.
    pub(super) fn admits(self, step: &Step) -> bool {
        match step {
            Step::Health(_, Health::Works) => self.has(Tier::Full) || self.has(Tier::Lying),
            // Cookies have no quota that one could meet.
            Step::Health(Store::Local, Health::Full) | Step::Quota(_) => self.has(Tier::Full),
            Step::Health(..)
            | Step::Clear(_)
            | Step::Foreign(..)
            | Step::Spoil(..)
            | Step::Lose(_)
            | Step::LockFault(_)
            | Step::Channel { .. } => self.has(Tier::Lying),
            Step::Jump(_) | Step::RingEarly(_) => self.has(Tier::Clock),
            Step::Call { .. }
            | Step::CallAndCrash { .. }
            | Step::Pass(_)
            | Step::Deliver(_)
            | Step::Lock
            | Step::Burst { .. }
            | Step::Navigate(_)
            | Step::Stay(_)
            | Step::Open
            | Step::Crash(_)
            | Step::Close(_)
            | Step::Hide(_)
            | Step::Freeze(_)
            | Step::Return(_)
            | Step::Server(_)
            | Step::Gpc(_)
            | Step::Default(_)
            | Step::Policy
            | Step::Steady { .. }
            | Step::CloseCalling { .. }
            | Step::Someone { .. }
            | Step::EndClient { .. }
            | Step::Sleep(_)
            | Step::Online(_) => true,
            // With the others nobody can say which choice is the later one, or which store holds it.
            Step::Late { .. } | Step::LatePage { .. } => self == Mix::default() || self == Mix(Tier::Late.bit()),
            Step::Options(_) => !self.has(Tier::Lying),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mix, Tier};

    #[test]
    fn every_mix_has_a_name_of_its_own() {
        assert!(Mix::all().all(|mix| Mix::named(&mix.name()) == Some(mix)));
        assert_eq!(Mix::named("late+clock").map(|mix| (mix.has(Tier::Late), mix.has(Tier::Full))), Some((true, false)));
    }
}
