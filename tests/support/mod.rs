//! A page in memory, and ways to look at what its client did.
//!
//! Time moves only through [`pass`], which rings the client's timer whenever it is due.

// Every test file takes what it needs, and helpers of tests fail by panicking.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[macro_use]
pub mod delegate;
pub mod driven;
pub mod jar;
pub mod segments;
pub mod tabs;
pub mod wire;

use consentry::{Client, Health, MemoryPlatform, Notice, Operation, OptIn, OptOut, Options, QueueId, Status, Store};
pub use driven::{Driven, Locks};
use serde_json::Value;

/// The project token of every test.
pub const TOKEN: &str = "TOKEN";
/// Where the decision is kept.
pub const FLAG: &str = "__mp_opt_in_out_TOKEN";
/// Where its proof is kept.
pub const RECORD: &str = "consentry_TOKEN_record";
/// Where the records of all decisions are kept.
pub const HISTORY: &str = "consentry_TOKEN_history";
/// What a decision leaves in localStorage.
pub const LEFT: [&str; 3] = [FLAG, HISTORY, RECORD];
/// Where identity and super properties are kept.
pub const IDENTITY: &str = "mp_TOKEN_mixpanel";
/// The queues mixpanel-js keeps.
pub const MIXPANEL_QUEUES: [&str; 3] = ["__mpq_TOKEN_ev", "__mpq_TOKEN_pp", "__mpq_TOKEN_gr"];
/// Milliseconds of a day.
pub const DAY: u64 = 86_400_000;
/// Milliseconds between a record and its request, unless a test says otherwise.
pub const INTERVAL: u64 = 5_000;

/// A client on a page in memory.
pub type Page = Client<MemoryPlatform>;

/// Options as JavaScript gives them.
pub fn options(json: &str) -> Options {
    Options::from_json(json).unwrap()
}

/// The visitor agrees; `event` is announced if it is the first time.
pub fn agree(page: &mut Page, event: &str) {
    page.opt_in(&OptIn { event, via: "banner", ..OptIn::default() });
}

/// The visitor refuses.
pub fn refuse(page: &mut Page) {
    page.opt_out(&OptOut { via: "banner", ..OptOut::default() });
}

/// The visitor refuses and wants the profile deleted.
pub fn refuse_and_delete(page: &mut Page) {
    page.opt_out(&OptOut { delete_profile: true, via: "banner", ..OptOut::default() });
}

impl Locks for MemoryPlatform {
    fn locks(&self) -> &[QueueId] {
        &self.locks
    }
}

/// Calls that come thick and are carried out at once all the same, as those of a hidden page are.
/// `inbox.rs` has what becomes of them on a visible one.
pub fn at_once(page: &mut Page, calls: impl FnOnce(&mut Page)) {
    page.platform_mut().hidden = true;
    calls(page);
    page.platform_mut().hidden = false;
}

/// The visitor decides.
pub fn choose(page: &mut Page, granted: bool) {
    if granted { agree(page, "") } else { refuse(page) }
}

/// A page that nobody visited before.
pub fn page(options: &str) -> Page {
    page_on(MemoryPlatform::default(), options)
}

/// A page in a world that is there already.
pub fn page_on(world: MemoryPlatform, options: &str) -> Page {
    Client::new(world, TOKEN, &self::options(options)).unwrap()
}

/// A page whose visitor just agreed, without the `$opt_in` event, and nothing noted down of how it
/// came to this.
pub fn granted(options: &str) -> Page {
    let mut page = page(options);
    agree(&mut page, "");
    assert_eq!(page.status(), Status::Granted);
    let world = page.platform_mut();
    (world.writes, world.told) = (0, 0);
    world.notices.clear();
    page
}

/// The next page in the same browser: the stores stay, everything else is new.
pub fn reload(page: &Page, options: &str) -> Page {
    let mut world = page.platform().clone();
    world.sent.clear();
    world.notices.clear();
    world.locks.clear();
    world.asked.clear();
    (world.wake, world.writes, world.told) = (None, 0, 0);
    page_on(world, options)
}

/// What the public consent says, as JSON.
pub fn consent(page: &Page) -> Value {
    serde_json::from_str(&page.consent()).unwrap()
}

/// The id events carry now.
pub fn distinct_id(page: &Page) -> String {
    page.distinct_id().trim_matches('"').into()
}

/// `granted/stored` and the like.
pub fn state(page: &Page) -> String {
    let consent = consent(page);
    format!("{}/{}", consent["status"].as_str().unwrap(), consent["source"].as_str().unwrap())
}

/// Lets time pass; the timer rings whenever it is due.
pub fn pass(page: &mut Page, milliseconds: u64) {
    let end = page.platform().now + milliseconds;
    let mut rings = 0;
    while let Some(wake) = page.platform().wake {
        let left = end - page.platform().now;
        let world = page.platform_mut();
        if u64::from(wake) > left {
            world.wake = Some(wake - left as u32);
            break;
        }
        world.now += u64::from(wake);
        world.wake = None;
        page.woke();
        rings += 1;
        assert!(rings < 50_000, "the timer rings without end");
    }
    page.platform_mut().now = end;
}

/// Rings the timer now if one is set, and says whether there was one.
pub fn ring(page: &mut Page) -> bool {
    let wake = page.platform().wake;
    if let Some(wake) = wake {
        pass(page, u64::from(wake));
    }
    wake.is_some()
}

/// What Mixpanel says with that status.
pub fn body(status: u16) -> &'static str {
    if status == 200 { "1" } else { "" }
}

/// Answers every request that is under way, and those that follow, with `{"status":1}`.
pub fn answer_all(page: &mut Page) {
    let mut at = 0;
    while at < page.platform().sent.len() {
        let sent = &page.platform().sent[at];
        let (id, aborted) = (sent.id, sent.aborted);
        if !aborted {
            page.answers(id, 200, 0, r#"{"status":1,"error":null}"#);
        }
        at += 1;
    }
}

/// Answers the newest request.
pub fn answer_last(page: &mut Page, status: u16, body: &str) {
    let id = page.platform().sent.last().expect("a request is under way").id;
    page.answers(id, status, 0, body);
}

/// Every record of every request that was not aborted, checked against the wire's rules.
pub fn records(page: &Page) -> Vec<Value> {
    page.platform().sent.iter().filter(|sent| !sent.aborted).flat_map(wire::records_of).collect()
}

/// Sends what is queued, has it taken, and gives every record sent so far.
pub fn delivered(page: &mut Page) -> Vec<Value> {
    page.flushes(9_999);
    answer_all(page);
    records(page)
}

/// The properties of the one event that was sent under this name.
pub fn event(page: &mut Page, name: &str) -> Value {
    let mut found: Vec<Value> = delivered(page).into_iter().filter(|record| record["event"] == name).collect();
    assert_eq!(found.len(), 1, "events named {name}");
    found.remove(0)["properties"].take()
}

/// The names of the events sent so far.
pub fn event_names(page: &Page) -> Vec<String> {
    records(page).iter().filter_map(|record| record["event"].as_str().map(String::from)).collect()
}

/// How one flush ended: sent, dropped, pending. None while it is under way.
pub fn flushed(page: &Page, number: u32) -> Option<(usize, usize, usize)> {
    let ends: Vec<_> = page
        .platform()
        .notices
        .iter()
        .filter_map(|notice| match notice {
            Notice::Flushed(of, sent, dropped, pending) if of.0.get() == number => Some((*sent, *dropped, *pending)),
            Notice::Flushed(..)
            | Notice::Error(_)
            | Notice::Consent(..)
            | Notice::Deleted(..)
            | Notice::AnsweredAlone(..)
            | Notice::Record(_) => None,
        })
        .collect();
    assert!(ends.len() < 2, "flush {number} ended more than once");
    ends.first().copied()
}

/// The errors reported so far: code and what each is about.
pub fn errors(page: &Page) -> Vec<(&'static str, String)> {
    reports(page).into_iter().map(|(code, about, _)| (code, about)).collect()
}

/// The records dropped so far for a reason.
pub fn dropped(page: &Page, code: &str) -> usize {
    reports(page).iter().filter(|(reported, ..)| *reported == code).map(|(.., count)| count).sum()
}

fn reports(page: &Page) -> Vec<(&'static str, String, usize)> {
    let told = |notice: &Notice| match notice {
        Notice::Error(error) => Some((error.code(), error.about.clone(), error.dropped)),
        Notice::Flushed(..) | Notice::Consent(..) | Notice::Deleted(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    };
    page.platform().notices.iter().filter_map(told).collect()
}

/// The changes of the status the page was told of.
pub fn changes(page: &Page) -> Vec<(Status, Status)> {
    let told = |notice: &Notice| match notice {
        Notice::Consent(before, after) => Some((*before, *after)),
        Notice::Flushed(..) | Notice::Error(_) | Notice::Deleted(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    };
    page.platform().notices.iter().filter_map(told).collect()
}

/// The ends of profile deletions the page was told of.
pub fn deletions(page: &Page) -> Vec<bool> {
    let told = |notice: &Notice| match notice {
        Notice::Deleted(_, done) => Some(*done),
        Notice::Flushed(..) | Notice::Error(_) | Notice::Consent(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    };
    page.platform().notices.iter().filter_map(told).collect()
}

/// Every key in a store.
pub fn keys(page: &Page, store: Store) -> Vec<&str> {
    kept(page.platform(), store).keys().map(String::as_str).collect()
}

/// What a store holds under a key.
pub fn stored(page: &Page, store: Store, key: &str) -> Option<String> {
    kept(page.platform(), store).get(key).cloned()
}

fn kept(world: &MemoryPlatform, store: Store) -> &std::collections::BTreeMap<String, String> {
    match store {
        Store::Local => &world.local,
        Store::Cookie => &world.jar,
    }
}

/// Puts something into a store, as an earlier page, another tab or another tool would.
pub fn put(world: &mut MemoryPlatform, store: Store, key: &str, value: &str) {
    let kept = match store {
        Store::Local => &mut world.local,
        Store::Cookie => &mut world.jar,
    };
    kept.insert(key.into(), value.into());
}

/// Makes a store behave in some way.
pub fn set_health(world: &mut MemoryPlatform, store: Store, health: Health) {
    match store {
        Store::Local => world.local_health = health,
        Store::Cookie => world.cookie_health = health,
    }
}

/// An operation by the name JavaScript uses.
pub fn operation(name: &str) -> Operation {
    match name {
        "set" => Operation::Set,
        "setOnce" => Operation::SetOnce,
        "increment" => Operation::Add,
        "append" => Operation::Append,
        "union" => Operation::Union,
        "remove" => Operation::Remove,
        "unset" => Operation::Unset,
        "delete" => Operation::Delete,
        _ => panic!("no operation is called {name}"),
    }
}

/// A profile update.
pub fn profile(page: &mut Page, name: &str, operand: &str) {
    page.profile(operation(name), operand);
}

/// An update of the group `company` `acme`.
pub fn group(page: &mut Page, name: &str, operand: &str) {
    page.group(operation(name), operand, "company", "acme");
}

/// Everything a page can ask for short of a decision.
pub fn do_everything(page: &mut Page) {
    for number in 0..20 {
        page.track("Viewed", &format!(r#"{{"number":{number}}}"#));
    }
    page.register(r#"{"plan":"pro"}"#, false);
    page.register(r#"{"first":"yes"}"#, true);
    page.unregister("first");
    page.identify("user-1");
    for name in ["set", "setOnce", "remove"] {
        profile(page, name, r#"{"colour":"red"}"#);
        group(page, name, r#"{"colour":"red"}"#);
    }
    profile(page, "increment", r#"{"visits":1}"#);
    profile(page, "append", r#"{"list":"a"}"#);
    for name in ["union", "unset", "delete"] {
        let operand = if name == "union" { r#"{"list":["a"]}"# } else { r#"["colour"]"# };
        profile(page, name, operand);
        group(page, name, operand);
    }
    page.reset();
    page.identify("user-2");
    page.track("Left", "{}");
    page.flushes(1);
    page.page_hidden(false);
    page.hears();
}
