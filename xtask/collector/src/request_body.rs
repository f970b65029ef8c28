//! Reading a request body with a limit.

use axum::body::Body;
use futures_util::StreamExt;

/// What the ingestion API takes in one request.
pub(crate) const LIMIT: usize = 10 * 1024 * 1024;

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is larger than [`LIMIT`].
    TooLarge,
    /// The connection ended before the body did.
    Cut,
}

/// The whole body.
pub(crate) async fn read(body: Body) -> Result<Vec<u8>, Unread> {
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Unread::Cut)?;
        if bytes.len() + chunk.len() > LIMIT {
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
