//! One client's side of a page, and what the tests do to the page.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use consentry::{Client, Options, Platform};
use wasm_bindgen::prelude::*;

use crate::host::Host;
pub use crate::host::{Browser, browser};

#[wasm_bindgen(module = "/tests/npm/page.js")]
extern "C" {
    pub fn restore();
    pub fn keys() -> String;
    pub fn member(text: &str, name: &str) -> Option<String>;
    pub fn visit(address: &str);
    #[wasm_bindgen(js_name = signal)]
    pub fn set_signals(gpc: Option<&str>, dnt: Option<&str>);

    #[wasm_bindgen(js_name = blockLocalStorage)]
    pub fn block_local_storage();
    #[wasm_bindgen(js_name = blockLocalStorageMethods)]
    pub fn block_local_storage_methods();
    #[wasm_bindgen(js_name = fillLocalStorage)]
    pub fn fill_local_storage();
    #[wasm_bindgen(js_name = takeLocalStorageAway)]
    pub fn take_local_storage_away();
    #[wasm_bindgen(js_name = nullLocalStorage)]
    pub fn null_local_storage();
    #[wasm_bindgen(js_name = blockCookies)]
    pub fn block_cookies();
    #[wasm_bindgen(js_name = refuseCookies)]
    pub fn refuse_cookies();
    #[wasm_bindgen(js_name = pretendCookies)]
    pub fn pretend_cookies(text: &str);
    #[wasm_bindgen(js_name = countCookieReads)]
    pub fn count_cookie_reads();
    #[wasm_bindgen(js_name = cookieReads)]
    pub fn cookie_reads() -> u32;
    #[wasm_bindgen(js_name = takeLocksAway)]
    pub fn take_locks_away();
    #[wasm_bindgen(js_name = breakEverything)]
    pub fn break_everything();

    #[wasm_bindgen(js_name = holdFetch)]
    pub fn hold_fetch();
    pub fn started() -> usize;
    pub fn request(at: usize, name: &str) -> String;
    pub fn answer(at: usize, status: u16, retry_after: &str, text: &str);
    pub fn fail(at: usize);
    pub fn happens(event: &str);

    #[wasm_bindgen(js_name = newInputs)]
    fn new_inputs() -> JsValue;
    #[wasm_bindgen(js_name = takeLine)]
    fn take_line(inputs: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_name = onLine)]
    fn on_line(inputs: &JsValue, callback: JsValue);
}

/// A page as nobody visited it before, and after the test again. A test that fails leaves no trace
/// either: the next one starts with this.
pub struct Clean;

impl Clean {
    pub fn page() -> Clean {
        restore();
        Clean
    }
}

impl Drop for Clean {
    fn drop(&mut self) {
        restore();
    }
}

/// One client's side of the page, of the host under test.
pub struct Side {
    token: &'static str,
    host: Host,
    inputs: JsValue,
}

impl Side {
    pub fn new(token: &'static str) -> Side {
        let inputs = new_inputs();
        Side { token, host: Host::new(token, &inputs), inputs }
    }

    pub fn browser(&self) -> Browser {
        self.host.browser()
    }

    pub fn client(&self, options: &Options) -> Client<Browser> {
        Client::new(self.browser(), self.token, options).unwrap()
    }

    /// The next input, as a JSON list of its name and values. Waits until there is one.
    pub fn heard(&self) -> NextLine<'_> {
        NextLine(&self.inputs)
    }

    /// Whether no input came that was not taken.
    pub fn heard_nothing(&self) -> bool {
        take_line(&self.inputs).is_none()
    }

    /// As [`Side::heard_nothing`], but for the wish for the end of a task, which cannot be taken
    /// back, and what locks and other clients say.
    pub fn heard_no_timer(&self) -> bool {
        let mut woken = 0;
        while let Some(line) = take_line(&self.inputs) {
            woken += usize::from(line == r#"["woke"]"#);
            let expected = [r#"["woke""#, r#"["locked""#, r#"["heard""#, r#"["storageChanged""#];
            if woken > 1 || !expected.iter().any(|start| line.starts_with(start)) {
                return false;
            }
        }
        true
    }

    /// The call of the core has returned.
    pub fn returned(&self) {
        self.host.returned();
    }

    /// What the client told the page since this was last asked, as JSON.
    pub fn notices(&self) -> String {
        self.host.notices()
    }

    pub fn records(&self) -> bool {
        self.host.records()
    }

    /// Waits for a timer that was set after everything else, so what was to come before has come.
    pub async fn settled() {
        let late = Side::new("LATE");
        late.browser().wake_after(Some(1));
        assert_eq!(late.heard().await, r#"["woke"]"#);
    }
}

pub struct NextLine<'a>(&'a JsValue);

impl Future for NextLine<'_> {
    type Output = String;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<String> {
        if let Some(line) = take_line(self.0) {
            return Poll::Ready(line);
        }
        let waker = context.waker().clone();
        on_line(self.0, Closure::once_into_js(move || waker.wake()));
        Poll::Pending
    }
}
