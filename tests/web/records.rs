//! The records of decisions, as an application has them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use consentry::{OptIn, Platform, Shown};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{AGREED, REFUSED, start};
use crate::side::*;

#[wasm_bindgen_test]
async fn a_decision_leaves_a_record_which_is_handed_over_once_it_has_returned() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("RECORDS");
    assert_eq!((client.consent_record(), client.consent_history()), (None, Vec::new()));
    let given: Rc<RefCell<Vec<String>>> = Rc::default();
    let takes = given.clone();
    client.on_record(move |record| {
        takes.borrow_mut().push(String::from(record.id().unwrap_or_default()));
        async { true }
    });
    let shown = Shown { language: "de", region: "a\"b", ..Shown::default() };
    client.opt_in(OptIn { shown, ..AGREED });
    client.opt_out(REFUSED);
    assert!(given.borrow().is_empty(), "the call has returned before");
    Side::settled().await;
    let all = client.consent_history();
    let ids: Vec<String> = all.iter().map(|record| String::from(record.id().unwrap_or_default())).collect();
    assert_eq!((ids.len(), ids.clone()), (2, given.borrow().clone()));
    let (first, last) = (all.first().unwrap(), all.last().unwrap());
    assert_eq!((first.granted(), first.shown().language, first.shown().region), (true, "de", ""));
    assert_eq!(last.refused(), Some(vec![String::from("analytics")]));
    assert!(all.iter().all(|record| record.as_json().contains("\"kept\":true")));
    assert_eq!(client.consent_record().as_ref(), Some(last));
    client.reset_consent();
    assert_eq!((client.consent_record(), client.consent_history()), (None, Vec::new()));
}

#[wasm_bindgen_test]
async fn a_record_that_was_not_taken_is_handed_over_again() {
    let _clean = Clean::page();
    let client = start("REFUSES_RECORDS");
    let tries = Rc::new(Cell::new(0));
    let count = tries.clone();
    client.on_record(move |_| {
        count.set(count.get() + 1);
        let taken = count.get() > 1;
        async move { taken }
    });
    client.opt_out(REFUSED);
    let late = Side::new("LATER");
    late.browser().wake_after(Some(1_500));
    assert_eq!(late.heard().await, r#"["woke"]"#);
    assert_eq!(tries.get(), 2, "after a second");
}
