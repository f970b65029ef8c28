//! What of JavaScript web-sys has not, or has only in a way that a page can break: each call catches
//! what is thrown, and what elements hide by their names is asked for on the prototype.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Window};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn reflect_get(target: &JsValue, name: &str, receiver: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn reflect_get_own(target: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set, catch)]
    fn reflect_set(target: &JsValue, name: &str, value: &JsValue, receiver: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = Date, js_name = now, catch)]
    fn date_now() -> Result<f64, JsValue>;
    #[wasm_bindgen(js_namespace = Object, js_name = create, catch)]
    fn object_create(prototype: &JsValue) -> Result<Object, JsValue>;
    #[wasm_bindgen(js_namespace = Object, js_name = keys, catch)]
    fn object_keys(object: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    fn array_from(object: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(callback: &Function, delay: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout, catch)]
    fn clear_timeout(timer: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = fetch, catch)]
    fn js_fetch(url: &str, options: &Object) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = console, js_name = warn, catch)]
    fn console_warn(text: &str) -> Result<JsValue, JsValue>;
}

/// The page's window; none in a worker and on other hosts.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document; none where there is no page.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// A property of an object.
pub fn get(target: &JsValue, name: &str) -> Option<JsValue> {
    reflect_get_own(target, name).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// A property of an object, whatever it is; none where it throws.
pub fn look(target: &JsValue, name: &str) -> Option<JsValue> {
    reflect_get_own(target, name).ok()
}

/// The names of an object's own members.
pub fn own_names(object: &JsValue) -> Option<Vec<String>> {
    Some(object_keys(object).ok()?.iter().filter_map(|name| name.as_string()).collect())
}

/// What an object is a list of.
pub fn list_of(object: &JsValue) -> Option<Vec<JsValue>> {
    Some(array_from(object).ok()?.to_vec())
}

/// A date as `toISOString` writes it; none where it is no time.
pub fn date_text(date: &JsValue) -> Option<String> {
    method(&prototype("Date")?, "toISOString")?.call0(date).ok()?.as_string()
}

/// A method of an object.
pub fn method(target: &JsValue, name: &str) -> Option<Function> {
    get(target, name)?.dyn_into().ok()
}

/// The prototype of what a global constructor makes.
pub fn prototype(constructor: &str) -> Option<JsValue> {
    get(&get(&js_sys::global(), constructor)?, "prototype")
}

/// A property that the prototype of this constructor has for an object.
pub fn inherited(constructor: &str, name: &str, object: &JsValue) -> Option<JsValue> {
    reflect_get(&prototype(constructor)?, name, object).ok()
}

/// A property of the document, past elements of that name.
pub fn of_document(name: &str) -> Option<JsValue> {
    inherited("Document", name, &document()?.into())
}

/// A text of the page's location; empty where it has none.
pub fn of_location(name: &str) -> String {
    let location = window().and_then(|window| get(&window, "location"));
    location.and_then(|location| get(&location, name)?.as_string()).unwrap_or_default()
}

/// Sets a property of the document, past elements of that name.
pub fn set_of_document(name: &str, value: &str) {
    if let (Some(prototype), Some(document)) = (prototype("Document"), document()) {
        let _ = reflect_set(&prototype, name, &value.into(), &document);
    }
}

/// Milliseconds since 1970; 0 where nobody knows.
pub fn now() -> f64 {
    date_now().unwrap_or_default()
}

/// An object that inherits from none: a page can put things on `Object.prototype`.
pub fn bare_object(members: &[(&str, JsValue)]) -> Object {
    let object = object_create(&JsValue::NULL).unwrap_or_default();
    for (name, value) in members {
        let _ = reflect_set(&object, name, value, &object);
    }
    object
}

/// Starts a timer; none where the page's timers are broken.
pub fn start_timer(callback: &JsValue, delay: i32) -> Option<JsValue> {
    set_timeout(callback.unchecked_ref(), delay).ok()
}

/// Ends a timer.
pub fn end_timer(timer: &JsValue) {
    let _ = clear_timeout(timer);
}

/// What `fetch` answers: a promise, unless the page has replaced it.
pub fn fetch(url: &str, options: &Object) -> Option<JsValue> {
    js_fetch(url, options).ok()
}

/// Says something in the console.
pub fn warn(text: &str) {
    let _ = console_warn(text);
}
