//! Browsers in small: tabs, a manager of locks or none, a channel, and the queues that are stored.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof};
use proptest::{collection, prop_assert, prop_assert_eq, proptest};

use super::{Action, Leases, Lock, Message, QueueId};

const NOW: u64 = 1_790_000_000_000;

fn queue(number: u32) -> QueueId {
    QueueId::new(number).unwrap()
}

/// A client that has looked, found nothing, and begun queue 1.
fn with_own(locks: bool) -> Leases {
    let mut leases = Leases::default();
    leases.start(NOW);
    assert_eq!(leases.take(), [Action::Look]);
    leases.found([].into_iter(), NOW, 0);
    leases.begin(queue(1), NOW);
    assert_eq!(leases.take(), [Action::Lock(queue(1))]);
    leases.locked(queue(1), if locks { Lock::Held } else { Lock::Unsupported }, NOW, 0);
    assert_eq!((leases.take(), leases.due()), (vec![], None), "a new queue is ours at once, and nothing is to be read of it");
    leases
}

#[test]
fn a_left_queue_is_adopted_as_soon_as_its_lock_is_had() {
    let mut leases = with_own(true);
    leases.found([queue(1), queue(2), queue(2)].into_iter(), NOW, 0);
    assert_eq!(leases.take(), [Action::Lock(queue(2))]);
    leases.locked(queue(2), Lock::Held, NOW, 0);
    assert_eq!((leases.take(), leases.due()), (vec![Action::Adopt(queue(2))], None));
}

#[test]
fn a_queue_that_somebody_has_is_looked_for_again_in_five_to_ten_seconds() {
    for (random, seconds) in [(0, 5_000), (u32::MAX, 9_999)] {
        let mut leases = with_own(true);
        leases.found([queue(2)].into_iter(), NOW, 0);
        leases.take();
        leases.locked(queue(2), Lock::Taken, NOW, random);
        assert_eq!((leases.take(), leases.due()), (vec![], Some(NOW + seconds)));
        leases.stored_elsewhere(NOW + 1, u32::MAX);
        assert_eq!(leases.due(), Some(NOW + seconds), "one look is enough");
        leases.woke(NOW + seconds - 1);
        assert_eq!(leases.take(), []);
        leases.woke(NOW + seconds);
        assert_eq!((leases.take(), leases.due()), (vec![Action::Look], None));
        leases.found([].into_iter(), NOW + seconds, 0);
        assert_eq!((leases.take(), leases.due()), (vec![], None), "nothing is left, so there is nothing to look for");
    }
}

#[test]
fn without_locks_five_seconds_of_silence_free_a_queue() {
    let mut leases = with_own(false);
    leases.found([queue(2)].into_iter(), NOW, 0);
    assert_eq!((leases.take(), leases.due()), (vec![Action::Post(Message::Asks(queue(2)))], Some(NOW + 5_000)));
    leases.heard(Message::Has(queue(3)), NOW, 0);
    leases.woke(NOW + 4_999);
    assert_eq!(leases.take(), []);
    leases.woke(NOW + 5_000);
    assert_eq!((leases.take(), leases.due()), (vec![Action::Adopt(queue(2))], None));
    leases.heard(Message::Has(queue(2)), NOW + 6_000, 0);
    leases.heard(Message::Asks(queue(2)), NOW + 6_000, 0);
    assert_eq!(leases.take(), [Action::Post(Message::Has(queue(2)))]);
}

#[test]
fn without_locks_a_client_answers_for_what_it_has_and_for_what_it_asks() {
    let mut leases = with_own(false);
    leases.found([queue(2)].into_iter(), NOW, 0);
    leases.take();
    for asked in [1, 2, 3] {
        leases.heard(Message::Asks(queue(asked)), NOW, 0);
    }
    assert_eq!(leases.take(), [Action::Post(Message::Has(queue(1))), Action::Post(Message::Has(queue(2)))]);
    leases.heard(Message::Has(queue(2)), NOW + 1, 0);
    leases.woke(NOW + 5_000);
    assert_eq!((leases.take(), leases.due()), (vec![], Some(NOW + 5_001)), "it is somebody's, so it is asked for later");
}

#[test]
fn what_was_given_back_is_unlocked_when_its_lock_comes_late_and_never_adopted() {
    let mut leases = with_own(true);
    leases.found([queue(2)].into_iter(), NOW, 0);
    leases.take();
    leases.stop();
    assert_eq!(leases.take(), [Action::Unlock(queue(1)), Action::Unlock(queue(2))]);
    leases.locked(queue(2), Lock::Held, NOW, 0);
    assert_eq!(leases.take(), [Action::Unlock(queue(2))]);
    leases.locked(queue(2), Lock::Taken, NOW, 0);
    leases.stored_elsewhere(NOW, 0);
    leases.found([queue(3)].into_iter(), NOW, 0);
    assert_eq!((leases.take(), leases.due(), leases.own()), (vec![], None, None), "and nothing more is wanted");
}

#[test]
fn with_nothing_stored_a_client_holds_no_lock_and_still_gets_what_it_asked_for() {
    let mut leases = with_own(true);
    leases.found([queue(2), queue(3)].into_iter(), NOW, 0);
    leases.locked(queue(2), Lock::Held, NOW, 0);
    leases.take();
    leases.disown();
    assert_eq!((leases.take(), leases.own()), (vec![Action::Unlock(queue(1)), Action::Unlock(queue(2))], None));
    leases.locked(queue(3), Lock::Held, NOW, 0);
    assert_eq!(leases.take(), [Action::Adopt(queue(3))]);
    leases.disown();
    leases.disown();
    assert_eq!(leases.take(), [Action::Unlock(queue(3))]);
}

#[test]
fn a_queue_that_was_to_be_adopted_is_not_after_it_was_given_back() {
    let mut leases = with_own(true);
    leases.found([queue(2)].into_iter(), NOW, 0);
    leases.take();
    leases.locked(queue(2), Lock::Held, NOW, 0);
    leases.stop();
    assert_eq!(leases.take(), [Action::Unlock(queue(1)), Action::Unlock(queue(2))]);
}

#[test]
fn a_page_that_comes_back_looks_anew_and_gets_its_old_queue_if_nobody_took_it() {
    let mut leases = with_own(true);
    leases.stop();
    leases.begin(queue(5), NOW); // stored while the page was being put away: nobody must wait for that
    leases.take();
    leases.disown();
    leases.start(NOW);
    leases.start(NOW);
    assert_eq!(leases.take(), [Action::Look]);
    leases.found([queue(1), queue(5)].into_iter(), NOW, 0);
    assert_eq!(leases.take(), [Action::Lock(queue(1)), Action::Lock(queue(5))]);
    leases.locked(queue(1), Lock::Held, NOW, 0);
    assert_eq!(leases.take(), [Action::Adopt(queue(1))]);
}

#[test]
fn our_own_queue_is_asked_for_again_where_somebody_was_faster_and_is_never_read() {
    let mut leases = with_own(true);
    leases.disown();
    leases.begin(queue(2), NOW);
    leases.locked(queue(2), Lock::Taken, NOW, 0);
    assert_eq!((leases.own(), leases.due()), (Some(queue(2)), Some(NOW + 5_000)));
    leases.take();
    leases.found([queue(2)].into_iter(), NOW + 5_000, 0);
    leases.locked(queue(2), Lock::Held, NOW + 5_000, 0);
    assert_eq!(leases.take(), [Action::Lock(queue(2))]);
}

#[test]
fn of_a_thousand_left_queues_a_hundred_are_asked_for_and_the_others_later() {
    let mut leases = Leases::default();
    leases.start(NOW);
    leases.take();
    leases.found((1..=1_000).map(queue), NOW, 0);
    assert_eq!((leases.take().len(), leases.due()), (100, Some(NOW + 5_000)));
    (1..=100).for_each(|number| leases.locked(queue(number), Lock::Held, NOW, 0));
    leases.disown();
    leases.take();
    leases.found((101..=1_000).map(queue), NOW + 5_000, 0);
    assert_eq!(leases.take().len(), 100);
}

#[test]
fn numbers_of_queues_are_read_from_keys() {
    for (text, number) in [("7_1", Some(7)), ("4294967295_2", Some(u32::MAX)), ("0_1", None), ("4294967296_1", None), ("x_1", None), ("", None)] {
        assert_eq!(QueueId::before_segment(text).map(QueueId::get), number, "{text}");
    }
    assert_eq!([0, 6, 7].map(|bits| QueueId::of_random(bits).get()), [1, 7, 7]);
}

proptest! {
    #[test]
    fn every_message_has_a_number_and_every_number_at_most_one_message(number in prop_oneof![any::<f64>(), any::<i64>().prop_map(|whole| whole as f64), any::<u32>().prop_map(f64::from)]) {
        match Message::numbered(number) {
            Some(message) => prop_assert_eq!(message.number(), number),
            None => prop_assert!(number.fract() != 0.0 || !number.is_finite() || number.abs() > f64::from(u32::MAX)),
        }
    }
}

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

#[derive(Clone, Copy)]
enum News {
    Answer(QueueId, Lock),
    Message(Message),
    StoredElsewhere,
}

struct Browser {
    now: u64,
    has_locks: bool,
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
                    Action::Look => tab.leases.found(self.stored.iter().copied(), self.now, self.next_queue.wrapping_mul(0x9e37_79b9)),
                    Action::Adopt(queue) => _ = tab.reads.insert(queue),
                    Action::Lock(queue) => {
                        let lock = match self.locks.get(&queue) {
                            _ if !self.has_locks => Lock::Unsupported,
                            Some(owner) if *owner != at => Lock::Taken,
                            _ => {
                                self.locks.insert(queue, at);
                                Lock::Held
                            }
                        };
                        self.under_way.push((at, News::Answer(queue, lock)));
                    }
                    Action::Unlock(queue) => {
                        tab.reads.remove(&queue);
                        self.locks.retain(|locked, owner| *locked != queue || *owner != at);
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
        let random = (self.now as u32).wrapping_mul(0x9e37_79b9).wrapping_add(at as u32 * 0x5bd1_e995);
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
            let due = self.tabs.iter().filter(|(_, tab)| !tab.away).filter_map(|(at, tab)| Some((tab.leases.due()?, *at))).min();
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
                    tab.leases.begin(queue(self.next_queue), self.now);
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
        1 => proptest::strategy::Just(Step::Opens),
        2 => (0_u64..12_000).prop_map(Step::Passes),
        3 => proptest::strategy::Just(Step::Arrives),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_two_tabs_have_a_queue_and_the_last_tab_gets_every_one_that_was_left(has_locks: bool, steps in collection::vec(step(), 1..60)) {
        let mut browser =
            Browser { now: NOW, has_locks, tabs: BTreeMap::new(), locks: BTreeMap::new(), stored: BTreeSet::new(), under_way: vec![], next_queue: 1 };
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
        prop_assert_eq!(read, browser.stored.clone());
        prop_assert!(browser.tabs.values().all(|tab| tab.away || browser.stored.is_empty() || !tab.reads.is_empty() || browser.tabs.len() > 1));
    }
}
