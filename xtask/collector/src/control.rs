//! `/_collector/`: reading the journal and arranging misbehaviour.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::behaviour;
use crate::cross_origin;
use crate::journal::{Contact, Entry};
use crate::request_body;
use crate::server::Shared;
use crate::stream::stream;
use crate::tally::Tally;

/// The control API. Browsers may ask before calling it, and it says yes to everything.
pub(crate) fn router() -> Router<Arc<Shared>> {
    let allow = |headers: HeaderMap| async move { cross_origin::preflight(&headers) };
    Router::new()
        .route("/_collector/received", get(received).delete(clear).options(allow))
        .route("/_collector/accepted", get(accepted).options(allow))
        .route("/_collector/contacts", get(contacts).options(allow))
        .route("/_collector/behaviour", post(behave).delete(behave_well).options(allow))
        .route("/_collector/stream", get(stream).options(allow))
        .route("/_collector/cookies", get(cookies).options(allow))
        .route("/_collector/health", get(health).options(allow))
}

async fn received(State(shared): State<Arc<Shared>>) -> Json<Vec<Entry>> {
    Json(shared.journal.entries())
}

async fn accepted(State(shared): State<Arc<Shared>>) -> Json<Tally> {
    Json(shared.journal.tally())
}

async fn contacts(State(shared): State<Arc<Shared>>) -> Json<Vec<Contact>> {
    Json(shared.journal.contacts())
}

/// The journal goes first, so that a hang that ends now finds no entry to change.
async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.journal.clear();
    shared.behaviours.clear();
    StatusCode::NO_CONTENT
}

async fn behave(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let parsed = match request_body::read(request.into_body()).await {
        Ok(body) => behaviour::parse(&body),
        Err(_) => Err("the body could not be read".to_owned()),
    };
    match parsed {
        Ok(behaviours) => {
            shared.behaviours.add(behaviours);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response(),
    }
}

async fn behave_well(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.behaviours.clear();
    StatusCode::NO_CONTENT
}

/// What cookies a request to this host carries, for tests that set some.
async fn cookies(headers: HeaderMap) -> Json<Value> {
    let cookie = headers.get(COOKIE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Json(json!({"cookie": cookie}))
}

async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}
