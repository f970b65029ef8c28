//! The header `Retry-After`: how long a server wants to be left alone.

use crate::text::until;

/// Milliseconds in a day.
const DAY: u64 = 86_400_000;

/// More seconds than any clock counts; what is made of it fits its type.
const LARGE: u64 = 1_000_000_000_000_000;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The milliseconds a server asks for, in seconds or by a date; 0 for anything else and for what is
/// past. Whoever waits sets a bound.
pub(crate) fn retry_after(header: &str, now: u64) -> u64 {
    let header = header.trim_ascii();
    seconds(header).or_else(|| Some(date(header)?.saturating_sub(now))).unwrap_or(0)
}

/// Seconds, perhaps with a fraction, in milliseconds.
fn seconds(text: &str) -> Option<u64> {
    let mut fraction = text;
    let whole = until(&mut fraction, b'.');
    if whole.len() == text.len() {
        fraction = "0";
    }
    let mut milliseconds = 0;
    for place in 0..3 {
        milliseconds = milliseconds * 10 + fraction.get(place..place + 1).map_or(Some(0), digits)?;
    }
    digits(fraction)?;
    Some(digits(whole)? * 1_000 + milliseconds)
}

/// The milliseconds since 1970 of an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT`; none before 1970.
fn date(text: &str) -> Option<u64> {
    let marks = "___, __ ___ ____ __:__:__ GMT";
    let fits = text.bytes().zip(marks.bytes()).all(|(byte, mark)| mark == b'_' || byte == mark);
    let number = |from, to, least, most| digits(text.get(from..to)?).filter(|number| (least..=most).contains(number));
    let month = MONTHS.iter().position(|name| text.get(8..11) == Some(*name))? as u64;
    let (day, year) = (number(5, 7, 1, 31)?, number(12, 16, 1970, 9999)?);
    let (hour, minute, second) = (number(17, 19, 0, 23)?, number(20, 22, 0, 59)?, number(23, 25, 0, 60)?); // a leap second is the 60th
    let clock = (hour * 60 + minute) * 60_000 + second * 1_000;
    (fits && text.len() == marks.len()).then_some(days(year, month, day) * DAY + clock)
}

/// Days from 1970-01-01 to a day; months count from 0. A day that a month does not have is one of the
/// next month.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years are counted from March, so that a leap day is the last of its year.
    let year = year - u64::from(month < 2);
    let months = (month + 10) % 12; // since March
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (months * 153 + 2) / 5 + day - 1 - 719_468
}

/// A number of digits alone; what is larger than any wait counts as [`LARGE`].
fn digits(text: &str) -> Option<u64> {
    let mut number = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = (number * 10 + u64::from(byte - b'0')).min(LARGE);
    }
    (!text.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests;
