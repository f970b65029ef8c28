//! Processes that are killed at any moment.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::host::{Host, Ran, SECRET};

/// Numbers that look random, the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// 429s, 5xx, lost answers and requests, broken and slow answers, between some that are as they should be.
fn troubles(chance: &mut Chance, count: u64) -> Value {
    let all = (0..count).map(|_| match chance.below(16) {
        0 => json!({"match": "requests", "status": 429}),
        1 => json!({"match": "createDeletion", "lose": true}),
        2 => json!({"match": "createDeletion", "reset": true}),
        3 => json!({"match": "createDeletion", "status": 503}),
        4 => json!({"match": "createDeletion", "body": "{\"status\":\"o"}),
        5 => json!({"match": "createDeletion", "lose": true, "delayMs": 30}),
        6 => json!({"match": "createDeletion", "delayMs": 60}),
        _ => json!({"match": "createDeletion", "delayMs": 5}),
    });
    Value::Array(all.collect())
}

struct Size {
    ids: u64,
    batch: &'static str,
    kills: u64,
    interval: &'static str,
    /// How long a process lives at most, in milliseconds.
    life: u64,
}

fn accounted_for(name: &str, size: &Size) {
    let host = Host::start(name);
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let path = host.path("ids.txt");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    (0..size.ids).for_each(|id| writeln!(file, "user-{id}").unwrap());
    file.flush().unwrap();
    // Some are in somebody else's task already.
    let taken: Vec<String> = (0..size.ids).step_by(997).map(|id| format!("--id=user-{id}")).collect();
    host.delete(&host.path("theirs"), &taken.iter().map(String::as_str).collect::<Vec<_>>()).is(0);
    let before = host.arrived().len();
    host.behave(&troubles(&mut chance, size.ids / size.batch.parse::<u64>().unwrap()));

    let fast = ["--json", "--interval-ms", size.interval, "--first-wait-ms", "1"];
    let start = |host: &Host| {
        let mut arguments = vec!["delete", "ids.txt", "--yes", "--journal", "journal", "--batch", size.batch];
        arguments.extend(host.place());
        arguments.extend(fast);
        host.command(&arguments)
    };
    let resume = |host: &Host| host.command(&[&["resume", "journal", "--yes"], &fast[..]].concat());
    let (mut killed, mut resumed) = (0, false);
    let last = loop {
        let mut command = if resumed { resume(&host) } else { start(&host) };
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if killed < size.kills {
            std::thread::sleep(Duration::from_millis(1 + chance.below(size.life)));
            if child.try_wait().unwrap().is_none() {
                let line = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
                assert!(!String::from_utf8_lossy(&line).contains(SECRET));
                child.kill().unwrap();
                killed += 1;
            }
        }
        let output = child.wait_with_output().unwrap();
        // What was written before the end is all there is, whole lines or not.
        if output.status.code().is_none() {
            assert!(!String::from_utf8_lossy(&output.stdout).contains(SECRET));
            resumed = sealed(&host.path("journal"));
            continue;
        }
        let ran = Ran::of(output);
        // Where there is trouble for longer than it tries, somebody runs it again.
        if ran.code == 0 {
            assert!(killed * 2 >= size.kills, "it ended after {killed} kills already");
            break ran;
        }
        ran.is(3);
        resumed = true;
    };
    let done = last.last();
    let scheduled = host.deletions();
    let scheduled = scheduled.as_object().unwrap();
    assert_eq!(scheduled.len() as u64, size.ids, "none is lost");
    assert!(scheduled.values().all(|times| times == 1), "none is scheduled twice");
    assert_eq!(done["scheduled"].as_u64().unwrap() + done["alreadyScheduled"].as_u64().unwrap(), size.ids);
    assert_eq!(done["alreadyScheduled"], taken.len());
    let times: Vec<u64> = host.arrived()[before..].iter().map(|line| line["at"].as_u64().unwrap()).collect();
    let interval: u64 = size.interval.parse().unwrap();
    let closest = times.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap();
    // Times are whole milliseconds.
    assert!(closest + 1 >= interval, "{closest} ms apart");
    assert!(!String::from_utf8_lossy(&fs::read(host.path("journal")).unwrap()).contains(SECRET));
    println!("{} requests, {killed} kills, at least {closest} ms apart", times.len());
}

fn sealed(journal: &Path) -> bool {
    fs::read(journal).is_ok_and(|bytes| bytes.windows(14).any(|part| part == b"{\"k\":\"sealed\","))
}

#[test]
fn killed_at_any_moment_every_id_is_accounted_for() {
    accounted_for("ends", &Size { ids: 12_000, batch: "100", kills: 6, interval: "20", life: 600 });
}

#[test]
#[ignore = "minutes: cargo xtask requests"]
fn a_hundred_thousand_ids_and_twenty_kills_at_one_request_a_second() {
    accounted_for("ends-long", &Size { ids: 100_000, batch: "1999", kills: 20, interval: "1000", life: 6_000 });
}

#[test]
#[ignore = "minutes: cargo xtask requests"]
fn many_small_batches_and_forty_kills() {
    accounted_for("ends-small", &Size { ids: 30_000, batch: "100", kills: 40, interval: "20", life: 700 });
}
