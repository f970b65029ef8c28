//! A fleet of pages through an outage of the server: what they ask of it, second by second.
//!
//! A page does not know of the others, so each is played alone against the same server, and their
//! requests are added up.

use std::thread;

use consentry::{
    Answer, Client, Code, Facts, Fault, FlushId, Lock, Message, Options, Platform, QueueId, RequestId, Signals, Status, Store,
};

use crate::random::Random;

/// Pages that are counted.
const PAGES: u64 = 1_000_000;
/// Milliseconds between two events of a page, on average.
const EVERY: u64 = 30_000;
/// The outage, in seconds of the run.
const OUTAGE: std::ops::Range<u64> = 300..900;
/// The end of the run.
const END: u64 = 3_600;
/// What a request takes.
const ROUND_TRIP: u64 = 100;

/// One page's host: stores that keep nothing between pages are enough here.
#[derive(Debug, Default)]
struct Page {
    now: u64,
    random: Random,
    wake: Option<u64>,
    sent: Vec<(RequestId, usize)>,
    asked: Vec<QueueId>,
    kept: std::collections::BTreeMap<String, String>,
}

impl Platform for Page {
    fn now(&self) -> u64 {
        self.now
    }
    fn random(&mut self) -> u32 {
        (self.random.next() >> 32) as u32
    }
    fn facts(&self, _: Facts) -> String {
        String::from("{}")
    }
    fn signals(&self) -> Signals {
        Signals::default()
    }
    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        Ok(if store == Store::Local { self.kept.get(key).cloned() } else { None })
    }
    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        match value.filter(|_| store == Store::Local) {
            Some(value) => drop(self.kept.insert(key.into(), value.into())),
            None => drop(self.kept.remove(key)),
        }
    }
    fn keys(&self, _: &str) -> String {
        String::new()
    }
    fn address(&self) -> u32 {
        0
    }
    fn hidden(&self) -> bool {
        false
    }
    fn lock(&mut self, queue: QueueId) {
        self.asked.push(queue);
    }
    fn unlock(&mut self, _: QueueId) {}
    fn post(&mut self, _: Message) {}
    fn keepalive_bytes(&self) -> usize {
        0
    }
    fn watch_unload(&mut self, _: bool) {}
    fn recording(&mut self, _: bool) {}
    fn send(&mut self, id: RequestId, _: &str, data: &str, _: bool) {
        self.sent.push((id, data.matches("\"$insert_id\"").count()));
    }
    fn abort(&mut self, _: RequestId) {}
    fn wake_after(&mut self, milliseconds: Option<u32>) {
        self.wake = milliseconds.map(|wait| self.now + u64::from(wait));
    }
    fn report(&mut self, _: Code, _: &str, _: usize) {}
    fn changed(&mut self, _: Status, _: Status) {}
    fn flushed(&mut self, _: FlushId, _: usize, _: usize, _: usize) {}
    fn deleted(&mut self, _: u32, _: bool) {}
}

/// Requests and records delivered, by second.
#[derive(Clone)]
struct Load {
    requests: Vec<u64>,
    made: Vec<u64>,
    delivered: Vec<u64>,
}

impl Load {
    fn new() -> Load {
        let seconds = vec![0; END as usize + 2];
        Load { requests: seconds.clone(), made: seconds.clone(), delivered: seconds }
    }

    fn add(series: &mut [u64], time: u64, count: u64) {
        if let Some(place) = series.get_mut((time / 1_000) as usize) {
            *place += count;
        }
    }

    fn merge(&mut self, other: &Load) {
        for (sum, add) in [(&mut self.requests, &other.requests), (&mut self.made, &other.made), (&mut self.delivered, &other.delivered)] {
            sum.iter_mut().zip(add).for_each(|(sum, add)| *sum += add);
        }
    }
}

fn is_out(time: u64) -> bool {
    OUTAGE.contains(&(time / 1_000))
}

/// The core, on one page.
fn play(number: u64, load: &mut Load) {
    const BEGIN: u64 = 1_790_000_000_000;
    let mut random = Random::of(number, 77);
    let mut options = Options::default();
    options.consent.default = Status::Granted;
    let page = Page { now: BEGIN, random: Random::of(number, 78), ..Page::default() };
    let Ok(mut client) = Client::new(page, "T", &options) else { return };
    let mut next_event = random.below(2 * EVERY);
    let mut answers: Vec<(u64, RequestId, usize, bool)> = Vec::new();
    loop {
        let wake = client.platform().wake.map_or(u64::MAX, |wake| wake - BEGIN);
        let answer = answers.iter().map(|(at, ..)| *at).min().unwrap_or(u64::MAX);
        let time = wake.min(answer).min(next_event);
        if time > END * 1_000 {
            return;
        }
        client.platform_mut().now = BEGIN + time;
        if time == answer {
            if let Some(at) = answers.iter().position(|(at, ..)| *at == time) {
                let (_, id, records, taken) = answers.remove(at);
                if taken {
                    Load::add(&mut load.delivered, time, records as u64);
                }
                client.answered(id, Answer { status: if taken { 200 } else { 503 }, body: "1", ..Answer::default() });
            }
        } else if time == wake {
            client.platform_mut().wake = None;
            client.woke();
        } else {
            client.track("Did", "{}");
            Load::add(&mut load.made, time, 1);
            next_event = time + random.below(2 * EVERY);
        }
        for queue in std::mem::take(&mut client.platform_mut().asked) {
            client.locked(queue, Lock::Held); // it is alone
        }
        for (id, records) in std::mem::take(&mut client.platform_mut().sent) {
            Load::add(&mut load.requests, time, 1);
            answers.push((time + ROUND_TRIP, id, records, !is_out(time)));
        }
    }
}

/// A client that doubles its wait without jitter, from 2 s to 10 minutes, counting from its own
/// first failure.
fn play_without_jitter(number: u64, load: &mut Load) {
    play_steps(number, load, None);
}

/// The same, where all pages fail together at the start: the worst there is, and what a flush by
/// the clock comes to.
fn play_in_step(number: u64, load: &mut Load) {
    play_steps(number, load, Some(OUTAGE.start * 1_000));
}

fn play_steps(number: u64, load: &mut Load, together: Option<u64>) {
    let mut random = Random::of(number, 77);
    let mut next_event = random.below(2 * EVERY);
    let (mut waiting, mut flush, mut first_failure) = (0_u64, u64::MAX, None);
    loop {
        let time = next_event.min(flush);
        if time > END * 1_000 {
            return;
        }
        if time == next_event {
            Load::add(&mut load.made, time, 1);
            waiting += 1;
            next_event = time + random.below(2 * EVERY);
            if flush == u64::MAX {
                flush = time + 5_000;
            }
            continue;
        }
        Load::add(&mut load.requests, time, 1);
        if is_out(time) {
            let mut step = together.unwrap_or(*first_failure.get_or_insert(time));
            let mut wait = 2_000;
            while step <= time {
                step += wait;
                wait = (wait * 2).min(600_000);
            }
            flush = step;
        } else {
            Load::add(&mut load.delivered, time, waiting);
            (waiting, flush, first_failure) = (0, u64::MAX, None);
        }
    }
}

/// What a load comes to.
struct Figures {
    calm: f64,
    outage: u64,
    recovery: u64,
    gone: Option<u64>,
}

fn figures(load: &Load) -> Figures {
    let slice = |from: u64, to: u64| load.requests.get(from as usize..to as usize).unwrap_or_default();
    let peak = |from: u64, to: u64| slice(from, to).iter().copied().max().unwrap_or(0);
    let calm = slice(120, OUTAGE.start);
    let mut backlog = 0_i64;
    let mut usual = 0_i64;
    let mut gone = None;
    for (second, (made, delivered)) in load.made.iter().zip(&load.delivered).enumerate() {
        backlog += *made as i64 - *delivered as i64;
        if (second as u64) < OUTAGE.start {
            usual = usual.max(backlog);
        } else if second as u64 >= OUTAGE.end && gone.is_none() && backlog <= usual + usual / 20 {
            gone = Some(second as u64 - OUTAGE.end);
        }
    }
    Figures {
        calm: calm.iter().sum::<u64>() as f64 / calm.len().max(1) as f64,
        outage: peak(OUTAGE.start, OUTAGE.end),
        recovery: peak(OUTAGE.end, OUTAGE.end + 900),
        gone,
    }
}

fn fleet(pages: u64, play: fn(u64, &mut Load)) -> Load {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    thread::scope(|scope| {
        let one = |thread: u64| {
            let mut load = Load::new();
            (0..pages).filter(|page| page % threads == thread).for_each(|page| play(page, &mut load));
            load
        };
        let workers: Vec<_> = (0..threads).map(|thread| scope.spawn(move || one(thread))).collect();
        let mut all = Load::new();
        workers.into_iter().filter_map(|worker| worker.join().ok()).for_each(|load| all.merge(&load));
        all
    })
}

/// Plays the fleet and says what came of it, in Markdown.
pub fn report(pages: u64) -> String {
    let scale = PAGES as f64 / pages as f64;
    let mut text = format!(
        "A million pages, each an event every {} s on average; the server answers 503 for {} minutes. {pages} pages were played and scaled by {scale}.\n\n\
         | requests a second | consentry | doubling, no jitter | the same, all in step |\n|---|---:|---:|---:|\n",
        EVERY / 1_000,
        (OUTAGE.end - OUTAGE.start) / 60
    );
    let all = [play, play_without_jitter, play_in_step].map(|play| figures(&fleet(pages, play)));
    let mut row = |name: &str, cell: &dyn Fn(&Figures) -> String| {
        let cells: Vec<String> = all.iter().map(cell).collect();
        text.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
    };
    let scaled = |count: f64| format!("{:.0}", count * scale);
    row("before the outage, mean", &|figures| scaled(figures.calm));
    row("in the outage, peak", &|figures| scaled(figures.outage as f64));
    row("after it, peak of the first 15 minutes", &|figures| scaled(figures.recovery as f64));
    row("until the backlog is gone", &|figures| {
        figures.gone.map_or_else(|| String::from("not within the run"), |seconds| format!("{seconds} s"))
    });
    text
}
