//! `/_collector/requests`: what arrived, what was scheduled, and what the tests decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::{Value, json};

use super::Known;
use super::clock::{Turn, written};
use super::log::Line;
use super::settings::Settings;
use crate::server::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_collector/requests", get(arrived).delete(clear))
        .route("/_collector/requests/settings", get(settings).put(set))
        .route("/_collector/requests/clock", post(turn).get(time))
        .route("/_collector/requests/scheduled", get(scheduled))
        .route("/_collector/requests/tasks", get(tasks))
}

async fn arrived(State(shared): State<Arc<Shared>>) -> Json<Vec<Line>> {
    Json(shared.requests.known().log.lines().to_vec())
}

async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    let mut known = shared.requests.known();
    *known = Known { log: known.log.cleared(), ..Known::default() };
    shared.behaviours.clear();
    StatusCode::NO_CONTENT
}

async fn settings(State(shared): State<Arc<Shared>>) -> Json<Settings> {
    Json(shared.requests.known().settings.clone())
}

async fn set(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice(&body) {
        Ok(settings) => {
            shared.requests.known().settings = settings;
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => mistake(&error),
    }
}

async fn turn(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice::<Turn>(&body) {
        Ok(turn) => {
            shared.requests.known().clock.turn(&turn);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => mistake(&error),
    }
}

fn mistake(error: &serde_json::Error) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error.to_string()}))).into_response()
}

async fn time(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({"now": shared.requests.known().clock.now()}))
}

#[derive(Serialize)]
struct Scheduled {
    retrievals: BTreeMap<String, u32>,
    deletions: BTreeMap<String, u32>,
}

async fn scheduled(State(shared): State<Arc<Shared>>) -> Json<Scheduled> {
    let known = shared.requests.known();
    Json(Scheduled { retrievals: known.tasks.retrievals.clone(), deletions: known.tasks.deletions.clone() })
}

async fn tasks(State(shared): State<Arc<Shared>>) -> Json<Vec<Value>> {
    let known = shared.requests.known();
    let now = known.clock.now();
    let shown = |task: &super::tasks::Task| {
        json!({
            "task": task.name,
            "what": task.what,
            "project": task.project,
            "state": task.state(&known.settings, now),
            "ids": task.ids,
            "complianceType": task.compliance_type,
            "disclosureType": task.disclosure_type,
            "requested": written(task.at),
        })
    };
    Json(known.tasks.all().iter().map(shown).collect())
}
