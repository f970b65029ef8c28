//! What a site's own server says, as a browser asks for it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use axum::Router;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::get;
use consentry_site::{Site, gpc, router};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The page of the recipe.
async fn page(headers: HeaderMap) -> impl IntoResponse {
    let (asks, vary) = gpc(&headers);
    (vary, format!("<!doctype html><html lang=\"en\"{}>", if asks { " data-gpc" } else { "" }))
}

/// Asks, with these headers, and answers all that came back, in small letters.
async fn asked(first: &str, headers: &[(&str, &str)]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app: Router = router(Site::new("T", "2026-11-27")).route("/", get(page));
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("{first} HTTP/1.1\r\nhost: shop.test\r\nconnection: close\r\ncontent-length: 0\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    server.abort();
    answer
}

/// A method, headers, and the status of the answer.
type Row = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const RECORD: &str = "%7B%22status%22%3A%22granted%22%2C%22decidedAt%22%3A1%2C%22via%22%3A%22banner%22%2C%22library%22%3A%22consentry%2F0.1.0%22%2C%22epoch%22%3A2%7D";
const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

#[tokio::test]
async fn the_signal_reaches_the_page_and_no_cache_mixes_visitors_up() {
    for (headers, shown) in [(&[("sec-gpc", "1")][..], true), (&[("sec-gpc", "0")], false), (&[("sec-gpc", "11")], false), (&[], false)] {
        let answer = asked("GET /", headers).await;
        assert_eq!(answer.contains("data-gpc"), shown, "{answer}");
        assert!(answer.contains("vary: Sec-GPC"), "{answer}");
    }
    let answer = asked("GET /.well-known/gpc.json", &[]).await;
    assert!(answer.contains("content-type: application/json") && answer.ends_with(r#"{"gpc":true,"lastUpdate":"2026-11-27"}"#), "{answer}");
}

#[tokio::test]
async fn a_decision_is_written_again_as_it_was_sent() {
    let cookie = format!("theme=dark; __mp_opt_in_out_T=1; consentry_T_record={RECORD}; consentry_U_record=x");
    for own in [OWN, ("origin", "https://shop.test")] {
        let answer = asked("POST /consent/keep", &[own, ("cookie", &cookie)]).await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        let written: Vec<&str> = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).collect();
        let attributes = "Path=/; SameSite=Lax; Secure; Max-Age=15552000";
        let expected = [format!("consentry_T_record={RECORD}; {attributes}"), format!("__mp_opt_in_out_T=1; {attributes}")];
        assert_eq!(written, expected);
    }
}

#[tokio::test]
async fn what_is_no_decision_of_ours_or_asked_for_elsewhere_is_not_written() {
    let rows: [Row; 10] = [
        ("POST", &[OWN], "204"),
        ("POST", &[OWN, ("cookie", "theme=dark")], "204"),
        // Two that disagree: a denial could be written over with an older grant.
        ("POST", &[OWN, ("cookie", "__mp_opt_in_out_T=1; __mp_opt_in_out_T=0")], "204"),
        ("POST", &[OWN, ("cookie", "__mp_opt_in_out_T=yes")], "400"),
        ("POST", &[OWN, ("cookie", "__mp_opt_in_out_T=1; consentry_T_record=%7B%7D")], "400"),
        ("POST", &[OWN, ("cookie", "__mp_opt_in_out_T=1; consentry_T_record=%zz")], "400"),
        ("POST", &[("sec-fetch-site", "cross-site"), ("origin", "https://shop.test"), ("cookie", "__mp_opt_in_out_T=1")], "403"),
        ("POST", &[("origin", "https://other.test"), ("cookie", "__mp_opt_in_out_T=1")], "403"),
        ("POST", &[("cookie", "__mp_opt_in_out_T=1")], "403"),
        ("GET", &[OWN, ("cookie", "__mp_opt_in_out_T=1")], "405"),
    ];
    for (method, headers, status) in rows {
        let answer = asked(&format!("{method} /consent/keep"), headers).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && !answer.contains("set-cookie"), "{headers:?} {answer}");
    }
}
