//! Where storage is blocked: this module, run once more in a frame whose origin is nobody's.
//!
//! gloo-storage unwraps what the browser throws there, also in `set`, which returns a `Result`: the
//! exception goes through the instance. So it is not what our stores are made of.
#![cfg(target_arch = "wasm32")]
// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(missing_docs)]

use std::rc::Rc;

use consentry::web::Client;
use consentry::web::host::{Browser, Side};
use consentry::{CookieOptions, OptIn, OptOut, Options, Platform, Store, track};
use gloo_storage::{LocalStorage, Storage};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// What our stores and a client of ours say.
#[wasm_bindgen]
pub fn ours() -> String {
    let mut browser = Browser::new(Rc::new(Side::new("TOKEN", CookieOptions::default(), "mp_TOKEN_mixpanel".into(), |_| {})));
    let found = Store::ALL.map(|store| {
        browser.write(store, "key", Some("value"));
        browser.read(store, "key").is_err()
    });
    let client = Client::start("TOKEN", Options::default()).unwrap();
    track!(client, "Viewed");
    let before = client.consent();
    let granted = client.opt_in(OptIn::default());
    let refused = client.opt_out(OptOut::default()).consent;
    client.close();
    format!("{found:?} {} {} {} {}", before.source.name(), granted.status.name(), granted.persisted(), refused.status.name())
}

#[wasm_bindgen]
pub fn gloo_sets() -> String {
    format!("{:?}", LocalStorage::set("key", "value").is_err())
}

#[wasm_bindgen]
pub fn gloo_reads() -> String {
    format!("{:?}", LocalStorage::get::<String>("key").is_err())
}

/// Runs this module in a sandboxed frame, and answers what each of these exports came to there.
const IN_FRAME: &str = r#"return (async () => {
  const glue = await (await fetch('/wasm-bindgen-test')).text();
  const wasm = await (await fetch('/wasm-bindgen-test_bg.wasm')).arrayBuffer();
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-scripts';
  frame.srcdoc = `<script>
    onmessage = async ({ data: { glue, wasm } }) => {
      const attempt = act => { try { return act() } catch (error) { return 'threw ' + error } };
      try {
        const all = await import('data:text/javascript,' + encodeURIComponent(glue));
        await all.default({ module_or_path: wasm });
        const said = [() => '' + localStorage, all.ours, all.gloo_sets, all.gloo_reads].map(attempt);
        parent.postMessage(said, '*');
      } catch (error) {
        parent.postMessage(['' + error], '*');
      }
    };
  <\/script>`;
  const loaded = new Promise(resolve => (frame.onload = resolve));
  document.body.append(frame);
  await loaded;
  const said = new Promise(resolve => addEventListener('message', ({ source, data }) => source === frame.contentWindow && resolve(data)));
  frame.contentWindow.postMessage({ glue, wasm }, '*');
  return said;
})()"#;

#[wasm_bindgen_test]
async fn where_storage_is_blocked_our_guard_holds_and_gloo_storage_throws() {
    let said = Function::new_no_args(IN_FRAME).call0(&JsValue::NULL).unwrap();
    let said: Array = JsFuture::from(Promise::resolve(&said)).await.unwrap().unchecked_into();
    let said: Vec<String> = said.iter().map(|one| one.as_string().unwrap()).collect();
    let [blocked, ours, sets, reads] = &*said else { panic!("{said:?}") };
    assert!(blocked.starts_with("threw SecurityError"), "{blocked}");
    assert_eq!(ours, "[true, true] fault granted false denied");
    for gloo in [sets, reads] {
        assert!(gloo.starts_with("threw "), "{gloo}");
    }
}

#[wasm_bindgen_test]
fn where_storage_works_so_does_gloo_storage() {
    assert_eq!((gloo_sets(), gloo_reads()), (String::from("false"), String::from("false")));
    LocalStorage::delete("key");
}
