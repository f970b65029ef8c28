//! The counter of withdrawals, by which pages that slept find out what they missed.

/// Rises at each withdrawal. It is stored with the decision and with every record: a record of an
/// older epoch is never sent. Zero is the epoch before anybody decided anything.
///
/// Epochs that begin with a denial, and those that follow one, are odd: what was held from before
/// the denial is not sent under them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of that number, as it is stored.
    ///
    /// ```
    /// assert!(consentry::Epoch::of(7).follows_denial());
    /// ```
    pub const fn of(number: u64) -> Epoch {
        Epoch(number)
    }

    /// Its number, as it is stored.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Whether it began with a denial, or a denial stands before it.
    pub fn follows_denial(self) -> bool {
        self.0 % 2 == 1
    }

    /// The same epoch, known to follow a denial.
    pub(crate) fn after_denial(self) -> Epoch {
        Epoch(self.0 | 1)
    }

    /// A new epoch: later than every one in `known`, and than the clock of pages whose clock is right.
    /// What follows a denial goes on following it.
    pub(crate) fn next(self, known: &[Epoch], now: u64) -> Epoch {
        let mut latest = self;
        for epoch in known {
            latest = latest.max(*epoch);
        }
        let later = now.max(latest.0.saturating_add(1));
        Epoch(later.saturating_add(1) & !1 | self.0 & 1)
    }
}
