//! What is said of queues: by the browser of their locks, and by clients to one another.

use core::num::NonZeroU32;

use crate::consent::epoch::Epoch;
use crate::json;
use crate::text;

/// The number of a stored queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QueueId(NonZeroU32);

impl QueueId {
    /// The queue of that number; 0 is none.
    pub fn new(number: u32) -> Option<QueueId> {
        NonZeroU32::new(number).map(QueueId)
    }

    /// A new queue, from random bits.
    pub(crate) fn of_random(bits: u32) -> QueueId {
        QueueId(NonZeroU32::MIN | bits)
    }

    /// The queue whose number stands before the first `_`, as in what follows the prefix of a key.
    pub(crate) fn before_segment(text: &str) -> Option<QueueId> {
        let mut segment = text;
        let queue = json::whole(text::until(&mut segment, b'_'), 0);
        QueueId::new(u32::try_from(queue).ok().filter(|_| !segment.is_empty())?)
    }

    /// Its number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

/// The browser's answer to a request for the lock of a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// It is held now.
    Held,
    /// Somebody else holds it, or it could not be had.
    Taken,
    /// There are no locks here.
    Unsupported,
}

/// What the clients of a token tell one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Message {
    /// Something stored has changed.
    Changed,
    /// Does anybody have this queue?
    Asks(QueueId),
    /// I have this queue.
    Has(QueueId),
    /// The visitor refused, which begins this epoch: no store need show it yet, or have taken it.
    Refused(Epoch),
}

/// More than the number of any queue.
const REFUSED: f64 = 4_294_967_296.0;

impl Message {
    /// The number it is on the channel: 0, that of the queue or less than 0, or an epoch above those.
    ///
    /// ```
    /// use consentry::{Message, QueueId};
    /// let queue = QueueId::new(7).unwrap();
    /// assert_eq!(Message::Has(queue).number(), -7.0);
    /// assert_eq!(Message::numbered(-7.0), Some(Message::Has(queue)));
    /// assert_eq!(Message::numbered(0.5), None);
    /// ```
    pub fn number(self) -> f64 {
        match self {
            Message::Changed => 0.0,
            Message::Asks(queue) => f64::from(queue.get()),
            Message::Has(queue) => -f64::from(queue.get()),
            Message::Refused(epoch) => REFUSED + epoch.number() as f64, // a time in milliseconds, or a little more
        }
    }

    /// The message of that number; none for what nobody of us sends.
    pub fn numbered(number: f64) -> Option<Message> {
        if number >= REFUSED {
            let refused = Message::Refused(Epoch::of((number - REFUSED) as u64));
            return (refused.number() == number).then_some(refused);
        }
        let size = number.abs() as u32; // as near as it can be
        if f64::from(size) != number.abs() {
            return None;
        }
        Some(match QueueId::new(size) {
            None => Message::Changed,
            Some(queue) if number > 0.0 => Message::Asks(queue),
            Some(queue) => Message::Has(queue),
        })
    }
}
