//! What a request is answered where control has told the server to misbehave.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use crate::behaviour::Taken;
use crate::connection::WithoutAnswer;
use crate::journal::Outcome;

/// Delays, loses or changes the usual answer, and says how the request ended. `error` makes the answer
/// of another status.
pub(crate) async fn misbehaved(usual: Response, taken: Option<Taken>, error: impl FnOnce(StatusCode) -> Response) -> (Response, Outcome) {
    let Some(mut taken) = taken else { return (usual, Outcome::Answered) };
    tokio::time::sleep(taken.behaviour.delay).await;
    if taken.behaviour.hang {
        taken.cleared().await;
    }
    let behaviour = taken.behaviour;
    if behaviour.reset || behaviour.lose {
        return (WithoutAnswer.into_response(), if behaviour.reset { Outcome::Reset } else { Outcome::Lost });
    }
    let mut response = usual;
    if let Some(status) = behaviour.status.filter(|status| *status != response.status()) {
        response = error(status);
    }
    if let Some(body) = behaviour.body {
        *response.body_mut() = body.into();
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    if let Some(bytes) = behaviour.body_bytes {
        *response.body_mut() = spaces(bytes);
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    if let Some(bytes) = behaviour.cut_after {
        response = cut(response, bytes).await;
    }
    for (name, value) in &behaviour.headers {
        response.headers_mut().insert(name, value.clone());
    }
    (response, Outcome::Answered)
}

/// As many bytes of nothing, made as they are read.
fn spaces(bytes: usize) -> Body {
    const CHUNK: usize = 64 * 1024;
    Body::from_stream(stream::unfold(bytes, |left| async move {
        let now = left.min(CHUNK);
        (now > 0).then(|| (Ok::<_, WithoutAnswer>(Bytes::from(vec![b' '; now])), left - now))
    }))
}

/// The same answer, whose connection breaks after as many bytes of its body.
async fn cut(response: Response, bytes: usize) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(CONTENT_LENGTH, whole.len().into());
    let first = whole.slice(..bytes.min(whole.len()));
    let chunks = [Some(first), None];
    let body = stream::unfold(chunks.into_iter(), |mut chunks| async move {
        let chunk = chunks.next()?;
        // Time for what came before to leave: an error takes with it what was not sent yet.
        if chunk.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some((chunk.ok_or(WithoutAnswer), chunks))
    });
    Response::from_parts(parts, Body::from_stream(body))
}
