//! An example: what a site's own server does for consent, with axum. See docs/server.md.
//!
//! It keeps nothing and knows nobody: what it answers follows from the headers of the request alone.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod cookies;

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, SET_COOKIE, VARY};
use axum::http::{StatusCode, Uri};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");

/// What the site's client was told, and for how long its decisions are kept.
#[derive(Clone, Debug)]
pub struct Site {
    /// The project's token.
    pub token: String,
    /// What stands before it in the name of the flag, `consent.prefix`: `__mp_opt_in_out_` unless set.
    pub prefix: String,
    /// Days until the cookies end.
    pub max_age_days: u32,
    /// The attributes that the client's options say, with `Secure` where the site has TLS.
    pub attributes: String,
    /// The day from which the site honors Global Privacy Control, as `2026-11-27`.
    pub since: String,
}

impl Site {
    /// One with everything as it usually is.
    pub fn new(token: &str, since: &str) -> Site {
        Site {
            token: token.to_owned(),
            prefix: "__mp_opt_in_out_".to_owned(),
            max_age_days: 180,
            attributes: "Path=/; SameSite=Lax; Secure".to_owned(),
            since: since.to_owned(),
        }
    }
}

/// Whether the browser asks for Global Privacy Control, and the header that a page needs which says so:
/// no cache may hand it to a visitor whose browser asks for something else.
pub fn gpc(headers: &HeaderMap) -> (bool, AppendHeaders<[(HeaderName, HeaderValue); 1]>) {
    let asks = headers.get(SEC_GPC).is_some_and(|value| value == "1");
    (asks, AppendHeaders([(VARY, HeaderValue::from_static("Sec-GPC"))]))
}

/// `POST /consent/keep` and `GET /.well-known/gpc.json`.
pub fn router(site: Site) -> Router {
    Router::new().route("/consent/keep", post(keep)).route("/.well-known/gpc.json", get(support)).with_state(Arc::new(site))
}

async fn support(State(site): State<Arc<Site>>) -> Json<serde_json::Value> {
    Json(json!({"gpc": true, "lastUpdate": site.since}))
}

async fn keep(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    if !is_own(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    // HTTP/2 may send the pairs one by one.
    let sent: Vec<&str> = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    let Some(cookies) = cookies::again(&sent.join("; "), &site) else { return StatusCode::BAD_REQUEST.into_response() };
    let cookies = cookies.iter().filter_map(|text| HeaderValue::from_str(text).ok()).map(|value| (SET_COOKIE, value));
    (StatusCode::NO_CONTENT, [(CACHE_CONTROL, "no-store")], AppendHeaders(cookies)).into_response()
}

/// Whether a page of this very site asks. Browsers that do not say so name the origin at least.
fn is_own(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).and_then(|origin| origin.parse::<Uri>().ok());
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    origin.as_ref().and_then(|origin| origin.authority()).is_some_and(|authority| Some(authority.as_str()) == host)
}
