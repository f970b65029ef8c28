//! What listeners of an application may do.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use consentry::web::{Client, Subscription};
use consentry::{BeforeDecision, Options, Status, track};
use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{AGREED, REFUSED, changes, consent_options, start};
use crate::side::*;

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = hidePage)]
    fn hide_page();
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
    let grants: Function = Closure::<dyn Fn()>::new(move || drop(client.opt_in(AGREED))).into_js_value().into();
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
