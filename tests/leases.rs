#![cfg(not(target_arch = "wasm32"))]
//! Whose stored queue is whose, end to end: tabs of one browser, with Web Locks or only with
//! messages among them.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use consentry::{Health, Lock, Message, QueueId, Status};
use support::segments::*;
use support::tabs::*;
use support::*;

const MINUTE: u64 = 60_000;
/// Sends at once, so that nothing in these tests waits for the interval.
const OPTIONS: &str = r#"{"batch":{"flushIntervalMs":1000}}"#;

/// How much of the messages, storage events and requests for locks of a tab the others have got.
#[derive(Debug, Default)]
struct Seen {
    told: u32,
    said: usize,
    asked: usize,
}

/// The browser around its tabs: it gives locks, and carries messages and storage events.
#[derive(Debug)]
struct World {
    browser: Browser,
    has_locks: bool,
    tabs: BTreeMap<usize, Tab>,
    seen: BTreeMap<usize, Seen>,
    /// Tabs that run nothing: they are in the back-forward cache.
    away: Vec<usize>,
    owners: BTreeMap<QueueId, usize>,
    keys: Vec<String>,
    flushes: u32,
}

impl World {
    /// A browser with so many tabs, in which the visitor has agreed.
    fn new(has_locks: bool, tabs: usize) -> World {
        let (browser, owners) = (Browser::default(), BTreeMap::new());
        let mut world = World {
            browser,
            has_locks,
            tabs: BTreeMap::new(),
            seen: BTreeMap::new(),
            away: Vec::new(),
            owners,
            keys: Vec::new(),
            flushes: 0,
        };
        for _ in 0..tabs {
            world.open();
        }
        decide(world.tab(0), true);
        world.settle();
        world
    }

    fn open(&mut self) -> usize {
        let at = self.seen.len();
        self.tabs.insert(at, self.browser.tab(OPTIONS));
        self.seen.insert(at, Seen::default());
        self.settle();
        at
    }

    fn tab(&mut self, at: usize) -> &mut Tab {
        self.tabs.get_mut(&at).unwrap()
    }

    /// The tab crashes: the browser gives its locks to whoever asks next.
    fn crash(&mut self, at: usize) {
        self.tabs.remove(&at);
        self.owners.retain(|_, owner| *owner != at);
    }

    /// The visitor leaves the page, which may come back.
    fn put_away(&mut self, at: usize) {
        self.tab(at).page_hidden(true);
        self.settle();
        self.away.push(at);
    }

    fn bring_back(&mut self, at: usize) {
        self.away.retain(|away| *away != at);
        self.tab(at).returned();
        self.settle();
    }

    fn awake(&self) -> Vec<usize> {
        self.tabs.keys().filter(|at| !self.away.contains(at)).copied().collect()
    }

    fn others(&self, at: usize) -> Vec<usize> {
        self.awake().into_iter().filter(|other| *other != at).collect()
    }

    /// A task of a tab: an event, stored at its end.
    fn track(&mut self, at: usize, name: &str) {
        self.tab(at).track(name, "{}");
        self.settle();
    }

    /// What the browser does until every tab is idle.
    fn settle(&mut self) {
        for _ in 0..8 {
            for at in self.awake() {
                end_task(self.tab(at));
                self.answer_locks(at);
                self.carry(at);
            }
            self.tell_of_storage();
        }
    }

    fn answer_locks(&mut self, at: usize) {
        let page = &self.tabs[&at].platform().page;
        let (wanted, asked) = (page.locks.clone(), page.asked.clone());
        self.owners.retain(|queue, owner| *owner != at || wanted.contains(queue));
        let seen = std::mem::replace(&mut self.seen.get_mut(&at).unwrap().asked, asked.len());
        for queue in asked[seen..].iter().filter(|queue| wanted.contains(queue)) {
            let lock = match self.has_locks {
                false => Lock::Unsupported,
                true if *self.owners.entry(*queue).or_insert(at) == at => Lock::Held,
                true => Lock::Taken,
            };
            if lock != Lock::Held {
                self.tab(at).platform_mut().page.locks.retain(|held| held != queue);
            }
            self.tab(at).locked(*queue, lock);
        }
    }

    fn carry(&mut self, at: usize) {
        let page = &self.tabs[&at].platform().page;
        let (told, said) = (page.told, page.said.clone());
        let seen = self.seen.get_mut(&at).unwrap();
        let mut messages = said[seen.said..].to_vec();
        if told != seen.told {
            messages.push(Message::Changed);
        }
        (seen.told, seen.said) = (told, said.len());
        for other in self.others(at) {
            messages.iter().for_each(|message| self.tab(other).heard(*message));
        }
    }

    /// Every tab hears of the new keys; a browser spares the one that wrote them, which need not
    /// know.
    fn tell_of_storage(&mut self) {
        let keys = self.browser.segment_keys();
        let before = std::mem::replace(&mut self.keys, keys.clone());
        for key in keys.iter().filter(|key| !before.contains(key)) {
            for at in self.awake() {
                self.tab(at).storage_changed(Some(key));
            }
        }
    }

    fn pass(&mut self, milliseconds: u64) {
        let end = self.browser.shared().world.now + milliseconds;
        for _ in 0..20_000 {
            let rings = self.awake().into_iter().filter_map(|at| Some((self.tabs[&at].platform().rings_at?, at)));
            let Some((_, at)) = rings.min().filter(|(time, _)| *time <= end) else { break };
            ring_tab(self.tab(at));
            self.settle();
        }
        self.browser.shared().world.now = end;
    }

    /// The server takes what a tab sends from now on.
    fn deliver(&mut self, at: usize) -> Vec<String> {
        self.flushes += 1;
        let number = 1_000 + self.flushes;
        self.tab(at).flushes(number);
        answer_tab(self.tab(at), 200);
        self.settle();
        names(self.tab(at))
    }

    /// The server is down for ten minutes as this tab sees it.
    fn is_refused(&mut self, at: usize) {
        self.tab(at).flushes(1);
        let id = sent(self.tab(at)).last().unwrap().id;
        self.tab(at).answers(id, 503, 600_000, "");
        self.settle();
    }

    fn locks(&self, at: usize) -> usize {
        self.owners.values().filter(|owner| **owner == at).count()
    }
}

/// Both kinds of browser.
fn everywhere(test: impl Fn(bool)) {
    [true, false].into_iter().for_each(test);
}

#[test]
fn what_a_crashed_tab_left_is_delivered_by_another_once_it_has_looked() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 2);
        world.track(1, "Left");
        world.crash(1);
        world.pass(4_000);
        assert!(sent(world.tab(0)).is_empty(), "its owner may live");
        world.pass(26_000);
        assert_eq!(world.deliver(0), ["Left"], "{has_locks}");
        assert!(world.browser.segment_keys().is_empty());
    });
}

#[test]
fn a_page_that_is_loaded_asks_at_once_for_what_is_left() {
    let mut world = World::new(true, 1);
    world.track(0, "Left");
    world.crash(0);
    let next = world.open();
    assert_eq!((world.deliver(next), world.browser.segment_keys().len()), (vec![String::from("Left")], 0));
    let mut world = World::new(false, 1);
    world.track(0, "Left");
    world.crash(0);
    let next = world.open();
    assert!(world.deliver(next).is_empty(), "without locks only silence tells that nobody has it");
    world.pass(5_000);
    assert_eq!((world.deliver(next), world.browser.segment_keys().len()), (vec![String::from("Left")], 0));
}

#[test]
fn a_queue_whose_owner_lives_is_his_however_long_it_stands_there() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 2);
        world.track(1, "Its own");
        world.is_refused(1);
        let third = world.open();
        world.pass(9 * MINUTE);
        assert!(sent(world.tab(0)).is_empty() && sent(world.tab(third)).is_empty(), "{has_locks}");
        world.pass(MINUTE);
        assert_eq!(world.deliver(1), ["Its own", "Its own"], "refused, and sent again");
    });
}

#[test]
fn of_several_tabs_one_takes_over_what_was_left() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 4);
        world.track(3, "Left");
        world.crash(3);
        world.pass(MINUTE);
        let all: Vec<String> = (0..3).flat_map(|at| names(world.tab(at))).collect();
        assert_eq!(all, ["Left"], "{has_locks}");
        for at in 0..3 {
            world.deliver(at);
        }
        assert!(world.browser.segment_keys().is_empty());
    });
}

#[test]
fn what_was_taken_over_is_left_to_the_next_by_another_crash() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 2);
        world.track(1, "First");
        world.crash(1);
        world.pass(30_000);
        world.track(0, "Second");
        let third = world.open();
        world.crash(0);
        world.pass(2 * MINUTE); // the first was asked about by who is gone
        world.deliver(third);
        let mut all = names(world.tab(third));
        all.sort_unstable();
        assert_eq!((all, world.browser.segment_keys().len()), (vec!["First".into(), "Second".into()], 0), "{has_locks}");
    });
}

#[test]
fn a_page_holds_locks_only_while_something_is_stored() {
    let mut world = World::new(true, 2);
    assert_eq!(world.locks(0), 0);
    world.track(0, "Viewed");
    assert_eq!(world.locks(0), 1);
    world.deliver(0);
    assert_eq!(world.locks(0), 0, "browsers keep no page for the way back that holds locks");
    world.track(1, "Left");
    world.crash(1);
    world.pass(30_000);
    assert_eq!(world.locks(0), 1, "that of the queue it took over");
    world.deliver(0);
    assert_eq!(world.locks(0), 0);
}

#[test]
fn what_a_page_that_is_put_away_had_stored_does_not_wait_for_its_return() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 2);
        world.track(1, "Stored");
        world.is_refused(1);
        world.put_away(1);
        assert_eq!(world.locks(1), 0);
        world.pass(11 * MINUTE); // the server may have wanted that much
        assert_eq!(world.deliver(0), ["Stored"], "{has_locks}");
        world.bring_back(1);
        world.track(1, "Afterwards");
        world.pass(10_000);
        assert_eq!(world.deliver(1), ["Stored", "Afterwards"], "{has_locks}: the first is from before, and refused");
        assert!(world.browser.segment_keys().is_empty());
    });
}

#[test]
fn a_page_that_returns_takes_its_queue_back_if_nobody_else_wanted_it() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 1);
        world.track(0, "Stored");
        world.is_refused(0);
        world.put_away(0);
        world.pass(15 * MINUTE);
        assert_eq!(sent(world.tab(0)).len(), 1, "nothing runs in the cache");
        world.bring_back(0);
        world.pass(30_000);
        assert_eq!(world.deliver(0), ["Stored", "Stored"], "{has_locks}");
        assert!(world.browser.segment_keys().is_empty());
    });
}

#[test]
fn a_refusal_ends_every_lease() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 3);
        world.track(1, "Left");
        world.track(2, "Stored");
        world.crash(1);
        world.pass(30_000);
        decide(world.tab(2), false);
        world.settle();
        assert_eq!((world.locks(0), world.locks(2), world.browser.keys()), (0, 0, LEFT.map(String::from).to_vec()));
        let before = [0, 2].map(|at| world.tabs[&at].platform().page.asked.len());
        for at in [0, 2] {
            world.tab(at).storage_changed(Some(&segment_key(7, 1))); // written late by who has not heard
            let tab = world.tab(at).platform();
            assert!(tab.page.locks.is_empty() && tab.rings_at.is_none(), "{has_locks}");
        }
        world.pass(DAY);
        assert_eq!([0, 2].map(|at| world.tabs[&at].platform().page.asked.len()), before, "{has_locks}");
        assert!([0, 2].iter().all(|at| world.tabs[at].status() == Status::Denied && world.tabs[at].platform().rings_at.is_none()));
    });
}

// ---- answers that come late

/// The browser grants a lock although the request for it was just taken back.
fn grants_late(page: &mut Page, queue: QueueId) {
    assert!(page.platform().locks.is_empty());
    page.platform_mut().locks.push(queue);
    page.locked(queue, Lock::Held);
}

/// What makes a page give up its queue, by name.
type Way = (&'static str, fn(&mut Page));

#[test]
fn a_lock_that_comes_when_its_queue_was_given_up_is_given_back() {
    let ways: [Way; 4] = [
        ("all was delivered", |page| drop(delivered(page))),
        ("the page is put away", |page| page.page_hidden(true)),
        ("the visitor refused", refuse),
        ("the page returned", Page::returned),
    ];
    for (name, way) in ways {
        let mut page = granted("{}");
        page.track("Viewed", "{}");
        end_tick(&mut page);
        let own = page.platform().locks[0];
        way(&mut page);
        grants_late(&mut page, own);
        assert!(page.platform().locks.is_empty(), "{name}");
        let requests = page.platform().sent.len();
        page.flushes(2);
        assert!(page.platform().sent.len() == requests && errors(&page).is_empty(), "{name}: and nothing is read of it");
    }
}

#[test]
fn a_left_queue_whose_lock_comes_when_the_page_was_put_away_is_left_to_others() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Left", 2, at - 1_000));
    let mut page = reload(&page, "{}");
    page.page_hidden(true);
    grants_late(&mut page, QueueId::new(7).unwrap());
    assert!(page.platform().locks.is_empty() && page.platform().sent.is_empty());
    page.returned();
    page.claims(7);
    assert_eq!(delivered(&mut page).len(), 2, "on its return it asks anew");
}

#[test]
fn an_answer_that_comes_twice_takes_nothing_over_twice() {
    let mut page = granted("{}");
    let at = page.platform().now;
    plant(&mut page, 7, 1, 0, &events("Left", 2, at - 1_000));
    let mut page = heir_of(&page, 7, "{}");
    page.claims(7);
    page.locked(QueueId::new(7).unwrap(), Lock::Taken);
    page.locked(QueueId::new(7).unwrap(), Lock::Unsupported);
    assert_eq!(delivered(&mut page).len(), 2);
    assert!(keys_of_segments(&page).is_empty());
}

// ---- who cannot send

/// The decision is a cookie, and cookies throw from now on.
fn cookies_of_a_page_throw(page: &mut Page) {
    page.platform_mut().cookie_health = Health::Throws;
}

#[test]
fn a_page_that_cannot_read_its_flag_gives_its_queue_back_and_looks_again() {
    let options = r#"{"consent":{"storage":"cookie"}}"#;
    let mut page = granted(options);
    page.track("Stored", "{}");
    end_tick(&mut page);
    let own = page.platform().locks[0];
    page.locked(own, Lock::Held);
    cookies_of_a_page_throw(&mut page);
    pass(&mut page, 5_000);
    assert!(page.platform().locks.is_empty() && page.platform().sent.is_empty(), "others can send it");
    assert_eq!(stored_names(&page), ["Stored"]);
    page.platform_mut().cookie_health = Health::Works;
    pass(&mut page, 10_000);
    page.claims(own.get());
    assert_eq!(delivered(&mut page).len(), 1);
    assert!(keys_of_segments(&page).is_empty());
}

#[test]
fn what_the_server_took_leaves_storage_though_the_flag_cannot_be_read() {
    let options = r#"{"consent":{"storage":"cookie"}}"#;
    let mut page = granted(options);
    page.track("Taken", "{}");
    end_tick(&mut page);
    page.flushes(1);
    cookies_of_a_page_throw(&mut page);
    answer_last(&mut page, 200, "1");
    assert!(keys_of_segments(&page).is_empty() && page.platform().locks.is_empty());
}

#[test]
fn a_tab_whose_grant_has_expired_does_not_say_that_a_queue_is_its_own() {
    let options = r#"{"batch":{"flushIntervalMs":1000},"consent":{"maxAgeDays":1}}"#;
    let mut page = granted(options);
    page.track("Stored", "{}");
    end_tick(&mut page);
    let own = page.platform().locks[0];
    page.locked(own, Lock::Unsupported);
    page.flushes(1);
    page.answers(1, 503, 600_000, "");
    page.heard(Message::Asks(own));
    assert_eq!(page.platform().said, [Message::Has(own)]);
    page.platform_mut().now += DAY;
    page.heard(Message::Asks(own));
    assert_eq!((page.platform().said.len(), page.status()), (1, Status::Pending));
}

#[test]
fn a_frozen_tab_keeps_no_queue_and_is_back_when_it_runs_again() {
    everywhere(|has_locks| {
        let mut world = World::new(has_locks, 2);
        world.track(1, "Stored");
        world.is_refused(1);
        world.tab(1).track("Not yet stored", "{}");
        world.tab(1).frozen();
        world.settle();
        world.away.push(1);
        assert_eq!(world.locks(1), 0);
        world.pass(15 * MINUTE); // the server's refusal is every tab's
        assert_eq!(world.deliver(0), ["Stored", "Not yet stored"], "{has_locks}");
        world.bring_back(1);
        world.track(1, "Afterwards");
        assert_eq!(world.deliver(1), ["Stored", "Afterwards"], "{has_locks}: the first was refused");
        assert!(world.browser.segment_keys().is_empty());
    });
}
