//! The status as a page for a browser.
//!
//! It has no script and no style, so that no policy stands against it, and a link instead of a page
//! that loads itself anew while it is read.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

const AGAIN: &str = r#"<p><a href="">Look again</a></p>"#;

/// Nothing is loaded, and the address, which is all that guards the page, is told to nobody.
const HEADERS: [(HeaderName, &str); 2] = [
    (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (REFERRER_POLICY, "no-referrer"),
];

/// Whether the header `Accept` prefers a page to JSON.
pub(crate) fn is_preferred(accept: &str) -> bool {
    let accept = accept.to_ascii_lowercase();
    let quality = |names: [&str; 3]| {
        let parts = |range: &str| range.split(';').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        let found =
            names.iter().find_map(|name| accept.split(',').map(parts).find(|parts| parts.first().is_some_and(|range| range == name)));
        found.map_or(0.0, |parts| parts.iter().find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32))
    };
    quality(["text/html", "text/*", "*/*"]) > quality(["application/json", "application/*", "*/*"])
}

/// This answer as a page.
pub(crate) fn of(status: StatusCode, body: &Value) -> Response {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let (title, text) = match text("error") {
        Some(error) if status == StatusCode::NOT_FOUND => ("No such request", format!("<p>{}</p>", escaped(error))),
        Some(error) => ("Not now", format!("<p>{}</p>{AGAIN}", escaped(error))),
        None => {
            let task = text("trackingId");
            let before = body.get("alreadyScheduled").and_then(Value::as_bool) == Some(true);
            let (title, sentence, last) = words(text("state"), task.is_some(), before);
            let day = day(body.get("deadline").and_then(Value::as_u64).unwrap_or_default());
            let late = if matches!(text("warning"), Some("late" | "overdue")) { " It is late: ask us why." } else { "" };
            let request = escaped(text("request").unwrap_or_default());
            let task = task.map(|task| format!("<dt>Task</dt><dd>{}</dd>", escaped(task))).unwrap_or_default();
            let again = if last { "" } else { AGAIN };
            let is = if title == "Deletion done" { "was" } else { "is" };
            let due = format!(r#"<p>It {is} due by <time datetime="{day}">{day}</time>.{late}</p>"#);
            (title, format!("<p>{sentence}</p>{due}<dl><dt>Request</dt><dd>{request}</dd>{task}</dl>{again}"))
        }
    };
    let page = format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head><body><main><h1>{title}</h1>{text}</main></body></html>"#
    );
    (status, HEADERS, Html(page)).into_response()
}

/// The title, the sentence, and whether nothing more will come.
fn words(state: Option<&str>, known: bool, before: bool) -> (&'static str, &'static str, bool) {
    match state {
        Some("SUCCESS") => ("Deletion done", "The deletion of your data is done.", true),
        Some("FAILURE" | "REVOKED" | "NOT_FOUND") => {
            ("Deletion failed", "The deletion of your data has failed. Write to us and name the request.", true)
        }
        state if known && state != Some("PENDING") => ("Deletion under way", "The deletion of your data is under way.", false),
        None if before => {
            ("Deletion under way", "The deletion of your data was asked for before: the page of that request says how far it is.", false)
        }
        _ => ("Deletion queued", "The deletion of your data is queued.", false),
    }
}

/// Text between tags, or in quotes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' | '<' | '>' | '"' | '\'' => escaped.push_str(&format!("&#{};", u32::from(character))),
            _ => escaped.push(character),
        }
        escaped
    })
}

/// The day of this time, in milliseconds since 1970, as `2026-12-26`. The years begin in March, so that
/// the leap day is a year's last.
fn day(milliseconds: u64) -> String {
    let days = milliseconds / 86_400_000 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{of_month:02}", era * 400 + year + later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_for_who_prefers_one() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for accept in [browser, "text/html", "TEXT/HTML; q=0.5, application/json;q=0.4", "text/*", "*/*;q=0.1, text/html"] {
            assert!(is_preferred(accept), "{accept}");
        }
        for accept in ["", "*/*", "application/json", "text/html, application/json", "text/html;q=0", "text/html;q=0.5, */*"] {
            assert!(!is_preferred(accept), "{accept}");
        }
    }

    #[test]
    fn days_are_the_calendars() {
        let days = [(0, "1970-01-01"), (951_782_399_999, "2000-02-28"), (951_782_400_000, "2000-02-29"), (951_868_800_000, "2000-03-01")];
        let more = [(1_798_243_200_000, "2026-12-26"), (4_107_542_400_000, "2100-03-01"), (4_102_358_400_000, "2099-12-31")];
        for (milliseconds, expected) in days.into_iter().chain(more) {
            assert_eq!(day(milliseconds), expected);
        }
        day(u64::MAX);
    }

    #[test]
    fn states_are_told_apart() {
        let told = |state, known| words(state, known, false).0;
        assert_eq!((told(None, false), told(Some("PENDING"), true)), ("Deletion queued", "Deletion queued"));
        for state in [None, Some("STAGING"), Some("STARTED"), Some("UNKNOWN"), Some("THAWING")] {
            assert_eq!(told(state, true), "Deletion under way");
        }
        for state in ["FAILURE", "REVOKED", "NOT_FOUND"] {
            assert_eq!(told(Some(state), true), "Deletion failed");
        }
        assert!(words(None, false, true).1.contains("asked for before"));
    }

    #[test]
    fn whatever_the_service_says_is_text() {
        assert_eq!(escaped("<b a=\"1\">'&"), "&#60;b a=&#34;1&#34;&#62;&#39;&#38;");
    }
}
