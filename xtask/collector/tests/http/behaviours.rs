//! Misbehaviour on request, and clients that leave.

use consentry_collector::Running;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{FORM, Watcher, address, behave, collector, exchange, received, request, send};
use crate::samples::{event, form, profile};

/// A request whose answer is not waited for.
async fn leave_open(running: &Running) -> TcpStream {
    let mut stream = TcpStream::connect(address(running)).await.unwrap();
    stream.write_all(&request("POST", "/track/?ip=0", &[FORM], form(&event("a")).as_bytes())).await.unwrap();
    stream
}

async fn statuses(running: &Running, paths: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for path in paths {
        let body = if path.starts_with("/track") { event("a") } else { profile() };
        statuses.push(send(running, "POST", &format!("{path}?ip=0"), &[FORM], form(&body)).await.status);
    }
    statuses
}

#[tokio::test]
async fn a_status_with_headers_and_body_replaces_the_answer() {
    let running = collector().await;
    behave(&running, json!({"status": 503, "headers": {"Retry-After": "2"}, "body": "busy"})).await;
    let answer = send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    assert_eq!((answer.status, answer.header("retry-after"), answer.text()), (503, Some("2"), "busy"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let answer = send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    assert_eq!((answer.status, answer.text()), (200, "1"));
    let entries = received(&running).await;
    assert_eq!((&entries[0]["status"], &entries[1]["status"]), (&json!(503), &json!(200)));
}

#[tokio::test]
async fn behaviours_are_used_in_order_as_often_as_asked() {
    let running = collector().await;
    behave(&running, json!([{"match": "engage", "status": 500}, {"status": 429, "times": 2}])).await;
    assert_eq!(statuses(&running, &["/track", "/engage", "/track", "/engage"]).await, [429, 500, 429, 200]);
    behave(&running, json!({"match": "track", "status": 503, "times": 0})).await;
    assert_eq!(statuses(&running, &["/track", "/engage", "/track", "/track"]).await, [503, 200, 503, 503]);
    assert_eq!(send(&running, "DELETE", "/_collector/behaviour", &[], "").await.status, 204);
    assert_eq!(statuses(&running, &["/track"]).await, [200]);
}

#[tokio::test]
async fn a_delayed_answer_is_open_until_it_comes() {
    let running = collector().await;
    let mut watcher = Watcher::connect(&running).await;
    behave(&running, json!({"delayMs": 5})).await;
    let answer = send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    assert_eq!(answer.text(), "1");
    watcher.expect("received", "open").await;
    assert_eq!(watcher.expect("changed", "answered").await["status"], 200);
}

#[tokio::test]
async fn a_client_that_leaves_a_hang_or_a_delay_is_noticed() {
    let running = collector().await;
    let mut watcher = Watcher::connect(&running).await;
    for behaviour in [json!({"hang": true}), json!({"delayMs": 3_600_000}), json!({"hang": true, "status": 503})] {
        behave(&running, behaviour).await;
        let stream = leave_open(&running).await;
        let opened = watcher.expect("received", "open").await;
        assert_eq!((&opened["status"], opened["records"].as_array().unwrap().len()), (&json!(null), 1));
        drop(stream);
        let closed = watcher.expect("changed", "closed_by_client").await;
        assert_eq!((&closed["seq"], &closed["status"]), (&opened["seq"], &json!(null)));
    }
    // On a connection that already served something, as a browser would.
    behave(&running, json!([{}, {"hang": true}])).await;
    let mut stream = TcpStream::connect(address(&running)).await.unwrap();
    let body = form(&event("a"));
    let kept_alive = String::from_utf8(request("POST", "/track/?ip=0", &[FORM], body.as_bytes())).unwrap();
    let kept_alive = kept_alive.replace("Connection: close\r\n", "");
    for outcome in ["answered", "closed_by_client"] {
        stream.write_all(kept_alive.as_bytes()).await.unwrap();
        watcher.expect("received", "open").await;
        if outcome == "closed_by_client" {
            stream.shutdown().await.unwrap();
        }
        watcher.expect("changed", outcome).await;
    }
}

#[tokio::test]
async fn a_body_cut_short_is_journaled() {
    let running = collector().await;
    let mut watcher = Watcher::connect(&running).await;
    let mut stream = TcpStream::connect(address(&running)).await.unwrap();
    let head = "POST /track/?ip=0 HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\ndata=";
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    let entry = watcher.expect("received", "open").await;
    assert_eq!(entry["problems"], json!(["request: body: data: cut short"]));
    watcher.expect("changed", "closed_by_client").await;
}

#[tokio::test]
async fn a_hang_ends_when_it_is_cleared() {
    let running = collector().await;
    for path in ["/_collector/behaviour", "/_collector/received"] {
        let mut watcher = Watcher::connect(&running).await;
        behave(&running, json!({"hang": true, "status": 502})).await;
        let waiting = leave_open(&running).await;
        watcher.expect("received", "open").await;
        assert_eq!(send(&running, "DELETE", path, &[], "").await.status, 204);
        let answer = exchange(waiting, b"").await;
        assert!(answer.starts_with(b"HTTP/1.1 502 "), "{answer:?}");
    }
    assert!(received(&running).await.is_empty());
}

#[tokio::test]
async fn a_reset_closes_the_connection_without_an_answer() {
    let running = collector().await;
    for behaviour in [json!({"reset": true}), json!({"reset": true, "delayMs": 1})] {
        behave(&running, behaviour).await;
        let stream = leave_open(&running).await;
        assert_eq!(exchange(stream, b"").await, b"");
    }
    let entries = received(&running).await;
    for entry in &entries {
        assert_eq!((&entry["outcome"], &entry["status"]), (&json!("reset"), &json!(null)));
    }
    assert_eq!(entries.len(), 2);
}

#[tokio::test]
async fn an_answer_can_be_lost_broken_off_or_as_long_as_asked_for() {
    let running = collector().await;
    behave(&running, json!({"lose": true})).await;
    let stream = leave_open(&running).await;
    assert_eq!(exchange(stream, b"").await, b"");
    let entry = &received(&running).await[0];
    assert_eq!((&entry["outcome"], &entry["status"]), (&json!("lost"), &json!(null)));
    behave(&running, json!({"bodyBytes": 100_000})).await;
    let answer = send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    assert_eq!((answer.status, answer.body.iter().filter(|byte| **byte == b' ').count()), (200, 100_000));
    behave(&running, json!({"body": "{\"status\": 1}", "cutAfter": 3})).await;
    let stream = leave_open(&running).await;
    assert!(exchange(stream, b"").await.ends_with(b"\r\n\r\n{\"s"));
}

#[tokio::test]
async fn an_answer_may_come_before_the_body_is_read() {
    let running = collector().await;
    behave(&running, json!({"readBody": false, "status": 413})).await;
    let answer = send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    assert_eq!(answer.status, 413);
    let entry = &received(&running).await[0];
    assert_eq!((&entry["bytes"], &entry["records"], &entry["problems"]), (&json!(0), &json!([]), &json!([])));
}
