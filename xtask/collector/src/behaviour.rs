//! Misbehaviour on request: what the next requests meet instead of a plain answer.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;

use crate::kind::Kind;
use crate::requests::Operation;

/// What happens to a request. Steps in this order: delay, hang, then reset or answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Asked")]
pub(crate) struct Behaviour {
    target: Target,
    times: Times,
    pub(crate) read_body: bool,
    pub(crate) delay: Duration,
    pub(crate) hang: bool,
    pub(crate) reset: bool,
    /// Requests that match and are let pass before the first of these.
    after: u32,
    /// Data requests only: what was asked is done, and its answer is lost.
    pub(crate) lose: bool,
    /// Data requests only: the answer's body breaks off after as many bytes.
    pub(crate) cut_after: Option<usize>,
    /// Data requests only: the body is as many bytes of nothing.
    pub(crate) body_bytes: Option<usize>,
    /// `None` leaves the usual answer.
    pub(crate) status: Option<StatusCode>,
    /// Added to the answer, replacing headers of the same name.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Times {
    Left(u32),
    UntilCleared,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Target {
    /// Any record's endpoint.
    #[default]
    Any,
    /// Any data request.
    Requests,
    #[serde(untagged)]
    Ingestion(Kind),
    #[serde(untagged)]
    Request(Operation),
}

/// What a behaviour can be for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arrival {
    Ingestion(Kind),
    Request(Operation),
}

impl Target {
    fn matches(self, arrival: Arrival) -> bool {
        match (self, arrival) {
            (Self::Any, Arrival::Ingestion(_)) | (Self::Requests, Arrival::Request(_)) => true,
            (Self::Ingestion(wanted), Arrival::Ingestion(kind)) => wanted == kind,
            (Self::Request(wanted), Arrival::Request(operation)) => wanted == operation,
            _ => false,
        }
    }
}

/// The JSON form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    #[serde(rename = "match", default)]
    target: Target,
    #[serde(default = "once")]
    times: u32,
    #[serde(default = "yes")]
    read_body: bool,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default)]
    hang: bool,
    #[serde(default)]
    reset: bool,
    #[serde(default)]
    after: u32,
    #[serde(default)]
    lose: bool,
    cut_after: Option<usize>,
    body_bytes: Option<usize>,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

const fn once() -> u32 {
    1
}

const fn yes() -> bool {
    true
}

impl TryFrom<Asked> for Behaviour {
    type Error = String;

    fn try_from(asked: Asked) -> Result<Self, String> {
        let status = match asked.status {
            // An interim status is no answer, the client would wait on.
            Some(..200) => return Err("status must be from 200 to 999".to_owned()),
            Some(code) => Some(StatusCode::from_u16(code).map_err(|error| error.to_string())?),
            None => None,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in asked.headers {
            let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
            headers.insert(name, HeaderValue::try_from(value).map_err(|error| error.to_string())?);
        }
        Ok(Self {
            target: asked.target,
            times: if asked.times == 0 { Times::UntilCleared } else { Times::Left(asked.times) },
            read_body: asked.read_body,
            delay: Duration::from_millis(asked.delay_ms),
            hang: asked.hang,
            reset: asked.reset,
            after: asked.after,
            lose: asked.lose,
            cut_after: asked.cut_after,
            body_bytes: asked.body_bytes,
            status,
            headers,
            body: asked.body,
        })
    }
}

/// Reads one behaviour or a list of them.
///
/// # Errors
///
/// A sentence that says which field is wrong.
pub(crate) fn parse(body: &[u8]) -> Result<Vec<Behaviour>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let list = if let Value::Array(list) = value { list } else { vec![value] };
    list.into_iter().map(|one| serde_json::from_value(one).map_err(|error| error.to_string())).collect()
}

/// The behaviours that wait for their request.
pub(crate) struct Behaviours {
    waiting: Mutex<VecDeque<Behaviour>>,
    /// Rises when everything is cleared, which ends every hang.
    clearings: watch::Sender<u64>,
}

/// A behaviour for one request, and the way to learn that all were cleared since.
pub(crate) struct Taken {
    pub(crate) behaviour: Behaviour,
    clearings: watch::Receiver<u64>,
}

impl Taken {
    /// Waits until the behaviours are cleared.
    pub(crate) async fn cleared(&mut self) {
        // An error means that the collector is going away, which ends a hang as well.
        let _ = self.clearings.changed().await;
    }
}

impl Behaviours {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::default(), clearings: watch::Sender::new(0) }
    }

    /// Puts these behind those that already wait.
    pub(crate) fn add(&self, behaviours: Vec<Behaviour>) {
        self.waiting().extend(behaviours);
    }

    /// Uses the first behaviour that matches up by one time.
    pub(crate) fn take(&self, arrival: Arrival) -> Option<Taken> {
        let mut waiting = self.waiting();
        // Watching starts under the lock, so that no clearing can fall between taking and watching.
        let clearings = self.clearings.subscribe();
        let at = waiting.iter_mut().position(|behaviour| {
            let here = behaviour.target.matches(arrival) && behaviour.after == 0;
            if behaviour.target.matches(arrival) && !here {
                behaviour.after -= 1;
            }
            here
        })?;
        let found = waiting.get_mut(at)?;
        let behaviour = found.clone();
        match &mut found.times {
            Times::UntilCleared => {}
            Times::Left(0 | 1) => drop(waiting.remove(at)),
            Times::Left(left) => *left -= 1,
        }
        Some(Taken { behaviour, clearings })
    }

    /// Forgets all that wait and ends every hang.
    pub(crate) fn clear(&self) {
        let mut waiting = self.waiting();
        waiting.clear();
        self.clearings.send_modify(|count| *count += 1);
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Behaviour>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(behaviours: &Behaviours, kinds: &[Kind]) -> Vec<Option<u16>> {
        kinds
            .iter()
            .map(|kind| behaviours.take(Arrival::Ingestion(*kind)).and_then(|taken| taken.behaviour.status).map(|status| status.as_u16()))
            .collect()
    }

    #[test]
    fn the_first_match_is_used_up_first() {
        let behaviours = Behaviours::new();
        let text = br#"[{"match":"engage","status":500},{"status":503,"times":2},{"match":"any","status":429,"times":0}]"#;
        behaviours.add(parse(text).unwrap());
        let kinds = [Kind::Track, Kind::Engage, Kind::Groups, Kind::Track, Kind::Track];
        assert_eq!(statuses(&behaviours, &kinds), [Some(503), Some(500), Some(503), Some(429), Some(429)]);
        behaviours.clear();
        assert_eq!(statuses(&behaviours, &[Kind::Track]), [None]);
    }

    #[test]
    fn defaults_change_nothing() {
        let [plain] = &parse(b"{}").unwrap()[..] else { panic!("one expected") };
        assert_eq!((plain.target, plain.read_body, plain.delay), (Target::Any, true, Duration::ZERO));
        assert!(matches!(plain.times, Times::Left(1)));
        assert!(!plain.hang && !plain.reset && plain.status.is_none() && plain.body.is_none() && plain.headers.is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        for (text, message) in [
            ("[", "EOF"),
            ("1", "invalid type"),
            (r#"{"delay":5}"#, "unknown field `delay`"),
            (r#"{"match":"import"}"#, "data did not match any variant"),
            (r#"{"status":100}"#, "status"),
            (r#"{"status":1000}"#, "status"),
            (r#"{"headers":{"a b":"c"}}"#, "header name"),
            (r#"{"headers":{"a":"\n"}}"#, "header value"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
