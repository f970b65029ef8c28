//! What the three endpoints take and answer.

use serde_json::{Value, json};

use crate::client::{FORM, collector, get, received, send};
use crate::samples::{base64_form, event, form, group, profile};

#[tokio::test]
async fn every_body_form_is_accepted() {
    let running = collector().await;
    let beacon = ("Content-Type", "text/plain;charset=UTF-8");
    let json = ("Content-Type", "application/json");
    let (one, two) = (event("a"), json!([event("b"), event("c")]));
    for (path, header, body, value) in [
        ("/track?ip=0", FORM, form(&one), &one),
        ("/track/?ip=0", FORM, form(&two), &two),
        ("/track/?ip=1", FORM, base64_form(&two), &two),
        ("/track/?ip=0", beacon, form(&two), &two),
        ("/track/?ip=0", json, one.to_string(), &one),
        ("/track/?ip=0", json, two.to_string(), &two),
        ("/engage/?ip=0", FORM, form(&profile()), &profile()),
        ("/engage?ip=0", FORM, form(&json!([profile()])), &profile()),
        ("/groups/?ip=0", FORM, form(&group()), &group()),
        ("/groups?ip=0", beacon, base64_form(&group()), &group()),
    ] {
        let answer = send(&running, "POST", path, &[header], &body).await;
        assert_eq!((answer.status, answer.text()), (200, "1"), "{path} {body}");
        assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let entry = received(&running).await.pop().unwrap();
        let records = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        assert_eq!(entry["records"], Value::Array(records));
        assert_eq!((&entry["problems"], &entry["warnings"]), (&json!([]), &json!([])));
        assert_eq!((&entry["bytes"], &entry["contentType"]), (&json!(body.len()), &json!(header.1)));
    }
    let answer = get(&running, &format!("/track/?ip=0&verbose=1&{}", form(&one))).await;
    assert_eq!(answer.json(), json!({"error": null, "status": 1}));
}

#[tokio::test]
async fn answers_tell_whether_anything_was_valid() {
    let running = collector().await;
    let mut bad = event("a");
    bad["properties"]["token"] = json!("");
    let problem = "record 0: properties.token: token: missing or empty";
    for (path, body, expected) in [
        ("/track/?ip=0", form(&bad), json!(0)),
        ("/track/?ip=0&verbose=1", form(&bad), json!({"error": problem, "status": 0})),
        ("/track/?ip=0", form(&json!([bad, event("b")])), json!(1)),
        ("/track/?ip=0&verbose=1", form(&json!([bad, event("b")])), json!({"error": null, "status": 1})),
        ("/track/?ip=0", String::new(), json!(0)),
        ("/track/?verbose=1", String::new(), json!({"error": "request: body: data: data, missing or empty", "status": 0})),
    ] {
        let answer = send(&running, "POST", path, &[FORM], &body).await;
        assert_eq!((answer.status, answer.json()), (200, expected), "{path} {body}");
    }
    assert_eq!(received(&running).await[2]["problems"], json!([problem]));
}

#[tokio::test]
async fn a_lone_surrogate_is_named() {
    let running = collector().await;
    let body = json!([event("a"), event("b")]).to_string();
    let (first, last) = body.rsplit_once("pro").unwrap();
    let body = format!("{first}\\ud800{last}");
    let answer = send(&running, "POST", "/track/?ip=0", &[("Content-Type", "application/json")], body).await;
    assert_eq!(answer.text(), "1");
    let problem = "record 1: properties.plan: lone_surrogate: half a surrogate pair is not text";
    assert_eq!(received(&running).await[0]["problems"], json!([problem]));
}

#[tokio::test]
async fn an_entry_tells_where_the_request_was_meant_to_go() {
    let running = collector().await;
    let origin = ("Origin", "https://shop.example");
    send(&running, "POST", "/engage/?ip=0&_=1", &[FORM, origin], form(&profile())).await;
    send(&running, "POST", "/engage?ip=0", &[FORM, ("X-Consentry-Host", "api-in.mixpanel.com")], form(&profile())).await;
    let by_parameter = "/engage?ip=0&consentry_host=api.mixpanel.com";
    send(&running, "POST", by_parameter, &[FORM, ("Cookie", "a=1")], form(&profile())).await;

    let entries = received(&running).await;
    let fields = ["host", "origin", "cookie", "method", "path", "kind", "query", "preflight", "status", "outcome"];
    let rows: Vec<Value> = entries.iter().map(|entry| fields.map(|field| entry[field].clone()).into()).collect();
    let end = [json!("POST"), json!("/engage/"), json!("engage"), json!({"ip": "0", "_": "1"})];
    assert_eq!(rows[0], json!(["api-eu.mixpanel.com", origin.1, null, end[0], end[1], end[2], end[3], false, 200, "answered"]));
    assert_eq!(rows[1][0], "api-in.mixpanel.com");
    assert_eq!((&rows[2][0], &rows[2][2], &rows[2][6]), (&json!("api.mixpanel.com"), &json!("a=1"), &json!({"ip": "0"})));
    assert_eq!(entries[2]["problems"], json!(["request: headers.cookie: cookie: a request must carry no cookie"]));
    let order: Vec<_> = entries.iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert_eq!(order, [1, 2, 3]);
}

#[tokio::test]
async fn a_preflight_is_answered_and_counted() {
    let running = collector().await;
    let asked = [("Origin", "https://shop.example"), ("Access-Control-Request-Headers", "content-type,x-y")];
    let answer = send(&running, "OPTIONS", "/track/?ip=0", &asked, "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("content-type,x-y"));
    let entries = received(&running).await;
    assert_eq!((&entries[0]["preflight"], &entries[0]["outcome"]), (&json!(true), &json!("answered")));
    assert_eq!(entries[0]["problems"], json!(["request: method: preflight: a request must not need a CORS preflight"]));
}

#[tokio::test]
async fn other_methods_are_refused() {
    let running = collector().await;
    let answer = send(&running, "PUT", "/track/?ip=0", &[FORM], form(&event("a"))).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, POST, OPTIONS")));
    assert!(received(&running).await.is_empty());
}

#[tokio::test]
async fn large_bodies_are_warned_about_and_too_large_ones_refused() {
    let running = collector().await;
    let padded = format!("{}&padding={}", form(&event("a")), "x".repeat(1024 * 1024));
    assert_eq!(send(&running, "POST", "/track/?ip=0", &[FORM], &padded).await.text(), "1");
    let entry = &received(&running).await[0];
    assert_eq!(entry["problems"], json!([]));
    assert!(entry["warnings"][0].as_str().unwrap().contains("body_size"), "{}", entry["warnings"]);

    let padded = format!("data={}", "x".repeat(10 * 1024 * 1024 - 4));
    let answer = send(&running, "POST", "/track/?ip=0", &[FORM], &padded).await;
    assert_eq!((answer.status, &answer.json()["code"]), (413, &json!(413)));
    assert_eq!(received(&running).await[1]["status"], 413);
}
