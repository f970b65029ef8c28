//! The numbers by which host and core call the same thing.

use std::num::NonZeroU32;

use crate::outbox::lease::QueueId;

/// A request of one client.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RequestId(pub NonZeroU32);

/// A flush of one client; the host numbers them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FlushId(pub NonZeroU32);

/// A stored segment: the queue it belongs to, and its number there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SegmentId {
    /// The queue.
    pub queue: QueueId,
    /// Its number in the queue.
    pub number: NonZeroU32,
}

impl RequestId {
    /// The first request of a client.
    pub const FIRST: RequestId = RequestId(NonZeroU32::MIN);

    /// The one after it.
    pub(crate) fn next(self) -> RequestId {
        RequestId(self.0.saturating_add(1))
    }
}
