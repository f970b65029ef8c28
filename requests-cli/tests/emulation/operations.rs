//! Every operation, in both shapes of its answers.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::host::{Host, Ran, SECRET};

#[test]
fn every_operation_in_both_shapes() {
    for shape in ["published", "older"] {
        let host = Host::start(&format!("operations-{shape}"));
        host.set(json!({"shape": shape}));
        let journal = host.path("delete.journal");
        let ran = host.delete(&journal, &["--id", "a", "--id", "b", "--id", "a", "--law", "ccpa"]);
        let done = ran.is(0).last();
        assert_eq!((&done["type"], &done["scheduled"], &done["duplicates"]), (&json!("done"), &json!(2), &json!(1)));
        assert_eq!(host.deletions(), json!({"a": 1, "b": 1}));
        let line = host.arrived().pop().unwrap();
        assert_eq!((&line["complianceType"], &line["authorization"], &line["project"]), (&json!("CCPA"), &json!("right"), &json!("T")));

        let task = done["tasks"][0]["task"].as_str().unwrap();
        let mut named = vec!["status", task];
        named.extend(host.place());
        assert_eq!(host.run(&named).is(0).last()["state"], "PENDING");
        assert_eq!(host.run(&["status", "--journal", "delete.journal"]).is(0).last()["task"], task);
        assert_eq!(host.run(&["cancel", "--journal", "delete.journal"]).is(0).last()["cancelled"], true);
        assert_eq!(host.run(&["status", "--journal", "delete.journal"]).is(0).last()["state"], "REVOKED");

        host.set(json!({"shape": shape, "pendingMs": 0, "stagingMs": 0, "startedMs": 1_500, "exportBytes": 300_001}));
        assert_eq!(host.delete(&host.path("again.journal"), &["--id", "a"]).is(0).last()["scheduled"], 1);
        let late = host.run(&["cancel", "--journal", "again.journal"]);
        assert_eq!(late.is(6).last()["cancelled"], false);

        let mut retrieve = vec!["retrieve", "--id", "a", "--law", "ccpa", "--disclosure", "sources", "--journal", "retrieve.journal"];
        retrieve.extend(host.place());
        assert_eq!(host.run(&retrieve).is(0).last()["scheduled"], 1);
        assert_eq!(host.arrived().pop().unwrap()["disclosureType"], "Sources");
        fs::create_dir(host.path("out")).unwrap();
        let status = host.run(&["status", "--journal", "retrieve.journal", "--wait", "--every-ms", "300", "--download", "out"]);
        let done = status.is(0).last();
        assert_eq!((&done["type"], &done["bytes"]), (&json!("download"), &json!(300_001)));
        let file = host.path(done["file"].as_str().unwrap());
        assert_eq!(fs::metadata(&file).unwrap().len(), 300_001);
        let sum = std::process::Command::new("sha256sum").arg(&file).output().unwrap().stdout;
        assert!(String::from_utf8(sum).unwrap().starts_with(done["sha256"].as_str().unwrap()));
        // The link opens by itself: the token stays with the API.
        let downloads: Vec<Value> = host.arrived().into_iter().filter(|line| line["operation"] == "download").collect();
        assert_eq!((downloads.len(), &downloads[0]["authorization"]), (1, &json!("absent")));
    }
}

#[test]
fn ids_come_from_everywhere() {
    let host = Host::start("ids");
    fs::write(host.path("ids.txt"), "\u{feff}one\r\n\r\ntwo\n two\nthree").unwrap();
    let ran = host.delete(&host.path("1"), &["ids.txt"]);
    assert_eq!(ran.is(4).last()["refused"], 1);
    assert_eq!(ran.lines[0], json!({"type": "refused", "place": 3, "id": " two", "reason": "begins or ends with a space"}));
    fs::write(host.path("ids.csv"), "\u{feff}name,user id\nAnn,\"fo\"\"ur\"\nBob,five\n").unwrap();
    host.delete(&host.path("2"), &["ids.csv", "--column", "user id"]).is(0);
    host.delete(&host.path("3"), &["ids.csv", "--column", "id"]).is(1);

    let mut arguments = vec!["delete", "-", "--yes", "--journal", "4", "--json"];
    arguments.extend(host.place());
    let mut child = host.command(&arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"six\nseven").unwrap();
    Ran::of(child.wait_with_output().unwrap()).is(0);
    assert_eq!(host.deletions(), json!({"fo\"ur": 1, "five": 1, "one": 1, "seven": 1, "six": 1, "three": 1, "two": 1}));
    host.delete(&host.path("5"), &["nowhere.txt"]).is(1);
}

#[test]
fn nothing_is_sent_unless_it_is_meant() {
    let host = Host::start("meant");
    let mut arguments = vec!["delete", "--id", "a", "--journal", "journal"];
    arguments.extend(host.place());
    assert_eq!(host.run(&arguments).is(7).last()["code"], "not_confirmed");
    assert!(!host.path("journal").exists());
    arguments.push("--dry-run");
    let ran = host.run(&arguments);
    let plan = ran.is(0).last();
    assert_eq!((&plan["type"], &plan["ids"], &plan["batchSize"]), (&json!("plan"), &json!(1), &json!(1_999)));
    arguments.extend(["--groups", "3"]);
    assert_eq!(host.run(&arguments).is(0).last()["batchSize"], 500);
    let no_token = host.command(&arguments[..arguments.len() - 3]).env_remove("CONSENTRY_OAUTH_TOKEN").output().unwrap();
    assert_eq!(no_token.status.code(), Some(2));
    assert!(!host.path("journal").exists());
    assert_eq!(host.arrived().len(), 0);
}

#[test]
fn the_token_comes_from_a_file_too() {
    let host = Host::start("token");
    fs::write(host.path("token"), format!("{SECRET}\n")).unwrap();
    let mut arguments = vec!["delete", "--yes", "--id", "a", "--token-file", "token", "--json"];
    arguments.extend(host.place());
    let ran = Ran::of(host.command(&arguments).env_remove("CONSENTRY_OAUTH_TOKEN").output().unwrap());
    assert_eq!(ran.is(0).last()["scheduled"], 1);
    // The journal without a name is in the folder, and has no token.
    let journals: Vec<_> = fs::read_dir(&host.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let journal = journals.iter().find(|path| path.to_string_lossy().ends_with(".journal")).unwrap();
    assert!(!fs::read_to_string(journal).unwrap().contains(SECRET));
}

#[test]
fn requests_are_a_second_apart() {
    let host = Host::start("pace");
    let mut arguments = vec!["delete", "--yes", "--id", "a", "--id", "b", "--id", "c", "--batch", "1", "--journal", "journal"];
    arguments.extend(host.place());
    host.run(&arguments).is(0);
    let times: Vec<u64> = host.arrived().iter().map(|line| line["at"].as_u64().unwrap()).collect();
    assert!(times.len() == 3 && times.windows(2).all(|pair| pair[1] - pair[0] >= 1_000), "{times:?}");
}

#[test]
fn completions_and_a_man_page() {
    let host = Host::start("help");
    for (arguments, text) in
        [(&["completions", "bash"][..], "--project-token"), (&["man"], ".TH consentry-requests"), (&["--help"], "Exit codes")]
    {
        let output = host.command(arguments).output().unwrap();
        assert!(output.status.success() && String::from_utf8(output.stdout).unwrap().contains(text), "{arguments:?}");
    }
}
