//! The proxy that leads nowhere but here.

use std::sync::Arc;

use consentry_collector::{Options, Running, start};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::client::{Answer, FORM, Watcher, behave, exchange, get, received, request, send};
use crate::samples::{event, form};

async fn proxying() -> Running {
    start(Options { proxy: true, ..Options::default() }).await.unwrap()
}

/// A TLS client that trusts this collector and nobody else.
async fn secure(running: &Running, host: &'static str, stream: TcpStream) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(running.certificate_der().unwrap().to_vec())).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(host).unwrap(), stream).await.unwrap()
}

async fn to_proxy(running: &Running) -> TcpStream {
    TcpStream::connect(running.addresses().proxy.as_ref().unwrap()).await.unwrap()
}

/// A tunnel to `host`, open and ready.
async fn tunnel(running: &Running, host: &str) -> TcpStream {
    let mut stream = to_proxy(running).await;
    stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 200 "), "{head:?}");
    stream
}

async fn contacts(running: &Running) -> Vec<Value> {
    let contacts = get(running, "/_collector/contacts").await.json();
    contacts.as_array().unwrap().iter().map(|contact| contact["host"].clone()).collect()
}

#[tokio::test]
async fn a_tunnel_leads_to_our_tls_listener() {
    let running = proxying().await;
    for host in ["api-js.mixpanel.com", "api-eu.mixpanel.com", "eu.mixpanel.com", "mixpanel.com", "localhost"] {
        let stream = secure(&running, host, tunnel(&running, host).await).await;
        let bytes = request("POST", "/track/?ip=0", &[FORM, ("Host", host)], form(&event("a")).as_bytes());
        assert_eq!(Answer::parse(&exchange(stream, &bytes).await).text(), "1");
        assert_eq!(received(&running).await.pop().unwrap()["host"], host);
    }
    assert_eq!(contacts(&running).await[..2], [json!("api-js.mixpanel.com:443"), json!("api-eu.mixpanel.com:443")]);
}

#[tokio::test]
async fn the_tls_listener_can_be_reached_directly() {
    let running = start(Options { tls: true, ..Options::default() }).await.unwrap();
    assert_eq!(running.addresses().proxy, None);
    let address = running.addresses().tls.as_ref().unwrap().strip_prefix("https://").unwrap();
    let stream = secure(&running, "127.0.0.1", TcpStream::connect(address).await.unwrap()).await;
    let answer = exchange(stream, &request("GET", "/_collector/health", &[], b"")).await;
    assert_eq!(Answer::parse(&answer).json(), json!({"status": "ok"}));
}

#[tokio::test]
async fn plain_requests_reach_us_with_their_host() {
    let running = proxying().await;
    let bytes = request("POST", "http://shop.example/track/?ip=0", &[FORM, ("Host", "shop.example")], b"");
    let answer = Answer::parse(&exchange(to_proxy(&running).await, &bytes).await);
    assert_eq!((answer.status, answer.text()), (200, "0"));
    let entry = received(&running).await.pop().unwrap();
    assert_eq!((&entry["host"], &entry["path"]), (&json!("shop.example"), &json!("/track/")));
    assert_eq!(contacts(&running).await, [json!("shop.example:80")]);

    let bytes = request("GET", "/_collector/health", &[], b"");
    assert_eq!(Answer::parse(&exchange(to_proxy(&running).await, &bytes).await).status, 400);

    send(&running, "DELETE", "/_collector/received", &[], "").await;
    assert_eq!(contacts(&running).await, [json!(null); 0]);
}

#[tokio::test]
async fn leaving_through_the_tunnel_is_noticed() {
    let running = proxying().await;
    let mut watcher = Watcher::connect(&running).await;
    behave(&running, json!([{"hang": true}, {"reset": true}])).await;
    let host = "api-eu.mixpanel.com";
    let bytes = request("POST", "/track/?ip=0", &[FORM], form(&event("a")).as_bytes());

    let mut stream = secure(&running, host, tunnel(&running, host).await).await;
    stream.write_all(&bytes).await.unwrap();
    watcher.expect("received", "open").await;
    drop(stream);
    watcher.expect("changed", "closed_by_client").await;

    let mut stream = secure(&running, host, tunnel(&running, host).await).await;
    stream.write_all(&bytes).await.unwrap();
    // TLS calls an end without a goodbye an error; either way there is no answer.
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
    watcher.expect("received", "open").await;
    watcher.expect("changed", "reset").await;
}

#[tokio::test]
async fn dropping_the_collector_closes_everything() {
    let running = proxying().await;
    let mut stream = tunnel(&running, "api-eu.mixpanel.com").await;
    let proxy = running.addresses().proxy.clone().unwrap();
    let mut idle = to_proxy(&running).await;
    drop(running);
    let mut rest = Vec::new();
    // Closed or reset, but not kept.
    let _ = stream.read_to_end(&mut rest).await;
    let _ = idle.read_to_end(&mut rest).await;
    assert_eq!(rest, b"");
    assert!(TcpStream::connect(proxy).await.is_err());
}
