//! The stand-in for the data request API.

use consentry_collector::Running;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::client::{Answer, address, behave, collector, exchange, get, request, send};

const BEARER: (&str, &str) = ("Authorization", "Bearer right");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const DELETIONS: &str = "/api/app/data-deletions/v3.0/?token=project";
const RETRIEVALS: &str = "/api/app/data-retrievals/v3.0/?token=project";

/// A collector whose tasks move only when told.
async fn stopped() -> Running {
    let running = collector().await;
    clock(&running, json!({"stopped": true})).await;
    running
}

async fn clock(running: &Running, turn: Value) {
    let answer = send(running, "POST", "/_collector/requests/clock", &[], turn.to_string()).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

async fn set(running: &Running, settings: Value) {
    let answer = send(running, "PUT", "/_collector/requests/settings", &[], settings.to_string()).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

async fn create(running: &Running, path: &str, ids: &[&str]) -> Answer {
    send(running, "POST", path, &[BEARER, JSON], json!({"distinct_ids": ids}).to_string()).await
}

/// Creates, and takes the name of the task from the published shape.
async fn created(running: &Running, path: &str, ids: &[&str]) -> String {
    let answer = create(running, path, ids).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["results"]["task_id"].as_str().unwrap().to_owned()
}

async fn ask(running: &Running, method: &str, what: &str, task: &str) -> Answer {
    send(running, method, &format!("/api/app/data-{what}/v3.0/{task}?token=project"), &[BEARER], "").await
}

async fn state(running: &Running, what: &str, task: &str) -> String {
    let answer = ask(running, "GET", what, task).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["results"]["status"].as_str().unwrap().to_owned()
}

async fn arrived(running: &Running) -> Vec<Value> {
    get(running, "/_collector/requests").await.json().as_array().unwrap().clone()
}

async fn scheduled(running: &Running) -> Value {
    get(running, "/_collector/requests/scheduled").await.json()["deletions"].clone()
}

#[tokio::test]
async fn a_deletion_goes_through_its_states() {
    let running = stopped().await;
    let task = created(&running, DELETIONS, &["a", "b"]).await;
    for expected in ["PENDING", "STAGING", "STARTED", "SUCCESS", "SUCCESS"] {
        assert_eq!(state(&running, "deletions", &task).await, expected);
        clock(&running, json!({"advanceMs": 2000})).await;
    }
    let results = ask(&running, "GET", "deletions", &task).await.json()["results"].clone();
    assert_eq!((&results["tracking_id"], &results["compliance_type"]), (&json!(task), &json!("gdpr")));
    assert_eq!(results["distinct_ids"], json!(["a", "b"]));
    assert_eq!(results["date_requested"].as_str().unwrap().len(), "2026-01-01T00:00:00".len());
    assert_eq!(state(&running, "deletions", "1").await, "NOT_FOUND");
    assert_eq!(state(&running, "retrievals", &task).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_task_ends_as_the_tests_say() {
    let running = collector().await;
    set(&running, json!({"pendingMs": 0, "stagingMs": 0, "startedMs": 0, "end": "THAWING"})).await;
    let task = created(&running, RETRIEVALS, &["a"]).await;
    assert_eq!(state(&running, "retrievals", &task).await, "THAWING");
}

#[tokio::test]
async fn a_deletion_is_cancelled_until_it_has_started() {
    let running = stopped().await;
    for (after, status, then) in [(0, 204, "REVOKED"), (2000, 204, "REVOKED"), (4000, 405, "STARTED"), (6000, 405, "SUCCESS")] {
        let task = created(&running, DELETIONS, &[&format!("a{after}")]).await;
        clock(&running, json!({"advanceMs": after})).await;
        assert_eq!(ask(&running, "DELETE", "deletions", &task).await.status, status);
        assert_eq!(state(&running, "deletions", &task).await, then);
    }
    let retrieval = created(&running, RETRIEVALS, &["a"]).await;
    assert_eq!(ask(&running, "DELETE", "retrievals", &retrieval).await.status, 405);
    assert_eq!(ask(&running, "DELETE", "deletions", "1").await.status, 404);
}

#[tokio::test]
async fn the_wrong_people_are_refused() {
    let running = collector().await;
    set(&running, json!({"bearer": "right", "projects": ["project"]})).await;
    let body = json!({"distinct_ids": ["a"]}).to_string();
    for (headers, status) in [
        (&[][..], 401),
        (&[("Authorization", "Basic right")], 401),
        (&[("Authorization", "Bearer wrong")], 401),
        (&[("Authorization", "Bearer ")], 401),
        (&[BEARER], 201),
    ] {
        let answer = send(&running, "POST", DELETIONS, headers, &body).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status != 201 {
            assert!(answer.json()["error"].is_string() && answer.json()["status"] == "error");
        }
    }
    assert_eq!(send(&running, "POST", "/api/app/data-deletions/v3.0?token=other", &[BEARER], &body).await.status, 403);
    assert_eq!(send(&running, "POST", "/api/app/data-deletions/v3.0", &[BEARER], &body).await.status, 400);
    assert_eq!(send(&running, "PUT", DELETIONS, &[BEARER], &body).await.status, 405);
    let lines = arrived(&running).await;
    let seen: Vec<&str> = lines.iter().map(|line| line["authorization"].as_str().unwrap()).collect();
    assert_eq!(seen[..5], ["absent", "other", "wrong", "other", "right"]);
    // The journal and the settings name no token.
    let settings = get(&running, "/_collector/requests/settings").await;
    assert!(!settings.text().contains("right") && !lines.iter().any(|line| line.to_string().contains("Bearer")));
    assert_eq!(lines[0]["headers"], json!(["connection", "content-length", "host"]));
}

#[tokio::test]
async fn impossible_requests_are_refused() {
    let running = collector().await;
    set(&running, json!({"maxIds": 2})).await;
    for body in [
        json!({}),
        json!({"distinct_ids": []}),
        json!({"distinct_ids": [1]}),
        json!({"distinct_ids": ["a", "b", "c"]}),
        json!({"distinct_ids": ["a"], "compliance_type": "HIPAA"}),
        json!({"distinct_ids": ["a"], "compliance_type": "CCPA", "disclosure_type": "Everything"}),
    ] {
        assert_eq!(send(&running, "POST", RETRIEVALS, &[BEARER, JSON], body.to_string()).await.status, 400, "{body}");
    }
    let body = json!({"distinct_ids": ["a"], "compliance_type": "CCPA", "disclosure_type": "Sources"});
    assert_eq!(send(&running, "POST", RETRIEVALS, &[BEARER, JSON], body.to_string()).await.status, 201);
    let line = arrived(&running).await.pop().unwrap();
    assert_eq!((&line["complianceType"], &line["disclosureType"]), (&json!("CCPA"), &json!("Sources")));
    assert_eq!((&line["operation"], &line["done"], &line["ids"]), (&json!("createRetrieval"), &json!(true), &json!(["a"])));
}

#[tokio::test]
async fn an_id_with_a_running_deletion_is_a_conflict_of_the_whole_request() {
    let running = stopped().await;
    let task = created(&running, DELETIONS, &["a", "b"]).await;
    let answer = create(&running, DELETIONS, &["b", "c"]).await;
    assert_eq!(answer.status, 409);
    let error = answer.json()["error"].clone();
    assert_eq!((&error["conflicting_distinct_ids"], &error["conflicting_task_ids"]), (&json!(["b"]), &json!([task])));
    assert_eq!(scheduled(&running).await, json!({"a": 1, "b": 1}));

    set(&running, json!({"conflicts": "text"})).await;
    let answer = create(&running, DELETIONS, &["b"]).await;
    assert!(answer.status == 409 && answer.json()["error"].is_string(), "{}", answer.text());

    // Of another project, of a retrieval, or after the end it is none.
    created(&running, "/api/app/data-deletions/v3.0/?token=other", &["b"]).await;
    created(&running, RETRIEVALS, &["a"]).await;
    clock(&running, json!({"advanceMs": 6000})).await;
    created(&running, DELETIONS, &["b"]).await;
    assert_eq!(scheduled(&running).await, json!({"a": 1, "b": 3}));

    set(&running, json!({"conflicts": "off"})).await;
    created(&running, DELETIONS, &["b"]).await;
    assert_eq!(scheduled(&running).await["b"], 4);
}

#[tokio::test]
async fn requests_too_close_together_are_refused() {
    let running = collector().await;
    set(&running, json!({"gapMs": 60_000, "retryAfter": 7})).await;
    let task = created(&running, DELETIONS, &["a"]).await;
    let answer = create(&running, DELETIONS, &["b"]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    assert_eq!(create(&running, RETRIEVALS, &["b"]).await.status, 429);
    assert_eq!(ask(&running, "GET", "deletions", &task).await.status, 200);
    assert_eq!(scheduled(&running).await, json!({"a": 1}));
}

#[tokio::test]
async fn answers_have_the_older_shape_too() {
    let running = stopped().await;
    set(&running, json!({"shape": "older"})).await;
    let answer = create(&running, DELETIONS, &["a"]).await;
    let task = answer.json()["results"][0]["tracking_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 200);
    let results = ask(&running, "GET", "deletions", &task).await.json()["results"].clone();
    assert_eq!(results, json!({"status": "PENDING", "result": "", "distinct_ids": ["a"]}));
    let answer = ask(&running, "DELETE", "deletions", &task).await;
    assert_eq!((answer.status, answer.json()["results"]["task_id"].as_str()), (200, Some(&*task)));
    let answer = create(&running, RETRIEVALS, &["a"]).await;
    let task = answer.json()["results"][0]["tracking_id"].as_str().unwrap().to_owned();
    clock(&running, json!({"advanceMs": 6000})).await;
    let results = ask(&running, "GET", "retrievals", &task).await.json()["results"].clone();
    assert!(results["result"].as_str().unwrap().contains(&task) && results.get("results").is_none(), "{results}");
}

#[tokio::test]
async fn a_lost_answer_is_to_something_done() {
    let running = collector().await;
    let body = json!({"distinct_ids": ["a"]}).to_string();
    let sent = request("POST", DELETIONS, &[BEARER, JSON], body.as_bytes());
    for (behaviour, outcome, done) in [
        (json!({"match": "createDeletion", "reset": true}), "reset", false),
        (json!({"match": "createDeletion", "lose": true}), "lost", true),
    ] {
        behave(&running, behaviour).await;
        let stream = TcpStream::connect(address(&running)).await.unwrap();
        assert_eq!(exchange(stream, &sent).await, b"");
        let line = arrived(&running).await.pop().unwrap();
        assert_eq!((&line["outcome"], &line["done"], &line["status"]), (&json!(outcome), &json!(done), &Value::Null));
    }
    assert_eq!(scheduled(&running).await, json!({"a": 1}));
    assert_eq!(create(&running, DELETIONS, &["a"]).await.status, 409);
}

#[tokio::test]
async fn answers_are_bad_when_told() {
    let running = collector().await;
    let bad = [
        json!({"match": "requests", "after": 1, "status": 503, "headers": {"Retry-After": "2"}}),
        json!({"match": "createDeletion", "body": "{\"status\":\"ok\",\"resul"}),
        json!({"match": "deletionStatus", "bodyBytes": 1_000_000}),
    ];
    behave(&running, json!(bad)).await;
    // The first behaviour lets one pass, which the second then meets.
    let answer = create(&running, DELETIONS, &["a"]).await;
    assert_eq!((answer.status, answer.text()), (201, "{\"status\":\"ok\",\"resul"));
    let answer = create(&running, DELETIONS, &["b"]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("2")));
    assert_eq!(scheduled(&running).await, json!({"a": 1}));
    let answer = ask(&running, "GET", "deletions", "1").await;
    assert!(answer.status == 200 && answer.body.len() > 1_000_000);
    // What is for records is for no data request, and the other way round.
    behave(&running, json!({"status": 500})).await;
    assert_eq!(create(&running, DELETIONS, &["c"]).await.status, 201);
}

/// The file of a finished retrieval: its path and its bytes.
async fn export(running: &Running) -> (String, Vec<u8>) {
    let task = created(running, RETRIEVALS, &["a"]).await;
    clock(running, json!({"advanceMs": 6000})).await;
    let results = ask(running, "GET", "retrievals", &task).await.json()["results"].clone();
    let link = results["results"].as_str().unwrap();
    let path = link.split_once("//").unwrap().1.split_once('/').unwrap().1;
    let path = format!("/{path}");
    let whole = plain(send(running, "GET", &path, &[], "").await);
    (path, whole)
}

fn plain(answer: Answer) -> Vec<u8> {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-length"), Some(&*answer.body.len().to_string()));
    answer.body
}

#[tokio::test]
async fn a_finished_retrieval_has_a_file() {
    let running = stopped().await;
    set(&running, json!({"exportBytes": 200_001})).await;
    let (path, whole) = export(&running).await;
    assert_eq!(whole.len(), 200_001);
    for (range, from, to) in
        [("bytes=0-0", 0, 1), ("bytes=70000-", 70_000, 200_001), ("bytes=5-999999", 5, 200_001), ("bytes=-7", 199_994, 200_001)]
    {
        let answer = send(&running, "GET", &path, &[("Range", range)], "").await;
        assert_eq!((answer.status, answer.header("content-range")), (206, Some(&*format!("bytes {from}-{}/200001", to - 1))));
        assert!(answer.body == whole[from..to], "{range}");
    }
    assert_eq!(send(&running, "GET", &path, &[("Range", "bytes=200001-")], "").await.status, 416);
    assert_eq!(send(&running, "GET", &path, &[("Range", "bytes=1-"), ("If-Range", "\"other\"")], "").await.status, 200);
    assert_eq!(send(&running, "GET", "/_exports/1?bytes=5", &[], "").await.status, 404);

    behave(&running, json!({"match": "download", "cutAfter": 100_000})).await;
    let stream = TcpStream::connect(address(&running)).await.unwrap();
    let answer = Answer::parse(&exchange(stream, &request("GET", &path, &[], b"")).await);
    assert_eq!(answer.header("content-length"), Some("200001"));
    assert!(answer.body == whole[..100_000]);
}

#[tokio::test]
async fn a_file_may_be_on_another_host() {
    let (running, other) = (stopped().await, collector().await);
    let (path, whole) = export(&running).await;
    set(&running, json!({"exportRedirect": other.http_url()})).await;
    let answer = send(&running, "GET", &path, &[], "").await;
    let target = answer.header("location").unwrap().strip_prefix(other.http_url()).unwrap();
    assert_eq!(answer.status, 302);
    assert!(plain(send(&other, "GET", target, &[BEARER], "").await) == whole);
    let line = arrived(&other).await.pop().unwrap();
    assert_eq!((&line["operation"], &line["authorization"]), (&json!("download"), &json!("right")));
}

#[tokio::test]
async fn clearing_forgets_it_all() {
    let running = stopped().await;
    set(&running, json!({"shape": "older"})).await;
    create(&running, DELETIONS, &["a"]).await;
    behave(&running, json!({"match": "requests", "status": 500})).await;
    assert_eq!(get(&running, "/_collector/requests/tasks").await.json()[0]["state"], "PENDING");
    assert_eq!(send(&running, "DELETE", "/_collector/requests", &[], "").await.status, 204);
    assert_eq!(get(&running, "/_collector/requests/tasks").await.json(), json!([]));
    created(&running, DELETIONS, &["a"]).await;
    assert_eq!(arrived(&running).await.len(), 1);
    assert_eq!(send(&running, "PUT", "/_collector/requests/settings", &[], r#"{"shapes":1}"#).await.status, 400);
    assert_eq!(send(&running, "POST", "/_collector/requests/clock", &[], "[").await.status, 400);
}
