//! What a host does to a client, in short.

use std::num::NonZeroU32;

use consentry::{Answer, Client, FlushId, Lock, Message, Platform, QueueId, RequestId};

use super::segments::SEGMENTS;

/// The host's side of a client, with plain numbers.
pub trait Driven {
    /// A flush of that number.
    fn flushes(&mut self, number: u32);
    /// An event that was made then, before the client could take it.
    fn tracks_at(&mut self, name: &str, properties: &str, at: u64);
    /// Another client says that something stored has changed.
    fn hears(&mut self);
    /// An answer; `retry_after` in milliseconds, 0 for none.
    fn answers(&mut self, id: impl Numbered, status: u16, retry_after: u64, body: &str);
    /// The owner of a stored queue is gone, and this client gets its lock.
    fn claims(&mut self, queue: u32);
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

/// A host whose clock can be set, and that knows what locks it was asked for.
pub trait Clock {
    /// Sets the clock forwards, or backwards.
    fn shift(&mut self, milliseconds: i64);
    /// Whether the client waits for the answer to a request for that lock, or has it.
    fn asked_for(&self, queue: QueueId) -> bool;
}

impl<P: Platform + Clock> Driven for Client<P> {
    fn flushes(&mut self, number: u32) {
        self.flush(FlushId(NonZeroU32::new(number).unwrap()));
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
        let id = QueueId::new(queue).unwrap();
        if !self.platform().asked_for(id) {
            // It looks for left queues some seconds after it was told of one.
            self.storage_changed(Some(&format!("{SEGMENTS}{queue}_1")));
            self.platform_mut().shift(10_001);
            self.woke();
            self.platform_mut().shift(-10_001);
        }
        self.locked(id, Lock::Held);
    }
}
