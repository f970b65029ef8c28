//! The browser as a [`Platform`], in a real one: real stores, real timers, real channels between clients. Only requests are held back.
//!
//! `cargo xtask test wasm` runs this in Chromium and Firefox.
#![cfg(target_arch = "wasm32")]

#[path = "npm/conformance.rs"]
mod conformance;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use conformance::store_behaves;
use consentry::npm::Browser;
use consentry::{Client, Config, Facts, Fault, MemoryPlatform, Platform, SignalMode, Signals, Source, Status, Store};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

// The modules of the crate itself: the same path is the same instance.
#[wasm_bindgen(module = "/src/npm/stores.js")]
extern "C" {
    #[wasm_bindgen(js_name = newHandle)]
    fn new_handle(options: JsValue) -> u32;
}

#[wasm_bindgen(module = "/src/npm/host.js")]
extern "C" {
    fn connect(handle: u32, token: &str, inputs: &JsValue);
}

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    fn restore();
    fn keys() -> String;
    fn member(text: &str, name: &str) -> Option<String>;
    fn visit(address: &str);
    #[wasm_bindgen(js_name = signal)]
    fn set_signals(gpc: Option<&str>, dnt: Option<&str>);

    #[wasm_bindgen(js_name = blockLocalStorage)]
    fn block_local_storage();
    #[wasm_bindgen(js_name = blockLocalStorageMethods)]
    fn block_local_storage_methods();
    #[wasm_bindgen(js_name = fillLocalStorage)]
    fn fill_local_storage();
    #[wasm_bindgen(js_name = takeLocalStorageAway)]
    fn take_local_storage_away();
    #[wasm_bindgen(js_name = nullLocalStorage)]
    fn null_local_storage();
    #[wasm_bindgen(js_name = blockCookies)]
    fn block_cookies();
    #[wasm_bindgen(js_name = refuseCookies)]
    fn refuse_cookies();
    #[wasm_bindgen(js_name = pretendCookies)]
    fn pretend_cookies(text: &str);

    #[wasm_bindgen(js_name = holdFetch)]
    fn hold_fetch();
    fn started() -> usize;
    fn request(at: usize, name: &str) -> String;
    fn answer(at: usize, status: u16, retry_after: &str, text: &str);
    fn fail(at: usize);

    #[wasm_bindgen(js_name = newInputs)]
    fn new_inputs() -> JsValue;
    #[wasm_bindgen(js_name = takeLine)]
    fn take_line(inputs: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_name = onLine)]
    fn on_line(inputs: &JsValue, callback: JsValue);
    #[wasm_bindgen(js_name = takeNotices)]
    fn take_notices(inputs: &JsValue) -> String;
}

/// A page as nobody visited it before, and after the test again. A test that fails leaves no trace either: the next one starts with this.
struct Clean;

impl Clean {
    fn page() -> Clean {
        restore();
        Clean
    }
}

impl Drop for Clean {
    fn drop(&mut self) {
        restore();
    }
}

/// One client's side of the page: what `client.js` is for a real one.
struct Side {
    handle: u32,
    inputs: JsValue,
}

impl Side {
    fn new(token: &str) -> Side {
        let side = Side { handle: new_handle(JsValue::UNDEFINED), inputs: new_inputs() };
        connect(side.handle, token, &side.inputs);
        side
    }

    fn browser(&self) -> Browser {
        Browser::new(self.handle)
    }

    fn client(&self, config: Config) -> Client<Browser> {
        Client::new(self.browser(), config)
    }

    /// The next input, as a JSON list of its name and values. Waits until there is one.
    fn heard(&self) -> NextLine<'_> {
        NextLine(&self.inputs)
    }

    /// The inputs that came so far and were not taken.
    fn heard_nothing(&self) -> bool {
        take_line(&self.inputs).is_none()
    }

    /// As [`Side::heard_nothing`], but for the wish for the end of a task, which cannot be taken back, and the locks.
    fn heard_no_timer(&self) -> bool {
        let mut woken = 0;
        while let Some(line) = take_line(&self.inputs) {
            woken += usize::from(line == r#"["woke"]"#);
            let expected = [r#"["woke""#, r#"["claimed""#, r#"["changed""#].iter().any(|start| line.starts_with(start));
            if woken > 1 || !expected {
                return false;
            }
        }
        true
    }

    /// Waits for a timer that was set after everything else, so what was to come before has come.
    async fn settled() {
        let late = Side::new("LATE");
        late.browser().wake_after(Some(1));
        assert_eq!(late.heard().await, r#"["woke"]"#);
    }
}

struct NextLine<'a>(&'a JsValue);

impl Future for NextLine<'_> {
    type Output = String;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<String> {
        if let Some(line) = take_line(self.0) {
            return Poll::Ready(line);
        }
        let waker = context.waker().clone();
        on_line(self.0, Closure::once_into_js(move || waker.wake()));
        Poll::Pending
    }
}

fn browser() -> Browser {
    Browser::new(new_handle(JsValue::UNDEFINED))
}

const GRANTED: &str = r#"{"status":"granted","decidedAt":1790000000000,"via":"banner; \"yes\""}"#;
const DENIED: &str = r#"{"status":"denied","decidedAt":1790000000001,"via":"banner"}"#;

// The stores.

#[wasm_bindgen_test]
fn local_storage_behaves() {
    let _clean = Clean::page();
    store_behaves(&mut browser(), Store::Local);
    assert_eq!(keys(), "");
}

#[wasm_bindgen_test]
fn cookies_behave() {
    let _clean = Clean::page();
    store_behaves(&mut browser(), Store::Cookie);
    assert_eq!(keys(), "");
}

#[wasm_bindgen_test]
fn memory_behaves() {
    for store in [Store::Local, Store::Cookie] {
        store_behaves(&mut MemoryPlatform::default(), store);
    }
}

/// What a store answers that is blocked: a fault to every question, and no write throws.
fn is_faulty(store: Store) {
    let mut browser = browser();
    assert_eq!(browser.read(store, "key"), Err(Fault));
    browser.write(store, "key", Some("value"));
    browser.write(store, "key", None);
    assert_eq!(browser.read(store, "key"), Err(Fault));
}

/// What a store answers that takes no writes: there is nothing in it.
fn stays_empty(store: Store) {
    let mut browser = browser();
    browser.write(store, "key", Some("value"));
    assert_eq!(browser.read(store, "key"), Ok(None));
    browser.write(store, "key", None);
    assert_eq!(browser.read(store, "key"), Ok(None));
}

#[wasm_bindgen_test]
fn blocked_local_storage_is_a_fault() {
    let _clean = Clean::page();
    block_local_storage();
    is_faulty(Store::Local);
    store_behaves(&mut browser(), Store::Cookie);
    restore();
    store_behaves(&mut browser(), Store::Local);
}

#[wasm_bindgen_test]
fn local_storage_whose_methods_throw_is_a_fault() {
    let _clean = Clean::page();
    block_local_storage_methods();
    is_faulty(Store::Local);
}

#[wasm_bindgen_test]
fn absent_local_storage_holds_nothing() {
    for take_away in [take_local_storage_away, null_local_storage] {
        let _clean = Clean::page();
        take_away();
        stays_empty(Store::Local);
    }
}

#[wasm_bindgen_test]
fn full_local_storage_keeps_what_it_has() {
    let _clean = Clean::page();
    let mut browser = browser();
    browser.write(Store::Local, "old", Some("value"));
    fill_local_storage();
    stays_empty(Store::Local);
    browser.write(Store::Local, "old", Some("new"));
    assert_eq!(browser.read(Store::Local, "old"), Ok(Some("value".into())));
    browser.write(Store::Local, "old", None);
    assert_eq!(browser.read(Store::Local, "old"), Ok(None));
}

#[wasm_bindgen_test]
fn blocked_cookies_are_a_fault() {
    let _clean = Clean::page();
    block_cookies();
    is_faulty(Store::Cookie);
    store_behaves(&mut browser(), Store::Local);
    restore();
    store_behaves(&mut browser(), Store::Cookie);
}

#[wasm_bindgen_test]
fn refused_cookies_are_not_there() {
    let _clean = Clean::page();
    refuse_cookies();
    stays_empty(Store::Cookie);
}

#[wasm_bindgen_test]
fn cookies_of_others_are_read_as_they_are() {
    let _clean = Clean::page();
    for (cookies, found) in [
        ("key=1; key=0", Some("1\n0")),
        ("a=key=1; key2=1; xkey=1; KEY=1", None),
        ("key=100%; other=%", Some("100%")),
        ("key=", Some("")),
        ("key", None),
        ("", None),
        ("key=a=b", Some("a=b")),
        ("key=%E9; key=%C3%A9", Some("%E9\né")),
    ] {
        pretend_cookies(cookies);
        assert_eq!(browser().read(Store::Cookie, "key"), Ok(found.map(String::from)), "{cookies}");
    }
}

// The rest of the platform.

#[wasm_bindgen_test]
fn facts_are_json() {
    let _clean = Clean::page();
    let browser = browser();
    let fact = |which, name| member(&browser.facts(which), name);
    assert_eq!(fact(Facts::Page, "mp_lib").as_deref(), Some(r#""web""#));
    assert!(fact(Facts::Page, "$screen_width").is_some_and(|width| width.parse::<u32>().is_ok()));
    let name = fact(Facts::Page, "$browser");
    assert!(matches!(name.as_deref(), Some(r#""Chrome""# | r#""Firefox""#)), "{name:?}");
    for address in ["/?utm_source=a%22%5C%0A%F0%9F%A6%80&gclid=1", "/?utm_source=b", "/?utm_source="] {
        visit(address);
        let url = fact(Facts::Address, "$current_url");
        assert!(url.as_ref().is_some_and(|url| url.ends_with(&format!("{address}\""))), "{url:?} is not {address}");
        let source = match address {
            "/?utm_source=b" => Some(r#""b""#),
            "/?utm_source=" => None,
            _ => Some(r#""a\"\\\n🦀""#),
        };
        assert_eq!(fact(Facts::Address, "utm_source").as_deref(), source);
        assert_eq!(fact(Facts::Arrival, "utm_source").as_deref(), source);
    }
    assert!(fact(Facts::Arrival, "$initial_referrer").is_some());
}

#[wasm_bindgen_test]
fn random_varies_and_the_clock_is_of_today() {
    let mut browser = browser();
    // More than one pool of them. Two alike among so many come once in 200,000 runs, three pairs never.
    let mut numbers: Vec<u32> = (0..200).map(|_| browser.random()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() > 197, "{} of 200 differ", numbers.len());
    let (ones, zeros) = numbers.iter().fold((0, 0), |(ones, zeros), number| (ones | number, zeros | !number));
    assert_eq!((ones, zeros), (u32::MAX, u32::MAX), "every bit varies");
    let earlier = browser.now();
    assert!(earlier > 1_750_000_000_000 && browser.now() >= earlier);
}

#[wasm_bindgen_test]
fn signals_are_read_when_asked_for() {
    let _clean = Clean::page();
    for (gpc, dnt, expected) in [
        (Some("true"), None, Signals { gpc: true, dnt: false }),
        (Some("\"1\""), Some("0"), Signals { gpc: true, dnt: false }),
        (Some("false"), Some("1"), Signals { gpc: false, dnt: true }),
        (Some("1"), Some("yes"), Signals { gpc: true, dnt: true }),
        (Some("null"), Some("unspecified"), Signals { gpc: false, dnt: false }),
        (None, None, Signals { gpc: false, dnt: false }),
    ] {
        set_signals(gpc, dnt);
        assert_eq!(browser().signals(), expected, "{gpc:?} {dnt:?}");
    }
}

#[wasm_bindgen_test]
async fn the_timer_rings_once_and_can_be_cancelled() {
    let [rings, cancelled, far] = ["RINGS", "CANCELLED", "FAR"].map(Side::new);
    cancelled.browser().wake_after(Some(1));
    cancelled.browser().wake_after(None);
    far.browser().wake_after(Some(u32::MAX)); // more than a browser's timer takes
    rings.browser().wake_after(Some(3_600_000));
    rings.browser().wake_after(Some(1));
    rings.browser().wake_after(Some(5));
    assert!(rings.heard_nothing(), "a wish never rings before it has returned");
    assert_eq!(rings.heard().await, r#"["woke"]"#);
    Side::settled().await;
    assert!(rings.heard_nothing() && cancelled.heard_nothing() && far.heard_nothing());
    far.browser().wake_after(None);
}

#[wasm_bindgen_test]
async fn others_of_the_same_token_are_told() {
    let [teller, listener] = [Side::new("SHARED"), Side::new("SHARED")];
    let stranger = Side::new("SHARED2");
    teller.browser().tell();
    assert!(listener.heard_nothing(), "nobody is told before the call has returned");
    assert_eq!(listener.heard().await, r#"["changed"]"#);
    // A message the stranger gets after this one would have come before it.
    let neighbour = Side::new("SHARED2");
    neighbour.browser().tell();
    assert_eq!(stranger.heard().await, r#"["changed"]"#);
    assert!(stranger.heard_nothing() && teller.heard_nothing() && listener.heard_nothing());
}

#[wasm_bindgen_test]
async fn requests_carry_the_form_and_bring_their_answers() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("REQUESTS");
    let mut browser = side.browser();
    let url = "https://api.example.com/track/";
    browser.send(7, url, r#"[{"a":"ž&=%🦀"}]"#, false);
    assert_eq!(started(), 0, "it starts when the task has ended");
    Side::settled().await;
    let sent = |name| request(0, name);
    assert_eq!(sent("url"), url);
    assert_eq!(sent("method"), "POST");
    assert_eq!(sent("body"), "data=%5B%7B%22a%22%3A%22%C5%BE%26%3D%25%F0%9F%A6%80%22%7D%5D");
    assert_eq!(sent("credentials"), "omit");
    assert_eq!(sent("cache"), "no-store");
    assert_eq!(sent("redirect"), "error");
    assert_eq!(sent("referrerPolicy"), "no-referrer");
    assert_eq!(sent("keepalive"), "false");
    answer(0, 429, "2", "slow \"down\" 🦀");
    assert_eq!(side.heard().await, r#"["answered",7,"slow \"down\" 🦀",429,2000]"#);
    for (retry_after, milliseconds) in [("", 0), ("0", 0), ("soon", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("-5", 0)] {
        browser.send(8, url, "[]", false);
        Side::settled().await;
        answer(started() - 1, 200, retry_after, "1");
        assert_eq!(side.heard().await, format!(r#"["answered",8,"1",200,{milliseconds}]"#), "{retry_after:?}");
    }
    browser.send(9, url, "[]", false);
    Side::settled().await;
    fail(started() - 1);
    assert_eq!(side.heard().await, r#"["answered",9]"#);
    Side::settled().await;
    assert!(side.heard_nothing(), "one answer each");
}

#[wasm_bindgen_test]
async fn keepalive_stays_within_what_browsers_allow() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("KEEPALIVE");
    let mut browser = side.browser();
    let data = "1".repeat(40_000);
    for id in 0..3 {
        browser.send(id, "https://api.example.com/track/", &data, id < 2);
    }
    Side::settled().await;
    let kept = || (0..started()).map(|at| request(at, "keepalive")).collect::<Vec<String>>();
    assert_eq!(kept(), ["true", "false", "false"], "the second would have been too much");
    for at in 0..3 {
        answer(at, 200, "", "1");
        assert_eq!(side.heard().await, format!(r#"["answered",{at},"1",200,0]"#));
    }
    // Answered and aborted requests both make room again.
    browser.send(3, "https://api.example.com/track/", &data, true);
    Side::settled().await;
    browser.abort(3);
    Side::settled().await;
    browser.send(4, "https://api.example.com/track/", &data, true);
    Side::settled().await;
    assert_eq!(kept().split_off(3), ["true", "true"]);
    answer(4, 200, "", "1");
    assert_eq!(side.heard().await, r#"["answered",4,"1",200,0]"#);
    assert!(side.heard_nothing());
}

#[wasm_bindgen_test]
async fn an_aborted_request_is_never_answered() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("ABORTED");
    let mut browser = side.browser();
    for id in [1, 2] {
        browser.send(id, "https://api.example.com/track/", "[]", false);
    }
    Side::settled().await;
    browser.abort(1);
    browser.abort(1);
    browser.abort(99);
    assert_eq!((request(0, "aborted").as_str(), request(1, "aborted").as_str()), ("true", "false"));
    answer(1, 200, "", "1");
    browser.abort(2); // the answer is on its way, and must not arrive
    Side::settled().await;
    assert!(side.heard_nothing());
}

#[wasm_bindgen_test]
async fn a_request_aborted_in_its_own_task_never_starts() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("EARLY");
    let mut browser = side.browser();
    browser.send(1, "https://api.example.com/track/", "[]", false);
    browser.abort(1);
    Side::settled().await;
    assert_eq!(request(0, "aborted"), "true", "a browser asked with a signal that is aborted sends nothing");
    assert!(side.heard_nothing());
}

// A client on it.

/// A client that keeps both the decision and the identity in this store.
fn config(token: &str, store: Store) -> Config {
    let mut config = Config::new(token);
    config.consent_store = store;
    config.persistence = Some(store);
    (config.gpc, config.dnt) = (SignalMode::Ignore, SignalMode::Ignore); // the browser at hand may send them
    config
}

/// What a client says of the consent, without the epoch that the core puts into the record.
fn parts(client: &Client<Browser>) -> (Status, Source, Option<Store>, String) {
    let (status, source, store, record) = client.consent_parts();
    (status, source, store, given(record))
}

fn given(record: &str) -> String {
    let (before, epoch) = record.split_once(",\"epoch\":").unwrap_or_default();
    assert!(epoch.trim_end_matches('}').parse::<u64>().is_ok_and(|epoch| epoch > 1_700_000_000_000), "{record}");
    format!("{before}}}")
}

/// What a side hears besides its lock and being woken, which is passed on.
async fn heard(side: &Side, client: &mut Client<Browser>) -> String {
    loop {
        let line = side.heard().await;
        if line == r#"["woke"]"# {
            client.woke();
        } else if !line.starts_with(r#"["claimed""#) {
            return line;
        }
    }
}

async fn a_visit(store: Store, token: &str, prefix: &str) {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new(token);
    let flag = format!("__mp_opt_in_out_{token}");
    let record = format!("consentry_{token}_record");
    let decision = format!("{prefix}:{flag}\n{prefix}:{record}");
    let all = format!("{decision}\n{prefix}:mp_{token}_mixpanel");
    let holds = |key: &str, value: &str| assert_eq!(browser().read(store, key), Ok(Some(value.into())), "{key}");

    let mut client = side.client(config(token, store));
    client.track("Before", "{}", 0);
    client.register(r#"{"early":true}"#, false);
    client.flush(1);
    client.page_hidden(false);
    assert_eq!((client.status(), keys(), started()), (Status::Pending, String::new(), 0), "nothing without consent");
    take_notices(&side.inputs);

    client.opt_in("$opt_in", "{}", GRANTED);
    assert_eq!(parts(&client), (Status::Granted, Source::Visitor, Some(store), GRANTED.into()));
    assert_eq!(take_notices(&side.inputs), r#"[["changed","pending","granted"]]"#);
    holds(&flag, "1");
    assert_eq!(given(&browser().read(store, &record).unwrap_or_default().unwrap_or_default()), GRANTED);
    client.register(r#"{"plan":"pro; é"}"#, false);
    assert_eq!(keys(), all);

    // The event of the grant goes out at once, and is taken.
    Side::settled().await;
    assert_eq!(started(), 1);
    assert!(request(0, "url").starts_with("https://api-js.mixpanel.com/track/?verbose=1&ip=0&_="), "{}", request(0, "url"));
    answer(0, 200, "", r#"{"status":1,"error":null}"#);
    let mut line = heard(&side, &mut client).await;
    while line == r#"["changed"]"# {
        line = heard(&side, &mut client).await; // browsers tell of the page's own cookies as well
    }
    assert_eq!(line, r#"["answered",1,"{\"status\":1,\"error\":null}",200,0]"#);
    client.answered(1, 200, 0, r#"{"status":1,"error":null}"#);

    // A withdrawal while a request is under way.
    client.track("Viewed", "{}", 0);
    client.flush(2);
    Side::settled().await;
    assert_eq!((started(), request(1, "aborted").as_str()), (2, "false"));
    client.track("Queued", "{}", 0);
    client.opt_out(false, DENIED);
    assert_eq!(request(1, "aborted"), "true");
    assert_eq!(parts(&client), (Status::Denied, Source::Visitor, Some(store), DENIED.into()));
    holds(&flag, "0");
    assert_eq!(given(&browser().read(store, &record).unwrap_or_default().unwrap_or_default()), DENIED);
    assert_eq!(keys(), decision, "the decision and its record are all that is left");
    // The flush ends with nothing sent, before the page hears of the change; what else it counts is proven in `withdrawal.rs`.
    let told = take_notices(&side.inputs);
    assert!(told.starts_with(r#"[["flushed",2,0,"#) && told.ends_with(r#"],["changed","granted","denied"]]"#), "{told}");
    client.track("After", "{}", 0);
    client.flush(3);
    client.page_hidden(false);
    Side::settled().await;
    assert!(side.heard_no_timer(), "no answer and no timer after the withdrawal");
    assert_eq!((started(), keys()), (2, decision.clone()));

    // The next page finds the decision; after a reset there is nothing to find.
    let mut next = Side::new(token).client(config(token, store));
    assert_eq!(parts(&next), (Status::Denied, Source::Stored, Some(store), DENIED.into()));
    next.reset_consent();
    assert_eq!((next.status(), keys()), (Status::Pending, String::new()));
}

#[wasm_bindgen_test]
async fn a_visit_kept_in_local_storage() {
    a_visit(Store::Local, "LOCAL", "local").await;
}

#[wasm_bindgen_test]
async fn a_visit_kept_in_cookies() {
    a_visit(Store::Cookie, "COOKIE", "cookie").await;
}

#[wasm_bindgen_test]
async fn the_timer_sends_what_waits() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("TIMER");
    let mut config = config("TIMER", Store::Local);
    config.flush_interval = 1;
    let mut client = side.client(config);
    client.opt_in("", "{}", GRANTED);
    client.track("Viewed", "{}", 0);
    // A timer may ring before its time by the browser's clock; then the core sets it again.
    while started() == 0 {
        assert_eq!(side.heard().await, r#"["woke"]"#);
        client.woke();
        Side::settled().await;
    }
    assert!(request(0, "body").contains("Viewed"));
    client.opt_out(false, DENIED);
}

#[wasm_bindgen_test]
fn a_blocked_store_leaves_the_decision_to_the_other() {
    for (store, other, block) in [(Store::Local, Store::Cookie, block_local_storage as fn()), (Store::Cookie, Store::Local, block_cookies)]
    {
        let _clean = Clean::page();
        hold_fetch();
        block();
        let side = Side::new("OTHER");
        let mut client = side.client(config("OTHER", store));
        assert_eq!(client.status(), Status::Denied, "a store that cannot be read may hold a refusal");
        client.opt_out(false, DENIED);
        assert_eq!(parts(&client), (Status::Denied, Source::Visitor, Some(other), DENIED.into()));
        assert_eq!(browser().read(other, "__mp_opt_in_out_OTHER"), Ok(Some("0".into())));
        assert_eq!(started(), 0);
    }
}

#[wasm_bindgen_test]
async fn a_refusal_in_one_client_aborts_the_requests_of_another() {
    let _clean = Clean::page();
    hold_fetch();
    let [here, elsewhere] = [Side::new("TABS"), Side::new("TABS")];
    let mut client = here.client(config("TABS", Store::Local));
    client.opt_in("$opt_in", "{}", GRANTED);
    assert_eq!(elsewhere.heard().await, r#"["changed"]"#);
    let mut other = elsewhere.client(config("TABS", Store::Local));
    assert_eq!((other.status(), started()), (Status::Granted, 1));
    other.opt_out(false, DENIED);
    assert_eq!(request(0, "aborted"), "false");
    assert_eq!(heard(&here, &mut client).await, r#"["changed"]"#);
    client.changed_elsewhere();
    assert_eq!((client.status(), request(0, "aborted").as_str()), (Status::Denied, "true"));
}
