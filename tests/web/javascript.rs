//! Values of JavaScript as ours, and ours as values of JavaScript.

use consentry::web::Client;
use consentry::{OptIn, OptOut, Options, Status, Value};
use js_sys::{Function, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

/// What a text of JavaScript makes.
fn js(text: &str) -> JsValue {
    Function::new_no_args(&format!("return {text}")).call0(&JsValue::NULL).unwrap()
}

#[wasm_bindgen_test]
fn values_of_javascript_are_ours_and_nothing_throws() {
    for (text, expected) in [
        ("{ a: 1, b: 'x', c: undefined, d: null, e: [true, undefined] }", r#"{"a":1,"b":"x","d":null,"e":[true,null]}"#),
        ("{ at: new Date(Date.UTC(2026, 10, 27, 1, 22, 16)), never: new Date(NaN) }", r#"{"at":"2026-11-27T01:22:16","never":null}"#),
        ("new Map([['a', new Set([1, 2])], ['b', new Uint8Array([3])]])", r#"{"a":[1,2],"b":[3]}"#),
        ("{ small: 7n, half: 0.5, far: 1e300 }", r#"{"small":7,"half":0.5,"far":1e+300}"#),
        ("{ toJSON: () => ({ said: 1 }) }", r#"{"said":1}"#),
        ("(() => { const a = {}; a.a = a; return a; })()", r#"{"a":{"a":{"a":{"a":[]}}}}"#),
    ] {
        assert_eq!(serde_json::to_string(&Value::from(js(text))).unwrap(), expected, "{text}");
    }
    for text in [
        "{ get a() { throw 1 } }",
        "{ a: () => 1 }",
        "{ a: Symbol() }",
        "new Proxy({}, { ownKeys() { throw 1 } })",
        "new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 1 } })",
    ] {
        let value = Value::from(js(text));
        assert!(serde_json::to_string(&value).is_err() || value == Value::Map(vec![]), "{text}: {value:?}");
    }
}

#[wasm_bindgen_test]
fn options_come_from_javascript_and_the_consent_goes_there() {
    let options = Options::try_from(js("{ residency: 'eu', apiHost: null, consent: { gpc: 'enforce', maxAgeDays: 30 } }")).unwrap();
    assert_eq!(Options::from_json(r#"{"residency":"eu","consent":{"gpc":"enforce","maxAgeDays":30}}"#), Ok(options.clone()));
    let by_serde = Options::deserialize(serde_wasm_bindgen::Deserializer::from(js(
        "{ residency: 'eu', consent: { gpc: 'enforce', maxAgeDays: 30 } }",
    )));
    assert_eq!(by_serde.unwrap(), options);
    for (text, code, about) in [
        ("{ consent: { gcp: 'honor' } }", "unknown_option", "consent.gcp"),
        ("{ batch: { size: 0 } }", "invalid_option", "batch.size"),
        ("{ get batch() { throw 1 } }", "invalid_option", "batch"),
        ("7", "invalid_option", ""),
    ] {
        let error = Options::try_from(js(text)).unwrap_err();
        assert_eq!((error.code(), error.about.as_str()), (code, about), "{text}");
    }
    let _clean = Clean::page();
    let client = Client::start("TO_JS", options).unwrap();
    let consent = JsValue::from(client.opt_in(OptIn { event: "", via: "banner", ..OptIn::default() }));
    let member = |name: &str| Reflect::get(&consent, &name.into()).unwrap();
    if client.consent().status == Status::Granted {
        assert_eq!((member("status"), member("via"), member("persisted")), ("granted".into(), "banner".into(), true.into()));
        assert!(member("decidedAt").as_f64().unwrap() > 1.7e12 && member("purposes").is_object());
    }
    client.opt_out(OptOut::default());
}
