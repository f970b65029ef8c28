//! The erasure chain on the server's end, against the stand-in for the API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::path::PathBuf;

use consentry::Residency;
use consentry::requests::{Client, Operation, Plan, Project, Token};
use consentry_collector::{Options, Running, start};
use consentry_erasure::{Erasure, router};
use serde_json::{Value, json};

/// The tests' own client, which needs the TLS provider that ours chooses.
fn http() -> reqwest::Client {
    drop(Client::new(Token::new("secret-of-the-site").unwrap()).unwrap());
    reqwest::Client::new()
}

async fn control(collector: &Running, name: &str, body: Value) {
    let http = http();
    let url = format!("{}/_collector/{name}", collector.http_url());
    let request = if name.ends_with("settings") { http.put(url) } else { http.post(url) };
    assert!(request.json(&body).send().await.unwrap().status().is_success());
}

async fn scheduled(collector: &Running) -> Value {
    let url = format!("{}/_collector/requests/scheduled", collector.http_url());
    http().get(url).send().await.unwrap().json::<Value>().await.unwrap()["deletions"].clone()
}

/// The site: its address, and the folder of its journals.
async fn site(collector: &Running, name: &str) -> (String, PathBuf) {
    let folder = std::env::temp_dir().join(format!("consentry-erasure-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let project = Project::new("project", Residency::Eu).at(collector.http_url()).unwrap();
    let client = Client::new(Token::new("secret-of-the-site").unwrap()).unwrap();
    let who = |headers: &axum::http::HeaderMap| Some(headers.get("x-session")?.to_str().ok()?.to_owned());
    let erasure = Erasure::new(client, project, folder.clone(), who);
    erasure.resume().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/privacy/erasure", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(erasure)).await });
    (address, folder)
}

/// The page at this address, as a browser asks for it: whole, and under a policy that lets it load nothing.
async fn page(address: &str) -> String {
    let answer = http().get(address).header("accept", "text/html,application/xml;q=0.9,*/*;q=0.8").send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("content-type"), header("vary"), header("cache-control")),
        ("text/html; charset=utf-8".into(), "accept".into(), "no-store".into())
    );
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    let page = answer.text().await.unwrap();
    assert!(page.starts_with("<!doctype html><html lang=\"en\">"), "{page}");
    for refused in ["<script", "<style", "style=", " on"] {
        assert!(!page.to_lowercase().contains(refused), "{refused}: {page}");
    }
    page
}

#[tokio::test]
async fn a_visitor_is_erased_and_sees_it_done() {
    let collector = start(Options::default()).await.unwrap();
    control(&collector, "requests/clock", json!({"stopped": true})).await;
    control(&collector, "requests/settings", json!({"bearer": "secret-of-the-site"})).await;
    // The first answer is lost: it was taken all the same.
    control(&collector, "behaviour", json!({"match": "createDeletion", "lose": true})).await;
    let (address, folder) = site(&collector, "chain").await;
    let http = http();
    let post = || http.post(&address);

    assert_eq!(post().send().await.unwrap().status(), 401);
    assert_eq!(post().header("x-session", "ada").header("sec-fetch-site", "cross-site").send().await.unwrap().status(), 403);
    assert_eq!(post().header("x-session", "null").send().await.unwrap().status(), 400);
    assert_eq!(scheduled(&collector).await, json!({}));

    let answer = post().header("x-session", "ada").header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let told: Value = answer.json().await.unwrap();
    assert!(told["trackingId"].is_string(), "{told}");
    assert_eq!((&told["daysLeft"], &told["warning"]), (&json!(29), &Value::Null));
    assert_eq!(scheduled(&collector).await, json!({"ada": 1}));

    let status = format!("{address}/{}", told["request"].as_str().unwrap());
    let steps = [("PENDING", "queued"), ("STAGING", "under way"), ("STARTED", "under way"), ("SUCCESS", "done")];
    for (state, shown) in steps {
        let seen: Value = http.get(&status).send().await.unwrap().json().await.unwrap();
        assert_eq!((&seen["state"], &seen["done"]), (&json!(state), &json!(shown == "done")));
        let page = page(&status).await;
        assert!(page.contains(&format!("<title>Deletion {shown}</title>")), "{page}");
        assert_eq!(page.contains("Look again"), shown != "done");
        assert!(page.contains(told["trackingId"].as_str().unwrap()));
        control(&collector, "requests/clock", json!({"advanceMs": 2000})).await;
    }
    for nobody in ["1-2", "..%2Fsecret", "1795301578574-00000000000000000000000000000000"] {
        assert_eq!(http.get(format!("{address}/{nobody}")).send().await.unwrap().status(), 404, "{nobody}");
        assert!(page(&format!("{address}/{nobody}")).await.contains("<title>No such request</title>"));
    }
    let journals = std::fs::read_dir(&folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    assert!(!journals.collect::<String>().contains("secret-of-the-site"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn what_was_asked_before_a_crash_is_done_after_it() {
    let collector = start(Options::default()).await.unwrap();
    let folder = std::env::temp_dir().join(format!("consentry-erasure-{}-crash", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let request = "1600000000000-0123456789abcdef0123456789abcdef";
    let project = Project::new("project", Residency::Eu).at(collector.http_url()).unwrap();
    let plan = Plan::new(Operation::Delete, &project);
    drop(plan.write(&folder.join(format!("{request}.journal")), [Ok("ada".to_owned())], |_, _, _| {}).unwrap());

    let (address, _) = site(&collector, "crash").await;
    let seen = loop {
        let seen: Value = http().get(format!("{address}/{request}")).send().await.unwrap().json().await.unwrap();
        if seen["trackingId"].is_string() {
            break seen;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(seen["warning"], "overdue");
    let late = page(&format!("{address}/{request}")).await;
    assert!(late.contains("due by <time datetime=\"2020-10-13\">2020-10-13</time>. It is late"), "{late}");
    control(&collector, "requests/settings", json!({"end": "<i>gone</i>"})).await;
    control(&collector, "requests/clock", json!({"advanceMs": 86_400_000})).await;
    let strange = page(&format!("{address}/{request}")).await;
    assert!(strange.contains("under way") && !strange.contains("<i>"), "{strange}");
    control(&collector, "requests/settings", json!({"end": "FAILURE"})).await;
    assert!(page(&format!("{address}/{request}")).await.contains("has failed"));
    assert_eq!(scheduled(&collector).await, json!({"ada": 1}));
    std::fs::remove_dir_all(folder).unwrap();
}
