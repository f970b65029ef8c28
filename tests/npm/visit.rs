//! A client on the browser.

use std::num::NonZeroU32;

use consentry::{
    Answer, Client, FlushId, Lock, Message, OptIn, OptOut, Options, Persistence, Platform, QueueId, RequestId, Shown, SignalMode, Source,
    Status, Store,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

/// A client that keeps both the decision and the identity in this store.
fn kept_in(store: Store) -> Options {
    let mut options = Options::default();
    options.consent.storage = store;
    options.persistence = if store == Store::Cookie { Persistence::Cookie } else { Persistence::LocalStorage };
    // The browser at hand may send them.
    (options.consent.gpc, options.consent.dnt) = (SignalMode::Ignore, SignalMode::Ignore);
    options
}

const SAID_NOTHING: Shown<'static> = Shown { policy_fingerprint: "", language: "", region: "" };
const AGREED: OptIn<'static> = OptIn { event: "$opt_in", properties: "{}", via: "banner; \"yes\"", purposes: None, shown: SAID_NOTHING };
const REFUSED: OptOut<'static> = OptOut { delete_profile: false, via: "banner", purposes: None, shown: SAID_NOTHING };

fn parts(client: &Client<Browser>) -> (Status, Source, Option<Store>) {
    let (status, source, store, _) = client.consent_parts();
    (status, source, store)
}

fn flush(client: &mut Client<Browser>, number: u32) {
    client.flush(FlushId(NonZeroU32::new(number).unwrap()));
}

/// Passes on what the timer, locks and other tabs say; false where it is something else.
fn passed_on(line: &str, client: &mut Client<Browser>) -> bool {
    if line == r#"["woke"]"# {
        client.woke();
    } else if let Some(queue) = line.strip_prefix(r#"["locked","#).and_then(|rest| rest.strip_suffix(",true]")) {
        client.locked(QueueId::new(queue.parse().unwrap()).unwrap(), Lock::Held);
    } else {
        return line.starts_with(r#"["storageChanged""#);
    }
    true
}

/// What a side hears besides.
async fn heard(side: &Side, client: &mut Client<Browser>) -> String {
    loop {
        let line = side.heard().await;
        if !passed_on(&line, client) {
            return line;
        }
    }
}

/// A text of the proof that is stored.
fn proof(store: Store, key: &str, name: &str) -> Option<String> {
    member(&browser().read(store, key).unwrap()?, name)
}

async fn a_visit(store: Store, token: &'static str, prefix: &str) {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new(token);
    let flag = format!("__mp_opt_in_out_{token}");
    let record = format!("consentry_{token}_record");
    // What localStorage keeps stands in a cookie as well, which tells every process at once.
    let cookie = format!("cookie:{flag}\ncookie:{record}");
    // The records of decisions are always in localStorage.
    let (history, identity) = (format!("local:consentry_{token}_history"), format!("{prefix}:mp_{token}_mixpanel"));
    let (decision, all) = match store {
        Store::Local => {
            let decision = format!("{cookie}\nlocal:{flag}\n{history}\nlocal:{record}");
            (decision.clone(), format!("{decision}\n{identity}"))
        }
        Store::Cookie => (format!("{cookie}\n{history}"), format!("{cookie}\n{identity}\n{history}")),
    };
    let holds = |key: &str, value: &str| assert_eq!(browser().read(store, key), Ok(Some(value.into())), "{key}");

    let mut client = side.client(&kept_in(store));
    client.track("Before", "{}");
    client.register(r#"{"early":true}"#, false);
    flush(&mut client, 1);
    client.page_hidden(false);
    assert_eq!((client.status(), keys(), started()), (Status::Pending, String::new(), 0), "nothing without consent");
    side.notices();

    client.opt_in(&AGREED);
    assert_eq!(parts(&client), (Status::Granted, Source::Visitor, Some(store)));
    assert_eq!(side.notices(), r#"[["changed","pending","granted"]]"#);
    assert!(side.records());
    holds(&flag, "1");
    assert_eq!(proof(store, &record, "via").as_deref(), Some(r#""banner; \"yes\"""#));
    client.register(r#"{"plan":"pro; é"}"#, false);
    assert_eq!(keys(), all);

    // The event of the grant goes out at once, and is taken.
    Side::settled().await;
    assert_eq!(started(), 1);
    assert!(request(0, "url").starts_with("https://api-js.mixpanel.com/track/?verbose=1&ip=0&_="), "{}", request(0, "url"));
    answer(0, 200, "", r#"{"status":1,"error":null}"#);
    assert_eq!(heard(&side, &mut client).await, r#"["answered",1,200,"","{\"status\":1,\"error\":null}"]"#);
    client.answered(RequestId::FIRST, Answer { status: 200, retry_after: "", body: r#"{"status":1,"error":null}"# });

    // A withdrawal while a request is under way.
    client.track("Viewed", "{}");
    flush(&mut client, 2);
    while started() < 2 {
        let line = side.heard().await;
        assert!(passed_on(&line, &mut client), "{line}");
        Side::settled().await;
    }
    assert_eq!((started(), request(1, "aborted").as_str()), (2, "false"));
    client.track("Queued", "{}");
    client.opt_out(&REFUSED);
    assert_eq!(request(1, "aborted"), "true");
    assert_eq!(parts(&client), (Status::Denied, Source::Visitor, Some(store)));
    assert!(!side.records());
    holds(&flag, "0");
    assert_eq!(proof(store, &record, "via").as_deref(), Some(r#""banner""#));
    assert_eq!(keys(), decision, "the decision and its record are all that is left");
    // The flush ends with nothing sent; what else it counts is proven in `withdrawal.rs`.
    let told = side.notices();
    assert!(told.contains(r#"["flushed",2,0,"#) && told.contains(r#"["changed","granted","denied"]"#), "{told}");
    client.track("After", "{}");
    flush(&mut client, 3);
    client.page_hidden(false);
    Side::settled().await;
    assert!(side.heard_no_timer(), "no answer and no timer after the withdrawal");
    assert_eq!((started(), keys()), (2, decision));

    // The next page finds the decision; after a reset there is nothing to find.
    let mut next = Side::new(token).client(&kept_in(store));
    assert_eq!(parts(&next), (Status::Denied, Source::Stored, Some(store)));
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
    let mut options = kept_in(Store::Local);
    options.batch.flush_interval_ms = 1;
    let mut client = side.client(&options);
    client.opt_in(&OptIn { event: "", ..AGREED });
    client.track("Viewed", "{}");
    // A timer may ring before its time by the browser's clock; then the core sets it again.
    while started() == 0 {
        if side.heard().await == r#"["woke"]"# {
            client.woke();
        }
        Side::settled().await;
    }
    assert!(request(0, "body").contains("Viewed"));
    client.opt_out(&REFUSED);
}

#[wasm_bindgen_test]
fn a_blocked_store_leaves_the_decision_to_the_other() {
    for (store, other, block) in [(Store::Local, Store::Cookie, block_local_storage as fn()), (Store::Cookie, Store::Local, block_cookies)]
    {
        let _clean = Clean::page();
        hold_fetch();
        block();
        let side = Side::new("OTHER");
        let mut client = side.client(&kept_in(store));
        assert_eq!(client.status(), Status::Denied, "a store that cannot be read may hold a refusal");
        client.opt_out(&REFUSED);
        assert_eq!(parts(&client), (Status::Denied, Source::Visitor, Some(other)));
        assert_eq!(browser().read(other, "__mp_opt_in_out_OTHER"), Ok(Some("0".into())));
        assert_eq!(started(), 0);
    }
}

#[wasm_bindgen_test]
async fn a_refusal_in_one_client_aborts_the_requests_of_another() {
    let _clean = Clean::page();
    hold_fetch();
    let [here, elsewhere] = [Side::new("TABS"), Side::new("TABS")];
    let mut client = here.client(&kept_in(Store::Local));
    client.opt_in(&AGREED);
    Side::settled().await;
    let mut other = elsewhere.client(&kept_in(Store::Local));
    assert_eq!((other.status(), started()), (Status::Granted, 1));
    other.opt_out(&REFUSED);
    assert_eq!(request(0, "aborted"), "false");
    let said = heard(&here, &mut client).await;
    let number = said.strip_prefix("[\"heard\",").and_then(|rest| rest.strip_suffix(']')).and_then(|number| number.parse().ok());
    let message = Message::numbered(number.unwrap()).unwrap();
    assert!(matches!(message, Message::Refused(_)), "{said}");
    client.heard(message);
    assert_eq!((client.status(), request(0, "aborted").as_str()), (Status::Denied, "true"));
}
