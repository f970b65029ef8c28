//! localStorage. What it may refuse is caught.

use core::cell::RefCell;

use web_sys::Storage;

use crate::platform::Fault;
use crate::web::host::{cookies, js};

thread_local! {
    /// While the core runs the browser is asked once for the store itself, and for its cookies: another
    /// process may have to be asked for them.
    static STORAGE: RefCell<Option<Storage>> = const { RefCell::new(None) };
    static REMEMBERS: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

/// From now on what the browser said is remembered, or no more.
pub fn remember(on: bool) {
    REMEMBERS.set(on);
    STORAGE.take();
    cookies::remember(on);
}

/// The store; none where there is no localStorage, a fault where it is blocked.
fn local() -> Result<Option<Storage>, Fault> {
    let remembered = STORAGE.with_borrow(Clone::clone);
    if remembered.is_some() {
        return Ok(remembered);
    }
    let window = js::window().ok_or(Fault)?;
    let store = window.local_storage().map_err(|_| Fault)?;
    // Some pages put `null` in its place, others an object of their own.
    let store = store.filter(|store| store.is_object());
    if REMEMBERS.get() {
        STORAGE.set(store.clone());
    }
    Ok(store)
}

/// What stands there.
pub fn read(key: &str) -> Result<Option<String>, Fault> {
    let Some(store) = local()? else { return Ok(None) };
    store.get_item(key).map_err(|_| Fault)
}

/// Writes a value, or removes the key. Whether it worked is found by reading.
pub fn write(key: &str, value: Option<&str>) {
    let Ok(Some(store)) = local() else { return };
    let _ = match value {
        Some(value) => store.set_item(key, value),
        None => store.remove_item(key),
    };
}

/// The keys that begin so, each with a line feed after it. Some pages have an object of their own in
/// the place of localStorage, with methods that put something before each key and do not take it off
/// again: a key of ours is what it is found by.
pub fn keys(prefix: &str) -> String {
    let mut all = String::new();
    let Ok(Some(store)) = local() else { return all };
    for key in names(&store) {
        // None of ours has a line feed.
        let Some((before, _)) = key.split_once(prefix).filter(|_| !key.contains('\n')) else { continue };
        let own = key.get(before.len()..).unwrap_or_default();
        if before.is_empty() || store.get_item(own).is_ok_and(|found| found.is_some()) {
            all.push_str(own);
            all.push('\n');
        }
    }
    all
}

fn names(store: &Storage) -> Vec<String> {
    let own = js::inherited("Storage", "length", store).and_then(|length| length.as_f64());
    if own.is_some() {
        // Firefox needs as long for each `key` as there are keys.
        return js::own_names(store).unwrap_or_default();
    }
    let length = js::get(store, "length").and_then(|length| length.as_f64()).unwrap_or_default() as u32;
    (0..length).filter_map(|at| store.key(at).ok().flatten()).collect()
}
