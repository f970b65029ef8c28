//! The client of an application.

use std::cell::RefCell;
use std::rc::Rc;

use consentry::web::{Client, properties};
use consentry::{BeforeDecision, ConsentOptions, Error, OptIn, OptOut, Options, Platform, Shown, SignalMode, Status, Store, track};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    fn prerender();
    #[wasm_bindgen(js_name = showPage)]
    fn show_page();
    #[wasm_bindgen(js_name = beforeFetch)]
    pub fn before_fetch(act: JsValue);
    fn hide(name: &str);
}

/// The browser at hand may send signals.
pub fn consent_options() -> ConsentOptions {
    ConsentOptions::default().gpc(SignalMode::Ignore).dnt(SignalMode::Ignore)
}

pub fn start(token: &str) -> Client {
    Client::start(token, Options::default().consent(consent_options())).unwrap()
}

const SAID_NOTHING: Shown<'static> = Shown { policy_fingerprint: "", language: "", region: "" };
pub const AGREED: OptIn<'static> = OptIn { event: "", properties: "{}", via: "banner", purposes: None, shown: SAID_NOTHING };
pub const REFUSED: OptOut<'static> = OptOut { delete_profile: false, via: "banner", purposes: None, shown: SAID_NOTHING };
pub const TAKEN: &str = r#"{"status":1,"error":null}"#;

/// The errors of a client, from now on.
pub fn errors(client: Client) -> Rc<RefCell<Vec<Error>>> {
    let heard: Rc<RefCell<Vec<Error>>> = Rc::default();
    let all = heard.clone();
    client.on_error(move |error| all.borrow_mut().push(error.clone())).forget();
    heard
}

/// The changes that a client tells of, from now on.
pub fn changes(client: Client) -> Rc<RefCell<Vec<(Status, Status)>>> {
    let heard: Rc<RefCell<Vec<(Status, Status)>>> = Rc::default();
    let all = heard.clone();
    client.on_consent_change(move |change| all.borrow_mut().push((change.before, change.after))).forget();
    heard
}

/// What the requests carry that were started so far.
pub fn bodies() -> String {
    (0..started()).map(|at| String::from(js_sys::decode_uri_component(&request(at, "body")).unwrap())).collect()
}

/// Waits until so many requests were started.
pub async fn requests(count: usize) {
    for _ in 0..200 {
        if started() >= count {
            return;
        }
        Side::settled().await;
    }
    panic!("{} requests of {count}", started());
}

#[wasm_bindgen_test]
async fn nothing_leaves_until_the_visitor_agrees() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("AGREES");
    track!(client, "Before");
    client.register(&properties().and("early", &true));
    assert_eq!(client.flush().await.sent, 0);
    assert_eq!((client.consent().status, keys(), started()), (Status::Pending, String::new(), 0));

    let consent = client.opt_in(AGREED);
    assert_eq!((consent.status, consent.via.as_deref(), consent.store), (Status::Granted, Some("banner"), Some(Store::Local)));
    track!(client, "Signed Up", plan = "pro", seats = 3, "coupon code" = None::<&str>);
    let flush = client.flush();
    requests(1).await;
    let body = bodies();
    assert!(body.contains(r#""event":"Signed Up""#) && body.contains(r#""plan":"pro","seats":3,"coupon code":null"#), "{body}");
    assert!(!body.contains("Before"), "{body}");
    answer(0, 200, "", TAKEN);
    let flushed = flush.await;
    assert_eq!((flushed.sent, flushed.dropped, flushed.pending), (1, 0, 0));
    assert!(client.distinct_id().unwrap().starts_with("$device:"));
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn a_refusal_aborts_and_purges_before_it_returns() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("REFUSES");
    client.opt_in(AGREED);
    track!(client, "Viewed");
    let flush = client.flush();
    requests(1).await;
    track!(client, "Queued");
    let refusal = client.opt_out(REFUSED);
    assert_eq!((refusal.consent.status, request(0, "aborted").as_str()), (Status::Denied, "true"));
    let decision = ["opt_in_out", "_record", "_history"];
    assert_eq!(keys().lines().filter(|key| !decision.iter().any(|of| key.contains(of))).count(), 0, "{}", keys());
    assert!(!refusal.deleted.await);
    assert_eq!(flush.await.sent, 0);
    track!(client, "After");
    client.flush().await;
    assert_eq!(started(), 1);
}

#[wasm_bindgen_test]
fn a_listener_hears_of_changes_until_it_is_dropped_and_may_call_anything() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("LISTENS");
    let heard: Rc<RefCell<Vec<Status>>> = Rc::default();
    let all = heard.clone();
    let inner = Rc::new(RefCell::new(None));
    let hold = inner.clone();
    let subscription = client.on_consent_change(move |change| {
        all.borrow_mut().push(change.after);
        assert_eq!(client.consent(), change.consent);
        track!(client, "From a listener");
        let all = all.clone();
        let listen = || client.on_consent_change(move |change| all.borrow_mut().push(change.after));
        hold.borrow_mut().get_or_insert_with(listen);
    });
    client.opt_in(AGREED);
    assert_eq!(*heard.borrow(), [Status::Granted]);
    client.opt_out(REFUSED);
    assert_eq!(*heard.borrow(), [Status::Granted, Status::Denied, Status::Denied]);
    drop(subscription);
    inner.replace(None);
    client.opt_in(AGREED);
    assert_eq!(heard.borrow().len(), 3);
    client.reset_consent();
}

#[wasm_bindgen_test]
async fn another_client_of_the_page_hears_and_shares_the_visitor() {
    let _clean = Clean::page();
    hold_fetch();
    let [here, elsewhere] = [start("SIBLINGS"), start("SIBLINGS")];
    assert!(here != elsewhere);
    let heard = changes(elsewhere);
    here.opt_in(AGREED);
    assert_eq!(*heard.borrow(), [(Status::Pending, Status::Granted)]);
    assert_eq!(here.distinct_id(), elsewhere.distinct_id());
    elsewhere.opt_out(REFUSED);
    assert_eq!(here.consent().status, Status::Denied);
}

#[wasm_bindgen_test]
async fn what_is_wrong_with_a_call_is_told_and_nothing_panics() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("WRONG");
    let heard = errors(client);
    client.opt_in(AGREED);
    client.track("", &());
    client.track("Viewed", &"no object");
    client.track("Viewed", &properties().and("deep", &[[[[1]]]]));
    client.identify("undefined");
    client.group("", "").set("a", &1);
    client.people().union("list", &true);
    client.opt_in(OptIn { purposes: Some(&[String::from("a\"b")]), ..AGREED });
    assert_eq!(client.consent().status, Status::Granted);
    Side::settled().await;
    let told: Vec<(&str, String)> = heard.borrow().iter().map(|error| (error.code(), error.about.clone())).collect();
    for (code, about) in [
        ("invalid_argument", "track"),
        ("property_trimmed", "deep"),
        ("invalid_user_id", "undefined"),
        ("invalid_argument", "group"),
        ("invalid_argument", "$union"),
        ("invalid_argument", "optIn"),
    ] {
        assert!(told.iter().any(|(known, thing)| *known == code && thing.contains(about)), "{code} {about} is not in {told:?}");
    }
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
fn options_that_cannot_be_are_refused_at_the_start() {
    for (options, about) in [
        (Options::default().api_host("nowhere"), "apiHost"),
        (Options::default().api_host("https://[1"), "apiHost"),
        (Options::default().consent(ConsentOptions::default().max_age_days(0)), "consent.maxAgeDays"),
    ] {
        assert_eq!(Client::start("TOKEN", options).unwrap_err().about, about);
    }
}

#[wasm_bindgen_test]
async fn a_page_that_calls_from_inside_a_call_is_heard_after_it() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("INSIDE");
    client.opt_in(AGREED);
    before_fetch(Closure::<dyn Fn()>::new(move || track!(client, "From fetch")).into_js_value());
    track!(client, "First");
    client.flush();
    requests(1).await;
    answer(0, 200, "", TAKEN);
    client.flush();
    requests(2).await;
    assert!(bodies().contains("From fetch"), "{}", bodies());
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
fn elements_of_the_names_of_the_document_hide_nothing() {
    let _clean = Clean::page();
    for name in ["cookie", "referrer", "URL", "hidden", "addEventListener", "prerendering"] {
        hide(name);
    }
    let client = Client::start("CLOBBERED", Options::default().consent(consent_options().storage(Store::Cookie))).unwrap();
    client.opt_in(AGREED);
    assert_eq!(client.consent().store, Some(Store::Cookie));
    assert_eq!(browser().read(Store::Cookie, "__mp_opt_in_out_CLOBBERED"), Ok(Some("1".into())));
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn a_page_that_nobody_sees_keeps_a_grant_and_sends_when_it_is_shown() {
    let _clean = Clean::page();
    hold_fetch();
    prerender();
    let client = start("UNSEEN");
    let heard = changes(client);
    track!(client, "Dropped");
    let consent = client.opt_in(OptIn { event: "Agreed", ..AGREED });
    assert_eq!((consent.status, consent.store), (Status::Granted, None), "nobody may ever see the page");
    track!(client, "Viewed");
    let flush = client.flush();
    Side::settled().await;
    assert_eq!((started(), keys()), (0, String::new()));
    show_page();
    assert_eq!((client.consent().status, client.consent().store), (Status::Granted, Some(Store::Local)));
    for at in 0..2 {
        requests(at + 1).await;
        answer(at, 200, "", TAKEN);
    }
    let body = bodies();
    assert!(body.contains("Agreed") && body.contains("Viewed") && !body.contains("Dropped"), "{body}");
    assert_eq!(flush.await.pending, 0);
    assert_eq!(*heard.borrow(), [(Status::Pending, Status::Granted)], "told once");
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn a_refusal_on_a_page_that_nobody_sees_holds_at_once() {
    let _clean = Clean::page();
    hold_fetch();
    let seen = start("UNSEEN_NO");
    seen.opt_in(AGREED);
    seen.identify("user-7");
    track!(seen, "Queued");
    prerender();
    let client = start("UNSEEN_NO");
    assert_eq!(client.consent().status, Status::Granted);
    track!(client, "Never");
    client.opt_out(REFUSED);
    assert_eq!((client.consent().status, seen.consent().status), (Status::Denied, Status::Denied));
    assert_eq!(browser().read(Store::Local, "__mp_opt_in_out_UNSEEN_NO"), Ok(Some("0".into())));
    assert_eq!(browser().read(Store::Local, "mp_UNSEEN_NO_mixpanel"), Ok(None));
    show_page();
    Side::settled().await;
    assert_eq!((client.consent().status, started()), (Status::Denied, 0));
}

#[wasm_bindgen_test]
async fn a_closed_client_refuses_and_does_nothing_else() {
    let _clean = Clean::page();
    hold_fetch();
    let [closed, other] = [start("CLOSED"), start("CLOSED")];
    closed.opt_in(AGREED);
    let heard = errors(closed);
    closed.close();
    track!(closed, "After");
    assert_eq!(closed.flush().await.pending, 0);
    closed.identify("user-7");
    Side::settled().await;
    assert_eq!(heard.borrow().iter().map(Error::code).collect::<Vec<_>>(), ["closed"]);
    assert_eq!(other.consent().status, Status::Granted);
    assert_eq!(closed.opt_out(REFUSED).consent.status, Status::Denied);
    assert_eq!(other.consent().status, Status::Denied);
    assert_eq!(browser().read(Store::Local, "__mp_opt_in_out_CLOSED"), Ok(Some("0".into())));
    other.reset_consent();
    assert_eq!(closed.consent().status, Status::Pending, "what a new client would find");
}

#[wasm_bindgen_test]
async fn what_is_held_is_sent_after_a_grant() {
    let _clean = Clean::page();
    hold_fetch();
    let options = Options::default().consent(consent_options().before_decision(BeforeDecision::Hold));
    let client = Client::start("HOLDS", options).unwrap();
    track!(client, "Held");
    client.people().set("plan", &"pro");
    client.identify("user-7");
    assert_eq!(keys(), "");
    client.opt_in(AGREED);
    requests(2).await;
    assert!(bodies().contains("Held") && bodies().contains(r#""$set":{"plan":"pro"}"#), "{}", bodies());
    client.opt_out(REFUSED);
}
