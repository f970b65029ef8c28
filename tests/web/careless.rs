//! What an application may do from inside of what we call: its values, its wakers, and
//! what it put in the place of the browser's functions.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use consentry::web::Client;
use consentry::{OptOut, Options, Status, track};
use js_sys::Function;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{AGREED, REFUSED, TAKEN, bodies, consent_options, requests, start};
use crate::side::*;

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = beforeGetItem)]
    fn before_get_item(act: JsValue);
}

fn called(act: impl Fn() + 'static) -> JsValue {
    Closure::<dyn Fn()>::new(act).into_js_value()
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

#[wasm_bindgen_test]
fn a_client_at_work_says_what_is_stored_and_not_what_the_default_is() {
    let _clean = Clean::page();
    let options = Options::default().consent(consent_options().default_status(Status::Granted));
    let client = Client::start("ASKED_AT_WORK", options).unwrap();
    client.opt_out(REFUSED);
    let said: Rc<RefCell<Vec<Status>>> = Rc::default();
    let (all, asks) = (said.clone(), Cell::new(true));
    before_get_item(called(move || {
        if asks.replace(false) {
            all.borrow_mut().push(client.consent().status);
            asks.set(true);
        }
    }));
    client.purge();
    assert!(!said.borrow().is_empty());
    assert!(said.borrow().iter().all(|status| *status == Status::Denied), "{said:?}");
    client.reset_consent();
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
async fn what_a_waker_holds_may_call_when_it_goes() {
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
    // The deletion goes on all the same.
    while !bodies().contains("$delete") {
        Side::settled().await;
    }
    answer(started() - 1, 200, "", TAKEN);
    Side::settled().await;
}
