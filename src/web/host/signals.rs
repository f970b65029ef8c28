//! The browser's privacy signals, and whether somebody sees the page.

use wasm_bindgen::prelude::*;

use crate::consent::decision::Signals;
use crate::web::host::js;

/// The signals as they are now. web-sys has no `globalPrivacyControl`, and its `do_not_track()` throws
/// where that is unset.
pub fn signals() -> Signals {
    let global: JsValue = js_sys::global().into();
    let of_navigator =
        |name| js::get(&global, "navigator").and_then(|navigator| js::get(&navigator, name)).is_some_and(|value| is_on(&value));
    Signals {
        gpc: of_navigator("globalPrivacyControl"),
        dnt: of_navigator("doNotTrack") || js::get(&global, "doNotTrack").is_some_and(|value| is_on(&value)),
    }
}

/// Whether a browser's value for a signal means "on": the standard values, and those of old
/// browsers.
fn is_on(value: &JsValue) -> bool {
    value.as_bool() == Some(true)
        || value.as_f64() == Some(1.0)
        || value.as_string().is_some_and(|text| matches!(&*text, "1" | "true" | "yes"))
}

/// Whether the page is hidden.
pub fn hidden() -> bool {
    js::of_document("hidden").is_some_and(|hidden| hidden.is_truthy())
}

/// Whether nobody sees the page. One that is prerendered may never be shown.
pub fn unseen() -> bool {
    js::of_document("prerendering").is_some_and(|prerendering| prerendering.is_truthy())
}
