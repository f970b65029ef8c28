//! When the next request may go.

/// The time, from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moment {
    /// Milliseconds of a clock that never goes back, from any beginning.
    pub clock: u64,
    /// Milliseconds since 1970, which people may set.
    pub wall: u64,
}

/// How fast, how often and for how long. Times are in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Pace {
    /// From an answer to the next request. The service takes one a second; counted from the answer,
    /// no network can bring two requests closer together.
    pub interval: u64,
    /// The first wait after a failure; it doubles with each.
    pub first_wait: u64,
    /// The longest wait, unless the server asks for more.
    pub longest_wait: u64,
    /// The longest wait that a server can ask for.
    pub longest_asked: u64,
    /// Tries of one request with no usable answer.
    pub tries: u32,
    /// Tries of one request that met 429. A project's outstanding retrievals are limited too, which
    /// can take hours.
    pub busy_tries: u32,
    /// How long after a lost answer the server is sure to know the task it may have made: a deletion
    /// that has finished conflicts with nothing, and would be done again.
    pub doubt_after: u64,
    /// Repeat a batch whose answer was lost longer ago than that.
    pub repeat_doubtful: bool,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            interval: 1_000,
            first_wait: 2_000,
            longest_wait: 60_000,
            longest_asked: 600_000,
            tries: 12,
            busy_tries: 400,
            doubt_after: 86_400_000,
            repeat_doubtful: false,
        }
    }
}

impl Pace {
    /// How long to wait after so many failures in a row, and what the server asked for: half of the
    /// wait is certain, the rest is left to chance, so that clients part.
    pub fn wait(&self, failures: u32, random: u32, asked: Option<u64>) -> u64 {
        let doubled = self.first_wait.saturating_mul(1_u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX));
        let whole = doubled.min(self.longest_wait);
        let jittered = whole / 2 + (whole / 2).saturating_mul(u64::from(random)) / u64::from(u32::MAX);
        jittered.max(asked.unwrap_or(0).min(self.longest_asked)).max(self.interval)
    }
}

/// What a `Retry-After` header asks for, seconds or a date, in milliseconds from now.
pub(super) fn retry_after(value: &str, wall: u64) -> Option<u64> {
    let value = value.trim();
    match value.parse::<u64>() {
        Ok(seconds) => Some(seconds.saturating_mul(1_000)),
        Err(_) => date(value).map(|at| at.saturating_mul(1_000).saturating_sub(wall)),
    }
}

/// Seconds since 1970 of a date as in `Sun, 06 Nov 1994 08:49:37 GMT`, the only form still sent.
fn date(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut parts = text.split_once(", ")?.1.split([' ', ':']);
    let mut number = || parts.next();
    let day: u64 = number()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = MONTHS.find(number().filter(|name| name.len() == 3)?).filter(|at| at % 3 == 0)? as u64 / 3;
    let year: u64 = number()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let [hours, minutes, seconds]: [u64; 3] = [number()?.parse().ok()?, number()?.parse().ok()?, number()?.parse().ok()?];
    // Years begin in March here, so that the day that may be missing is the last.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    Some(((days.checked_sub(719_468)? * 24 + hours) * 60 + minutes) * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("7", 0), Some(7_000));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770_000), Some(7_000));
        assert_eq!(retry_after("Thu, 29 Feb 2024 00:00:00 GMT", 0), Some(1_709_164_800_000));
        assert_eq!(retry_after("Thu, 01 Jan 1970 00:00:00 GMT", 5), Some(0));
        for wrong in ["", "soon", "-1", "1.5", "Sun, 06 Nov", "x, 99 Nov 1994 08:49:37 GMT", "x, 01 anF 1994 08:49:37 GMT"] {
            assert_eq!(retry_after(wrong, 0), None, "{wrong}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest_and_never_beat_the_interval() {
        let pace = Pace::default();
        let waits: Vec<u64> = [1, 2, 5, 6, 200].iter().map(|failures| pace.wait(*failures, u32::MAX, None)).collect();
        assert_eq!(waits, [2_000, 4_000, 32_000, 60_000, 60_000]);
        assert_eq!(pace.wait(1, 0, None), 1_000);
        assert_eq!(pace.wait(1, 0, Some(90_000)), 90_000);
        assert_eq!(pace.wait(1, 0, Some(u64::MAX)), 600_000);
        assert_eq!(Pace { first_wait: 10, ..Pace::default() }.wait(1, 0, Some(0)), 1_000);
    }
}
