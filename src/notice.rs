//! What a client has to say beside the answers of its calls.

use crate::error::Error;
use crate::status::Status;

/// What the client tells the page through its platform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Something went wrong, or was dropped.
    Error(Error),
    /// The consent status changed, from the first to the second.
    Consent(Status, Status),
    /// A flush ended: its number, and the records that were sent, dropped and are still pending.
    Flushed(u32, usize, usize, usize),
    /// A profile deletion ended, and whether the server took it.
    Deleted(bool),
}
