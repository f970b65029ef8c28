//! Dates as HTTP writes them.

/// The `IMF-fixdate` of RFC 9110 for that second since 1970.
pub(crate) fn http(second: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = second / 86_400;
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut month, mut day) = (1970, 0, days);
    let year_length = |year| if is_leap(year) { 366 } else { 365 };
    while day >= year_length(year) {
        day -= year_length(year);
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    let name = |names: &[&'static str], at: usize| names.get(at).copied().unwrap_or_default();
    let (weekday, month) = (name(&DAYS, (days % 7) as usize), name(&MONTHS, month));
    let (hour, minute, second) = (second / 3_600 % 24, second / 60 % 60, second % 60);
    format!("{weekday}, {:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT", day + 1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_those_of_the_standard() {
        assert_eq!(super::http(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(super::http(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
    }
}
