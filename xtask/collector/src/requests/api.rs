//! From a request to its answer.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Deserialize;

use super::answer;
use super::log::{Authorization, Line};
use super::settings::{Conflicts, Settings};
use super::tasks::{Task, What};
use super::{Known, Operation};
use crate::behaviour::{Arrival, Taken};
use crate::journal::{Outcome, now};
use crate::misbehaviour::misbehaved;
use crate::query;
use crate::request_body;
use crate::server::Shared;

type Shelf = State<Arc<Shared>>;

pub(super) fn router() -> Router<Arc<Shared>> {
    let mut router = Router::new();
    for (what, name) in [(What::Retrieval, "retrievals"), (What::Deletion, "deletions")] {
        let collection = move |state: Shelf, request: Request| handle(what, None, state, request);
        let item = move |state: Shelf, Path(task): Path<String>, request: Request| handle(what, Some(task), state, request);
        router = router
            .route(&format!("/api/app/data-{name}/v3.0"), any(collection))
            .route(&format!("/api/app/data-{name}/v3.0/"), any(collection))
            .route(&format!("/api/app/data-{name}/v3.0/{{task}}"), any(item));
    }
    router
}

const fn operation(what: What, item: bool, method: &Method) -> Option<Operation> {
    match (what, item, method) {
        (What::Retrieval, false, &Method::POST) => Some(Operation::CreateRetrieval),
        (What::Deletion, false, &Method::POST) => Some(Operation::CreateDeletion),
        (What::Retrieval, true, &Method::GET) => Some(Operation::RetrievalStatus),
        (What::Deletion, true, &Method::GET) => Some(Operation::DeletionStatus),
        (What::Deletion, true, &Method::DELETE) => Some(Operation::CancelDeletion),
        _ => None,
    }
}

async fn handle(what: What, task: Option<String>, State(shared): Shelf, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let operation = operation(what, task.is_some(), &parts.method);
    let line = Line { task: task.clone(), ..arrival(operation, &parts, &shared.requests.known().settings) };
    let asked = Asked { what, operation, task, line };
    respond(&shared, asked, body).await
}

/// What a request says before its body.
pub(super) fn arrival(operation: Option<Operation>, parts: &Parts, settings: &Settings) -> Line {
    let header = |name: &str| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut headers: Vec<String> = parts.headers.keys().map(ToString::to_string).collect();
    headers.sort();
    Line {
        seq: 0,
        at: now(),
        operation,
        method: parts.method.to_string(),
        host: header("host").unwrap_or_default(),
        path: parts.uri.path().to_owned(),
        project: query::value_of("token", parts.uri.query().unwrap_or_default().as_bytes())
            .map(|token| String::from_utf8_lossy(&token).into_owned()),
        headers,
        authorization: authorization(&parts.headers, settings),
        ids: Vec::new(),
        compliance_type: None,
        disclosure_type: None,
        range: header("range"),
        task: None,
        done: false,
        status: None,
        outcome: Outcome::Open,
    }
}

fn authorization(headers: &HeaderMap, settings: &Settings) -> Authorization {
    let Some(value) = headers.get("authorization") else { return Authorization::Absent };
    let bearer = value.to_str().ok().and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match (bearer, &settings.bearer) {
        (None, _) => Authorization::Other,
        (Some((_, token)), Some(right)) if token != right => Authorization::Wrong,
        (Some((_, "")), _) => Authorization::Wrong,
        (Some(_), _) => Authorization::Right,
    }
}

struct Asked {
    what: What,
    operation: Option<Operation>,
    task: Option<String>,
    line: Line,
}

#[derive(Deserialize)]
struct Creation {
    distinct_ids: Vec<String>,
    compliance_type: Option<String>,
    disclosure_type: Option<String>,
}

async fn respond(shared: &Shared, mut asked: Asked, body: Body) -> Response {
    let taken = asked.operation.and_then(|operation| shared.behaviours.take(Arrival::Request(operation)));
    // A body that breaks off is a request that was not made: nobody waits for its answer.
    let body = request_body::read(body).await.unwrap_or_default();
    let creation: Result<Creation, _> = serde_json::from_slice(&body);
    if let Ok(creation) = &creation {
        asked.line.ids.clone_from(&creation.distinct_ids);
        asked.line.compliance_type.clone_from(&creation.compliance_type);
        asked.line.disclosure_type.clone_from(&creation.disclosure_type);
    }
    let seq = shared.requests.known().log.add(asked.line.clone());
    let mut visit = Visit { shared, seq, ended: false };
    let misbehaves = |taken: &Taken| taken.behaviour.reset || taken.behaviour.status.is_some_and(|status| !status.is_success());
    let refused = taken.as_ref().is_some_and(misbehaves);
    let usual = if refused { StatusCode::OK.into_response() } else { perform(&mut shared.requests.known(), &asked, creation.ok(), seq) };
    answered(&mut visit, usual, taken).await
}

/// The usual answer, or what it is told to be instead, and writes down what came of it.
pub(super) async fn answered(visit: &mut Visit<'_>, usual: Response, taken: Option<Taken>) -> Response {
    let error = |status: StatusCode| answer::error(status, status.canonical_reason().unwrap_or("error"));
    let (response, outcome) = misbehaved(usual, taken, error).await;
    visit.ended(outcome, (outcome == Outcome::Answered).then(|| response.status().as_u16()));
    response
}

fn perform(known: &mut Known, asked: &Asked, creation: Option<Creation>, seq: usize) -> Response {
    match asked.line.authorization {
        Authorization::Right => {}
        Authorization::Absent => return answer::error(StatusCode::UNAUTHORIZED, "Authentication credentials were not provided"),
        Authorization::Other | Authorization::Wrong => return answer::error(StatusCode::UNAUTHORIZED, "Invalid bearer token"),
    }
    let Some(project) = asked.line.project.clone().filter(|project| !project.is_empty()) else {
        return answer::error(StatusCode::BAD_REQUEST, "token, missing or empty");
    };
    if known.settings.projects.as_ref().is_some_and(|projects| !projects.contains(&project)) {
        return answer::error(StatusCode::FORBIDDEN, "You do not have permission to this project");
    }
    let now = known.clock.now();
    match (asked.operation, &asked.task) {
        (Some(Operation::CreateRetrieval | Operation::CreateDeletion), _) => create(known, asked, project, creation, seq),
        (Some(Operation::RetrievalStatus), Some(name)) => {
            let task = known.tasks.named(What::Retrieval, &project, name);
            let state = task.map_or("NOT_FOUND", |task| task.state(&known.settings, now));
            let bytes = known.settings.export_bytes;
            let link = if state == "SUCCESS" { format!("http://{}/_exports/{name}?bytes={bytes}", asked.line.host) } else { String::new() };
            answer::retrieval(&known.settings, state, &link, task)
        }
        (Some(Operation::DeletionStatus), Some(name)) => {
            let task = known.tasks.named(What::Deletion, &project, name);
            let state = task.map_or("NOT_FOUND", |task| task.state(&known.settings, now));
            answer::deletion(&known.settings, name, state, task)
        }
        (Some(Operation::CancelDeletion), Some(name)) => match known.tasks.named(What::Deletion, &project, name) {
            None => answer::error(StatusCode::NOT_FOUND, "no such task"),
            Some(task) if matches!(task.state(&known.settings, now), "PENDING" | "STAGING") => {
                known.tasks.revoke(name);
                done(known, seq, None);
                answer::cancelled(&known.settings, name)
            }
            Some(_) => answer::error(StatusCode::METHOD_NOT_ALLOWED, "the task has started and cannot be cancelled"),
        },
        _ => answer::error(StatusCode::METHOD_NOT_ALLOWED, format!("Method \"{}\" not allowed.", asked.line.method)),
    }
}

fn create(known: &mut Known, asked: &Asked, project: String, creation: Option<Creation>, seq: usize) -> Response {
    let at = asked.line.at;
    let gap = known.settings.gap_ms;
    if known.log.created_at.is_some_and(|last| at.saturating_sub(last) < gap) {
        return answer::too_many(&known.settings);
    }
    known.log.created_at = Some(at);
    let Some(Creation { distinct_ids: ids, compliance_type, disclosure_type }) = creation else {
        return answer::error(StatusCode::BAD_REQUEST, "distinct_ids, must be a list of strings");
    };
    if ids.is_empty() || ids.len() > known.settings.max_ids {
        return answer::error(StatusCode::BAD_REQUEST, format!("distinct_ids, must be from 1 to {}", known.settings.max_ids));
    }
    let compliance_type = compliance_type.unwrap_or_else(|| "GDPR".to_owned());
    let known_word = |word: &str, words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word));
    if !known_word(&compliance_type, &["GDPR", "CCPA"]) {
        return answer::error(StatusCode::BAD_REQUEST, "compliance_type, must be GDPR or CCPA");
    }
    if disclosure_type.as_ref().is_some_and(|word| !known_word(word, &["Data", "Categories", "Sources"])) {
        return answer::error(StatusCode::BAD_REQUEST, "disclosure_type, must be Data, Categories or Sources");
    }
    let now = known.clock.now();
    if asked.what == What::Deletion && known.settings.conflicts != Conflicts::Off {
        let (conflicting, tasks) = known.tasks.running(&project, &ids, &known.settings, now);
        if !conflicting.is_empty() {
            return answer::conflict(known.settings.conflicts, &conflicting, &tasks);
        }
    }
    // 19 digits, more than a number of JavaScript holds.
    let name = format!("{}", 1_784_092_630_517_283_841 + u64::try_from(seq).unwrap_or_default());
    done(known, seq, Some(name.clone()));
    let task = Task { name: name.clone(), what: asked.what, ids, project, compliance_type, disclosure_type, at: now, revoked: false };
    known.tasks.add(task);
    answer::created(&known.settings, &name)
}

fn done(known: &mut Known, seq: usize, task: Option<String>) {
    if let Some(line) = known.log.line(seq) {
        line.done = true;
        line.task = task.or_else(|| line.task.take());
    }
}

/// One request on its way through; dropped early when its client leaves.
pub(super) struct Visit<'a> {
    pub(super) shared: &'a Shared,
    pub(super) seq: usize,
    pub(super) ended: bool,
}

impl Visit<'_> {
    fn ended(&mut self, outcome: Outcome, status: Option<u16>) {
        if let Some(line) = self.shared.requests.known().log.line(self.seq).filter(|_| !self.ended) {
            line.outcome = outcome;
            line.status = status;
        }
        self.ended = true;
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.ended(Outcome::ClosedByClient, None);
    }
}
