//! What the npm package's entry for Node sees of [`crate::requests`]: texts in, JSON out. The same
//! core, with no IO; Node's `fetch` and `fs` do that.

mod plan;
mod text;

use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

pub use plan::{Log, Run, Waits};
use text::{shown, thrown};

use crate::Residency;
use crate::requests::{
    self, Call, Code, ComplianceType, Deadline, DisclosureType, Error, Head, JobState, Operation, Project, Record, Token,
};

/// A project and its bearer token, which comes out of [`Core::authorization`] alone.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Core {
    project: Project,
    token: Token,
}

#[wasm_bindgen]
impl Core {
    /// Throws JSON, as everything here does.
    #[wasm_bindgen(constructor)]
    pub fn new(project: &str, oauth: &str, residency: &str, host: Option<String>) -> Result<Core, String> {
        let wrong = |about: &str| thrown(&Error::about(Code::InvalidArgument, about));
        if project.trim().is_empty() {
            return Err(wrong("token"));
        }
        let token = Token::new(oauth).ok_or_else(|| wrong("oauth"))?;
        let residency = Residency::named(residency).ok_or_else(|| wrong("residency"))?;
        let project = Project::new(project, residency);
        let project = match host {
            Some(host) => project.at(&host).map_err(|error| thrown(&Error { about: token.hidden_in(&error.about), ..error }))?,
            None => project,
        };
        Ok(Core { project, token })
    }

    /// The value of the header.
    pub fn authorization(&self) -> String {
        self.token.authorization()
    }

    /// The text without the token.
    pub fn hidden(&self, text: &str) -> String {
        self.token.hidden_in(text)
    }

    /// The body of an answer without the token.
    pub fn hidden_in_body(&self, body: &str) -> String {
        self.token.hidden_in_body(body)
    }

    /// The first line of a journal.
    pub fn head(&self, operation: &str, law: &str, disclosure: &str) -> Result<String, String> {
        let wrong = |about: &str| thrown(&Error::about(Code::InvalidArgument, about));
        let head = Head {
            version: 1,
            operation: if operation == "delete" { Operation::Delete } else { Operation::Retrieve },
            project: String::from(self.project.token()),
            base: String::from(self.project.base()),
            law: ComplianceType::named(law).ok_or_else(|| wrong("complianceType"))?,
            disclosure: DisclosureType::named(disclosure).ok_or_else(|| wrong("disclosureType"))?,
        };
        serde_json::to_string(&Record::Plan(head)).map_err(|_| wrong("plan"))
    }

    /// Whether a journal is of this project at this address.
    pub fn owns(&self, log: &Log) -> bool {
        log.replay.head().is_some_and(|head| head.project == self.project.token() && head.base == self.project.base())
    }

    /// What to send to ask for the state of a task.
    pub fn status(&self, operation: &str, task: &str) -> String {
        call(&match operation {
            "delete" => self.project.deletion_status(task),
            _ => self.project.retrieval_status(task),
        })
    }

    /// What to send to cancel a deletion.
    pub fn cancel(&self, task: &str) -> String {
        call(&self.project.cancel_deletion(task))
    }
}

/// The state that an answer tells.
#[wasm_bindgen]
pub fn state(operation: &str, status: u16, body: &str) -> Result<String, String> {
    let told = match operation {
        "delete" => requests::deletion(status, body)
            .map(|told| json!({"state": told.state.name(), "ids": told.ids, "requested": told.requested, "ended": ended(&told.state)})),
        _ => requests::retrieval(status, body)
            .map(|told| json!({"state": told.state.name(), "ids": told.ids, "link": told.link, "ended": ended(&told.state)})),
    };
    told.map(|told| told.to_string()).map_err(|error| thrown(&error))
}

/// Whether a task stays in this state.
fn ended(state: &JobState) -> bool {
    match state {
        JobState::Success | JobState::Failure | JobState::Revoked | JobState::NotFound => true,
        JobState::Pending | JobState::Staging | JobState::Started | JobState::Unknown | JobState::Other(_) => false,
    }
}

/// What came of a cancellation.
#[wasm_bindgen]
pub fn cancelled(status: u16, body: &str) -> Result<(), String> {
    requests::cancelled(status, body).map_err(|error| thrown(&error))
}

/// Why the id is refused, if it is.
#[wasm_bindgen]
pub fn refused(id: &str) -> Option<String> {
    requests::refused(id).map(|why| why.to_string())
}

/// Ids in a request.
#[wasm_bindgen]
pub fn batch_size(groups: usize) -> usize {
    requests::batch_size(groups)
}

/// The sentence of an error code.
#[wasm_bindgen]
pub fn failure(code: &str, about: &str) -> String {
    let all = [
        Code::InvalidArgument,
        Code::JournalLocked,
        Code::JournalCorrupt,
        Code::JournalUnfinished,
        Code::JournalMismatch,
        Code::File,
        Code::Unreachable,
        Code::AnswerTooLong,
        Code::Stopped,
    ];
    let code = all.into_iter().find(|one| one.text().0 == code).unwrap_or(Code::InvalidArgument);
    thrown(&Error::about(code, about))
}

/// By when what was asked for at this time has to be done, and what to say of it now.
#[wasm_bindgen]
pub fn deadline(requested: f64, now: f64) -> String {
    let (deadline, now) = (Deadline::of(requested as u64), now as u64);
    let warning = deadline.warning(now).map(|warning| warning.text());
    json!({
        "law": deadline.law,
        "service": deadline.service,
        "daysLeft": deadline.days_left(now),
        "warning": warning.map(|(code, _)| code),
        "message": warning.map(|(_, sentence)| sentence),
    })
    .to_string()
}

fn call(call: &Call) -> String {
    shown(call).to_string()
}
