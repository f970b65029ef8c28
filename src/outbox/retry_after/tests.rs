use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert_eq, prop_assume, proptest};

use super::{MONTHS, retry_after};

/// 2026-09-21 14:13:20.
const NOW: u64 = 1_790_000_000_000;

#[test]
fn seconds_and_dates_are_understood() {
    for (header, milliseconds) in [
        ("120", 120_000),
        (" 2 ", 2_000),
        ("0", 0),
        ("0.5", 500),
        ("1.0009", 1_000),
        ("1.25", 1_250),
        ("99999999999999999999", 1_000 * super::LARGE),
        ("Mon, 21 Sep 2026 14:13:21 GMT", 1_000),
        ("Tue, 22 Sep 2026 14:13:20 GMT", 86_400_000),
        ("Thu, 31 Dec 2026 23:59:60 GMT", 8_761_600_000),
        // What is past is no wait.
        ("Mon, 21 Sep 2026 14:13:20 GMT", 0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ] {
        assert_eq!(retry_after(header, NOW), milliseconds, "{header}");
    }
}

#[test]
fn rubbish_asks_for_nothing() {
    for header in [
        "",
        " ",
        "-1",
        "+1",
        "1e3",
        "0x10",
        "1.",
        ".5",
        "1.5.5",
        "1,5",
        "soon",
        "NaN",
        "Infinity",
        "1 2",
        "٣",
        "1.x",
        "1.23x",
        "1.é",
        "1.2é",
        "Tue, 22 Sep 2026 14:13:20",
        "Tue, 22 Sep 2026 14:13:20 UTC",
        "Tue, 22 Sep 2026 24:00:00 GMT",
        "Tue, 22 Sep 2026 14:60:00 GMT",
        "Tue, 22 Sep 2026 14:13:61 GMT",
        "Tue, 00 Sep 2026 14:13:20 GMT",
        "Tue, 32 Sep 2026 14:13:20 GMT",
        "Tue, 22 sep 2026 14:13:20 GMT",
        "Tue, 22 Sep 26 14:13:20 GMT",
        "Tue, 22 Sep 20266 14:13:20 GMT",
        "Tue, 2 Sep 2027 14:13:20 GMT",
        "Tue 22 Sep 2026 14:13:20 GMT",
        "Tue, 22 Sep 2026 14:13 GMT",
        "Tuesday, 22 Sep 2026 14:13:20 GMT",
        "Tue, 22 Sep 2026 14:13:20:00 GMT",
        "Tue, 22 Sep 2026 14:13:20 GMT GMT",
        "Sat, 22 Sep 1969 14:13:20 GMT",
        "Tue, 22 Sep 2026 1:13:020 GMT",
    ] {
        assert_eq!(retry_after(header, NOW), 0, "{header}");
    }
}

/// The days of every month, one after the other, as a calendar on the wall has them.
fn reference(year: u64, month: u64, day: u64) -> u64 {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = |year: u64, month: u64| match month {
        1 => 28 + u64::from(leap(year)),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    };
    let years: u64 = (1970..year).map(|year| 365 + u64::from(leap(year))).sum();
    years + (0..month).map(|month| length(year, month)).sum::<u64>() + day - 1
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_date_is_as_far_off_as_a_calendar_says(year in 1970_u64..=9999, month in 0_u64..12, day in 1_u64..=31, second in 0_u64..86_400, now in 0..2 * NOW) {
        let (hour, minute) = (second / 3600, second / 60 % 60);
        let header = format!("Xxx, {day:02} {} {year} {hour:02}:{minute:02}:{:02} GMT", MONTHS[month as usize], second % 60);
        let expected = (reference(year, month, day) * 86_400 + second) * 1_000;
        prop_assert_eq!(retry_after(&header, now), expected.saturating_sub(now), "{}", header);
    }

    #[test]
    fn seconds_are_a_thousand_milliseconds(whole in 0_u64..1_000_000_000_000, fraction in 0_u64..1_000) {
        prop_assert_eq!(retry_after(&format!("{whole}.{fraction:03}"), NOW), whole * 1_000 + fraction);
        prop_assert_eq!(retry_after(&whole.to_string(), NOW), whole * 1_000);
    }

    #[test]
    fn any_text_is_answered(text: String, now in any::<u64>()) {
        prop_assume!(!text.trim_ascii().starts_with(|first: char| first.is_ascii_digit()));
        prop_assert_eq!(retry_after(&text, now), 0);
    }

    #[test]
    fn whatever_looks_like_a_date_is_past_at_the_end_of_time(text in "[A-Z][a-z]{2}, ?[0-9]{1,2} (Feb|Dec) [0-9]{3,30} [0-9:]{5,9} GMT ?") {
        prop_assert_eq!(retry_after(&text, u64::MAX), 0);
    }
}
