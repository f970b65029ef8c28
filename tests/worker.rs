//! A client in a worker: there is no visitor, so it says that it does nothing, and does nothing.
//!
//! `cargo xtask test --only wasm` runs this in Chromium and Firefox.
#![cfg(target_arch = "wasm32")]
// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::rc::Rc;

use consentry::web::{Client, properties};
use consentry::{BeforeDecision, ConsentOptions, OptIn, OptOut, Options, Source, Status, track};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// What the worker asked its host for since this was called first.
fn asked_for() -> String {
    let spy = "
        if (!self.asked) {
            self.asked = [];
            for (const name of ['fetch', 'setTimeout', 'BroadcastChannel']) {
                const own = self[name];
                self[name] = function (...values) {
                    asked.push(name);
                    return new.target ? new own(...values) : own(...values);
                };
            }
        }
        return asked.join();";
    Function::new_no_args(spy).call0(&JsValue::NULL).unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
async fn a_client_in_a_worker_says_that_it_does_nothing_and_does_nothing() {
    assert!(Reflect::has(&js_sys::global(), &"importScripts".into()).unwrap(), "this is a worker");
    assert_eq!(asked_for(), "");
    for status in [Status::Pending, Status::Granted] {
        let consent = ConsentOptions::default().default_status(status).before_decision(BeforeDecision::Hold);
        let client = Client::start("WORKER", Options::default().consent(consent)).unwrap();
        let told: Rc<RefCell<Vec<&str>>> = Rc::default();
        let all = told.clone();
        let errors = client.on_error(move |error| all.borrow_mut().push(error.code()));
        let changes = client.on_consent_change(|_| unreachable!("nobody decides"));
        track!(client, "Viewed", page = "pricing");
        let consent = client.opt_in(OptIn { via: "banner", ..OptIn::default() });
        assert_eq!((consent.status, consent.source, consent.persisted()), (status, Source::Default, false));
        track!(client, "Agreed");
        client.identify("user-7");
        client.register(&properties().and("plan", &"pro"));
        client.people().increment("visits", 1);
        client.group("company", "acme").set("plan", &"pro");
        assert_eq!(client.distinct_id(), None);
        assert_eq!(client.flush().await, Default::default());
        assert!(!client.opt_out(OptOut { delete_profile: true, ..OptOut::default() }).deleted.await);
        client.reset();
        client.purge();
        assert_eq!(client.reset_consent().status, status);
        client.close();
        assert_eq!(client.flush().await, Default::default());
        JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await.unwrap(); // what is told has been told
        drop((errors, changes));
        assert_eq!(*told.borrow(), ["not_a_page"]);
    }
    assert_eq!(asked_for(), "");
}

#[wasm_bindgen_test]
fn options_are_checked_in_a_worker_too() {
    assert_eq!(Client::start("", Options::default()).unwrap_err().code(), "invalid_token");
}
