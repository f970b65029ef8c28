//! Browsers in small: tabs, a manager of locks or none, a channel, and the queues that are stored.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::{collection, prop_assert, proptest};

use super::{Action, Leases, Lock, Message, QueueId};

const NOW: u64 = 1_790_000_000_000;

/// What a schedule does next, with this tab where it names one.
#[derive(Clone, Copy, Debug)]
enum Step {
    Stores(usize),
    Delivers(usize),
    Dies(usize),
    PutAway(usize),
    ComesBack(usize),
    Opens,
    Passes(u64),
    /// The oldest answer or message under way arrives.
    Arrives,
}

/// A tab, and what it may read and send: its own queue and those it adopted.
struct Tab {
    leases: Leases,
    reads: BTreeSet<QueueId>,
    away: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    Answer(QueueId, Lock),
    Message(Message),
    StoredElsewhere,
}

struct Browser {
    now: u64,
    has_locks: bool,
    /// Whether a request for a lock can be taken back while its answer is under way.
    takes_back: bool,
    tabs: BTreeMap<usize, Tab>,
    locks: BTreeMap<QueueId, usize>,
    stored: BTreeSet<QueueId>,
    under_way: Vec<(usize, News)>,
    next_queue: u32,
}

impl Browser {
    fn act(&mut self, at: usize) {
        loop {
            let Some(tab) = self.tabs.get_mut(&at) else { return };
            let actions = tab.leases.take();
            if actions.is_empty() {
                return;
            }
            for action in actions {
                let tab = self.tabs.get_mut(&at).unwrap();
                match action {
                    Action::Look => {
                        for queue in &self.stored {
                            tab.leases.found(*queue, self.now, self.next_queue.wrapping_mul(0x9e37_79b9));
                        }
                    }
                    Action::Adopt(queue) => _ = tab.reads.insert(queue),
                    Action::Lock(queue) => {
                        let lock = if !self.has_locks {
                            Lock::Unsupported
                        } else if let Entry::Vacant(free) = self.locks.entry(queue) {
                            free.insert(at);
                            Lock::Held
                        } else {
                            Lock::Taken
                        };
                        self.under_way.push((at, News::Answer(queue, lock)));
                    }
                    Action::Unlock(queue) => {
                        tab.reads.remove(&queue);
                        if self.takes_back {
                            self.under_way.retain(|(to, news)| *to != at || !matches!(news, News::Answer(asked, _) if *asked == queue));
                        }
                        // A lock whose answer is under way ends when that was heard.
                        let granted = |(to, news): &(usize, News)| *to == at && *news == News::Answer(queue, Lock::Held);
                        if !self.under_way.iter().any(granted) {
                            self.locks.retain(|locked, owner| *locked != queue || *owner != at);
                        }
                    }
                    Action::Post(message) => self.tell(at, News::Message(message)),
                }
            }
        }
    }

    fn tell(&mut self, from: usize, news: News) {
        let others = self.tabs.iter().filter(|(at, tab)| **at != from && !tab.away);
        self.under_way.extend(others.map(|(at, _)| (*at, news)));
    }

    fn arrive(&mut self) {
        if self.under_way.is_empty() {
            return;
        }
        let (at, news) = self.under_way.remove(0);
        let random = (self.now as u32).wrapping_mul(0x9e37_79b9).wrapping_add((at as u32).wrapping_mul(0x5bd1_e995));
        if let Some(tab) = self.tabs.get_mut(&at) {
            match news {
                News::Answer(queue, lock) => tab.leases.locked(queue, lock, self.now, random),
                News::Message(message) if !tab.away => tab.leases.heard(message, self.now, random),
                News::StoredElsewhere if !tab.away => tab.leases.stored_elsewhere(self.now, random),
                News::Message(_) | News::StoredElsewhere => {}
            }
        }
        self.act(at);
    }

    /// Time never runs ahead of a message by more than a lease allows: what is under way arrives first.
    fn pass(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        loop {
            while !self.under_way.is_empty() {
                self.arrive();
            }
            let awake = self.tabs.iter_mut().filter(|(_, tab)| !tab.away);
            let due = awake.filter_map(|(at, tab)| Some((tab.leases.due(self.now)?, *at))).min();
            let Some((at, tab)) = due.filter(|(at, _)| *at <= end) else { break };
            self.now = self.now.max(at);
            self.tabs.get_mut(&tab).unwrap().leases.woke(self.now);
            self.act(tab);
        }
        self.now = end;
    }

    fn open(&mut self) {
        let mut leases = Leases::default();
        leases.start(self.now);
        let at = self.next_queue as usize;
        self.next_queue += 1;
        self.tabs.insert(at, Tab { leases, reads: BTreeSet::new(), away: false });
        self.act(at);
    }

    fn step(&mut self, step: Step) {
        let nth = |tabs: &BTreeMap<usize, Tab>, nth: usize, away: bool| {
            let fit: Vec<usize> = tabs.iter().filter(|(_, tab)| tab.away == away).map(|(at, _)| *at).collect();
            fit.get(nth % fit.len().max(1)).copied()
        };
        match step {
            Step::Opens if self.tabs.len() < 4 => self.open(),
            Step::Opens => {}
            Step::Arrives => self.arrive(),
            Step::Passes(milliseconds) => self.pass(milliseconds),
            Step::Stores(tab) => {
                let Some(at) = nth(&self.tabs, tab, false) else { return };
                let tab = self.tabs.get_mut(&at).unwrap();
                if tab.leases.own().is_none() {
                    tab.leases.begin(QueueId::of_random(self.next_queue << 1), self.now);
                    self.next_queue += 1;
                }
                let own = tab.leases.own().unwrap();
                tab.reads.insert(own);
                self.act(at); // asks for the lock before it stores
                self.stored.insert(own);
                self.tell(at, News::StoredElsewhere);
            }
            Step::Delivers(tab) => {
                let Some(at) = nth(&self.tabs, tab, false) else { return };
                let tab = self.tabs.get_mut(&at).unwrap();
                for queue in core::mem::take(&mut tab.reads) {
                    self.stored.remove(&queue);
                }
                tab.leases.disown();
                self.act(at);
            }
            Step::Dies(tab) => {
                let Some(at) = nth(&self.tabs, tab, false) else { return };
                self.tabs.remove(&at);
                self.locks.retain(|_, owner| *owner != at);
            }
            Step::PutAway(tab) => {
                let Some(at) = nth(&self.tabs, tab, false) else { return };
                let tab = self.tabs.get_mut(&at).unwrap();
                tab.leases.stop();
                tab.reads.clear();
                tab.away = true;
                self.act(at);
            }
            Step::ComesBack(tab) => {
                let Some(at) = nth(&self.tabs, tab, true) else { return };
                let tab = self.tabs.get_mut(&at).unwrap();
                tab.away = false;
                tab.leases.start(self.now);
                self.act(at);
            }
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => any::<usize>().prop_map(Step::Stores),
        1 => any::<usize>().prop_map(Step::Delivers),
        1 => any::<usize>().prop_map(Step::Dies),
        1 => any::<usize>().prop_map(Step::PutAway),
        1 => any::<usize>().prop_map(Step::ComesBack),
        1 => Just(Step::Opens),
        2 => (0_u64..12_000).prop_map(Step::Passes),
        3 => Just(Step::Arrives),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_two_tabs_have_a_queue_and_the_last_tab_gets_every_one_that_was_left(has_locks: bool, takes_back: bool, steps in collection::vec(step(), 1..60)) {
        let mut browser =
            Browser { now: NOW, has_locks, takes_back, tabs: BTreeMap::new(), locks: BTreeMap::new(), stored: BTreeSet::new(), under_way: vec![], next_queue: 1 };
        browser.open();
        for step in steps {
            browser.step(step);
            let mut seen = BTreeSet::new();
            for queue in browser.tabs.values().flat_map(|tab| &tab.reads) {
                prop_assert!(seen.insert(*queue), "{:?} has two owners after {:?}", queue, step);
            }
        }
        let last = browser.tabs.keys().next_back().copied();
        browser.tabs.retain(|at, _| Some(*at) == last);
        browser.locks.retain(|_, owner| Some(*owner) == last);
        browser.step(Step::ComesBack(0));
        browser.open();
        browser.pass(120_000);
        let read: BTreeSet<QueueId> = browser.tabs.values().flat_map(|tab| &tab.reads).copied().collect();
        prop_assert!(browser.stored.is_subset(&read), "{:?} are stored, {:?} are read", browser.stored, read);
    }
}
