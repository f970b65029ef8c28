//! Ids that say nobody's name: HMAC-SHA-256 under a salt of the site, in hexadecimal digits.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::json;
use crate::visitor;

#[cfg(all(feature = "hash-npm", target_arch = "wasm32"))]
pub mod npm;
mod salt;

pub use salt::Salt;

/// The id that stands for this one, for pages and servers alike: 64 hexadecimal digits. None for an id
/// that Mixpanel refuses, as the empty one, `null` or `undefined`, which would make one of many.
///
/// ```
/// let hash = consentry::hash_id("user-1", "salt").unwrap_or_default();
/// assert_eq!(hash, "75e1c9e2ecfeb00cd5106d0f6a93667bcc6ab2f6fdf50fb3b4d1d60d4d4766c9");
/// assert_eq!(consentry::hash_id("null", "salt"), None);
/// ```
#[must_use]
pub fn hash_id(id: &str, salt: &str) -> Option<String> {
    if visitor::is_refused(id) {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(salt.as_bytes()).ok()?;
    mac.update(id.as_bytes());
    let mut hash = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        json::push_hex(&mut hash, byte.into(), 2);
    }
    Some(hash)
}
