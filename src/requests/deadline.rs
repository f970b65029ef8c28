//! By when a person's data has to be gone.

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;
/// The law gives a month; the shortest count of it is safe.
const BY_LAW: u64 = 30 * DAY;
/// The longest that the service has said a deletion takes.
const BY_SERVICE: u64 = 60 * DAY;
/// From here on there is little time to do anything about it.
const SOON: u64 = 7 * DAY;

/// What is to be said about a deletion that is not done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Warning {
    /// Less than a week is left by the law.
    Soon,
    /// The law's time is over. The person has to be told of a delay, with the reason, before that.
    Late,
    /// The service has had longer than it ever said it takes.
    Overdue,
}

impl Warning {
    /// The stable name, and the sentence.
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Warning::Soon => ("soon", "Less than 7 of the law's 30 days are left: ask Mixpanel, or tell the person of the delay"),
            Warning::Late => ("late", "The law's 30 days are over: tell the person why, and when it will be done"),
            Warning::Overdue => ("overdue", "The service has had more than 60 days: ask Mixpanel what became of the task"),
        }
    }
}

/// The two times that a deletion asked for at some time is to be done by, in milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// 30 days.
    pub law: u64,
    /// 60 days.
    pub service: u64,
}

impl Deadline {
    /// Of a deletion that the person asked for at this time.
    ///
    /// ```
    /// use consentry::requests::{Deadline, Warning};
    /// const DAY: u64 = 86_400_000;
    /// let deadline = Deadline::of(0);
    /// assert_eq!(deadline.warning(10 * DAY), None);
    /// assert_eq!(deadline.warning(24 * DAY), Some(Warning::Soon));
    /// assert_eq!(deadline.warning(31 * DAY), Some(Warning::Late));
    /// assert_eq!(deadline.warning(61 * DAY), Some(Warning::Overdue));
    /// ```
    pub const fn of(requested: u64) -> Deadline {
        Deadline { law: requested.saturating_add(BY_LAW), service: requested.saturating_add(BY_SERVICE) }
    }

    /// What is to be said at this time, if it is not done yet.
    pub const fn warning(self, now: u64) -> Option<Warning> {
        if now > self.service {
            return Some(Warning::Overdue);
        }
        if now > self.law {
            return Some(Warning::Late);
        }
        if self.law - now < SOON { Some(Warning::Soon) } else { None }
    }

    /// Whole days that the law leaves.
    pub const fn days_left(self, now: u64) -> u64 {
        self.law.saturating_sub(now) / DAY
    }
}
