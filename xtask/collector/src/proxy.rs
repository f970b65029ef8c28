//! A proxy for browsers under test that leads to this program and nowhere else.
//!
//! Whatever host a browser asks for, it reaches the collector, and the host is written down. So a
//! test proves which hosts a page contacts without any network.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;

use crate::connection::{self, WithoutAnswer};
use crate::server::{Shared, Stop};

/// Where the proxy leads.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) shared: Arc<Shared>,
    /// Serves plain requests, as the HTTP listener would.
    pub(crate) router: Router,
    /// Our own TLS listener, the end of every tunnel.
    pub(crate) tls: SocketAddr,
    pub(crate) stop: Stop,
}

impl Proxy {
    /// Serves one connection of a browser.
    pub(crate) async fn serve(self, stream: TcpStream) {
        let service = service_fn(|request| self.clone().respond(request));
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
    }

    async fn respond(self, request: Request<Incoming>) -> Result<Response, WithoutAnswer> {
        let Some(authority) = request.uri().authority() else {
            return Ok((StatusCode::BAD_REQUEST, "this is a proxy, ask it for a host").into_response());
        };
        self.shared.journal.add_contact(with_port(authority, request.uri()));
        if request.method() != Method::CONNECT {
            return connection::respond(self.router, request).await;
        }
        // The tunnel opens after this answer is written, so it needs a task of its own, which ends
        // with the collector.
        tokio::spawn(self.stop.or(tunnel(on(request), self.tls)));
        Ok(StatusCode::OK.into_response())
    }
}

fn with_port(authority: &Authority, uri: &Uri) -> String {
    if authority.port().is_some() {
        return authority.to_string();
    }
    let port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{}:{port}", authority.host())
}

async fn tunnel(upgrade: OnUpgrade, tls: SocketAddr) {
    // Either end may close whenever it likes; there is nothing to report.
    if let (Ok(browser), Ok(mut collector)) = (upgrade.await, TcpStream::connect(tls).await) {
        let _ = copy_bidirectional(&mut TokioIo::new(browser), &mut collector).await;
    }
}
