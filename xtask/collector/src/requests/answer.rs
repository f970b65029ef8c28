//! The shapes of answers.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::clock::written;
use super::settings::{Conflicts, Settings, Shape};
use super::tasks::Task;

/// A number, as the published file has it.
const PROJECT_ID: u32 = 2_195_193;

pub(super) fn error(status: StatusCode, error: impl Into<Value>) -> Response {
    (status, Json(json!({"status": "error", "error": error.into()}))).into_response()
}

pub(super) fn too_many(settings: &Settings) -> Response {
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests, this API is limited to 1 req/s");
    if let Some(seconds) = settings.retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}

pub(super) fn conflict(form: Conflicts, ids: &[String], tasks: &[String]) -> Response {
    let sentence = "some distinct_ids already have a running deletion task";
    let body = match form {
        Conflicts::Object => json!({"error": sentence, "conflicting_distinct_ids": ids, "conflicting_task_ids": tasks}),
        Conflicts::Text | Conflicts::Off => json!(sentence),
    };
    error(StatusCode::CONFLICT, body)
}

pub(super) fn created(settings: &Settings, task: &str) -> Response {
    match settings.shape {
        Shape::Published => (StatusCode::CREATED, Json(json!({"status": "ok", "results": {"task_id": task}}))).into_response(),
        Shape::Older => Json(json!({"status": "ok", "results": [{"tracking_id": task, "status": "PENDING"}]})).into_response(),
    }
}

pub(super) fn retrieval(settings: &Settings, state: &str, link: &str, task: Option<&Task>) -> Response {
    let ids = task.map(|task| task.ids.as_slice()).unwrap_or_default();
    let key = match settings.shape {
        Shape::Published => "results",
        Shape::Older => "result",
    };
    Json(json!({"status": "ok", "results": {"status": state, key: link, "distinct_ids": ids}})).into_response()
}

pub(super) fn deletion(settings: &Settings, name: &str, state: &str, task: Option<&Task>) -> Response {
    let ids = task.map(|task| task.ids.as_slice()).unwrap_or_default();
    let results = match settings.shape {
        Shape::Published => json!({
            "tracking_id": name,
            "status": state,
            "requesting_user": "owner@example.com",
            "compliance_type": task.map(|task| task.compliance_type.to_ascii_lowercase()).unwrap_or_default(),
            "project_id": PROJECT_ID,
            "date_requested": task.map(|task| written(task.at)).unwrap_or_default(),
            "distinct_ids": ids,
        }),
        Shape::Older => json!({"status": state, "result": "", "distinct_ids": ids}),
    };
    Json(json!({"status": "ok", "results": results})).into_response()
}

pub(super) fn cancelled(settings: &Settings, name: &str) -> Response {
    match settings.shape {
        Shape::Published => StatusCode::NO_CONTENT.into_response(),
        Shape::Older => Json(json!({"status": "ok", "results": {"task_id": name}})).into_response(),
    }
}
