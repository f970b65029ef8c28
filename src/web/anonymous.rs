//! Ids as hashes of them, for sites that want none of their own to be known.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::Salt;
use crate::hash_id;
use crate::visitor::is_anonymous;

thread_local! {
    /// By the number of the client.
    static SALTS: RefCell<BTreeMap<u32, Salt>> = const { RefCell::new(BTreeMap::new()) };
}

/// The ids of this client become hashes.
pub(super) fn keep(client: u32, salt: Option<Salt>) {
    if let Some(salt) = salt {
        SALTS.with_borrow_mut(|salts| salts.insert(client, salt));
    }
}

/// What a client stores and sends of an id; nothing, which no client takes, of one that cannot be
/// somebody's. `current` is the id that there is.
pub(super) fn hidden(client: u32, id: &str, current: Option<&str>) -> String {
    let Some(Salt(salt)) = SALTS.with_borrow(|salts| salts.get(&client).cloned()) else { return String::from(id) };
    // Random ids say nobody's name, and what is a hash already is not hashed again.
    if id.starts_with("$device:") || (is_anonymous(id) && current == Some(id)) {
        return String::from(id);
    }
    hash_id(id, &salt).unwrap_or_default()
}
