#![cfg(not(target_arch = "wasm32"))]
//! Several tabs of one browser: whatever they do, whenever one dies or sleeps, nothing granted is
//! lost and nothing withdrawn is sent.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use consentry::{Health, Lock, Notice, QueueId, RequestId, Status};
use proptest::prelude::*;
use support::segments::SEGMENTS;
use support::tabs::*;
use support::*;

#[derive(Clone, Debug)]
enum Step {
    Open,
    /// A tab is closed or crashes, in the middle of whatever it does.
    Close(usize),
    /// A tab goes into the back-forward cache, or comes back.
    Freeze(usize),
    Return(usize),
    Hide(usize),
    Track(usize, usize),
    Group(usize),
    Flush(usize),
    /// An answer to the request of a tab started so many requests ago.
    Answer(usize, usize, u16),
    Pass(u64),
    Decide(usize, bool),
    Purge(usize),
    Reset(usize),
    ResetConsent(usize),
    Disk(Health),
}

fn steps(withdraws: bool) -> impl Strategy<Value = Vec<Step>> {
    let tab = || 0..4_usize;
    let keeps = prop_oneof![
        2 => Just(Step::Open),
        2 => tab().prop_map(Step::Close),
        1 => tab().prop_map(Step::Freeze),
        2 => tab().prop_map(Step::Return),
        1 => tab().prop_map(Step::Hide),
        8 => (tab(), prop::sample::select(vec![1_usize, 1, 2, 5, 60])).prop_map(|(tab, count)| Step::Track(tab, count)),
        2 => tab().prop_map(Step::Group),
        3 => tab().prop_map(Step::Flush),
        6 => (tab(), 0..3_usize, prop::sample::select(vec![200, 200, 503, 413, 400, 0])).prop_map(|(tab, back, status)| Step::Answer(tab, back, status)),
        5 => prop::sample::select(vec![1, 100, 5_000, 60_000, 700_000]).prop_map(Step::Pass),
        1 => tab().prop_map(Step::Reset),
        1 => prop::sample::select(vec![Health::Works, Health::Works, Health::Full, Health::Throws]).prop_map(Step::Disk),
    ]
    .boxed();
    let ends = prop_oneof![
        3 => (tab(), any::<bool>()).prop_map(|(tab, granted)| Step::Decide(tab, granted)),
        1 => tab().prop_map(Step::Purge),
        1 => tab().prop_map(Step::ResetConsent),
    ]
    .boxed();
    let step = if withdraws { prop_oneof![8 => keeps, 1 => ends].boxed() } else { keeps };
    prop::collection::vec(step, 1..80)
}

#[derive(Debug)]
struct Open {
    tab: Tab,
    frozen: bool,
    told: u32,
    /// Requests for locks that were answered so far.
    asked: usize,
    /// Messages about queues that were carried so far.
    said: usize,
    /// Requests looked at so far.
    seen: usize,
    answered: BTreeSet<RequestId>,
    /// What was recorded since nothing waited any more: a crash may cost what still waits.
    recent: BTreeSet<String>,
}

/// The browser, and what must be true of it.
#[derive(Debug)]
struct Model {
    browser: Browser,
    options: String,
    tabs: Vec<Open>,
    /// Whether the browser has Web Locks; where not, tabs ask one another.
    has_locks: bool,
    /// Who has the lock of which queue: a tab that lives and is awake.
    owners: BTreeMap<QueueId, u64>,
    names: u64,
    ids: Vec<u64>,
    /// What was recorded under the present grant and is neither delivered nor refused.
    owed: BTreeSet<String>,
    /// What was withdrawn.
    dead: BTreeSet<String>,
    delivered: BTreeSet<String>,
    marks: usize,
}

/// The marks of the records in a text.
fn marks(text: &str) -> BTreeSet<String> {
    text.split("mark-").skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect()
}

impl Model {
    fn new(options: &str, has_locks: bool) -> Model {
        let mut model = Model {
            browser: Browser::default(),
            options: options.into(),
            tabs: Vec::new(),
            has_locks,
            owners: BTreeMap::new(),
            names: 0,
            ids: Vec::new(),
            owed: BTreeSet::new(),
            dead: BTreeSet::new(),
            delivered: BTreeSet::new(),
            marks: 0,
        };
        model.open();
        decide(&mut model.tabs[0].tab, true);
        model.settle();
        model
    }

    fn open(&mut self) {
        let tab = self.browser.tab(&self.options);
        self.tabs.push(Open {
            tab,
            frozen: false,
            told: 0,
            asked: 0,
            said: 0,
            seen: 0,
            answered: BTreeSet::new(),
            recent: BTreeSet::new(),
        });
        self.names += 1;
        self.ids.push(self.names);
    }

    fn stored_marks(&self) -> BTreeSet<String> {
        let shared = self.browser.shared();
        shared.world.local.iter().filter(|(key, _)| key.starts_with(SEGMENTS)).flat_map(|(_, text)| marks(text)).collect()
    }

    fn leave(&mut self, at: usize) {
        let id = self.ids[at];
        self.owners.retain(|_, owner| *owner != id);
    }

    fn close(&mut self, at: usize) {
        self.leave(at);
        let gone = self.tabs.remove(at);
        self.ids.remove(at);
        // What no storage took lived in that tab alone.
        let stored = self.stored_marks();
        self.owed.retain(|mark| stored.contains(mark) || !gone.recent.contains(mark));
        let disk = self.browser.shared().world.local_health;
        let elsewhere = self.tabs.len();
        if disk != Health::Works || elsewhere == 0 {
            self.owed.retain(|mark| stored.contains(mark));
        }
    }

    fn withdraw(&mut self) {
        self.dead.append(&mut self.owed);
    }

    /// What the browser does between two tasks: ends them, tells the other tabs, and gives away the
    /// queues of those that are gone.
    fn settle(&mut self) {
        for _ in 0..4 {
            for open in self.tabs.iter_mut().filter(|open| !open.frozen) {
                end_task(&mut open.tab);
            }
            let told: Vec<usize> =
                (0..self.tabs.len()).filter(|at| self.tabs[*at].tab.platform().page.told != self.tabs[*at].told).collect();
            for teller in &told {
                self.tabs[*teller].told = self.tabs[*teller].tab.platform().page.told;
                for at in (0..self.tabs.len()).filter(|at| at != teller) {
                    if !self.tabs[at].frozen {
                        self.tabs[at].tab.hears();
                    }
                }
            }
            for at in 0..self.tabs.len() {
                self.answer_locks(at);
                self.carry(at);
            }
            self.look();
        }
        for open in self.tabs.iter_mut().filter(|open| !open.tab.platform().page.watches_unload) {
            open.recent.clear();
        }
    }

    /// Gives a tab the locks it asked for that nobody has, and tells others of the queues it
    /// stored.
    fn answer_locks(&mut self, at: usize) {
        let (id, open) = (self.ids[at], &mut self.tabs[at]);
        let page = &open.tab.platform().page;
        let (held, asked) = (page.locks.clone(), page.asked[open.asked..].to_vec());
        open.asked += asked.len();
        self.owners.retain(|queue, owner| *owner != id || held.contains(queue));
        for queue in asked.into_iter().filter(|queue| held.contains(queue)) {
            let free = self.has_locks && *self.owners.entry(queue).or_insert(id) == id;
            if !free {
                self.tabs[at].tab.platform_mut().page.locks.retain(|held| *held != queue);
            }
            let refused = if self.has_locks { Lock::Taken } else { Lock::Unsupported };
            self.tabs[at].tab.locked(queue, if free { Lock::Held } else { refused });
            for other in (0..self.tabs.len()).filter(|other| *other != at) {
                if !self.tabs[other].frozen {
                    self.tabs[other].tab.storage_changed(Some(&format!("{SEGMENTS}{}_1", queue.get())));
                }
            }
        }
    }

    /// Brings the other tabs what one said of queues.
    fn carry(&mut self, at: usize) {
        let open = &mut self.tabs[at];
        let said = open.tab.platform().page.said[open.said..].to_vec();
        open.said += said.len();
        for other in (0..self.tabs.len()).filter(|other| *other != at) {
            if !self.tabs[other].frozen {
                said.iter().for_each(|message| self.tabs[other].tab.heard(*message));
            }
        }
    }

    /// Looks at the requests that started.
    fn look(&mut self) {
        for open in &mut self.tabs {
            for sent in &open.tab.platform().page.sent[open.seen..] {
                wire::records_of(sent);
                let withdrawn: Vec<String> = marks(&sent.data).intersection(&self.dead).cloned().collect();
                assert!(withdrawn.is_empty(), "sent after it was withdrawn: {withdrawn:?}");
                assert!(!open.frozen, "a page in the cache sent something");
            }
            open.seen = open.tab.platform().page.sent.len();
        }
    }

    fn take(&mut self, step: &Step) {
        let place = |at: &usize| if self.tabs.is_empty() { None } else { Some(at % self.tabs.len()) };
        let awake = |at: &usize| place(at).filter(|at| !self.tabs[*at].frozen);
        // Finding 13: where the disk is full, a purge is not heard of by the other tabs.
        let works = self.browser.shared().world.local_health == Health::Works;
        // Finding 15: a grant that the configured store could not take does not hear of a reset.
        let readable = self.browser.shared().world.local_health != Health::Throws;
        match step {
            Step::Open if self.tabs.len() < 4 => self.open(),
            Step::Open => {}
            Step::Close(at) => {
                if let Some(at) = place(at) {
                    self.close(at);
                }
            }
            Step::Freeze(at) => {
                if let Some(at) = awake(at) {
                    self.tabs[at].tab.page_hidden(true);
                    self.settle();
                    self.tabs[at].frozen = true;
                    self.leave(at);
                }
            }
            Step::Return(at) => {
                if let Some(at) = place(at).filter(|at| self.tabs[*at].frozen) {
                    self.tabs[at].frozen = false;
                    self.tabs[at].tab.returned();
                }
            }
            Step::Hide(at) => {
                if let Some(at) = awake(at) {
                    self.tabs[at].tab.page_hidden(false);
                }
            }
            Step::Track(at, count) => {
                if let Some(at) = awake(at) {
                    for _ in 0..*count {
                        self.marks += 1;
                        if self.tabs[at].tab.status() == Status::Granted {
                            self.owed.insert(self.marks.to_string());
                        }
                        self.tabs[at].recent.insert(self.marks.to_string());
                        self.tabs[at].tab.track(&format!("mark-{}", self.marks), "{}");
                    }
                }
            }
            Step::Group(at) => {
                if let Some(at) = awake(at) {
                    self.marks += 1;
                    if self.tabs[at].tab.status() == Status::Granted {
                        self.owed.insert(self.marks.to_string());
                    }
                    self.tabs[at].recent.insert(self.marks.to_string());
                    self.tabs[at].tab.group(consentry::Operation::Set, &format!(r#"{{"mark":"mark-{}"}}"#, self.marks), "company", "acme");
                }
            }
            Step::Flush(at) => {
                if let Some(at) = awake(at) {
                    self.tabs[at].tab.flushes(1);
                }
            }
            Step::Answer(at, back, status) => {
                if let Some(at) = awake(at) {
                    self.answer(at, *back, *status);
                }
            }
            Step::Pass(milliseconds) => self.pass(*milliseconds),
            Step::Decide(at, granted) => {
                if let Some(at) = awake(at).filter(|_| readable || !granted) {
                    decide(&mut self.tabs[at].tab, *granted);
                    if !granted {
                        self.withdraw();
                    }
                }
            }
            Step::Purge(at) => {
                if let Some(at) = awake(at).filter(|_| works) {
                    self.tabs[at].tab.purge();
                    self.withdraw();
                }
            }
            Step::ResetConsent(at) => {
                if let Some(at) = awake(at).filter(|_| works) {
                    self.tabs[at].tab.reset_consent();
                    self.withdraw();
                }
            }
            Step::Reset(at) => {
                if let Some(at) = awake(at) {
                    self.tabs[at].tab.reset();
                }
            }
            Step::Disk(health) => {
                self.settle();
                self.browser.shared().world.local_health = *health;
            }
        }
        self.settle();
    }

    fn answer(&mut self, at: usize, back: usize, status: u16) {
        let open = &mut self.tabs[at];
        let Some(sent) = open.tab.platform().page.sent.iter().rev().nth(back).cloned() else { return };
        if sent.aborted || !open.answered.insert(sent.id) {
            return;
        }
        let list = marks(&sent.data);
        open.tab.answers(sent.id, status, 0, body(status));
        let single = wire::records_of(&sent).len() == 1;
        for mark in list {
            if status == 200 {
                self.delivered.insert(mark.clone());
            }
            if matches!(status, 200 | 400) || (status == 413 && single) {
                self.owed.remove(&mark);
            }
        }
    }

    fn pass(&mut self, milliseconds: u64) {
        let end = self.browser.shared().world.now + milliseconds;
        for _ in 0..2_000 {
            let due = self.tabs.iter().enumerate().filter(|(_, open)| !open.frozen);
            let next = due.filter_map(|(at, open)| Some((open.tab.platform().rings_at?, at))).min();
            let Some((_, at)) = next.filter(|(time, _)| *time <= end) else { break };
            ring_tab(&mut self.tabs[at].tab);
            self.settle();
        }
        self.browser.shared().world.now = end;
    }

    /// The browser is closed, opened again, and everything works: what is owed is delivered, and
    /// nothing is left.
    fn end(mut self) {
        self.take(&Step::Disk(Health::Works));
        for at in 0..self.tabs.len() {
            self.take(&Step::Return(at));
        }
        self.pass(2 * INTERVAL);
        let granted = self.tabs.iter().all(|open| open.tab.status() == Status::Granted);
        while !self.tabs.is_empty() {
            self.take(&Step::Close(0));
        }
        self.take(&Step::Open);
        if !granted || self.tabs[0].tab.status() != Status::Granted {
            let left: Vec<String> = self.browser.keys().into_iter().filter(|key| !LEFT.contains(&key.as_str())).collect();
            assert!(self.tabs[0].tab.status() != Status::Denied || left.is_empty(), "left: {left:?}");
            return;
        }
        // A wait outlives its page, also where its record lived in memory alone and is gone: the next
        // success of its kind ends it.
        self.take(&Step::Track(0, 1));
        self.take(&Step::Group(0));
        for _ in 0..4_000 {
            self.take(&Step::Flush(0));
            for back in 0..3 {
                self.take(&Step::Answer(0, back, 200));
            }
            if self.owed.is_empty() && self.browser.segment_keys().is_empty() {
                break;
            }
            self.pass(1_000);
        }
        assert!(self.owed.is_empty(), "lost: {:?}", self.owed);
        assert!(self.browser.segment_keys().is_empty(), "left: {:?}", self.browser.segment_keys());
        let full = |notice: &Notice| matches!(notice, Notice::Error(error) if error.code() == "storage_corrupt");
        assert!(!self.tabs[0].tab.platform().page.notices.iter().any(full), "something was half written");
    }
}

fn check(steps: &[Step], options: &str, has_locks: bool) {
    let mut model = Model::new(options, has_locks);
    for step in steps {
        model.take(step);
    }
    model.end();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, max_shrink_iters: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_granted_is_lost_whatever_the_tabs_do(
        steps in steps(false), size in prop::sample::select(vec![1, 3, 50]), storage in prop::sample::select(vec!["localStorage", "cookie"]),
        has_locks in any::<bool>(),
    ) {
        check(&steps, &format!(r#"{{"batch":{{"size":{size}}},"consent":{{"storage":"{storage}"}}}}"#), has_locks);
    }

    #[test]
    fn nothing_withdrawn_is_sent_whatever_the_tabs_do(
        steps in steps(true), size in prop::sample::select(vec![1, 3, 50]), default in prop::sample::select(vec!["pending", "granted"]),
        has_locks in any::<bool>(),
    ) {
        check(&steps, &format!(r#"{{"batch":{{"size":{size}}},"consent":{{"default":"{default}"}}}}"#), has_locks);
    }
}

#[test]
fn a_wait_whose_record_is_gone_ends_with_the_next_success() {
    use Step::{Close, Disk, Group, Open, Pass, Track};
    let steps = [Track(0, 1), Pass(60_000), Pass(60_000), Disk(Health::Full), Track(0, 1), Open, Group(0), Open, Close(0), Open, Open];
    check(&steps, r#"{"batch":{"size":1},"consent":{"storage":"localStorage"}}"#, false);
}
