//! The one timer of a client: when the host is to call it, and what it was asked for last.

/// Milliseconds after which a timer that has not rung counts for nothing: the clock was set forward, or
/// the machine slept, and timers know of neither.
const LATE: u64 = 1_000;

/// The wish the host has been told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Timer {
    /// When it rings.
    at: Option<u64>,
    /// It rings at the end of the task.
    soon: bool,
}

impl Timer {
    /// The timer rang.
    pub(crate) fn rang(&mut self) {
        *self = Timer::default();
    }

    /// It is to ring at the end of the task; false when the host knows that.
    pub(crate) fn at_end_of_task(&mut self) -> bool {
        !core::mem::replace(&mut self.soon, true)
    }

    /// Whether it is to ring at the end of the task.
    pub(crate) fn rings_at_end_of_task(self) -> bool {
        self.soon
    }

    /// It is to ring then at the latest. Answers the milliseconds to ask the host for; nothing when it
    /// will be called early enough. A timer that rings early finds nothing to do and sets the next.
    pub(crate) fn at(&mut self, at: u64, now: u64) -> Option<u32> {
        let at = at.max(now + 1);
        if self.at.is_some_and(|known| known <= at && known + LATE > now) {
            return None;
        }
        *self = Timer { at: Some(at), soon: false };
        Some(u32::try_from(at - now).unwrap_or(u32::MAX))
    }
}

/// The earlier of a moment, where there is one, and another.
pub(crate) fn sooner(next: Option<u64>, at: u64) -> Option<u64> {
    Some(next.map_or(at, |next| next.min(at)))
}
