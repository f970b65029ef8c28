//! Requests.

use core::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use crate::outbox::ids::RequestId;
use crate::web::host::js;
use crate::web::host::percent::encode;
use crate::web::host::side::{Input, Side, UnderWay};

thread_local! {
    /// Bytes of the bodies that are under way with `keepalive`, of all clients of the page.
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// See `Platform::keepalive_bytes`.
pub fn keepalive_bytes() -> usize {
    BYTES.get()
}

/// What a server answered: status, `Retry-After`, body.
type Answer = (u16, String, String);

/// Starts a request; whatever becomes of it, the core gets an answer, or none where it aborts.
pub fn send(side: &Rc<Side>, id: RequestId, url: &str, data: &str, keepalive: bool) {
    let body = format!("data={}", encode(data));
    let kept = if keepalive { body.len() } else { 0 };
    BYTES.set(BYTES.get() + kept);
    let controller = AbortController::new().ok();
    side.requests.borrow_mut().push(UnderWay { id, controller: controller.clone() });
    let (side, url) = (side.clone(), String::from(url));
    // It begins when the task has ended: what is aborted in the task it was asked for, by a refusal
    // after a burst, never starts.
    spawn_local(async move {
        let answer = match controller {
            Some(controller) if !is_aborted(&controller) => ask(&controller, &url, &body, keepalive).await,
            Some(_) | None => None,
        };
        BYTES.set(BYTES.get().saturating_sub(kept));
        if take(&side, id).is_some() {
            let (status, retry_after, text) = answer.unwrap_or_default();
            side.tell(Input::Answered(id, status, retry_after, text));
        }
    });
}

/// Aborts a request. No answer arrives for it.
pub fn abort(side: &Side, id: RequestId) {
    if let Some(UnderWay { controller: Some(controller), .. }) = take(side, id) {
        controller.abort();
    }
}

fn take(side: &Side, id: RequestId) -> Option<UnderWay> {
    let mut requests = side.requests.borrow_mut();
    let at = requests.iter().position(|request| request.id == id)?;
    Some(requests.swap_remove(at))
}

fn is_aborted(controller: &AbortController) -> bool {
    controller.signal().aborted()
}

async fn ask(controller: &AbortController, url: &str, body: &str, keepalive: bool) -> Option<Answer> {
    let headers = js::bare_object(&[("Content-Type", "application/x-www-form-urlencoded".into())]);
    let options = js::bare_object(&[
        ("method", "POST".into()),
        ("body", body.into()),
        ("headers", headers.into()),
        ("credentials", "omit".into()),
        ("cache", "no-store".into()),
        // A redirect could carry the records to another host, and a referrer would name the page that a
        // blacklist hides.
        ("redirect", "manual".into()),
        ("referrerPolicy", "no-referrer".into()),
        ("keepalive", keepalive.into()),
        ("signal", controller.signal().into()),
    ]);
    let response = settled(js::fetch(url, &options)?).await?;
    if js::get(&response, "type").is_some_and(|kind| kind == "opaqueredirect") {
        return Some((0, String::new(), String::from("a redirect")));
    }
    // Who wraps `fetch` may answer with less than a response.
    let status = js::get(&response, "status")?.as_f64()? as u16;
    let retry_after = header(&response, "Retry-After").unwrap_or_default();
    let text = js::method(&response, "text")?.call0(&response).ok()?;
    Some((status, retry_after, settled(text).await?.as_string().unwrap_or_default()))
}

fn header(response: &JsValue, name: &str) -> Option<String> {
    let headers = js::get(response, "headers")?;
    js::method(&headers, "get")?.call1(&headers, &name.into()).ok()?.as_string()
}

/// What a promise comes to; a value that is none is its own.
async fn settled(value: JsValue) -> Option<JsValue> {
    JsFuture::from(Promise::resolve(&value)).await.ok()
}
