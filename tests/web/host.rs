//! The Rust client's host: what `web/page.rs` is for a real client.

use std::cell::RefCell;
use std::rc::Rc;

use consentry::web::host::{self, Input, Side};
use consentry::{CookieOptions, Lock, Notice};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

pub use consentry::web::host::{Browser, remember};

thread_local! {
    /// Every side of this page, as the clients of a page know one another.
    static SIDES: RefCell<Vec<(Rc<Side>, JsValue)>> = const { RefCell::new(Vec::new()) };
}

pub struct Host(Rc<Side>);

impl Host {
    pub fn new(token: &str, inputs: &JsValue) -> Host {
        let hears = inputs.clone();
        let side = Rc::new(Side::new(token, CookieOptions::default(), format!("mp_{token}_mixpanel"), move |input| tell(&hears, input)));
        host::connect(&side);
        host::attend(&side);
        SIDES.with_borrow_mut(|sides| sides.push((side.clone(), inputs.clone())));
        Host(side)
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.0.clone())
    }

    pub fn returned(&self) {
        for message in self.0.said.take() {
            for (other, inputs) in SIDES.with_borrow(Clone::clone) {
                if other.token == self.0.token && !Rc::ptr_eq(&other, &self.0) {
                    tell(&inputs, Input::Heard(message));
                }
            }
        }
    }

    pub fn notices(&self) -> String {
        let notices = self.0.notices.take().into_iter().map(|notice| match notice {
            Notice::Error(error) => list(&["report".into(), (error.kind as u32).into(), error.about.into(), (error.dropped as u32).into()]),
            Notice::Consent(before, after) => list(&["changed".into(), before.name().into(), after.name().into()]),
            Notice::Flushed(flush, sent, dropped, pending) => {
                list(&["flushed".into(), flush.0.get().into(), (sent as u32).into(), (dropped as u32).into(), (pending as u32).into()])
            }
            Notice::Record(record) => list(&["handOver".into(), record.into()]),
            Notice::AnsweredAlone(number, status, body) => list(&["answeredAlone".into(), number.get().into(), status.into(), body.into()]),
            Notice::Deleted(number, done) => list(&["deleted".into(), number.into(), done.into()]),
        });
        json(&notices.collect::<Array>().into())
    }

    pub fn records(&self) -> bool {
        self.0.recording.get()
    }
}

fn list(values: &[JsValue]) -> JsValue {
    values.iter().collect::<Array>().into()
}

fn json(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).unwrap().into()
}

/// Hands an input on as JavaScript's host does.
fn tell(inputs: &JsValue, input: Input) {
    let (name, values): (&str, Vec<JsValue>) = match input {
        Input::Woke => ("woke", vec![]),
        Input::Answered(id, status, retry_after, body) => {
            ("answered", vec![id.0.get().into(), status.into(), retry_after.into(), body.into()])
        }
        Input::StorageChanged(key) => ("storageChanged", key.into_iter().map(JsValue::from).collect()),
        Input::Heard(message) => ("heard", vec![message.number().into()]),
        Input::Locked(queue, lock) => {
            let held = match lock {
                Lock::Held => JsValue::TRUE,
                Lock::Taken => JsValue::FALSE,
                Lock::Unsupported => JsValue::NULL,
            };
            ("locked", vec![queue.get().into(), held])
        }
        Input::Online => ("online", vec![]),
        Input::PageHidden(left) => ("pageHidden", vec![left.into()]),
        Input::Unloading => ("unloading", vec![]),
        Input::Frozen => ("frozen", vec![]),
        Input::Returned => ("returned", vec![]),
    };
    let input: Function = Reflect::get(inputs, &name.into()).unwrap().into();
    input.apply(&JsValue::UNDEFINED, &values.into_iter().collect::<Array>()).unwrap();
}

/// One that hears of nothing.
pub fn browser() -> Browser {
    Browser::new(Rc::new(Side::new("TOKEN", CookieOptions::default(), "mp_TOKEN_mixpanel".into(), |_| {})))
}
