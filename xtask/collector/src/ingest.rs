//! `/track`, `/engage` and `/groups`: from a request to a journal entry and an answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::behaviour::{Arrival, Taken};
use crate::cross_origin;
use crate::decode::{Decoded, decode};
use crate::journal::{Entry, Outcome, now};
use crate::kind::Kind;
use crate::misbehaviour::misbehaved;
use crate::query;
use crate::request_body::{self, LIMIT, Unread};
use crate::rules::{self, Circumstances, RequestCase, Verdict};
use crate::server::Shared;

/// Names the host a page meant, where the page cannot choose the host it reaches: a header, or this
/// query parameter.
const MEANT_HOST: HeaderName = HeaderName::from_static("x-consentry-host");
const MEANT_HOST_PARAMETER: &str = "consentry_host";

pub(crate) async fn ingest(kind: Kind, State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return preflight(kind, &shared, &parts);
    }
    if !matches!(parts.method, Method::GET | Method::POST) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, POST, OPTIONS")]).into_response();
    }
    let taken = shared.behaviours.take(Arrival::Ingestion(kind));
    let mut visit = Visit { shared: &shared, state: VisitState::Arriving(Box::new(head(kind, &parts))) };
    let examined = if taken.as_ref().is_some_and(|taken| !taken.behaviour.read_body) {
        Examined::default()
    } else {
        match request_body::read(body).await {
            Ok(bytes) => examine(kind, &parts, &bytes),
            Err(Unread::TooLarge) => Examined::unusable(LIMIT + 1, format!("more than {LIMIT} bytes")),
            // Nobody is left to read an answer, and leaving here is what journals the request as
            // closed.
            Err(Unread::Cut) => return StatusCode::BAD_REQUEST.into_response(),
        }
    };
    let usual = examined.answer(&parts);
    visit.arrived(examined);
    answer(visit, usual, taken).await
}

/// What a request says before its body.
fn head(kind: Kind, parts: &Parts) -> Entry {
    let header = |name: HeaderName| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut query = query::to_object(parts.uri.query().unwrap_or_default());
    let parameter = query.remove(MEANT_HOST_PARAMETER).and_then(|host| host.as_str().map(str::to_owned));
    let host = header(MEANT_HOST).or(parameter).or_else(|| header(HOST)).or_else(|| parts.uri.authority().map(ToString::to_string));
    Entry {
        seq: 0,
        at: now(),
        host: host.unwrap_or_default(),
        origin: header(ORIGIN),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        kind,
        query,
        content_type: header(CONTENT_TYPE),
        cookie: header(COOKIE),
        bytes: 0,
        records: Vec::new(),
        problems: Vec::new(),
        warnings: Vec::new(),
        preflight: parts.method == Method::OPTIONS,
        status: None,
        outcome: Outcome::Open,
        valid: Vec::new(),
    }
}

/// A client of ours must never cause one, so it is answered and then held against it.
fn preflight(kind: Kind, shared: &Shared, parts: &Parts) -> Response {
    let mut entry = head(kind, parts);
    let mut verdict = Verdict::default();
    rules::check_request(&RequestCase { preflight: true, query: Some(&entry.query), ..RequestCase::default() }, &mut verdict);
    entry.problems = verdict.problems;
    entry.outcome = Outcome::Answered;
    let response = cross_origin::preflight(&parts.headers);
    entry.status = Some(response.status().as_u16());
    shared.journal.add(entry);
    response
}

/// What the body turned out to be; the default is one that was not read.
#[derive(Default)]
struct Examined {
    bytes: usize,
    too_large: bool,
    records: Vec<Value>,
    verdict: Verdict,
}

impl Examined {
    fn unusable(bytes: usize, message: String) -> Self {
        let verdict = Verdict { problems: vec![format!("request: body: data: {message}")], ..Verdict::default() };
        Self { bytes, too_large: bytes > LIMIT, records: Vec::new(), verdict }
    }

    /// What the real server answers: it is content when at least one record is valid.
    fn answer(&self, parts: &Parts) -> Response {
        if self.too_large {
            let error = format!("request exceeds max limit of {LIMIT} bytes");
            let body = json!({"code": 413, "error": error, "status": "Request Entity Too Large"});
            return (StatusCode::PAYLOAD_TOO_LARGE, axum::Json(body)).into_response();
        }
        let taken = self.verdict.valid.contains(&true);
        let verbose = query::value_of("verbose", parts.uri.query().unwrap_or_default().as_bytes());
        if verbose.as_deref() != Some(b"1") {
            return (if taken { "1" } else { "0" }).into_response();
        }
        let error = if taken { None } else { self.verdict.problems.first() };
        axum::Json(json!({"error": error, "status": u8::from(taken)})).into_response()
    }
}

fn examine(kind: Kind, parts: &Parts, body: &[u8]) -> Examined {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let raw_query = parts.uri.query().unwrap_or_default();
    let (decoded, complaint) = match decode(header(CONTENT_TYPE), raw_query, body) {
        Ok(decoded) => (decoded, None),
        Err(message) => (Decoded::default(), Some(message)),
    };
    let query = query::to_object(raw_query);
    let circumstances = Circumstances {
        #[expect(clippy::cast_precision_loss, reason = "exact until the year 287396")]
        now: now() as f64,
        geolocation_off: query.get("ip").and_then(Value::as_str) == Some("0"),
        lone_surrogate: decoded.lone_surrogate,
    };
    let request = RequestCase {
        query: Some(&query),
        cookie: header(COOKIE),
        content_encoding: header(CONTENT_ENCODING),
        records: decoded.records.len(),
        bytes: body.len(),
        preflight: false,
    };
    let mut verdict = rules::judge(kind, &decoded.records, &request, &circumstances);
    if let Some(message) = complaint {
        // First, because it is what a verbose answer reports.
        verdict.problems.insert(0, format!("request: body: data: {message}"));
    }
    Examined { bytes: body.len(), too_large: false, records: decoded.records, verdict }
}

async fn answer(mut visit: Visit<'_>, usual: Response, taken: Option<Taken>) -> Response {
    let (response, outcome) = misbehaved(usual, taken, IntoResponse::into_response).await;
    visit.ended(outcome, (outcome == Outcome::Answered).then(|| response.status().as_u16()));
    response
}

/// One request on its way through. When the client goes away the server drops the handler's future
/// and this with it, wherever it waits; that is how a closed connection gets into the journal.
struct Visit<'a> {
    shared: &'a Shared,
    state: VisitState,
}

enum VisitState {
    Arriving(Box<Entry>),
    Waiting(u64),
    Ended,
}

impl Visit<'_> {
    fn arrived(&mut self, examined: Examined) {
        if let VisitState::Arriving(head) = std::mem::replace(&mut self.state, VisitState::Ended) {
            let Examined { bytes, records, verdict, too_large: _ } = examined;
            let Verdict { valid, problems, warnings } = verdict;
            self.state = VisitState::Waiting(self.shared.add(Entry { bytes, records, valid, problems, warnings, ..*head }));
        }
    }

    fn ended(&mut self, outcome: Outcome, status: Option<u16>) {
        if let VisitState::Waiting(seq) = self.state {
            self.shared.journal.finish(seq, outcome, status);
        }
        self.state = VisitState::Ended;
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if matches!(self.state, VisitState::Arriving(_)) {
            self.arrived(Examined::unusable(0, "cut short".to_owned()));
        }
        self.ended(Outcome::ClosedByClient, None);
    }
}
