//! What an answer says, in every shape that is documented or was seen.

use serde_json::Value;

use super::error::{Code, Conflict, Error};
use super::kinds::JobState;

/// A retrieval or deletion was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Created {
    /// The tracking id, which is asked for the state.
    pub task: String,
}

/// How far a retrieval is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Retrieval {
    /// The state.
    pub state: JobState,
    /// Where the data is, once it is there.
    pub link: Option<String>,
    /// Whose it is, where the answer says so.
    pub ids: Vec<String>,
}

/// How far a deletion is. Only the state is in every answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deletion {
    /// The state.
    pub state: JobState,
    /// Whose data it is, where the answer says so.
    pub ids: Vec<String>,
    /// When it was asked for, as the server writes it.
    pub requested: Option<String>,
    /// Who asked for it.
    pub user: Option<String>,
    /// The law, as the server writes it.
    pub law: Option<String>,
}

/// What came of asking for a retrieval or deletion.
///
/// # Errors
/// What the server refused it for, [`Code::Malformed`] where a task was taken without a name.
///
/// ```
/// use consentry::requests::created;
/// assert_eq!(created(201, r#"{"status":"ok","results":{"task_id":"7"}}"#)?.task, "7");
/// assert_eq!(created(200, r#"{"results":[{"tracking_id":"7"}]}"#)?.task, "7");
/// # Ok::<(), consentry::requests::Error>(())
/// ```
pub fn created(status: u16, body: &str) -> Result<Created, Error> {
    let results = results(status, body)?;
    let task = ["task_id", "tracking_id"].into_iter().find_map(|key| text(results.get(key)?)).filter(|task| is_task(task));
    task.map(|task| Created { task }).ok_or_else(|| malformed(status, "no task_id"))
}

/// What came of asking how far a retrieval is.
///
/// # Errors
/// What the server refused it for, [`Code::Malformed`] where there is no state.
pub fn retrieval(status: u16, body: &str) -> Result<Retrieval, Error> {
    let results = results(status, body)?;
    let link = ["results", "result"].into_iter().find_map(|key| text(results.get(key)?)).filter(|link| !link.is_empty());
    Ok(Retrieval { state: state(status, &results)?, link, ids: texts(results.get("distinct_ids")) })
}

/// What came of asking how far a deletion is.
///
/// # Errors
/// What the server refused it for, [`Code::Malformed`] where there is no state.
pub fn deletion(status: u16, body: &str) -> Result<Deletion, Error> {
    let results = results(status, body)?;
    let said = |key: &str| results.get(key).and_then(text);
    Ok(Deletion {
        state: state(status, &results)?,
        ids: texts(results.get("distinct_ids")),
        requested: said("date_requested"),
        user: said("requesting_user"),
        law: said("compliance_type"),
    })
}

/// What came of cancelling a deletion. Whatever the body says, 2xx is done.
///
/// # Errors
/// What the server refused it for: [`Code::TooLate`] once the deletion has started.
pub fn cancelled(status: u16, body: &str) -> Result<(), Error> {
    match status {
        200..=299 => Ok(()),
        405 => Err(Error { kind: Code::TooLate, ..refusal(status, body) }),
        _ => Err(refusal(status, body)),
    }
}

/// The results of an answer that is none of an error: an object, or the first of a list.
fn results(status: u16, body: &str) -> Result<Value, Error> {
    if !(200..=299).contains(&status) {
        return Err(refusal(status, body));
    }
    let mut whole: Value = serde_json::from_str(body).map_err(|_| malformed(status, "not JSON"))?;
    if whole.get("status").and_then(Value::as_str) == Some("error") {
        return Err(refusal(status, body));
    }
    let results = whole.get_mut("results").map(Value::take).unwrap_or_default();
    let first = match results {
        Value::Array(list) => list.into_iter().next().unwrap_or_default(),
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => results,
    };
    match first.is_object() {
        true => Ok(first),
        false => Err(malformed(status, "no results")),
    }
}

/// What an answer that is an error says. The error is a text or an object.
pub(super) fn refusal(status: u16, body: &str) -> Error {
    let whole: Value = serde_json::from_str(body).unwrap_or_default();
    let error = whole.get("error");
    let inner = error.filter(|error| error.is_object());
    let about = inner.and_then(|inner| inner.get("error")).or(error).and_then(text).unwrap_or_default();
    let kind = match status {
        300..=399 => Code::Redirected,
        401 => Code::Unauthorized,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        // One that cannot be read may have named what conflicts: it is not taken for one that does not.
        409 if error.is_none() => Code::Malformed,
        409 => Code::Conflict,
        413 => Code::TooLarge,
        429 => Code::TooManyRequests,
        // A server that waited too long for a request may have it all the same.
        408 | 500.. => Code::Unavailable,
        _ => Code::Refused,
    };
    let named = |key: &str| texts(inner.and_then(|inner| inner.get(key)));
    let conflict = (kind == Code::Conflict).then(|| Conflict {
        ids: named("conflicting_distinct_ids"),
        tasks: named("conflicting_task_ids").into_iter().filter(|task| is_task(task)).collect(),
    });
    Error { conflict, ..Error::about(kind, &about).with_status(status) }
}

fn malformed(status: u16, about: &str) -> Error {
    Error::about(Code::Malformed, about).with_status(status)
}

fn state(status: u16, results: &Value) -> Result<JobState, Error> {
    let name = results.get("status").and_then(text).filter(|name| !name.is_empty());
    name.map(|name| JobState::named(&name)).ok_or_else(|| malformed(status, "no status"))
}

/// A text, or a number as one: an id is never a number, whatever wrote it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).map(|list| list.iter().filter_map(text).collect()).unwrap_or_default()
}

/// Whether this can be asked about: what else a server may call a task would not come back as it went.
fn is_task(task: &str) -> bool {
    (1..=200).contains(&task.len()) && task.bytes().all(|byte| byte.is_ascii_graphic())
}
