//! The stores of the platform in memory, held to what the browser's are held to in `npm.rs`.
#![cfg(not(target_arch = "wasm32"))]

#[path = "npm/conformance.rs"]
mod conformance;

use conformance::store_behaves;
use consentry::{MemoryPlatform, Store};

#[test]
fn memory_behaves_like_a_browser() {
    let mut memory = MemoryPlatform::default();
    for store in [Store::Local, Store::Cookie] {
        store_behaves(&mut memory, store);
    }
    assert!(memory.local.is_empty() && memory.jar.is_empty());
}
