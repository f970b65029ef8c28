//! Calls of the page that came too thick, each with the time and the address it was made at.
//!
//! What a task records is stored at its end, so thousands of calls in one task would hold the page up.
//! The first hundred of a second are carried out at once, the rest in slices.

use std::rc::Rc;

use crate::consent::purposes::Few;
use crate::outbox::ids::FlushId;
use crate::outbox::record::Operation;

/// Calls of a second that are carried out at once. A page that does one thing for each frame never
/// makes more, and what a killed renderer could lose begins with the next.
const AT_ONCE: usize = 100;
/// Milliseconds in which those are counted.
const SECOND: u64 = 1_000;
/// Calls that are carried out together.
const SLICE: usize = 100;
/// Milliseconds between slices: what browsers make of a chain of timers anyway.
const PAUSE: u64 = 4;
/// Calls that may wait; then all are carried out.
const MOST: usize = 10_000;

/// When and where a call was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Stamp {
    /// Milliseconds since 1970.
    pub(crate) at: u64,
    /// The facts of the page's address then, JSON.
    pub(crate) address: Rc<String>,
    /// The purpose it is for, by number.
    pub(crate) purpose: u8,
}

/// A flush, with the totals when it was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Flush {
    pub(crate) id: FlushId,
    /// The last record that it is about; none while it waits itself.
    pub(crate) turn: usize,
    pub(crate) sent: usize,
    pub(crate) dropped: usize,
}

/// A call of the page that can wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    /// An event, with its properties.
    Track(String, String),
    /// A profile update, with its operand.
    Profile(Operation, String),
    /// A group update, with its operand, the key and, as JSON, the id of the group.
    Group(Operation, String, String, String),
    /// The name of an event that is timed.
    Time(String),
    /// The groups of a key that the visitor belongs to from now on, the key and the ids.
    Membership(Operation, String, String),
    /// Super properties; whether those that are set are kept.
    Register(String, bool),
    /// The name of a super property.
    Unregister(String),
    /// A flush.
    Flush(Flush),
}

impl Call {
    /// Whether it makes a record.
    pub(crate) fn records(&self) -> bool {
        match self {
            Call::Track(..) | Call::Profile(..) | Call::Group(..) => true,
            Call::Time(_) | Call::Membership(..) | Call::Register(..) | Call::Unregister(_) | Call::Flush(_) => false,
        }
    }
}

/// What waits, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Inbox {
    /// The newest, oldest first.
    newer: Vec<(Stamp, Call)>,
    /// What is handed on next, which stands last.
    older: Vec<(Stamp, Call)>,
    /// When the second that is counted ends, and the calls left in it.
    second: u64,
    room: usize,
    /// When the next slice is due.
    next: u64,
    /// When the last call was taken that waits.
    taken: u64,
}

impl Inbox {
    /// Whether a call made now has to wait. Where the page is hidden none does: its timers may take a
    /// minute.
    pub(crate) fn delays(&mut self, now: u64, hidden: bool) -> bool {
        // A clock that was set back begins a new second too.
        if now >= self.second || self.second > now + SECOND {
            (self.second, self.room) = (now + SECOND, AT_ONCE);
        }
        if self.is_empty() && !hidden && self.room == 0 {
            self.next = now + PAUSE;
        }
        if hidden || (self.is_empty() && self.room > 0) {
            self.room = self.room.saturating_sub(1);
            return false;
        }
        true
    }

    /// Lets a call wait; false when it is one too many to wait for a slice.
    pub(crate) fn push(&mut self, now: u64, stamp: Stamp, call: Call) -> bool {
        self.taken = now;
        self.newer.push((stamp, call));
        self.newer.len() + self.older.len() <= MOST
    }

    /// Whether another call waits that was taken in this millisecond.
    pub(crate) fn took_another(&self, now: u64) -> bool {
        self.taken == now && !self.is_empty()
    }

    /// How many calls to carry out now.
    pub(crate) fn slice(&mut self, now: u64) -> usize {
        if self.is_empty() || now < self.next {
            return 0;
        }
        self.next = now + PAUSE;
        SLICE
    }

    /// The oldest call.
    pub(crate) fn pop(&mut self) -> Option<(Stamp, Call)> {
        if self.older.is_empty() {
            while let Some(newest) = self.newer.pop() {
                self.older.push(newest);
            }
        }
        self.older.pop()
    }

    /// Drops calls that record something for these purposes, and answers how many.
    pub(crate) fn drop_of(&mut self, purposes: Few) -> usize {
        let before = self.newer.len() + self.older.len();
        for calls in [&mut self.newer, &mut self.older] {
            calls.retain(|(stamp, call)| !(call.records() && purposes.has(stamp.purpose)));
        }
        before - self.newer.len() - self.older.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.newer.is_empty() && self.older.is_empty()
    }

    /// When the next slice is due, where something waits. When the clock was set back, what is far
    /// away is not waited for.
    pub(crate) fn due(&mut self, now: u64) -> Option<u64> {
        self.next = self.next.min(now + PAUSE);
        (!self.is_empty()).then_some(self.next)
    }
}
