//! What a host does to a client, in short.

use std::num::NonZeroU32;

use consentry::{Answer, Client, FlushId, Lock, Message, Platform, QueueId, RequestId};

/// The host's side of a client, with plain numbers.
pub trait Driven {
    /// A flush of that number.
    fn flushes(&mut self, number: u32);
    /// The task ends, and what is due at once happens in the next.
    fn turns(&mut self);
    /// An event that was made then, before the client could take it.
    fn tracks_at(&mut self, name: &str, properties: &str, at: u64);
    /// Another client says that something stored has changed.
    fn hears(&mut self);
    /// An answer; `retry_after` in milliseconds, 0 for none.
    fn answers(&mut self, id: impl Numbered, status: u16, retry_after: u64, body: &str);
    /// The lock of a queue that this client asked for is free, and it gets it.
    fn claims(&mut self, queue: u32);
    /// Every lock this client asked for is free.
    fn claims_all(&mut self);
    /// A lock that this client never asked for, as of a host that mixed something up.
    fn claims_unasked(&mut self, queue: u32);
}

/// The number of a request, however a test came by it.
pub trait Numbered {
    /// The request.
    fn request(self) -> RequestId;
}

impl Numbered for RequestId {
    fn request(self) -> RequestId {
        self
    }
}

impl Numbered for u32 {
    fn request(self) -> RequestId {
        RequestId(NonZeroU32::new(self).unwrap())
    }
}

/// A host that knows what locks it was asked for.
pub trait Locks {
    /// The queues whose locks the client asked for and did not give back.
    fn locks(&self) -> &[QueueId];
}

impl<P: Platform + Locks> Driven for Client<P> {
    fn flushes(&mut self, number: u32) {
        self.flush(FlushId(NonZeroU32::new(number).unwrap()));
        self.turns();
    }

    fn turns(&mut self) {
        self.woke();
        self.woke();
    }

    fn tracks_at(&mut self, name: &str, properties: &str, at: u64) {
        let address = self.platform().facts(consentry::Facts::Address);
        self.as_of(at, &address);
        self.track(name, properties);
    }

    fn hears(&mut self) {
        self.heard(Message::Changed);
    }

    fn answers(&mut self, id: impl Numbered, status: u16, retry_after: u64, body: &str) {
        let retry_after = if retry_after == 0 { String::new() } else { (retry_after as f64 / 1_000.0).to_string() };
        self.answered(id.request(), Answer { status, retry_after: &retry_after, body });
    }

    fn claims(&mut self, queue: u32) {
        let queue = QueueId::new(queue).unwrap();
        assert!(self.platform().locks().contains(&queue), "{queue:?} was not asked for");
        self.locked(queue, Lock::Held);
    }

    fn claims_all(&mut self) {
        for queue in self.platform().locks().to_vec() {
            self.locked(queue, Lock::Held);
        }
    }

    fn claims_unasked(&mut self, queue: u32) {
        let queue = QueueId::new(queue).unwrap();
        assert!(!self.platform().locks().contains(&queue), "{queue:?} was asked for");
        self.locked(queue, Lock::Held);
    }
}
