//! The core against the published description of the API, which is not part of this repository: it is
//! looked for in ../shared/specs beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::path::Path;

use consentry::Residency;
use consentry::requests::{Call, Code, ComplianceType, DisclosureType, JobState, Method, Project, cancelled, created, deletion, retrieval};
use serde_json::{Map, Value, json};
use yaml_rust2::{Yaml, YamlLoader};

fn spec() -> Option<Yaml> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/specs/gdpr.openapi.yaml");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: there is no {}", path.display());
        return None;
    };
    YamlLoader::load_from_str(&text).unwrap().into_iter().next()
}

fn resolved<'a>(spec: &'a Yaml, node: &'a Yaml) -> &'a Yaml {
    match node["$ref"].as_str() {
        Some(path) => path.split('/').skip(1).fold(spec, |node, key| &node[key]),
        None => node,
    }
}

/// A value that the schema describes.
fn example(spec: &Yaml, schema: &Yaml) -> Value {
    let schema = resolved(spec, schema);
    let first = schema["enum"].as_vec().and_then(|all| all[0].as_str());
    match schema["type"].as_str() {
        Some("object") | None => {
            let fields = schema["properties"].as_hash().unwrap();
            Value::Object(fields.iter().map(|(key, of)| (key.as_str().unwrap().into(), example(spec, of))).collect::<Map<_, _>>())
        }
        Some("array") => json!([example(spec, &schema["items"])]),
        Some("number") => json!(7),
        Some(_) => json!(first.or(schema["example"].as_str()).unwrap_or("text")),
    }
}

/// The address of a call as the description writes it: without base, query, slash at the end or task.
fn path(call: &Call) -> String {
    let path = call.url.strip_prefix("https://eu.mixpanel.com/api/app").unwrap();
    let (path, query) = path.split_once('?').unwrap();
    assert_eq!(query, "token=T");
    path.trim_end_matches('/').replace("task-1", "{tracking_id}")
}

#[test]
fn every_operation_is_as_published() {
    let Some(spec) = spec() else { return };
    let project = Project::new("T", Residency::Eu);
    let ids = [String::from("a"), String::from("b")];
    let calls = [
        ("create-retrieval", project.create_retrieval(&ids, ComplianceType::Ccpa, DisclosureType::Sources)),
        ("get-retrieval", project.retrieval_status("task-1")),
        ("create-deletion", project.create_deletion(&ids, ComplianceType::Gdpr)),
        ("get-deletion", project.deletion_status("task-1")),
        ("delete-deletion", project.cancel_deletion("task-1")),
    ];
    let mut known = 0;
    for (route, item) in spec["paths"].as_hash().unwrap() {
        for (method, operation) in item.as_hash().unwrap().iter().filter(|(key, _)| key.as_str() != Some("parameters")) {
            known += 1;
            let name = operation["operationId"].as_str().unwrap();
            let (_, call) = calls.iter().find(|(one, _)| *one == name).unwrap_or_else(|| panic!("{name} is new"));
            assert_eq!(path(call), route.as_str().unwrap(), "{name}");
            assert_eq!(call.method.name(), method.as_str().unwrap().to_uppercase(), "{name}");
            let wanted = &operation["requestBody"]["content"]["application/json"]["schema"];
            match &call.body {
                None => assert!(wanted.is_badvalue(), "{name}"),
                Some(body) => {
                    let body: Map<String, Value> = serde_json::from_str(body).unwrap();
                    assert_eq!(body["distinct_ids"], json!(["a", "b"]));
                    let documented = example(&spec, wanted);
                    assert!(body.keys().all(|key| documented.get(key).is_some()), "{name}: {body:?}");
                    assert_eq!(body.len(), documented.as_object().unwrap().len(), "{name}");
                }
            }
            for (status, answer) in operation["responses"].as_hash().unwrap() {
                let status: u16 = status.as_str().unwrap().parse().unwrap();
                let schema = &answer["content"]["application/json"]["schema"];
                let body = if schema.is_badvalue() { String::new() } else { example(&spec, schema).to_string() };
                let outcome = match (name, call.method) {
                    (_, Method::Post) => created(status, &body).map(|created| assert_eq!(created.task, "job-tracking-id")),
                    ("get-retrieval", _) => retrieval(status, &body).map(|found| {
                        assert_eq!(found.state, JobState::Pending);
                        assert!(found.link.is_some() && !found.ids.is_empty());
                    }),
                    (_, Method::Get) => deletion(status, &body).map(|found| {
                        assert_eq!(found.state, JobState::Pending);
                        assert!(found.requested.is_some() && found.user.is_some() && found.law.is_some() && !found.ids.is_empty());
                    }),
                    (_, Method::Delete) => cancelled(status, &body),
                };
                match status {
                    200..=299 => outcome.unwrap_or_else(|error| panic!("{name} {status}: {error}")),
                    401 => assert_eq!(outcome.unwrap_err().kind, Code::Unauthorized, "{name}"),
                    403 => assert_eq!(outcome.unwrap_err().kind, Code::Forbidden, "{name}"),
                    _ => panic!("{name} {status} is new"),
                }
            }
        }
    }
    assert_eq!(known, calls.len());
}

#[test]
fn every_published_state_and_host_is_known() {
    let Some(spec) = spec() else { return };
    let schemas = &spec["components"]["schemas"];
    for schema in [&schemas["CheckRetrievalResponse"]["properties"]["results"], &schemas["DeletionJobResult"]] {
        for state in schema["properties"]["status"]["enum"].as_vec().unwrap() {
            let state = JobState::named(state.as_str().unwrap());
            assert!(!matches!(state, JobState::Other(_)), "{state}");
        }
    }
    let regions = spec["servers"][0]["variables"]["regionAndDomain"]["enum"].as_vec().unwrap();
    let published: Vec<String> = regions.iter().map(|region| format!("https://{}.com/api/app", region.as_str().unwrap())).collect();
    assert_eq!(Residency::ALL.map(|residency| String::from(Project::new("T", residency).base())).to_vec(), published);
}

#[test]
fn both_documented_shapes_of_every_answer_are_read() {
    for body in [
        r#"{"status":"ok","results":{"task_id":"7"}}"#,
        r#"{"status":"ok","results":[{"tracking_id":"7","status":"PENDING"}]}"#,
        r#"{"results":[{"task_id":7}]}"#,
        r#"{"results":{"tracking_id":"7"}}"#,
    ] {
        assert_eq!(created(200, body).unwrap().task, "7", "{body}");
    }
    for key in ["results", "result"] {
        let found = retrieval(200, &json!({"results": {"status": "SUCCESS", key: "a.example/9"}}).to_string()).unwrap();
        assert_eq!((found.state, found.link.as_deref(), found.ids.len()), (JobState::Success, Some("a.example/9"), 0));
        let found = retrieval(200, &json!({"results": {"status": "STAGING", key: ""}}).to_string()).unwrap();
        assert_eq!((found.state, found.link), (JobState::Staging, None));
    }
    let short =
        deletion(200, r#"{"status":"ok","results":{"status":"thawing","result":"","distinct_ids":["1784092630517283841",9]}}"#).unwrap();
    assert_eq!((short.state, short.ids), (JobState::Other("thawing".into()), vec!["1784092630517283841".into(), "9".into()]));
    assert!(cancelled(204, "").is_ok() && cancelled(200, r#"{"results":{"task_id":"7"}}"#).is_ok());
}

#[test]
fn errors_are_texts_or_objects() {
    let conflict = |body: &str| created(409, body).unwrap_err();
    let object =
        conflict(r#"{"status":"error","error":{"error":"running","conflicting_distinct_ids":["a","b"],"conflicting_task_ids":["7"]}}"#);
    let ids = object.conflict.clone().unwrap();
    assert_eq!(
        (object.kind, object.about.as_str(), ids.ids.len(), ids.tasks.as_slice()),
        (Code::Conflict, "running", 2, &["7".into()][..])
    );
    let text = conflict(r#"{"status":"error","error":"ids are running"}"#);
    assert_eq!((text.kind, text.about.as_str(), text.conflict.unwrap().ids.len()), (Code::Conflict, "ids are running", 0));
    assert_eq!(conflict("<html>").kind, Code::Malformed);
    for (status, kind) in
        [(400, Code::Refused), (404, Code::NotFound), (405, Code::Refused), (408, Code::Unavailable), (413, Code::TooLarge)]
    {
        assert_eq!(created(status, "").unwrap_err().kind, kind);
    }
    for (status, kind) in [(429, Code::TooManyRequests), (500, Code::Unavailable), (503, Code::Unavailable), (302, Code::Redirected)] {
        assert_eq!(deletion(status, "<html>").unwrap_err().kind, kind);
    }
    assert_eq!(cancelled(405, "").unwrap_err().kind, Code::TooLate);
    for body in [
        "",
        "{",
        "[]",
        "null",
        "7",
        r#"{"results":{}}"#,
        r#"{"results":[]}"#,
        r#"{"results":{"task_id":null}}"#,
        r#"{"results":{"task_id":"a b"}}"#,
    ] {
        assert_eq!(created(201, body).unwrap_err().kind, Code::Malformed, "{body}");
        assert_eq!(deletion(200, body).unwrap_err().kind, Code::Malformed, "{body}");
    }
    assert_eq!(created(200, r#"{"status":"error","error":"no"}"#).unwrap_err().kind, Code::Refused);
    assert_eq!(created(201, &"[".repeat(100_000)).unwrap_err().kind, Code::Malformed);
}
