//! The npm package's host: what `client.js` is for a real client.

pub use consentry::npm::Browser;
use wasm_bindgen::prelude::*;

// The modules of the crate itself: the same path is the same instance.
#[wasm_bindgen(module = "/src/npm/host.js")]
extern "C" {
    fn introduce(token: &str, cookie: JsValue, identity: &str) -> u32;
    fn connect(client: u32, inputs: &JsValue);
    fn attend(client: u32);
    #[wasm_bindgen(js_name = tellSiblings)]
    fn tell_siblings(client: u32);
    #[wasm_bindgen(js_name = clients, thread_local_v2)]
    static CLIENTS: JsValue;
}

#[wasm_bindgen(module = "/src/npm/stores.js")]
extern "C" {
    pub fn remember(on: bool);
}

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = takeNotices)]
    fn take_notices(clients: &JsValue, client: u32) -> String;
    #[wasm_bindgen(js_name = isRecording)]
    fn is_recording(clients: &JsValue, client: u32) -> bool;
}

pub struct Host(u32);

impl Host {
    pub fn new(token: &str, inputs: &JsValue) -> Host {
        let host = Host(introduce(token, JsValue::UNDEFINED, &format!("mp_{token}_mixpanel")));
        connect(host.0, inputs);
        attend(host.0);
        host
    }

    pub fn browser(&self) -> Browser {
        Browser { client: self.0 }
    }

    pub fn returned(&self) {
        tell_siblings(self.0);
    }

    pub fn notices(&self) -> String {
        CLIENTS.with(|clients| take_notices(clients, self.0))
    }

    pub fn records(&self) -> bool {
        CLIENTS.with(|clients| is_recording(clients, self.0))
    }
}

/// One that hears of nothing.
pub fn browser() -> Browser {
    Browser { client: introduce("TOKEN", JsValue::UNDEFINED, "mp_TOKEN_mixpanel") }
}
