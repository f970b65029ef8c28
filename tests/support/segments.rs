//! The stored queue, read and written independently of the core.

use consentry::{MemoryPlatform, Store};
use serde_json::Value;

use super::{Driven, Page, RECORD, TOKEN, kept, pass, put, reload, stored};

/// What every key of a stored queue begins with.
pub const SEGMENTS: &str = "consentry_TOKEN_q_";

/// One stored segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    pub key: String,
    pub queue: u32,
    pub number: u32,
    pub epoch: u64,
    /// 0 events, 1 profile updates, 2 group updates.
    pub kind: usize,
    /// When each record was made, and its JSON.
    pub records: Vec<(u64, String)>,
}

/// FNV-1a, 32 bits.
pub fn checksum(text: &str) -> u32 {
    let mut sum: u32 = 0x811c_9dc5;
    for byte in text.as_bytes() {
        sum = (sum ^ u32::from(*byte)).wrapping_mul(16_777_619);
    }
    sum
}

/// A text under its checksum.
pub fn sealed(text: &str) -> String {
    format!("{}\n{text}", checksum(text))
}

/// The text of a segment.
pub fn segment_text<J: AsRef<str>>(epoch: u64, kind: usize, records: &[(u64, J)]) -> String {
    let lines: String = records.iter().map(|(at, json)| format!("{at}\n{}\n", json.as_ref())).collect();
    sealed(&format!("{epoch}\n{kind}\n{lines}"))
}

/// The key of a segment.
pub fn segment_key(queue: u32, number: u32) -> String {
    format!("{SEGMENTS}{queue}_{number}")
}

/// Leaves a segment as a page of the current grant would.
pub fn plant<J: AsRef<str>>(page: &mut Page, queue: u32, number: u32, kind: usize, records: &[(u64, J)]) {
    let text = segment_text(epoch(page), kind, records);
    put(page.platform_mut(), Store::Local, &segment_key(queue, number), &text);
}

/// The JSON of an event that the wire's rules allow.
pub fn event_json(name: &str, at: u64) -> String {
    event_with(name, at, "")
}

/// The same with more properties, as `,"name":value`.
pub fn event_with(name: &str, at: u64, more: &str) -> String {
    format!(
        r#"{{"event":"{name}","properties":{{"token":"{TOKEN}","distinct_id":"$device:d","$device_id":"d","time":{}.{:03},"$insert_id":"{:x}-{:x}"{more}}}}}"#,
        at / 1_000,
        at % 1_000,
        checksum(name),
        at
    )
}

/// Events that a page made one millisecond after the other, from `at` on.
pub fn events(name: &str, count: usize, at: u64) -> Vec<(u64, String)> {
    (0..count).map(|number| (at + number as u64, event_json(&format!("{name} {number}"), at + number as u64))).collect()
}

/// The epoch that is stored with the decision.
pub fn epoch(page: &Page) -> u64 {
    epoch_of(stored(page, Store::Local, RECORD).or_else(|| stored(page, Store::Cookie, RECORD)))
}

/// The epoch in a consent record.
pub fn epoch_of(record: Option<String>) -> u64 {
    let record: Value = record.map_or(Value::Null, |record| serde_json::from_str(&record).unwrap());
    record["epoch"].as_u64().unwrap_or(0)
}

/// Every stored segment, the oldest first. Panics where one does not read as it should.
pub fn segments(page: &Page) -> Vec<Segment> {
    segments_in(page.platform())
}

/// The same of a world without a page.
pub fn segments_in(world: &MemoryPlatform) -> Vec<Segment> {
    let local = kept(world, Store::Local).iter();
    let mut found: Vec<Segment> = local
        .filter(|(key, _)| !key.contains("_q_wait") && !key.ends_with("_0"))
        .filter_map(|(key, text)| Some(segment(key, key.strip_prefix(SEGMENTS)?, text)))
        .collect();
    found.sort_by_key(|segment| (segment.queue, segment.number));
    found
}

fn segment(key: &str, numbers: &str, text: &str) -> Segment {
    let (queue, number) = numbers.split_once('_').expect("queue and segment");
    let (sum, rest) = text.split_once('\n').expect("a checksum");
    assert_eq!(sum, checksum(rest).to_string(), "{key}");
    let (epoch, rest) = rest.split_once('\n').expect("an epoch");
    let (kind, lines) = rest.split_once('\n').expect("a kind");
    assert!(lines.ends_with('\n'), "{key}");
    Segment {
        key: key.into(),
        queue: queue.parse().unwrap(),
        number: number.parse().unwrap(),
        epoch: epoch.parse().unwrap(),
        kind: kind.parse().unwrap(),
        records: lines.lines().collect::<Vec<&str>>().chunks(2).map(|pair| (pair[0].parse().unwrap(), String::from(pair[1]))).collect(),
    }
}

/// The names of the stored events, the oldest first.
pub fn stored_names(page: &Page) -> Vec<String> {
    let all = segments(page).into_iter().filter(|segment| segment.kind == 0).flat_map(|segment| segment.records);
    all.map(|(_, json)| String::from(serde_json::from_str::<Value>(&json).unwrap()["event"].as_str().unwrap())).collect()
}

/// The task of the page ends, and with it the tick that its calls were made in.
pub fn end_tick(page: &mut Page) {
    if page.platform().wake == Some(0) {
        page.platform_mut().wake = None;
        page.woke();
    }
}

/// The queues that a page made its own, one after the other.
pub fn own_queues(world: &MemoryPlatform) -> Vec<u32> {
    world.asked.iter().map(|queue| queue.get()).collect()
}

/// The queues with something stored in them.
pub fn stored_queues(page: &Page) -> Vec<u32> {
    let mut queues: Vec<u32> = keys_of_segments(page).iter().filter_map(|key| key.split('_').nth(3)?.parse().ok()).collect();
    queues.sort_unstable();
    queues.dedup();
    queues
}

/// The keys of everything that looks like a stored queue.
pub fn keys_of_segments(page: &Page) -> Vec<String> {
    kept(page.platform(), Store::Local).keys().filter(|key| key.starts_with(SEGMENTS)).cloned().collect()
}

/// The next page in the same browser, which is given every queue it asks for.
pub fn heir(page: &Page, options: &str) -> Page {
    let mut next = reload(page, options);
    next.claims_all();
    next
}

/// The same for one queue; the others have owners that live.
pub fn heir_of(page: &Page, queue: u32, options: &str) -> Page {
    let mut next = reload(page, options);
    for other in next.platform().locks.clone().into_iter().filter(|other| other.get() != queue) {
        next.platform_mut().locks.retain(|lock| *lock != other);
        next.locked(other, consentry::Lock::Taken);
    }
    next.claims(queue);
    next
}

/// A page hears that something was stored in a queue, looks at it later, asks for its lock, and
/// gets it.
pub fn finds(page: &mut Page, queue: u32) {
    page.storage_changed(Some(&segment_key(queue, 1)));
    pass(page, 10_000);
    page.claims(queue);
}

/// What a page would send if nothing were in its way: for each request its path and its records, as
/// they are.
pub fn raw(page: &Page) -> Vec<(String, String)> {
    let path = |sent: &consentry::Sent| super::wire::address(sent).1;
    page.platform().sent.iter().filter(|sent| !sent.aborted).map(|sent| (path(sent), sent.data.clone())).collect()
}
