//! The HTTP client: sends calls with the token, and takes a journal through.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};

use super::answer::{Deletion, Retrieval, cancelled, deletion, retrieval};
use super::call::{Call, Method, Project};
use super::error::{Code, Error};
use super::journal::Journal;
use super::pace::{Moment, Pace};
use super::replay::Report;
use super::sender::{Next, Sender};
use super::token::Token;

/// Bytes that no answer is longer than: 2,000 ids of 255 bytes, each of which JSON may double.
const LONGEST: usize = 4 << 20;
/// How long an answer is waited for, unless told otherwise.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends calls with the bearer token in their header, follows no redirect, and reads no more than an
/// answer can have. It runs on tokio.
#[derive(Clone, Debug)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) token: Token,
    patience: Duration,
}

/// What came back.
struct Reply {
    status: u16,
    retry: Option<String>,
    body: String,
}

/// Nothing that can be read came back, and whether the request may have arrived.
struct Lost {
    error: Error,
    sent: bool,
}

impl Client {
    /// A client with this token.
    ///
    /// # Errors
    /// [`Code::Unreachable`] when TLS cannot be set up on this machine.
    pub fn new(token: Token) -> Result<Client, Error> {
        Client::with_patience(token, PATIENCE)
    }

    /// A client that waits as long for each answer.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_patience(token: Token, patience: Duration) -> Result<Client, Error> {
        // The application may have chosen a provider already, which then stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(patience.min(Duration::from_secs(15)))
            .read_timeout(patience)
            .user_agent(concat!("consentry/", env!("CARGO_PKG_VERSION")));
        let http = builder.build().map_err(|error| Error::about(Code::Unreachable, &chain(&error)))?;
        Ok(Client { http, token, patience })
    }

    /// How far a retrieval is.
    ///
    /// # Errors
    /// As the server refused it, [`Code::Unreachable`], [`Code::Malformed`], [`Code::AnswerTooLong`].
    pub async fn retrieval(&self, project: &Project, task: &str) -> Result<Retrieval, Error> {
        let Reply { status, body, .. } = self.send(&project.retrieval_status(task)).await.map_err(|lost| lost.error)?;
        retrieval(status, &body)
    }

    /// How far a deletion is.
    ///
    /// # Errors
    /// As [`Client::retrieval`].
    pub async fn deletion(&self, project: &Project, task: &str) -> Result<Deletion, Error> {
        let Reply { status, body, .. } = self.send(&project.deletion_status(task)).await.map_err(|lost| lost.error)?;
        deletion(status, &body)
    }

    /// Cancels a deletion that has not started.
    ///
    /// # Errors
    /// [`Code::TooLate`] when it has, and those of [`Client::retrieval`].
    pub async fn cancel(&self, project: &Project, task: &str) -> Result<(), Error> {
        let Reply { status, body, .. } = self.send(&project.cancel_deletion(task)).await.map_err(|lost| lost.error)?;
        cancelled(status, &body)
    }

    /// Takes the journal's plan to its end, and tells how far it is after every step. Whoever drops
    /// this future stops it; running the journal again goes on.
    ///
    /// # Errors
    /// What kept it from its end: the journal can be run again.
    pub async fn run(&self, journal: &mut Journal, pace: Pace, mut tell: impl FnMut(&Report)) -> Result<Report, Error> {
        let start = Instant::now();
        let now = || Moment {
            clock: millis(start.elapsed()),
            wall: millis(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()),
        };
        let mut sender = Sender::new(journal.replay(), pace, now())?;
        loop {
            match sender.next(now()) {
                Next::Batch(n) => sender.batch(journal.batch(n)?),
                Next::Write(lines) => {
                    journal.append(&lines)?;
                    tell(sender.report());
                }
                Next::Wait(until) => tokio::time::sleep(Duration::from_millis(until.saturating_sub(now().clock).max(1))).await,
                Next::Send(call) => match self.send(&call).await {
                    Ok(Reply { status, retry, body }) => {
                        tracing::info!(method = call.method.name(), status, retry, "answered");
                        sender.answered(now(), chance(), status, retry.as_deref(), &body);
                    }
                    Err(Lost { error, sent }) => {
                        tracing::warn!(method = call.method.name(), %error, sent, "no answer");
                        sender.lost(now(), chance(), error, sent);
                    }
                },
                Next::Done => return Ok(sender.report().clone()),
                Next::Stop(error) => return Err(Error { about: self.token.hidden_in(&error.about), ..error }),
            }
        }
    }

    async fn send(&self, call: &Call) -> Result<Reply, Lost> {
        let request = match call.method {
            Method::Get => self.http.get(&call.url),
            Method::Post => self.http.post(&call.url),
            Method::Delete => self.http.delete(&call.url),
        };
        let lost = |kind: Code, about: &str, sent: bool| Lost { error: Error::about(kind, &self.token.hidden_in(about)), sent };
        let request = request.header(AUTHORIZATION, self.bearer()).timeout(self.patience);
        let request = match &call.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
            None => request,
        };
        tracing::debug!(method = call.method.name(), bytes = call.body.as_ref().map_or(0, String::len), "request");
        // Only where no connection was made did nothing arrive.
        let unreachable = |error: reqwest::Error| lost(Code::Unreachable, &chain(&error), !error.is_connect() && !error.is_builder());
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let retry = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(|value| self.token.hidden_in(value));
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > LONGEST {
                return Err(Lost { error: lost(Code::AnswerTooLong, "over 4 MiB", true).error.with_status(status), sent: true });
            }
            bytes.extend_from_slice(&chunk);
        }
        let body = self.token.hidden_in_body(&String::from_utf8_lossy(&bytes));
        Ok(Reply { status, retry, body })
    }

    /// The value of the header, which nothing that logs headers shows.
    pub(super) fn bearer(&self) -> HeaderValue {
        // A token is visible ASCII, which fits.
        let mut value = HeaderValue::from_str(&self.token.authorization()).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }
}

/// What an error of the network says, without the address, and what it says it comes from.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let said = match error.downcast_ref::<reqwest::Error>() {
            Some(error) if error.is_timeout() => String::from("no answer in time"),
            Some(_) => String::new(),
            None => error.to_string(),
        };
        if !said.is_empty() && !text.contains(&said) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(&said);
        }
        next = error.source();
    }
    text
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Chance enough to part clients: the standard library keys its hashers with it.
fn chance() -> u32 {
    (RandomState::new().hash_one(0) >> 32) as u32
}
