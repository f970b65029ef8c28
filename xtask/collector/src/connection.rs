//! One HTTP/1.1 connection, and how to close it without an answer.

use std::fmt;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt;

/// Returned by a handler as its response: the connection is closed and nothing is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WithoutAnswer;

impl IntoResponse for WithoutAnswer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
    }
}

impl fmt::Display for WithoutAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed without an answer, on request")
    }
}

impl std::error::Error for WithoutAnswer {}

/// Serves one connection until either side closes it.
///
/// The end of a connection is nobody's error: clients that go away are what this program watches
/// for.
pub(crate) async fn serve<S>(stream: S, router: Router)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(|request: hyper::Request<Incoming>| respond(router.clone(), request));
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Asks the router. The error is what makes hyper close the connection.
pub(crate) async fn respond(router: Router, request: hyper::Request<Incoming>) -> Result<Response, WithoutAnswer> {
    // A router cannot fail.
    let Ok(response) = router.oneshot(request.map(Body::new)).await;
    match response.extensions().get::<WithoutAnswer>() {
        Some(without) => Err(*without),
        None => Ok(response),
    }
}
