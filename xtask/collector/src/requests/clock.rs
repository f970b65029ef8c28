//! The time that tasks go by, which tests move.

use std::time::Instant;

use serde::Deserialize;

use crate::journal::now;

/// Real time and what was added to it; stopped, only what was added.
pub(super) struct Clock {
    started: Instant,
    started_at: u64,
    added: u64,
    /// The reading at which it was stopped.
    stopped: Option<u64>,
}

/// The JSON form of a change.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Turn {
    #[serde(default)]
    advance_ms: u64,
    stopped: Option<bool>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { started: Instant::now(), started_at: now(), added: 0, stopped: None }
    }
}

impl Clock {
    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        let running = || self.started_at.saturating_add(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX));
        self.stopped.unwrap_or_else(running).saturating_add(self.added)
    }

    pub(super) fn turn(&mut self, turn: &Turn) {
        match (turn.stopped, self.stopped) {
            (Some(true), None) => {
                self.stopped = Some(self.now().saturating_sub(self.added));
            }
            // It goes on from where it stood.
            (Some(false), Some(at)) => {
                self.stopped = None;
                self.started = Instant::now();
                self.started_at = at;
            }
            _ => {}
        }
        self.added = self.added.saturating_add(turn.advance_ms);
    }
}

/// `YYYY-MM-DDTHH:MM:SS`, as the API writes times.
pub(super) fn written(ms: u64) -> String {
    let seconds = ms / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days of a year that begins in March, in eras of 400 years: Howard Hinnant's civil_from_days.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written() {
        assert_eq!(written(0), "1970-01-01T00:00:00");
        assert_eq!(written(951_782_399_999), "2000-02-28T23:59:59");
        assert_eq!(written(1_709_208_000_000), "2024-02-29T12:00:00");
    }

    #[test]
    fn a_stopped_clock_moves_only_when_told() {
        let mut clock = Clock::default();
        clock.turn(&Turn { advance_ms: 0, stopped: Some(true) });
        let then = clock.now();
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert_eq!(clock.now(), then);
        clock.turn(&Turn { advance_ms: 500, stopped: None });
        assert_eq!(clock.now(), then + 500);
        clock.turn(&Turn { advance_ms: 0, stopped: Some(false) });
        assert!((then + 500..then + 60_000).contains(&clock.now()));
    }
}
