//! What JavaScript sees of it.

use wasm_bindgen::prelude::*;

#[cfg(not(feature = "npm"))]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// See [`crate::hash_id`].
#[wasm_bindgen(js_name = hashId)]
pub fn hash_id(id: &str, salt: &str) -> Option<String> {
    crate::hash_id(id, salt)
}
