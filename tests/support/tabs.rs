//! Tabs of one browser. They share stores and clock, which also count what is done with them and
//! can behave badly; all else each has for itself.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use consentry::{Client, Fault, MemoryPlatform, Notice, OptIn, OptOut, Platform, QueueId, Sent, Store};

use super::segments::{own_queues, segment_key};
use super::{Driven, Locks, Page, TOKEN, body, wire};

/// How localStorage takes what it is given, beside the health of its world.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Manner {
    /// As it should.
    #[default]
    Honest,
    /// It takes everything, keeps nothing of it, and gives nothing up.
    Lies,
    /// It keeps so many bytes of a value.
    Cuts(usize),
    /// It takes no value longer than that.
    Short(usize),
    /// It gives nothing up.
    Keeps,
    /// It has room for so many UTF-16 units.
    Holds(usize),
}

/// What the tabs of one browser share.
#[derive(Debug, Default)]
pub struct Shared {
    pub world: MemoryPlatform,
    pub manner: Manner,
    pub reads: usize,
    pub bytes_read: usize,
    pub writes: usize,
    pub bytes_written: usize,
    /// How often the keys were looked through.
    pub looked: usize,
}

/// The host of one tab.
#[derive(Debug)]
pub struct Host {
    pub page: MemoryPlatform,
    /// When the timer rings, if one is set.
    pub rings_at: Option<u64>,
    shared: Rc<RefCell<Shared>>,
}

impl Locks for Host {
    fn locks(&self) -> &[QueueId] {
        &self.page.locks
    }
}

/// A client in one tab of a browser.
pub type Tab = Client<Host>;

/// A browser.
#[derive(Debug, Default)]
pub struct Browser {
    shared: Rc<RefCell<Shared>>,
    tabs: u64,
}

impl Browser {
    /// A browser whose stores are those of a page.
    pub fn of(page: &Page) -> Browser {
        let browser = Browser::default();
        browser.shared().world = page.platform().clone();
        browser
    }

    /// Opens a tab.
    pub fn tab(&mut self, options: &str) -> Tab {
        self.tabs += 1;
        let page = MemoryPlatform { seed: 1_000 * self.tabs, ..MemoryPlatform::default() };
        Client::new(Host { page, rings_at: None, shared: Rc::clone(&self.shared) }, TOKEN, &super::options(options)).unwrap()
    }

    /// What the tabs share.
    pub fn shared(&self) -> RefMut<'_, Shared> {
        self.shared.borrow_mut()
    }

    /// Lets time pass in which nothing rings.
    pub fn pass(&self, milliseconds: u64) {
        self.shared().world.now += milliseconds;
    }

    /// Starts counting anew.
    pub fn count(&self) {
        let mut shared = self.shared();
        (shared.reads, shared.bytes_read, shared.writes, shared.bytes_written) = (0, 0, 0, 0);
    }

    /// Reads, bytes written, and writes since counting began.
    pub fn counted(&self) -> (usize, usize, usize) {
        let shared = self.shared();
        (shared.reads, shared.bytes_written, shared.writes)
    }

    /// The keys in localStorage.
    pub fn keys(&self) -> Vec<String> {
        self.shared().world.local.keys().cloned().collect()
    }

    /// The keys of stored queues.
    pub fn segment_keys(&self) -> Vec<String> {
        self.keys().into_iter().filter(|key| key.starts_with(super::segments::SEGMENTS)).collect()
    }
}

/// The visitor decides in this tab.
pub fn decide(tab: &mut Tab, granted: bool) {
    if granted {
        tab.opt_in(&OptIn { event: "", via: "banner", ..OptIn::default() });
    } else {
        tab.opt_out(&OptOut { via: "banner", ..OptOut::default() });
    }
}

/// The task of this tab ends.
pub fn end_task(tab: &mut Tab) {
    if tab.platform().page.wake == Some(0) {
        ring_tab(tab);
    }
}

/// The timer of this tab rings, if one is set.
pub fn ring_tab(tab: &mut Tab) {
    let host = tab.platform_mut();
    host.page.wake = None;
    if let Some(time) = host.rings_at.take() {
        let mut shared = host.shared.borrow_mut();
        shared.world.now = shared.world.now.max(time);
        drop(shared);
        tab.woke();
    }
}

/// A tab is gone, and another has its queues: it asks for those it knows of, or once it has looked
/// for more.
pub fn inherit(heir: &mut Tab, dead: Tab) {
    let owned = own_queues(&dead.platform().page);
    drop(dead);
    for queue in owned {
        let wanted = QueueId::new(queue).unwrap();
        let prefix = segment_key(queue, 1);
        let prefix = prefix.trim_end_matches('1');
        if !heir.platform().shared.borrow().world.local.keys().any(|key| key.starts_with(prefix)) {
            continue; // nothing of it is stored
        }
        for _ in 0..100 {
            if heir.platform().page.locks.contains(&wanted) {
                break;
            }
            heir.storage_changed(Some(&segment_key(queue, 1)));
            ring_tab(heir);
        }
        heir.claims(queue);
    }
}

/// The requests of a tab that were not aborted.
pub fn sent(tab: &Tab) -> Vec<Sent> {
    tab.platform().page.sent.iter().filter(|sent| !sent.aborted).cloned().collect()
}

/// The names of the events a tab sent, checked against the wire's rules.
pub fn names(tab: &Tab) -> Vec<String> {
    let all = sent(tab).iter().flat_map(wire::records_of).collect::<Vec<_>>();
    all.iter().filter_map(|record| record["event"].as_str().map(String::from)).collect()
}

/// Sends all there is, has it taken, and names the events sent so far.
pub fn delivered_names(tab: &mut Tab) -> Vec<String> {
    tab.flushes(9_999);
    answer_tab(tab, 200);
    names(tab)
}

/// Answers every request of a tab that was not aborted, and those that follow.
pub fn answer_tab(tab: &mut Tab, status: u16) {
    let mut at = 0;
    while at < tab.platform().page.sent.len() {
        let (id, aborted) = (tab.platform().page.sent[at].id, tab.platform().page.sent[at].aborted);
        if !aborted {
            tab.answers(id, status, 0, body(status));
        }
        at += 1;
    }
}

/// UTF-16 units of a text.
fn units(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

impl Shared {
    /// What a page of the site stores; false where there is no room for it.
    pub fn site_stores(&mut self, key: &str, units: usize) -> bool {
        let value = "x".repeat(units);
        let fits = matches!(self.manner, Manner::Holds(most) if self.units_with(key, Some(&value)) <= most);
        if fits {
            self.world.local.insert(key.into(), value);
        }
        fits
    }

    /// UTF-16 units of all that is stored.
    pub fn units(&self) -> usize {
        self.world.local.iter().map(|(key, value)| units(key) + units(value)).sum()
    }

    fn units_with(&self, key: &str, value: Option<&str>) -> usize {
        let old = self.world.local.get(key).map_or(0, |old| units(key) + units(old));
        let new = value.map_or(0, |value| units(key) + units(value));
        if new <= old { 0 } else { self.units() - old + new }
    }
}

impl Platform for Host {
    rest_by_page!();

    fn now(&self) -> u64 {
        self.shared.borrow().world.now
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        let mut shared = self.shared.borrow_mut();
        let found = shared.world.read(store, key);
        shared.reads += 1;
        shared.bytes_read += found.as_ref().map_or(0, |found| found.as_ref().map_or(0, String::len));
        found
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        let mut shared = self.shared.borrow_mut();
        shared.writes += 1;
        shared.bytes_written += value.map_or(0, str::len);
        match (store, shared.manner) {
            (Store::Local, Manner::Lies) => {}
            (Store::Local, Manner::Keeps) if value.is_none() => {}
            (Store::Local, Manner::Holds(most)) if shared.units_with(key, value) > most => {}
            (Store::Local, Manner::Cuts(most)) => shared.world.write(store, key, value.map(|value| &value[..value.len().min(most)])),
            (Store::Local, Manner::Short(most)) if value.is_some_and(|value| value.len() > most) => {}
            _ => shared.world.write(store, key, value),
        }
    }

    fn keys(&self, prefix: &str) -> String {
        let mut shared = self.shared.borrow_mut();
        shared.looked += 1;
        shared.world.keys(prefix)
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        self.page.wake_after(milliseconds);
        self.rings_at = milliseconds.map(|milliseconds| self.now() + u64::from(milliseconds));
    }
}

/// The codes of what a tab reported.
pub fn codes(tab: &Tab) -> Vec<&'static str> {
    let code = |notice: &Notice| match notice {
        Notice::Error(error) => Some(error.code()),
        Notice::Flushed(..) | Notice::Consent(..) | Notice::Deleted(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    };
    tab.platform().page.notices.iter().filter_map(code).collect()
}
