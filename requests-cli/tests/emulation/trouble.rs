//! Answers that are refusals, broken, too long or not there.

use std::fs;

use serde_json::{Value, json};

use crate::host::{Host, SECRET};

fn statuses(host: &Host) -> Vec<Value> {
    host.arrived().iter().map(|line| line["status"].clone()).collect()
}

#[test]
fn the_wrong_token_or_project_stops_it_and_a_later_one_goes_on() {
    for (settings, code, status) in [(json!({"bearer": "other"}), "unauthorized", 401), (json!({"projects": ["U"]}), "forbidden", 403)] {
        let host = Host::start(code);
        host.set(settings);
        let ran = host.delete(&host.path("journal"), &["--id", "a"]);
        assert_eq!((&ran.is(5).last()["code"], &ran.last()["status"]), (&json!(code), &json!(status)));
        assert_eq!(statuses(&host), [status]);
        host.set(json!({}));
        assert_eq!(host.run(&["resume", "journal", "--yes"]).is(0).last()["scheduled"], 1);
    }
}

#[test]
fn what_passes_is_tried_again() {
    for (behaviours, statuses_then) in [
        (json!([{"match": "createDeletion", "status": 429, "times": 2, "body": "Too Many Requests, this API is limited to 1 req/s"}]), 3),
        (json!([{"match": "createDeletion", "status": 503, "times": 3}]), 4),
        (json!([{"match": "createDeletion", "reset": true, "times": 3}]), 4),
    ] {
        let host = Host::start(&format!("passing-{statuses_then}-{}", behaviours[0]["status"]));
        host.behave(&behaviours);
        assert_eq!(host.delete(&host.path("journal"), &["--id", "a"]).is(0).last()["scheduled"], 1);
        assert_eq!(host.arrived().len(), statuses_then);
        assert_eq!(host.deletions(), json!({"a": 1}));
    }
}

#[test]
fn retry_after_is_kept() {
    let host = Host::start("after");
    host.behave(&json!([{"match": "createDeletion", "status": 429, "headers": {"Retry-After": "2"}}]));
    host.delete(&host.path("journal"), &["--id", "a"]).is(0);
    let times: Vec<u64> = host.arrived().iter().map(|line| line["at"].as_u64().unwrap()).collect();
    assert!(times[1] - times[0] >= 2_000, "{times:?}");
}

#[test]
fn where_an_answer_was_lost_the_server_is_asked() {
    for behaviour in [
        json!({"match": "createDeletion", "lose": true}),
        json!({"match": "createDeletion", "body": "{\"status\":\"ok\",\"resul"}),
        json!({"match": "createDeletion", "cutAfter": 10}),
    ] {
        let host = Host::start("lost");
        host.behave(&json!([behaviour]));
        let ran = host.delete(&host.path("journal"), &["--id", "a", "--id", "b"]);
        let done = ran.is(0).last();
        assert_eq!((&done["scheduled"], &done["alreadyScheduled"], &done["repeated"]), (&json!(2), &json!(0), &json!(0)), "{behaviour}");
        assert_eq!(host.deletions(), json!({"a": 1, "b": 1}));
        let operations: Vec<Value> = host.arrived().iter().map(|line| line["operation"].clone()).collect();
        assert_eq!(operations, ["createDeletion", "createDeletion", "deletionStatus"], "{behaviour}");
        let task = host.get("/_collector/requests/tasks")[0]["task"].clone();
        assert_eq!(done["tasks"], json!([{"task": task, "ids": 2}]));
    }
}

#[test]
fn conflicts_are_set_aside_in_both_forms() {
    for form in ["object", "text"] {
        let host = Host::start(&format!("conflicts-{form}"));
        host.set(json!({"conflicts": form}));
        host.delete(&host.path("first"), &["--id", "b", "--id", "e"]).is(0);
        let all = ["--id", "a", "--id", "b", "--id", "c", "--id", "d", "--id", "e", "--id", "f"];
        let ran = host.delete(&host.path("second"), &all);
        let done = ran.is(0).last();
        assert_eq!((&done["scheduled"], &done["alreadyScheduled"]), (&json!(4), &json!(2)), "{form}");
        assert_eq!(host.deletions(), json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}));
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let (host, other) = (Host::start("redirect"), Host::start("redirected"));
    for status in [301, 302, 307, 308] {
        let to = format!("{}/api/app/data-deletions/v3.0/?token=T", other.url);
        host.behave(&json!([{"match": "createDeletion", "status": status, "headers": {"Location": to}}]));
        let ran = host.delete(&host.path(&status.to_string()), &["--id", "a"]);
        assert_eq!(ran.is(5).last()["code"], "redirected");
    }
    assert_eq!(other.arrived().len(), 0);
}

#[test]
fn an_endless_answer_is_cut_off() {
    let host = Host::start("endless");
    let ran = host.delete(&host.path("journal"), &["--id", "a"]);
    let task = ran.is(0).last()["tasks"][0]["task"].as_str().unwrap();
    host.behave(&json!([{"match": "deletionStatus", "bodyBytes": 100_000_000}]));
    let mut arguments = vec!["status", task];
    arguments.extend(host.place());
    assert_eq!(host.run(&arguments).is(3).last()["code"], "answer_too_long");
    // Of a creation it is an answer that was lost.
    host.behave(&json!([{"match": "createDeletion", "bodyBytes": 100_000_000}]));
    assert_eq!(host.delete(&host.path("second"), &["--id", "b"]).is(0).last()["scheduled"], 1);
    assert_eq!(host.deletions(), json!({"a": 1, "b": 1}));
}

#[test]
fn unknown_states_are_shown_as_they_are() {
    let host = Host::start("thawing");
    host.set(json!({"pendingMs": 0, "stagingMs": 0, "startedMs": 0, "end": "THAWING"}));
    host.delete(&host.path("journal"), &["--id", "a"]).is(0);
    assert_eq!(host.run(&["status", "--journal", "journal"]).is(0).last()["state"], "THAWING");
    host.set(json!({"pendingMs": 0, "stagingMs": 0, "startedMs": 0, "end": "FAILURE"}));
    assert_eq!(host.run(&["status", "--journal", "journal"]).is(8).last()["state"], "FAILURE");
}

#[test]
fn the_token_is_in_nothing_even_when_the_server_echoes_it() {
    let host = Host::start("echo");
    let echo = format!("who is Bearer {SECRET}?");
    let body = json!({"status": "error", "error": echo}).to_string();
    host.behave(&json!([{"match": "createDeletion", "status": 400, "body": body}]));
    let ran = host.delete(&host.path("journal"), &["--id", "a"]);
    assert_eq!(ran.is(5).last()["message"], "Check the request (400: who is Bearer ***?)");
    // Escaped in JSON it is the same text.
    let escaped = SECRET.replace('b', "\\u0062");
    let body = format!(r#"{{"status":"ok","results":{{"task_id":"{escaped}"}}}}"#);
    host.behave(&json!([{"match": "createDeletion", "status": 201, "body": body, "headers": {"Retry-After": SECRET}}]));
    assert_eq!(host.run(&["resume", "journal", "--yes"]).is(0).last()["tasks"][0]["task"], "***");
    assert!(!fs::read_to_string(host.path("journal")).unwrap().contains(SECRET));
    // A token that no header can carry is not shown either.
    let mut arguments = vec!["delete", "--yes", "--id", "a"];
    arguments.extend(host.place());
    let wrong = host.command(&arguments).env("CONSENTRY_OAUTH_TOKEN", format!("{SECRET} {SECRET}")).output().unwrap();
    assert!(wrong.status.code() == Some(2) && !String::from_utf8(wrong.stderr).unwrap().contains(SECRET));
}

#[test]
fn a_download_goes_on_where_it_was_and_takes_no_token_along() {
    let (host, other) = (Host::start("download"), Host::start("download-other"));
    host.set(json!({"pendingMs": 0, "stagingMs": 0, "startedMs": 0, "exportBytes": 500_000, "exportRedirect": other.url}));
    let mut retrieve = vec!["retrieve", "--id", "a", "--journal", "journal"];
    retrieve.extend(host.place());
    host.run(&retrieve).is(0);
    other.behave(&json!([{"match": "download", "cutAfter": 123_456}, {"match": "download", "cutAfter": 100_000}]));
    let ran = host.run(&["status", "--journal", "journal", "--download", "."]);
    let done = ran.is(0).last();
    assert_eq!(done["bytes"], 500_000);
    let arrived = other.arrived();
    let ranges: Vec<&Value> = arrived.iter().map(|line| &line["range"]).collect();
    assert_eq!(arrived.len(), 3);
    assert_eq!(ranges[0], &json!(null));
    assert!(ranges[1].as_str().unwrap().starts_with("bytes=") && ranges[2].as_str().unwrap().starts_with("bytes="), "{ranges:?}");
    assert!(arrived.iter().all(|line| line["authorization"] == "absent"));
    let file = host.path(done["file"].as_str().unwrap());
    let sum = std::process::Command::new("sha256sum").arg(&file).output().unwrap().stdout;
    assert!(String::from_utf8(sum).unwrap().starts_with(done["sha256"].as_str().unwrap()));
    assert!(!fs::read_dir(&host.folder).unwrap().any(|entry| entry.unwrap().path().to_string_lossy().contains(".part")));
}
