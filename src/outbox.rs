//! What waits to be delivered.

// Until the core is driven by it.
#[allow(dead_code)]
pub(crate) mod lease;
#[allow(dead_code)]
pub(crate) mod retry_after;
