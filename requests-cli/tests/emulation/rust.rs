//! What docs/requests.md shows in Rust, as it stands there.

use serde_json::json;

use crate::host::{Host, SECRET};

// begin of the example
use std::path::Path;

use consentry::Residency;
use consentry::requests::{Client, Error, JobState, Journal, Operation, Pace, PlainLinks, Plan, Project, Report, Token};

async fn erase(client: &Client, project: &Project, ids: Vec<String>) -> Result<Report, Error> {
    let path = Path::new("erase.journal");
    let mut journal = match path.exists() {
        true => Journal::open(path)?, // an earlier process ended before it was done
        false => {
            let plan = Plan::new(Operation::Delete, project);
            plan.write(path, ids.into_iter().map(Ok), |place, _, why| eprintln!("id {place}: {why}"))?
        }
    };
    client.run(&mut journal, Pace::default(), |report| println!("{} ids left", report.left())).await
}

async fn export(client: &Client, project: &Project, task: &str, file: &Path) -> Result<bool, Error> {
    let retrieval = client.retrieval(project, task).await?;
    match (retrieval.state, retrieval.link) {
        (JobState::Success, Some(link)) => {
            let done = client.download(project, &PlainLinks, &link, file).await?;
            println!("{} bytes, SHA-256 {}", done.bytes, done.sha256);
            Ok(true)
        }
        (state, _) => {
            println!("{state}: ask again later");
            Ok(false)
        }
    }
}
// end of the example

#[test]
fn the_documented_example_is_the_tested_one() {
    let code = include_str!("rust.rs").split("// begin of the example\n").nth(1).unwrap();
    let code = code.split("// end of the example").next().unwrap();
    assert!(include_str!("../../../docs/requests.md").contains(code), "docs/requests.md has other code");
}

#[test]
fn the_documented_example_retrieves_and_deletes() {
    let host = Host::start("rust");
    host.set(json!({"pendingMs": 0, "stagingMs": 0, "startedMs": 0}));
    std::env::set_current_dir(&host.folder).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::new(Token::new(SECRET).unwrap()).unwrap();
        let project = Project::new("T", Residency::Eu).at(&host.url).unwrap();
        let ids = || vec![String::from("a"), String::from("b"), String::from("a")];
        let report = erase(&client, &project, ids()).await.unwrap();
        assert_eq!((report.scheduled, report.plan.duplicates, report.tasks.len()), (2, 1, 1));
        // Done is done: run again, it sends nothing.
        assert_eq!(erase(&client, &project, ids()).await.unwrap(), report);
        assert_eq!(host.deletions(), json!({"a": 1, "b": 1}));

        let plan = Plan::new(Operation::Retrieve, &project);
        let mut journal = plan.write(Path::new("export.journal"), ids().into_iter().map(Ok), |_, _, _| {}).unwrap();
        let report = client.run(&mut journal, Pace::default(), |_| {}).await.unwrap();
        assert!(export(&client, &project, &report.tasks[0].task, Path::new("export.data")).await.unwrap());
        assert_eq!(std::fs::metadata("export.data").unwrap().len(), 6_400);
        let shown = format!("{client:?} {journal:?} {report:?}");
        assert!(!shown.contains(SECRET) && shown.contains("***"));
    });
}
