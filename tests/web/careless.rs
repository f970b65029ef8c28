//! What an application may do from inside of what we call: its listeners, its values, its wakers, and
//! what it put in the place of the browser's functions.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use consentry::web::{Client, Subscription};
use consentry::{BeforeDecision, OptOut, Options, Status, track};
use js_sys::Function;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{AGREED, REFUSED, bodies, changes, consent_options, requests, start};
use crate::side::*;

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = hidePage)]
    fn hide_page();
    #[wasm_bindgen(js_name = beforeGetItem)]
    fn before_get_item(act: JsValue);
}

fn called(act: impl Fn() + 'static) -> JsValue {
    Closure::<dyn Fn()>::new(act).into_js_value()
}

#[wasm_bindgen_test]
fn a_listener_that_another_one_dropped_hears_nothing_any_more() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("DROPS_ANOTHER");
    let second: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let drops = second.clone();
    client.on_consent_change(move |_| drop(drops.take())).forget();
    let heard = Rc::new(Cell::new(0));
    let count = heard.clone();
    second.replace(Some(client.on_consent_change(move |_| count.set(count.get() + 1))));
    client.opt_in(AGREED);
    assert_eq!(heard.get(), 0, "as where a component is gone that listened");
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn an_error_is_not_told_to_who_was_dropped_meanwhile() {
    let _clean = Clean::page();
    let client = start("DROPS_ERRORS");
    let second: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let drops = second.clone();
    client.on_error(move |_| drop(drops.take())).forget();
    let heard = Rc::new(Cell::new(0));
    let count = heard.clone();
    second.replace(Some(client.on_error(move |_| count.set(count.get() + 1))));
    client.identify("undefined");
    Side::settled().await;
    assert_eq!(heard.get(), 0);
}

#[wasm_bindgen_test]
fn whoever_listens_hears_last_of_what_holds() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("CHANGES_AGAIN");
    // As where an application refuses in the name of somebody under age.
    client
        .on_consent_change(move |change| {
            if change.after == Status::Granted {
                client.opt_out(REFUSED);
            }
        })
        .forget();
    let heard = changes(client);
    client.opt_in(AGREED);
    assert_eq!(client.consent().status, Status::Denied);
    assert_eq!(*heard.borrow(), [(Status::Pending, Status::Granted), (Status::Granted, Status::Denied)]);
}

#[wasm_bindgen_test]
async fn a_listener_may_drop_itself_and_end_its_client() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("ENDS_ITSELF");
    let own: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let hold = own.clone();
    let heard = Rc::new(Cell::new(0));
    let count = heard.clone();
    own.replace(Some(client.on_consent_change(move |_| {
        count.set(count.get() + 1);
        drop(hold.take());
        client.close();
        track!(client, "After the end");
    })));
    client.on_error(move |_| client.close()).forget();
    client.opt_in(AGREED);
    client.opt_out(REFUSED);
    Side::settled().await;
    assert_eq!((heard.get(), client.consent().status), (1, Status::Denied));
}

#[wasm_bindgen_test]
async fn after_a_listener_that_panics_the_next_change_is_told() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("PANICS");
    client.on_consent_change(|change| assert!(change.after == Status::Denied, "a fault of the application")).forget();
    let heard = changes(client);
    // What panics goes through the instance to whoever called it.
    let grants: Function = called(move || drop(client.opt_in(AGREED))).into();
    assert!(grants.call0(&JsValue::UNDEFINED).is_err());
    Side::settled().await;
    client.opt_out(REFUSED);
    assert_eq!(*heard.borrow(), [(Status::Granted, Status::Denied)]);
}

#[wasm_bindgen_test]
async fn who_tracks_each_error_does_not_hold_the_page() {
    let _clean = Clean::page();
    track_each_error().await;
}

#[wasm_bindgen_test]
async fn who_tracks_each_error_does_not_hold_a_hidden_page_either() {
    let _clean = Clean::page();
    hide_page();
    track_each_error().await;
}

/// Each of these errors is of a loss, which tracking it makes another one of.
async fn track_each_error() {
    hold_fetch();
    let options = Options::default().consent(consent_options().before_decision(BeforeDecision::Hold));
    let client = Client::start("TRACKS_ERRORS", options).unwrap();
    let told = Rc::new(Cell::new(0));
    let count = told.clone();
    client
        .on_error(move |error| {
            count.set(count.get() + 1);
            if count.get() < 5_000 {
                track!(client, "Erred", code = error.code());
            }
        })
        .forget();
    for _ in 0..1_001 {
        track!(client, "Held"); // one more than wait
    }
    for _ in 0..100 {
        Side::settled().await;
        if told.get() > 0 {
            break;
        }
    }
    assert!((1..1_000).contains(&told.get()), "{} errors before any timer of the page rang", told.get());
    client.opt_out(REFUSED);
}

/// A value that panics while it is written.
struct Panics;

impl Serialize for Panics {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        unreachable!("a fault of the application")
    }
}

#[wasm_bindgen_test]
async fn a_value_that_panics_costs_its_call_alone() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("VALUE_PANICS");
    client.opt_in(AGREED);
    let tracks: Function = called(move || track!(client, "Never", said = Panics)).into();
    assert!(tracks.call0(&JsValue::UNDEFINED).is_err());
    track!(client, "Next");
    client.flush();
    requests(1).await;
    assert!(bodies().contains("Next") && !bodies().contains("Never"), "{}", bodies());
    client.opt_out(REFUSED);
}

/// A value that calls a client while it is written.
struct Calls(Client);

impl Serialize for Calls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        track!(self.0, "From a value");
        self.0.flush();
        self.0.consent().status.name().serialize(serializer)
    }
}

#[wasm_bindgen_test]
async fn a_value_may_call_while_it_is_written() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("VALUE_CALLS");
    client.opt_in(AGREED);
    track!(client, "Viewed", said = Calls(client));
    client.flush();
    requests(1).await;
    let body = bodies();
    assert!(body.contains("From a value") && body.contains(r#""said":"granted""#), "{body}");
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn a_client_may_start_while_another_is_at_work() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("STARTS_ANOTHER");
    client.opt_in(AGREED);
    let other = Rc::new(Cell::new(None));
    let hold = other.clone();
    before_get_item(called(move || {
        if hold.get().is_none() {
            // A value first, or this would start them without end.
            hold.set(Some(client));
            hold.set(Some(start("STARTS_ANOTHER")));
            track!(client, "From storage");
        }
    }));
    client.identify("user-7");
    let other = other.get().unwrap();
    assert!(other != client);
    client.flush();
    requests(1).await;
    restore();
    hold_fetch();
    client.opt_out(REFUSED);
    assert_eq!(other.consent().status, Status::Denied);
}

#[wasm_bindgen_test]
fn a_client_that_is_closed_is_asked_while_its_page_asks_it() {
    let _clean = Clean::page();
    let client = start("CLOSED_ASKED");
    client.opt_in(AGREED);
    client.close();
    let asked = Rc::new(Cell::new(0));
    let count = asked.clone();
    before_get_item(called(move || {
        count.set(count.get() + 1);
        if count.get() == 1 {
            track!(client, "From storage");
            client.identify("user-7");
            client.consent();
        }
    }));
    assert_eq!(client.consent().status, Status::Granted);
    assert!(asked.get() > 0);
}

/// A waker that calls a client when nobody needs it any more, as one does that holds a task.
struct Last(Client);

impl Wake for Last {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Last {
    fn drop(&mut self) {
        drop(self.0.on_error(|_| {}));
        self.0.flush();
    }
}

#[wasm_bindgen_test]
fn what_a_waker_holds_may_call_when_it_goes() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("WAKERS");
    client.opt_in(AGREED);
    track!(client, "Queued");
    let last = || Waker::from(Arc::new(Last(client)));
    {
        let mut flush = pin!(client.flush());
        // The second waker takes the first one's place; the second goes with the flush.
        for _ in 0..2 {
            assert!(flush.as_mut().poll(&mut Context::from_waker(&last())).is_pending());
        }
    }
    client.identify("user-7");
    let mut deletion = pin!(client.opt_out(OptOut { delete_profile: true, ..REFUSED }).deleted);
    for _ in 0..2 {
        assert!(deletion.as_mut().poll(&mut Context::from_waker(&last())).is_pending());
    }
    client.close();
}
