//! An example: the server's end of an erasure, with axum. See docs/erasure.md.
//!
//! Each request has a journal of its own, whose name is the address of its status: when it was asked
//! for, and a number that nobody guesses. Nothing else is stored.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod page;

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use consentry::requests::{Client, Code, Deadline, Error, JobState, Journal, Operation, Pace, Plan, Project, Report};
use serde_json::{Value, json};
use tokio::sync::{Mutex, oneshot};

/// How long a visitor waits for the tracking id. It goes on without them.
const PATIENCE: Duration = Duration::from_secs(10);

type Answer = (StatusCode, Json<Value>);

/// Whose session it is: the id that the site calls `identify` with. Never one from the request's body,
/// or anybody could erase anybody.
pub type Who = fn(&HeaderMap) -> Option<String>;

/// What the handlers need.
#[derive(Debug)]
pub struct Erasure {
    client: Client,
    project: Project,
    folder: PathBuf,
    who: Who,
    pace: Pace,
    /// One request at a time: the service takes one a second.
    turn: Arc<Mutex<()>>,
}

impl Erasure {
    /// Journals lie in this folder, which has to be there.
    pub fn new(client: Client, project: Project, folder: PathBuf, who: Who) -> Arc<Erasure> {
        Arc::new(Erasure { client, project, folder, who, pace: Pace::default(), turn: Arc::default() })
    }

    /// Goes on with every journal, when the server starts.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn resume(self: &Arc<Self>) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "journal") {
                self.run(path);
            }
        }
        Ok(())
    }

    /// Takes the journal through on its own, and tells what came of it.
    fn run(self: &Arc<Self>, path: PathBuf) -> oneshot::Receiver<Result<Report, Error>> {
        let (tell, told) = oneshot::channel();
        let this = self.clone();
        tokio::spawn(async move {
            let turn = this.turn.lock().await;
            let result = match Journal::open(&path) {
                Ok(journal) if journal.report().is_complete() => {
                    let _ = tell.send(Ok(journal.report().clone()));
                    return;
                }
                Ok(mut journal) => this.client.run(&mut journal, this.pace.clone(), |_| {}).await,
                Err(error) => Err(error),
            };
            // Nobody may be waiting any more.
            let _ = tell.send(result);
            tokio::time::sleep(Duration::from_millis(this.pace.interval)).await;
            drop(turn);
        });
        told
    }
}

/// `POST /privacy/erasure` and `GET /privacy/erasure/{request}`.
pub fn router(erasure: Arc<Erasure>) -> Router {
    Router::new().route("/privacy/erasure", post(ask)).route("/privacy/erasure/{request}", get(look)).with_state(erasure)
}

async fn ask(State(erasure): State<Arc<Erasure>>, headers: HeaderMap) -> Answer {
    // Another site's page must not erase our visitor.
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return refused(StatusCode::FORBIDDEN, "another site");
    }
    let Some(id) = (erasure.who)(&headers) else { return refused(StatusCode::UNAUTHORIZED, "nobody is signed in") };
    let asked = now();
    let request = format!("{asked}-{:016x}{:016x}", chance(), chance());
    let path = erasure.folder.join(format!("{request}.journal"));
    let plan = Plan::new(Operation::Delete, &erasure.project);
    // Once this is on the disk the erasure comes, whatever happens to this process.
    match plan.write(&path, [Ok(id)], |_, _, _| {}) {
        Ok(journal) if journal.report().plan.ids == 0 => return refused(StatusCode::BAD_REQUEST, "nobody's id"),
        Ok(_) => {}
        Err(_) => return refused(StatusCode::INTERNAL_SERVER_ERROR, "the request could not be kept"),
    }
    let told = tokio::time::timeout(PATIENCE, erasure.run(path)).await;
    let report = told.ok().and_then(Result::ok).and_then(Result::ok).unwrap_or_default();
    (StatusCode::ACCEPTED, Json(shown(&request, asked, &report, None)))
}

/// The status, as JSON or as a page.
async fn look(State(erasure): State<Arc<Erasure>>, Path(request): Path<String>, headers: HeaderMap) -> Response {
    let (code, Json(body)) = status(&erasure, &request).await;
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let answer = if page::is_preferred(accepted) { page::of(code, &body) } else { (code, Json(body)).into_response() };
    ([(CACHE_CONTROL, "no-store"), (VARY, "accept")], answer).into_response()
}

async fn status(erasure: &Erasure, request: &str) -> Answer {
    let asked = request.split_once('-').filter(|(_, rest)| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some(asked) = asked.and_then(|(asked, _)| asked.parse().ok()) else { return refused(StatusCode::NOT_FOUND, "no such request") };
    let path = erasure.folder.join(format!("{request}.journal"));
    let report = match Journal::open(&path) {
        Ok(journal) => journal.report().clone(),
        // It is on its way.
        Err(error) if error.kind == Code::JournalLocked => Report::default(),
        Err(_) => return refused(StatusCode::NOT_FOUND, "no such request"),
    };
    let Some(task) = report.tasks.first() else { return (StatusCode::OK, Json(shown(request, asked, &report, None))) };
    let _turn = erasure.turn.lock().await;
    match erasure.client.deletion(&erasure.project, &task.task).await {
        Ok(deletion) => (StatusCode::OK, Json(shown(request, asked, &report, Some(&deletion.state)))),
        Err(_) => (StatusCode::OK, Json(shown(request, asked, &report, None))),
    }
}

/// What the visitor is shown.
fn shown(request: &str, asked: u64, report: &Report, state: Option<&JobState>) -> Value {
    let deadline = Deadline::of(asked);
    let done = state == Some(&JobState::Success);
    let warning = deadline.warning(now()).filter(|_| !done).map(|warning| warning.text().0);
    json!({
        "request": request,
        "trackingId": report.tasks.first().map(|task| task.task.as_str()),
        "alreadyScheduled": report.already_scheduled > 0,
        "state": state.map(JobState::name),
        "done": done,
        "asked": asked,
        "deadline": deadline.law,
        "daysLeft": deadline.days_left(now()),
        "warning": warning,
    })
}

fn refused(status: StatusCode, error: &str) -> Answer {
    (status, Json(json!({"error": error})))
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The standard library keys each thread's hashers from the system's randomness.
fn chance() -> u64 {
    std::thread::spawn(|| RandomState::new().hash_one(0)).join().unwrap_or_default()
}
