//! `/_collector/consent-records`: a site's own end of `consent.onRecord`. Each record is kept once,
//! whoever sends it how often.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::cross_origin;
use crate::request_body;
use crate::server::Shared;

/// The records that came, and whether none is taken.
#[derive(Debug, Default)]
pub(crate) struct ConsentRecords(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    records: Vec<Value>,
    /// How often a record was refused because the switch was on.
    refused: u64,
    down: bool,
}

impl ConsentRecords {
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(crate) fn router() -> Router<Arc<Shared>> {
    let allow = |headers: HeaderMap| async move { cross_origin::preflight(&headers) };
    Router::new()
        .route("/_collector/consent-records", get(list).post(take).put(take).delete(forget).options(allow))
        .route("/_collector/consent-records/down", put(go_down).delete(come_back).options(allow))
}

async fn list(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.consent_records.with(|kept| json!({"records": kept.records, "refused": kept.refused})))
}

async fn forget(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.consent_records.with(|kept| *kept = Kept::default());
    StatusCode::NO_CONTENT
}

async fn go_down(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.consent_records.with(|kept| kept.down = true);
    StatusCode::NO_CONTENT
}

async fn come_back(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.consent_records.with(|kept| kept.down = false);
    StatusCode::NO_CONTENT
}

/// 201 for a new record, 200 for one that is known, 409 where its id has another one, 400 for what is
/// none, and 503 while the switch is on.
async fn take(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let body = request_body::read(request.into_body()).await;
    let record: Option<Value> = body.ok().and_then(|body| serde_json::from_slice(&body).ok());
    let wrong = record.as_ref().map_or(Some("no JSON"), problem);
    shared.consent_records.with(|kept| {
        if kept.down {
            kept.refused += 1;
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let (None, Some(record)) = (wrong, record) else {
            return (StatusCode::BAD_REQUEST, Json(json!({"error": wrong}))).into_response();
        };
        match kept.records.iter().find(|known| known.get("id") == record.get("id")) {
            Some(known) if *known == record => StatusCode::OK.into_response(),
            Some(_) => StatusCode::CONFLICT.into_response(),
            None => {
                kept.records.push(record);
                StatusCode::CREATED.into_response()
            }
        }
    })
}

/// What is wrong with a record.
fn problem(record: &Value) -> Option<&'static str> {
    let text = |name: &str| record[name].as_str().is_some_and(|text| !text.is_empty());
    let list = |name: &str| record[name].as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let is_id = record["id"].as_str().is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
    const NAMES: [&str; 11] =
        ["id", "status", "purposes", "refused", "decidedAt", "via", "library", "policyVersion", "policyFingerprint", "language", "region"];
    let optional = NAMES.iter().skip(7);
    let checks = [
        (record.is_object(), "no object"),
        (is_id, "id"),
        (matches!(record["status"].as_str(), Some("granted" | "denied")), "status"),
        (list("purposes"), "purposes"),
        (list("refused"), "refused"),
        (record["decidedAt"].is_u64(), "decidedAt"),
        (text("via"), "via"),
        (text("library"), "library"),
        (optional.filter(|name| record.get(**name).is_some()).all(|name| text(name)), "an empty text"),
        (record.as_object().is_some_and(|all| all.keys().all(|name| NAMES.contains(&name.as_str()))), "an unknown member"),
    ];
    checks.iter().find(|(holds, _)| !holds).map(|(_, what)| *what)
}
