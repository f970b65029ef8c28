//! What a request looks like, what its answer means, and when to try again.

use crate::json;
use crate::outbox::record::{Kind, Record};
use crate::project::Project;
use crate::text;

/// Mixpanel takes events of the last five days; older ones would be lost on the way.
pub(crate) const MAX_AGE: u64 = 5 * 86_400_000;
/// Milliseconds until a deletion counts as lost, or what storage refused is tried again.
pub(crate) const TIMEOUT: u64 = 90_000;
/// Bytes of JSON in one request, so that a body stays under 1 MB even where every byte is
/// percent-encoded.
pub(crate) const MAX_DATA: usize = 300_000;
/// The longest wait between attempts, and the most of a `Retry-After` we obey: 10 minutes, as in
/// mixpanel-js.
pub(crate) const MAX_DELAY: u64 = 600_000;
/// The longest wait of other pages after a request without an answer.
pub(crate) const UNANSWERED: u64 = 60_000;
/// The shortest first wait, as Mixpanel's documentation asks.
pub(crate) const MIN_DELAY: u64 = 2_000;

/// Requests in a row that reached nothing, after which the page is told.
pub(crate) const FAILURES: u32 = 3;

/// Bytes that the keepalive bodies of a page may have together: browsers allow 64 KiB, and the rest is
/// left to headers and to other scripts.
pub(crate) const KEEPALIVE_BYTES: usize = 60_000;

/// An answer to a request, as the host got it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Answer<'a> {
    /// The HTTP status; 0 when there was no answer.
    pub status: u16,
    /// The header `Retry-After` as it stands; empty when there is none.
    pub retry_after: &'a str,
    /// The body; where there was no answer, what was seen instead, if that is known.
    pub body: &'a str,
}

/// How long a lane leaves the server alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Backoff {
    /// Failed requests in a row.
    pub(crate) failures: u32,
    /// The last of them got no answer.
    pub(crate) unanswered: bool,
    /// No request before that time.
    pub(crate) until: u64,
}

/// What an answer means for the records of the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// The server has them.
    Taken,
    /// The server read them and wants none of them.
    Rejected,
    /// Too much at once: send fewer.
    TooLarge,
    /// The server will never take them.
    Refused,
    /// Try again later.
    Retry,
}

/// Reads an answer. Status 0 stands for no answer at all.
pub(crate) fn judge(status: u16, body: &str) -> Verdict {
    match status {
        // With `verbose=1` the answer is JSON, yet old proxies answer with the bare digit. Anything else is
        // a page of the site or of a service worker, and no answer.
        200..=299 => match json::get(body, "status").unwrap_or(body.trim_ascii()) {
            "0" => Verdict::Rejected,
            "1" => Verdict::Taken,
            said if said.eq_ignore_ascii_case("\"ok\"") => Verdict::Taken,
            _ => Verdict::Retry,
        },
        413 => Verdict::TooLarge,
        0 | 408 | 429 | 500.. => Verdict::Retry,
        _ => Verdict::Refused,
    }
}

/// Milliseconds until the next attempt: exponential with full jitter, on top of what the server asked
/// for.
pub(crate) fn delay(failures: u32, flush_interval: u64, retry_after: u64, random: u32) -> u64 {
    let first = (2 * flush_interval).max(MIN_DELAY);
    let most = (first << failures.saturating_sub(1).min(10)).min(MAX_DELAY);
    let jitter = (most * u64::from(random)) >> 32;
    (retry_after.min(MAX_DELAY) + jitter).min(MAX_DELAY)
}

/// The address of a request. `ip` is always said, because the servers' defaults differ by endpoint.
pub(crate) fn url(project: &Project, kind: Kind, now: u64, verbose: bool) -> String {
    let (begin, geolocation) = (if verbose { "?verbose=1&" } else { "?" }, if project.options.geolocation { "ip=1&_=" } else { "ip=0&_=" });
    let mut url = text::joined(&[&project.address_of(kind), begin, geolocation]);
    json::push_number(&mut url, now);
    url
}

/// The `data` of a request: the records as a JSON array.
pub(crate) fn data(records: &[Record]) -> String {
    list(records.iter().map(|record| &*record.head))
}

/// Records as a JSON array.
pub(crate) fn list<'a>(records: impl Iterator<Item = &'a str>) -> String {
    let mut list = String::from("[");
    for record in records {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(record);
    }
    list.push(']');
    list
}

/// Bytes of the form's body that carries this: `data=` and the text, percent-encoded as
/// `encodeURIComponent` does.
pub(crate) fn body_bytes(data: &str) -> usize {
    let encoded = |byte: u8| {
        let mark = matches!(byte, b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')');
        let as_it_is = mark || byte.is_ascii_alphanumeric();
        if as_it_is { 1 } else { 3 }
    };
    "data=".len() + data.bytes().map(encoded).sum::<usize>()
}
