//! The control API.

use serde_json::json;

use crate::client::{FORM, Watcher, behave, collector, get, received, send};
use crate::samples::{event, form, group, profile};

#[tokio::test]
async fn accepted_counts_what_a_server_would_have_stored() {
    let running = collector().await;
    behave(&running, json!({"status": 503})).await;
    for body in [json!([event("a")]), json!([event("a"), event("b")]), json!([event("b"), {"event": "bad"}])] {
        send(&running, "POST", "/track/?ip=0", &[FORM], form(&body)).await;
    }
    send(&running, "POST", "/engage/?ip=0", &[FORM], form(&profile())).await;
    send(&running, "POST", "/groups/?ip=0", &[FORM], form(&group())).await;
    let expected = json!({"records": 5, "distinctInsertIds": 2, "duplicates": ["b"], "insertIds": ["a", "b"]});
    assert_eq!(get(&running, "/_collector/accepted").await.json(), expected);
}

#[tokio::test]
async fn clearing_forgets_requests_and_behaviours() {
    let running = collector().await;
    let mut watcher = Watcher::connect(&running).await;
    send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    behave(&running, json!({"status": 503, "times": 0})).await;
    assert_eq!(send(&running, "DELETE", "/_collector/received", &[], "").await.status, 204);
    assert!(received(&running).await.is_empty());
    assert_eq!(send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await.status, 200);
    assert_eq!(received(&running).await[0]["seq"], 2);
    watcher.expect("received", "open").await;
    watcher.expect("changed", "answered").await;
    assert_eq!(watcher.next().await, ("cleared".to_owned(), json!({})));
    assert_eq!(watcher.expect("received", "open").await["seq"], 2);
}

#[tokio::test]
async fn the_stream_is_a_stream_of_events() {
    let running = collector().await;
    let mut watcher = Watcher::connect(&running).await;
    send(&running, "POST", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    watcher.expect("received", "open").await;
    let changed = watcher.expect("changed", "answered").await;
    assert_eq!(received(&running).await, [changed]);
}

#[tokio::test]
async fn small_answers() {
    let running = collector().await;
    assert_eq!(get(&running, "/_collector/health").await.json(), json!({"status": "ok"}));
    assert_eq!(get(&running, "/_collector/cookies").await.json(), json!({"cookie": null}));
    let answer = send(&running, "GET", "/_collector/cookies", &[("Cookie", "a=1; b=2")], "").await;
    assert_eq!(answer.json(), json!({"cookie": "a=1; b=2"}));
    assert_eq!(get(&running, "/_collector/contacts").await.json(), json!([]));
    let answer = send(&running, "POST", "/_collector/behaviour", &[], r#"{"delay":1}"#).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("unknown field `delay`"), "{}", answer.text());
    let answer = send(&running, "OPTIONS", "/_collector/received", &[], "").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some("*")));
    assert!(received(&running).await.is_empty());
}
