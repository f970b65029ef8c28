//! The two stores.

use consentry::{Fault, MemoryPlatform, Platform, Store};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::conformance::store_behaves;
use crate::host::remember;
use crate::side::*;

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

#[wasm_bindgen_test]
fn while_the_core_runs_the_cookies_are_read_once_and_after_each_write() {
    let _clean = Clean::page();
    let mut browser = browser();
    count_cookie_reads();
    remember(true);
    for key in ["one", "two", "one"] {
        assert_eq!(browser.read(Store::Cookie, key), Ok(None));
    }
    assert_eq!(cookie_reads(), 1);
    browser.write(Store::Cookie, "one", Some("1"));
    assert_eq!(browser.read(Store::Cookie, "one"), Ok(Some("1".into())));
    browser.write(Store::Cookie, "one", None);
    assert_eq!(browser.read(Store::Cookie, "one"), Ok(None));
    assert_eq!(cookie_reads(), 3);
    remember(false);
    for _ in 0..2 {
        assert_eq!(browser.read(Store::Cookie, "one"), Ok(None));
    }
    assert_eq!(cookie_reads(), 5, "between calls another tab may have written");
}
