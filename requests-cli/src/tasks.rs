//! What becomes of tasks: their states, downloads, cancellation.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use consentry::requests::{Client, Code, Error, JobState, Journal, Operation, PlainLinks, Project};
use serde_json::json;

use crate::args::{Cancel, Named, Status};
use crate::outcome::{Failure, TASK_FAILED, TOO_LATE};
use crate::show::Show;
use crate::work;

/// The service takes one request a second.
const INTERVAL: Duration = Duration::from_secs(1);
/// Tries of one request that met a passing failure.
const TRIES: u32 = 5;

/// Tasks, and where they are.
struct Tasks {
    project: Project,
    operation: Operation,
    names: Vec<String>,
}

/// Says how far tasks are.
pub async fn status(of: &Status, json: bool) -> Result<ExitCode, Failure> {
    let client = work::client(&of.named.bearer)?;
    let given = if of.retrieval { Operation::Retrieve } else { Operation::Delete };
    let Tasks { project, operation, names } = tasks(&of.named, given)?;
    let (show, mut open, mut code) = (Show::new(json), names, ExitCode::SUCCESS);
    loop {
        let mut left = Vec::new();
        for (place, task) in open.iter().enumerate() {
            if place > 0 {
                tokio::time::sleep(INTERVAL).await;
            }
            let (state, link) = state(&client, &project, operation, task).await?;
            show.say(&json!({ "type": "status", "task": task, "state": state.name(), "link": link }), &format!("{task}\t{state}"));
            if matches!(state, JobState::Failure | JobState::NotFound) {
                code = ExitCode::from(TASK_FAILED);
            }
            match (link, &of.download) {
                (Some(link), Some(folder)) if state == JobState::Success => {
                    let path = file(folder, task, &link);
                    let done = client.download(&project, &PlainLinks, &link, &path).await?;
                    show.say(
                        &json!({ "type": "download", "task": task, "file": path.to_string_lossy(), "bytes": done.bytes, "sha256": done.sha256 }),
                        &format!("{}  {} ({} bytes)", done.sha256, path.display(), done.bytes),
                    );
                }
                _ => {}
            }
            if !state.is_final() {
                left.push(task.clone());
            }
        }
        if left.is_empty() || !of.wait {
            return Ok(code);
        }
        open = left;
        tokio::time::sleep(Duration::from_millis(of.every_ms).max(INTERVAL)).await;
    }
}

/// Cancels deletions.
pub async fn cancel(of: &Cancel, json: bool) -> Result<ExitCode, Failure> {
    let client = work::client(&of.named.bearer)?;
    let Tasks { project, operation, names } = tasks(&of.named, Operation::Delete)?;
    if operation == Operation::Retrieve {
        return Err(Error::about(Code::InvalidArgument, "retrievals cannot be cancelled").into());
    }
    let (show, mut code) = (Show::new(json), ExitCode::SUCCESS);
    for (place, task) in names.iter().enumerate() {
        if place > 0 {
            tokio::time::sleep(INTERVAL).await;
        }
        let cancelled = cancelled(&client, &project, task).await?;
        let text = if cancelled { "cancelled" } else { "too late: it has started" };
        show.say(&json!({ "type": "cancel", "task": task, "cancelled": cancelled }), &format!("{task}\t{text}"));
        if !cancelled {
            code = ExitCode::from(TOO_LATE);
        }
    }
    Ok(code)
}

/// The tasks that are named, or all of a journal, which tells the rest too.
fn tasks(named: &Named, operation: Operation) -> Result<Tasks, Failure> {
    let Named { tasks, place, journal, bearer: _ } = named;
    let address = place.api_host.as_deref();
    let Some(path) = journal else {
        let (Some(token), Some(region)) = (&place.project_token, place.residency) else {
            return Err(Error::about(Code::InvalidArgument, "give --project-token and --residency, or --journal").into());
        };
        let project = work::project(token, region.into(), address)?;
        return Ok(Tasks { project, operation, names: tasks.clone() });
    };
    let journal = Journal::open(path)?;
    let head = journal.head()?;
    let project = work::project(&head.project, consentry::Residency::default(), Some(address.unwrap_or(&head.base)))?;
    let all = journal.report().tasks.iter().map(|task| task.task.clone());
    let names = if tasks.is_empty() { all.collect() } else { tasks.clone() };
    Ok(Tasks { project, operation: head.operation, names })
}

async fn state(client: &Client, project: &Project, operation: Operation, task: &str) -> Result<(JobState, Option<String>), Error> {
    let mut tries = 0;
    loop {
        let answer = match operation {
            Operation::Delete => client.deletion(project, task).await.map(|found| (found.state, None)),
            Operation::Retrieve => client.retrieval(project, task).await.map(|found| (found.state, found.link)),
        };
        match answer {
            Err(error) if is_passing(&error) && tries < TRIES => wait(&mut tries).await,
            Ok(_) | Err(_) => return answer,
        }
    }
}

/// Whether it is cancelled. After a lost answer a second cancellation may be refused because the first
/// was not: the state tells.
async fn cancelled(client: &Client, project: &Project, task: &str) -> Result<bool, Error> {
    let mut tries = 0;
    loop {
        match client.cancel(project, task).await {
            Ok(()) => return Ok(true),
            Err(error) if is_passing(&error) && tries < TRIES => wait(&mut tries).await,
            Err(error) if error.kind == Code::TooLate => {
                tokio::time::sleep(INTERVAL).await;
                return Ok(state(client, project, Operation::Delete, task).await?.0 == JobState::Revoked);
            }
            Err(error) => return Err(error),
        }
    }
}

async fn wait(tries: &mut u32) {
    *tries += 1;
    tokio::time::sleep(INTERVAL * (1 << *tries)).await;
}

fn is_passing(error: &Error) -> bool {
    matches!(error.kind, Code::TooManyRequests | Code::Unavailable | Code::Unreachable)
}

/// The task's file in the folder, with the link's extension where that is a plain one.
fn file(folder: &Path, task: &str, link: &str) -> PathBuf {
    let safe: String = task.chars().map(|one| if one.is_ascii_alphanumeric() || one == '-' { one } else { '_' }).collect();
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let end = name.split_once('.').map(|(_, end)| end).filter(|end| end.len() <= 10);
    let end =
        end.filter(|end| end.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')).filter(|_| path.matches('/').count() > 2);
    folder.join(format!("retrieval-{safe}.{}", end.unwrap_or("data")))
}
