//! The journal as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::journal::Notice;
use crate::server::Shared;

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Watching starts before the answer's head is sent: a page that opens the stream, then reads the
/// journal, misses nothing.
pub(crate) async fn stream(State(shared): State<Arc<Shared>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream::unfold(shared.journal.watch(), next)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

async fn next(mut notices: Receiver<Notice>) -> Option<(Result<Event, Infallible>, Receiver<Notice>)> {
    let event = match notices.recv().await {
        Ok(Notice::Received(json)) => Event::default().event("received").data(json),
        Ok(Notice::Changed(json)) => Event::default().event("changed").data(json),
        Ok(Notice::Cleared) => Event::default().event("cleared").data("{}"),
        // Too slow: the watcher should read the journal again.
        Err(RecvError::Lagged(missed)) => Event::default().event("missed").data(missed.to_string()),
        Err(RecvError::Closed) => return None,
    };
    Some((Ok(event), notices))
}
