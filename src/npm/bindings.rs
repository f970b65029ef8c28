//! What JavaScript sees: one function for each call and input, the client's number first. They
//! translate and call the core; listeners and promises live in the package's entry files.

use std::cell::{RefCell, RefMut};
use std::num::NonZeroU32;

use wasm_bindgen::prelude::*;

use crate::npm::host::Browser;
use crate::project::Project;
use crate::{Answer, Client, Code, FlushId, Lock, Message, Operation, OptIn, OptOut, Options, QueueId, RequestId, Shown, json};

/// Clients with their numbers.
type Clients = Vec<(u32, &'static RefCell<Client<Browser>>)>;

thread_local! {
    /// The clients of this page, which live as long as it does.
    static CLIENTS: RefCell<Clients> = const { RefCell::new(Vec::new()) };
}

/// The client of that number. Who calls from inside a call of it, from a function of the browser that
/// the page has replaced, gets none, nor does anybody where it trapped; `core.js` lets nobody in
/// either way.
pub(super) fn find(number: u32) -> Option<RefMut<'static, Client<Browser>>> {
    CLIENTS.with(|clients| {
        let clients = clients.try_borrow().ok()?;
        let (_, client) = clients.iter().find(|(known, _)| *known == number)?;
        client.try_borrow_mut().ok()
    })
}

/// Makes the client of this number, which `introduce` of `host.js` gave. `options` is the JSON that
/// `pkg-template/options.js` checked by the rules of the core.
#[wasm_bindgen]
pub fn create(client: u32, token: &str, options: &str) {
    let Some(options) = Options::read(options) else { return };
    let made = Client::of(Browser { client }, Project::of(token, options));
    let made = Box::leak(Box::new(RefCell::new(made)));
    CLIENTS.with(|clients| {
        if let Ok(mut clients) = clients.try_borrow_mut() {
            clients.push((client, made));
        }
    });
}

// The calls of a page.

/// The next call was made then and there; see [`Client::as_of`].
#[wasm_bindgen(js_name = asOf)]
pub fn as_of(client: u32, at: f64, address: &str) {
    if let Some(mut client) = find(client) {
        client.as_of(at as u64, address);
    }
}

/// See [`Client::track`].
#[wasm_bindgen]
pub fn track(client: u32, name: &str, properties: &str) {
    if let Some(mut client) = find(client) {
        client.track(name, properties);
    }
}

/// See [`Client::profile`]. `operation` counts those of `names.js`.
#[wasm_bindgen]
pub fn profile(client: u32, operation: u32, operand: &str) {
    let Some(&operation) = Operation::ALL.get(operation as usize) else { return };
    if let Some(mut client) = find(client) {
        client.profile(operation, operand);
    }
}

/// See [`Client::group_of`]. `operation` counts those of `names.js`.
#[wasm_bindgen]
pub fn group(client: u32, operation: u32, operand: &str, key: &str, id: &str) {
    let Some(&operation) = Operation::ALL.get(operation as usize) else { return };
    if let Some(mut client) = find(client) {
        client.group_of(operation, operand, key, id);
    }
}

/// See [`Client::register`].
#[wasm_bindgen]
pub fn register(client: u32, properties: &str, once: bool) {
    if let Some(mut client) = find(client) {
        client.register(properties, once);
    }
}

/// See [`Client::unregister`].
#[wasm_bindgen]
pub fn unregister(client: u32, name: &str) {
    if let Some(mut client) = find(client) {
        client.unregister(name);
    }
}

/// See [`Client::identify`].
#[wasm_bindgen]
pub fn identify(client: u32, user_id: &str) {
    if let Some(mut client) = find(client) {
        client.identify(user_id);
    }
}

/// See [`Client::reset`].
#[wasm_bindgen]
pub fn reset(client: u32) {
    if let Some(mut client) = find(client) {
        client.reset();
    }
}

/// See [`Client::flush`].
#[wasm_bindgen]
pub fn flush(client: u32, number: u32) {
    let Some(number) = NonZeroU32::new(number) else { return };
    if let Some(mut client) = find(client) {
        client.flush(FlushId(number));
    }
}

/// See [`Client::opt_in`]. `purposes` is a JSON list of names, or empty, and `shown` a JSON object of
/// what the visitor saw.
#[wasm_bindgen(js_name = optIn)]
pub fn opt_in(client: u32, event: &str, properties: &str, via: &str, purposes: &str, shown: &str) {
    let purposes = json::texts(purposes);
    if let Some(mut client) = find(client) {
        client.opt_in(&OptIn { event, properties, via, purposes: purposes.as_deref(), shown: Shown::read(shown) });
    }
}

/// See [`Client::opt_out`] and, for what stands last, [`Client::was`]. `purposes` and `shown` are as
/// for [`opt_in`].
#[wasm_bindgen(js_name = optOut)]
pub fn opt_out(client: u32, delete_profile: bool, via: &str, purposes: &str, shown: &str, stored: Option<String>, named: Option<String>) {
    let purposes = json::texts(purposes);
    if let Some(mut client) = find(client) {
        if let Some(stored) = stored {
            client.was(&stored, named.as_deref());
        }
        client.opt_out(&OptOut { delete_profile, via, purposes: purposes.as_deref(), shown: Shown::read(shown) });
    }
}

/// See [`Client::reset_consent`].
#[wasm_bindgen(js_name = resetConsent)]
pub fn reset_consent(client: u32) {
    if let Some(mut client) = find(client) {
        client.reset_consent();
    }
}

/// See [`Client::purge`].
#[wasm_bindgen]
pub fn purge(client: u32) {
    if let Some(mut client) = find(client) {
        client.purge();
    }
}

/// See [`Client::close`].
#[wasm_bindgen]
pub fn close(client: u32) {
    if let Some(mut client) = find(client) {
        client.close();
    }
}

/// See [`Client::consent`].
#[wasm_bindgen]
pub fn consent(client: u32) -> Option<String> {
    find(client).map(|client| client.consent())
}

/// See [`Client::distinct_id`].
#[wasm_bindgen(js_name = distinctId)]
pub fn distinct_id(client: u32) -> Option<String> {
    find(client).map(|client| String::from(client.distinct_id()))
}

/// See [`Client::found_wrong`]. `code` counts those of `names.js`.
#[wasm_bindgen]
pub fn complain(client: u32, code: u32, about: &str) {
    let Some(&code) = Code::ALL.get(code as usize) else { return };
    if let Some(mut client) = find(client) {
        client.found_wrong(code, about);
    }
}

// The inputs.

/// See [`Client::woke`].
#[wasm_bindgen]
pub fn woke(client: u32) {
    if let Some(mut client) = find(client) {
        client.woke();
    }
}

/// See [`Client::answered`].
#[wasm_bindgen]
pub fn answered(client: u32, request: u32, status: u16, retry_after: &str, body: &str) {
    let Some(request) = NonZeroU32::new(request) else { return };
    if let Some(mut client) = find(client) {
        client.answered(RequestId(request), Answer { status, retry_after, body });
    }
}

/// See [`Client::storage_changed`].
#[wasm_bindgen(js_name = storageChanged)]
pub fn storage_changed(client: u32, key: Option<String>) {
    if let Some(mut client) = find(client) {
        client.storage_changed(key.as_deref());
    }
}

/// See [`Client::heard`].
#[wasm_bindgen]
pub fn heard(client: u32, message: f64) {
    let Some(message) = Message::numbered(message) else { return };
    if let Some(mut client) = find(client) {
        client.heard(message);
    }
}

/// See [`Client::locked`]. `held` is nothing where there are no locks.
#[wasm_bindgen]
pub fn locked(client: u32, queue: u32, held: Option<bool>) {
    let Some(queue) = QueueId::new(queue) else { return };
    let lock = held.map_or(Lock::Unsupported, |held| if held { Lock::Held } else { Lock::Taken });
    if let Some(mut client) = find(client) {
        client.locked(queue, lock);
    }
}

/// See [`Client::online`].
#[wasm_bindgen]
pub fn online(client: u32) {
    if let Some(mut client) = find(client) {
        client.online();
    }
}

/// See [`Client::page_hidden`].
#[wasm_bindgen(js_name = pageHidden)]
pub fn page_hidden(client: u32, left: bool) {
    if let Some(mut client) = find(client) {
        client.page_hidden(left);
    }
}

/// See [`Client::unloading`].
#[wasm_bindgen]
pub fn unloading(client: u32) {
    if let Some(mut client) = find(client) {
        client.unloading();
    }
}

/// See [`Client::frozen`].
#[wasm_bindgen]
pub fn frozen(client: u32) {
    if let Some(mut client) = find(client) {
        client.frozen();
    }
}

/// See [`Client::returned`].
#[wasm_bindgen]
pub fn returned(client: u32) {
    if let Some(mut client) = find(client) {
        client.returned();
    }
}
