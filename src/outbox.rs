//! Granted records on their way out: what waits, what of it is stored, and what goes over the wire.

use std::num::NonZeroU32;

use crate::outbox::held::Held;
use crate::outbox::ids::RequestId;
use crate::outbox::inbox::{Flush, Inbox};
use crate::outbox::lane::Lanes;
use crate::outbox::lease::{Leases, QueueId};
use crate::outbox::record::Record;
use crate::outbox::segments::Segments;

pub mod held;
pub mod ids;
pub mod inbox;
pub mod lane;
pub mod lease;
pub mod record;
pub mod request;
pub mod retry_after;
pub mod segments;

/// A request that deletes a profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Deletion {
    pub(crate) id: RequestId,
    /// Of those that were asked for.
    pub(crate) number: u32,
    /// When it counts as lost.
    pub(crate) deadline: u64,
}

/// How the record of the next call is delivered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Delivery {
    /// In a request of its own, which starts before the call returns, instead of with others.
    pub alone: bool,
    /// The server is to answer it in JSON.
    pub verbose: bool,
    /// An update of a profile is for whoever the visitor is: it does not wait for a user id.
    pub anyone: bool,
    /// The host may ask for it, by [`crate::Client::made`].
    pub shown: bool,
    /// An `$identify` is told of a user who was somebody else until then, too.
    pub links: bool,
    /// No event is told of it.
    pub silent: bool,
    /// An event whose properties say of whom it is, or by which id the server knows it, is so.
    pub says_ids: bool,
    /// By which number the host hears of its answer, see [`crate::Platform::answered_alone`]. Without one
    /// nobody waits for it, and a record that got no answer is queued.
    pub number: Option<NonZeroU32>,
}

/// A record under way in a request of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Single {
    pub(crate) id: RequestId,
    /// Who waits for its answer.
    pub(crate) number: Option<NonZeroU32>,
    /// When it counts as lost.
    pub(crate) deadline: u64,
    pub(crate) record: Record,
}

/// Everything a client has that waits or is under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outbox {
    /// Calls that came too thick, or before the client.
    pub(crate) inbox: Inbox,
    /// Records that wait for a decision or for a user id.
    pub(crate) held: Held,
    /// Records that may be sent.
    pub(crate) lanes: Lanes,
    /// How they are stored.
    pub(crate) segments: Segments,
    /// Whose queue is whose.
    pub(crate) leases: Leases,
    /// Queues that became ours and have not been read yet.
    pub(crate) adopted: Vec<QueueId>,
    pub(crate) next_request: RequestId,
    pub(crate) flushes: Vec<Flush>,
    /// The requests that delete profiles. They are the one thing an opt-out does not abort.
    pub(crate) deletions: Vec<Deletion>,
    /// Records under way alone.
    pub(crate) singles: Vec<Single>,
    /// Deletions that were asked for, since the client began.
    pub(crate) deletions_asked: u32,
    /// The page was told that nothing arrives.
    pub(crate) unreachable: bool,
    /// Records the server took, since the client began.
    pub(crate) sent: usize,
    /// Records that were dropped, since the client began.
    pub(crate) dropped: usize,
}

impl Outbox {
    /// Whether every record is stored. After storing failed, those that are not may stand among others.
    pub(crate) fn is_stored(&self) -> bool {
        self.lanes.len() == 0 || (self.segments.retry_at.is_none() && self.lanes.is_stored())
    }

    #[inline(never)] // it is large, and is moved in one piece
    pub(crate) fn new(batch_size: usize) -> Outbox {
        Outbox {
            inbox: Inbox::default(),
            held: Held::default(),
            lanes: Lanes::new(batch_size),
            segments: Segments::default(),
            leases: Leases::default(),
            adopted: Vec::new(),
            next_request: RequestId::FIRST,
            flushes: Vec::new(),
            deletions: Vec::new(),
            singles: Vec::new(),
            deletions_asked: 0,
            unreachable: false,
            sent: 0,
            dropped: 0,
        }
    }

    /// A request that counts as lost by now, but for those that delete profiles.
    pub(crate) fn late(&self, now: u64) -> Option<RequestId> {
        let single = self.singles.iter().find(|single| single.deadline <= now).map(|single| single.id);
        self.lanes.late(now).map(|late| late.id).or(single)
    }

    /// The number of the next request.
    pub(crate) fn number(&mut self) -> RequestId {
        let number = self.next_request;
        self.next_request = number.next();
        number
    }
}
