//! The file of a finished retrieval: the same bytes for the same name, made as they are asked for.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LOCATION, RANGE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;

use super::Operation;
use super::answer;
use super::api::{Visit, answered, arrival};
use crate::behaviour::Arrival;
use crate::connection::WithoutAnswer;
use crate::query;
use crate::server::Shared;

/// Bytes of a line of the file.
const LINE: u64 = 64;
/// Lines made at once.
const LINES: u64 = 1_024;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/_exports/{name}", get(download))
}

async fn download(State(shared): State<Arc<Shared>>, Path(name): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let taken = shared.behaviours.take(Arrival::Request(Operation::Download));
    let (seq, redirect, exists) = {
        let mut known = shared.requests.known();
        let mut line = arrival(Some(Operation::Download), &parts, &known.settings);
        line.task = Some(name.clone());
        let redirect = known.settings.export_redirect.clone();
        (known.log.add(line), redirect, known.tasks.export(&name).is_some())
    };
    let mut visit = Visit { shared: &shared, seq, ended: false };
    let raw = parts.uri.query().unwrap_or_default();
    let number = |name| query::value_of(name, raw.as_bytes()).and_then(|value| String::from_utf8(value).ok()?.parse().ok());
    let total: u64 = number("bytes").unwrap_or_default();
    let usual = match redirect {
        Some(host) => (StatusCode::FOUND, [(LOCATION, format!("{host}/_exports/{name}?bytes={total}&moved=1"))]).into_response(),
        // Where it was moved to, nothing is known about the task.
        None if exists || number("moved") == Some(1) => file(&name, total, &parts.method, &parts.headers),
        None => answer::error(StatusCode::NOT_FOUND, "no such export"),
    };
    answered(&mut visit, usual, taken).await
}

fn file(name: &str, total: u64, method: &Method, headers: &HeaderMap) -> Response {
    let etag = format!("\"{name}-{total}\"");
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("bytes="));
    // A file that has changed since is sent whole.
    let same = headers.get("if-range").is_none_or(|value| value.as_bytes() == etag.as_bytes());
    let (status, from, to) = match asked.filter(|_| same).map(|asked| range(asked, total)) {
        None | Some(Range::Unread) => (StatusCode::OK, 0, total),
        Some(Range::Of(from, to)) => (StatusCode::PARTIAL_CONTENT, from, to),
        Some(Range::Outside) => {
            return (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{total}"))]).into_response();
        }
    };
    let head = method == Method::HEAD;
    let mut response = if head { Body::empty() } else { bytes(name, from, to) }.into_response();
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut say = |name, value: String| value.parse().map(|value| headers.insert(name, value)).is_ok();
    say(CONTENT_LENGTH, (to - from).to_string());
    say(ETAG, etag);
    say(ACCEPT_RANGES, "bytes".to_owned());
    say(CONTENT_TYPE, "application/x-ndjson".to_owned());
    if status == StatusCode::PARTIAL_CONTENT {
        say(CONTENT_RANGE, format!("bytes {from}-{}/{total}", to - 1));
    }
    response
}

enum Range {
    /// From, and one after the last.
    Of(u64, u64),
    Outside,
    /// Several, or none that can be read: such a header is as if it were not there.
    Unread,
}

fn range(asked: &str, total: u64) -> Range {
    let Some((from, to)) = asked.split_once('-') else { return Range::Unread };
    match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), _) if from >= total => Range::Outside,
        (Ok(from), Ok(to)) if from <= to => Range::Of(from, to.saturating_add(1).min(total)),
        (Ok(from), Err(_)) if to.is_empty() => Range::Of(from, total),
        (Err(_), Ok(last)) if from.is_empty() && last > 0 && total > 0 => Range::Of(total.saturating_sub(last), total),
        _ => Range::Unread,
    }
}

fn bytes(name: &str, from: u64, to: u64) -> Body {
    let name = name.to_owned();
    Body::from_stream(stream::unfold(from, move |at| {
        let line = at / LINE;
        let end = ((line + LINES) * LINE).min(to);
        let text: String = (line..end.div_ceil(LINE)).map(|line| written(&name, line)).collect();
        async move {
            let (skip, take) = (usize::try_from(at % LINE).ok()?, usize::try_from(end.checked_sub(at)?).ok()?);
            let piece = text.into_bytes().get(skip..skip + take).map(Bytes::copy_from_slice)?;
            (take > 0).then_some((Ok::<_, WithoutAnswer>(piece), end))
        }
    }))
}

/// One line, [`LINE`] bytes.
fn written(name: &str, line: u64) -> String {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    format!("{{\"event\":\"Seen\",\"task\":\"{name:-<20}\",\"n\":{line:>12}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_length() {
        assert_eq!(written("1784092630517283841", 7).len() as u64, LINE);
    }
}
