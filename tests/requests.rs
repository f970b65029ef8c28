#![cfg(not(target_arch = "wasm32"))]
//! Data requests: a plan against a server in memory that loses answers, conflicts and refuses, with
//! processes that end anywhere; and the journal's file, torn at every byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use consentry::Residency;
use consentry::requests::{
    Code, ComplianceType, DisclosureType, Error, Head, Journal, Method, Moment, Next, Operation, Pace, Plan, Project, Record, Replay,
    Report, Seal, Sender,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a request meets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Answered,
    LostDone,
    LostNotDone,
    NotSent,
    Busy,
    BrokenDone,
    BrokenNotDone,
    Malformed,
    TooLarge,
}

/// A server that takes a request as a whole or not at all.
#[derive(Default)]
struct Server {
    tasks: Vec<Vec<String>>,
    in_task: BTreeMap<String, usize>,
    scheduled: BTreeMap<String, u32>,
    text: bool,
    arrivals: Vec<u64>,
}

impl Server {
    fn schedule(&mut self, ids: Vec<String>) -> String {
        for id in &ids {
            self.in_task.insert(id.clone(), self.tasks.len());
            *self.scheduled.entry(id.clone()).or_default() += 1;
        }
        self.tasks.push(ids);
        format!("task-{}", self.tasks.len() - 1)
    }

    fn create(&mut self, body: &str) -> (u16, String) {
        let body: Value = serde_json::from_str(body).unwrap();
        let ids: Vec<String> = serde_json::from_value(body["distinct_ids"].clone()).unwrap();
        assert!(!ids.is_empty() && ids.len() <= 2_000);
        let named: Vec<&String> = ids.iter().filter(|id| self.in_task.contains_key(*id)).collect();
        if named.is_empty() {
            return (201, json!({ "status": "ok", "results": { "task_id": self.schedule(ids) } }).to_string());
        }
        let mut tasks: Vec<String> = named.iter().map(|id| format!("task-{}", self.in_task[*id])).collect();
        tasks.sort();
        tasks.dedup();
        let inner = json!({ "error": "running", "conflicting_distinct_ids": named, "conflicting_task_ids": tasks });
        let error = if self.text { json!("some ids have a running task") } else { inner };
        (409, json!({ "status": "error", "error": error }).to_string())
    }

    fn state(&self, url: &str) -> (u16, String) {
        let task = url.split('/').next_back().unwrap().split('?').next().unwrap();
        let ids = &self.tasks[task.strip_prefix("task-").unwrap().parse::<usize>().unwrap()];
        (200, json!({ "status": "ok", "results": { "status": "PENDING", "distinct_ids": ids } }).to_string())
    }
}

fn head(operation: Operation) -> Head {
    let (law, disclosure) = (ComplianceType::Gdpr, DisclosureType::Data);
    Head { version: 1, operation, project: "T".into(), base: "https://mixpanel.com/api/app".into(), law, disclosure }
}

/// A sealed journal with these batches.
fn planned(operation: Operation, batches: &[Vec<String>]) -> String {
    let mut replay = Replay::default();
    let mut text = replay.write(&Record::Plan(head(operation))).unwrap();
    for (n, ids) in (0..).zip(batches) {
        text += &replay.write(&Record::Batch { n, ids: ids.clone() }).unwrap();
    }
    let ids = batches.iter().map(|ids| ids.len() as u64).sum();
    text + &replay.write(&Record::Sealed(Seal { batches: batches.len() as u64, ids, ..Seal::default() })).unwrap()
}

fn replayed(journal: &str) -> Replay {
    let mut replay = Replay::default();
    for line in journal.lines() {
        replay.line(line.as_bytes()).unwrap();
    }
    replay
}

fn lost() -> Error {
    Error::about(Code::Unreachable, "")
}

/// Runs one process until it is done, stops, or has taken so many steps; answers what came of it.
fn process(
    server: &mut Server,
    journal: &mut String,
    batches: &[Vec<String>],
    clock: &mut u64,
    mut fates: impl FnMut() -> Fate,
    steps: usize,
    tear: usize,
) -> Option<Result<Report, Error>> {
    let now = |clock: u64| Moment { clock, wall: clock };
    let mut sender = Sender::new(replayed(journal), Pace::default(), now(*clock)).unwrap();
    for step in 0..=steps {
        match sender.next(now(*clock)) {
            Next::Batch(n) => sender.batch(batches[n as usize].clone()),
            Next::Write(lines) if step == steps => {
                // It ends in the middle of the write; what is torn is cut off by the next.
                let torn = &lines[..tear % (lines.len() + 1)];
                journal.push_str(&torn[..torn.rfind('\n').map_or(0, |at| at + 1)]);
                return None;
            }
            Next::Write(lines) => journal.push_str(&lines),
            Next::Wait(until) => *clock = until,
            Next::Send(call) => {
                server.arrivals.push(*clock);
                let fate = fates();
                let before = |server: &mut Server| match call.method {
                    Method::Post => server.create(call.body.as_deref().unwrap()),
                    Method::Get | Method::Delete => server.state(&call.url),
                };
                let at = now(*clock);
                let answer = match fate {
                    Fate::Answered => Some(before(server)),
                    Fate::LostDone => {
                        before(server);
                        None
                    }
                    Fate::LostNotDone | Fate::NotSent => None,
                    Fate::Busy => Some((429, "Too Many Requests, this API is limited to 1 req/s".into())),
                    Fate::BrokenDone => {
                        before(server);
                        Some((502, "<html>".into()))
                    }
                    Fate::BrokenNotDone => Some((503, String::new())),
                    Fate::Malformed => Some((before(server).0, "{\"sta".into())),
                    Fate::TooLarge => Some((413, String::new())),
                };
                if step == steps {
                    return None;
                }
                match answer {
                    Some((status, body)) => sender.answered(at, 7, status, None, &body),
                    None => sender.lost(at, 7, lost(), fate != Fate::NotSent),
                }
            }
            Next::Done => return Some(Ok(sender.report().clone())),
            Next::Stop(error) => return Some(Err(error)),
        }
    }
    None
}

fn batches(sizes: &[usize]) -> Vec<Vec<String>> {
    let mut next = 0..;
    sizes.iter().map(|size| next.by_ref().take(*size).map(|id: u32| format!("id{id}")).collect()).collect()
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Answered),
        3 => Just(Fate::LostDone),
        2 => Just(Fate::LostNotDone),
        1 => Just(Fate::NotSent),
        1 => Just(Fate::Busy),
        1 => Just(Fate::BrokenDone),
        1 => Just(Fate::BrokenNotDone),
        1 => Just(Fate::Malformed),
        1 => Just(Fate::TooLarge),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn every_id_is_scheduled_once_and_none_is_lost(
        sizes in prop::collection::vec(1_usize..7, 1..5),
        others in prop::collection::vec(0_u32..30, 0..8),
        text in any::<bool>(),
        fates in prop::collection::vec(fate(), 0..60),
        ends in prop::collection::vec((0_usize..40, any::<usize>()), 0..20),
    ) {
        let batches = batches(&sizes);
        let ids: Vec<String> = batches.concat();
        let mut server = Server { text, ..Server::default() };
        let mut theirs: Vec<String> = others.iter().map(|id| format!("id{id}")).collect();
        theirs.sort();
        theirs.dedup();
        for id in &theirs {
            server.schedule(vec![id.clone()]);
        }
        let mut journal = planned(Operation::Delete, &batches);
        let (mut clock, mut fates, mut ends) = (0, fates.into_iter(), ends.into_iter());
        let report = loop {
            let (steps, tear) = ends.next().unwrap_or((usize::MAX - 1, 0));
            let next = || fates.next().unwrap_or(Fate::Answered);
            match process(&mut server, &mut journal, &batches, &mut clock, next, steps, tear) {
                Some(Ok(report)) => break report,
                // One id that is too large stays so until the server says otherwise.
                Some(Err(error)) => prop_assert!(matches!(error.kind, Code::TooLarge | Code::Unreachable | Code::Unavailable | Code::Malformed)),
                None => {}
            }
        };
        for id in &ids {
            prop_assert_eq!(server.scheduled.get(id), Some(&1), "{}", id);
        }
        prop_assert_eq!(report.scheduled + report.already_scheduled, ids.len() as u64);
        prop_assert!(report.is_complete());
        prop_assert_eq!(&report, &replayed(&journal).report().clone());
        let ours: u64 = ids.iter().filter(|id| !theirs.contains(id)).count() as u64;
        if !text {
            // Where the server names what conflicts, no answer that was lost hides a task of ours.
            // (One of somebody else's that has all ids of a lost request cannot be told from ours.)
            prop_assert!(report.scheduled >= ours);
            for task in &report.tasks {
                let place: usize = task.task.strip_prefix("task-").unwrap().parse().unwrap();
                prop_assert!(server.tasks[place].len() as u64 >= task.ids);
            }
        }
        prop_assert!(server.arrivals.windows(2).all(|pair| pair[1] >= pair[0] + 1_000));
    }
}

#[test]
fn what_was_lost_too_long_ago_is_not_repeated_unasked() {
    let batches = batches(&[3]);
    let mut journal = planned(Operation::Delete, &batches);
    let mut server = Server::default();
    // It ends with the request on its way.
    assert!(process(&mut server, &mut journal, &batches, &mut 0, || Fate::LostDone, 2, 0).is_none());
    assert_eq!(server.tasks.len(), 1);
    let late = Moment { clock: 5_000, wall: 86_400_001 };
    let first = |pace: Pace| {
        let mut sender = Sender::new(replayed(&journal), pace, Moment { clock: 0, ..late }).unwrap();
        assert_eq!(sender.next(late), Next::Batch(0));
        sender.batch(batches[0].clone());
        sender.next(late)
    };
    assert!(matches!(first(Pace::default()), Next::Stop(error) if error.kind == Code::Doubtful));
    let mut pace = Pace::default();
    pace.repeat_doubtful = true;
    assert!(matches!(first(pace), Next::Write(_)));
}

#[test]
fn a_retrieval_whose_answer_was_lost_is_repeated_and_said_so() {
    let batches = batches(&[3, 2]);
    let mut journal = planned(Operation::Retrieve, &batches);
    let (mut server, mut clock) = (Server::default(), 0);
    let mut fates = [Fate::LostNotDone].into_iter();
    let next = || fates.next().unwrap_or(Fate::Answered);
    let report = process(&mut server, &mut journal, &batches, &mut clock, next, 100, 0).unwrap().unwrap();
    assert_eq!((report.scheduled, report.repeated, report.tasks.len()), (5, 3, 2));
    // One that was taken without a name stops it: each try would make another.
    let mut journal = planned(Operation::Retrieve, &batches);
    let stopped = process(&mut Server::default(), &mut journal, &batches, &mut 0, || Fate::Malformed, 100, 0).unwrap().unwrap_err();
    assert_eq!(stopped.kind, Code::Malformed);
}

#[test]
fn it_stops_where_trying_again_is_useless() {
    let batches = batches(&[2]);
    for (status, kind) in [
        (301, Code::Redirected),
        (400, Code::Refused),
        (401, Code::Unauthorized),
        (403, Code::Forbidden),
        (404, Code::NotFound),
        (418, Code::Refused),
    ] {
        let mut sender = Sender::new(replayed(&planned(Operation::Delete, &batches)), Pace::default(), Moment::default()).unwrap();
        assert_eq!(sender.next(Moment::default()), Next::Batch(0));
        sender.batch(batches[0].clone());
        assert!(matches!(sender.next(Moment::default()), Next::Write(_)));
        assert!(matches!(sender.next(Moment::default()), Next::Send(_)));
        sender.answered(Moment::default(), 0, status, None, r#"{"status":"error","error":"No\nway"}"#);
        assert!(matches!(sender.next(Moment::default()), Next::Write(_)));
        let Next::Stop(error) = sender.next(Moment::default()) else { panic!("{status}") };
        assert_eq!((error.kind, error.status, error.about.as_str()), (kind, Some(status), "No way"));
    }
}

// ---- the file

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("consentry-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn plan() -> Plan {
    Plan::new(Operation::Delete, &Project::new("T", Residency::Eu)).with_batches_of(2)
}

fn ids(all: &[&str]) -> Vec<std::io::Result<String>> {
    all.iter().map(|id| Ok(String::from(*id))).collect()
}

#[test]
fn a_journal_torn_at_any_byte_is_whole_again() {
    let path = folder("torn").join("journal");
    let batches = batches(&[2, 3, 1]);
    let mut text = planned(Operation::Delete, &batches);
    let sealed = text.len();
    let mut fates = [Fate::LostDone, Fate::Answered, Fate::TooLarge].into_iter();
    process(&mut Server::default(), &mut text, &batches, &mut 0, || fates.next().unwrap_or(Fate::Answered), 100, 0).unwrap().unwrap();
    for cut in 0..=text.len() {
        // What a crash leaves of the rest may be nothing, zeros, or what was there before.
        for rest in ["", "\0\0\0", "\0\n", "deadbeef {\"k\":"] {
            let mut torn = text.as_bytes()[..cut].to_vec();
            torn.extend_from_slice(rest.as_bytes());
            fs::write(&path, &torn).unwrap();
            if cut < sealed {
                assert_eq!(Journal::open(&path).unwrap_err().kind, Code::JournalUnfinished, "{cut} {rest:?}");
                // What is no beginning of a journal may be anybody's file.
                if cut > 30 || rest.is_empty() {
                    plan().write(&path, ids(&["a"]), |_, _, _| {}).unwrap();
                    assert_eq!(Journal::open(&path).unwrap().report().plan.ids, 1);
                }
                continue;
            }
            let whole = text[..cut].rfind('\n').map_or(0, |at| at + 1);
            let journal = Journal::open(&path).unwrap_or_else(|error| panic!("{cut} {rest:?}: {error}"));
            assert_eq!(journal.report(), replayed(&text[..whole]).report());
            drop(journal);
            assert_eq!(fs::read_to_string(&path).unwrap(), text[..whole]);
        }
    }
}

#[test]
fn a_changed_journal_is_never_taken_for_whole() {
    let path = folder("changed").join("journal");
    let batches = batches(&[2, 2]);
    let mut text = planned(Operation::Delete, &batches);
    process(&mut Server::default(), &mut text, &batches, &mut 0, || Fate::Answered, 100, 0).unwrap().unwrap();
    // The last line may be torn; joined to the one before, it is one line, and may be too.
    let last = text.trim_end().rfind('\n').unwrap();
    for at in 0..last {
        let mut changed = text.clone().into_bytes();
        changed[at] ^= 1;
        fs::write(&path, &changed).unwrap();
        let Err(error) = Journal::open(&path) else { panic!("{at} of {}", text.len()) };
        assert!(matches!(error.kind, Code::JournalCorrupt | Code::JournalUnfinished), "{at}: {error}");
        assert_eq!(fs::read(&path).unwrap(), changed, "{at}: it is kept as it was");
        assert!(plan().write(&path, ids(&["a"]), |_, _, _| {}).is_err(), "{at}: and not written over");
    }
    // Nor is one with a line that is missing or twice.
    let lines: Vec<&str> = text.lines().collect();
    for at in 0..lines.len() - 2 {
        for twice in [false, true] {
            let mut changed = lines.clone();
            if twice {
                changed.insert(at, lines[at]);
            } else {
                changed.remove(at);
            }
            fs::write(&path, changed.join("\n") + "\n").unwrap();
            assert!(Journal::open(&path).is_err(), "{at}");
        }
    }
}

#[test]
fn one_process_at_a_time_has_a_journal() {
    let path = folder("locked").join("journal");
    let journal = plan().write(&path, ids(&["a", "b"]), |_, _, _| {}).unwrap();
    assert_eq!(Journal::open(&path).unwrap_err().kind, Code::JournalLocked);
    assert_eq!(plan().write(&path, ids(&["a"]), |_, _, _| {}).unwrap_err().kind, Code::JournalLocked);
    drop(journal);
    assert_eq!(Journal::open(&path).unwrap().report().plan.ids, 2);
    assert_eq!(plan().write(&path, ids(&["a"]), |_, _, _| {}).unwrap_err().kind, Code::JournalMismatch);
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn a_plan_has_each_id_once_and_none_that_is_refused() {
    let path = folder("plan").join("journal");
    let long = "x".repeat(256);
    let all = ["b", "a", "b", "", "null", " a", "a\tb", &long, "0042", "42", "$device:1", "Ünïcode", "b"];
    let mut told = Vec::new();
    let journal = plan().write(&path, ids(&all), |place, id, why| told.push((place, id.to_string(), why.to_string()))).unwrap();
    let seal = &journal.report().plan;
    assert_eq!((seal.ids, seal.batches, seal.duplicates, seal.refused), (6, 3, 2, 5));
    assert_eq!(told.iter().map(|(place, ..)| *place).collect::<Vec<u64>>(), [4, 5, 6, 7, 8]);
    assert_eq!(told[1], (5, "null".into(), "what a missing value looks like".into()));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(r#"["$device:1","0042"]"#).count(), 1, "{text}");
    let counted = plan().count(ids(&all), |_, _, _| {}).unwrap();
    assert_eq!(&counted, seal);
}

#[test]
fn a_token_goes_to_no_address_that_is_not_safe() {
    let at = |address: &str| Project::new("T", Residency::In).at(address);
    assert_eq!(Project::new("T", Residency::In).base(), "https://in.mixpanel.com/api/app");
    assert_eq!(at("https://example.com").unwrap().base(), "https://example.com/api/app");
    assert_eq!(at("https://example.com:8443/proxy/").unwrap().base(), "https://example.com:8443/proxy");
    assert_eq!(at("http://127.0.0.1:80").unwrap().base(), "http://127.0.0.1:80/api/app");
    for wrong in [
        "",
        "example.com",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "https://a@b",
        "ftp://a",
        "https://",
        "https:///x",
        "https://a/?b",
        "https://a/#b",
        "http://127.0.0.1:80@example.com",
        "https://a\\b",
    ] {
        assert_eq!(at(wrong).unwrap_err().kind, Code::InvalidAddress, "{wrong}");
    }
    let call = Project::new("T&x=1", Residency::Us).cancel_deletion("../up?a#b");
    assert_eq!(call.url, "https://mixpanel.com/api/app/data-deletions/v3.0/%2E%2E%2Fup%3Fa%23b?token=T%26x%3D1");
}
