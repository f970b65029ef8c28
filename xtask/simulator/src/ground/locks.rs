//! The Web Locks of the origin. Requests are answered later, in the order they were made, and a
//! page that is gone or put away holds none.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use consentry::{Lock, QueueId};

/// Who holds what, and who has asked.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Locks {
    /// The browser has none.
    pub(crate) missing: bool,
    /// Two clients may own the same queue, and neither can know: there are no locks, so that a
    /// queue which nobody claims for five seconds is free, and the clock was set forward while one
    /// of them waited for that, or a channel throws; or a lock lied.
    pub(crate) doubtful: bool,
    /// When a client last asked the others for a queue.
    pub(crate) asked_others: u64,
    held: BTreeMap<QueueId, usize>,
    /// When it is answered, and who asked for what.
    asked: Vec<(u64, usize, QueueId)>,
}

impl Locks {
    /// A client asks for a lock; it is answered at that time, or after those who asked before.
    pub(crate) fn ask(&mut self, actor: usize, queue: QueueId, at: u64) {
        let last = self.asked.last().map_or(0, |(at, ..)| *at);
        self.asked.push((at.max(last), actor, queue));
    }

    /// It gives it back, or takes back what it asked.
    pub(crate) fn give_back(&mut self, actor: usize, queue: QueueId) {
        self.asked.retain(|asked| (asked.1, asked.2) != (actor, queue));
        if self.holder(queue) == Some(actor) {
            self.held.remove(&queue);
        }
    }

    /// Its page is gone, or put away.
    pub(crate) fn leave(&mut self, actor: usize) {
        self.asked.retain(|asked| asked.1 != actor);
        self.held.retain(|_, holder| *holder != actor);
    }

    pub(crate) fn holder(&self, queue: QueueId) -> Option<usize> {
        self.held.get(&queue).copied()
    }

    /// It holds a lock, or has asked for one.
    pub(crate) fn concerns(&self, actor: usize) -> bool {
        let asks = self.asked.iter().any(|(_, asks, _)| *asks == actor);
        (asks || self.held.values().any(|holder| *holder == actor)) && !self.missing && !self.doubtful
    }

    /// The clock is set forward.
    pub(crate) fn jump(&mut self, now: u64) {
        self.doubtful |= self.missing && self.asked_others > 0 && now < self.asked_others + 6_000;
    }

    /// When the next request is answered.
    pub(crate) fn next(&self) -> Option<u64> {
        self.asked.first().map(|(at, ..)| *at)
    }

    /// Answers the next request.
    pub(crate) fn answer(&mut self) -> Option<(usize, QueueId, Lock)> {
        if self.asked.is_empty() {
            return None;
        }
        let (_, actor, queue) = self.asked.remove(0);
        let lock = match self.held.entry(queue) {
            _ if self.missing => Lock::Unsupported,
            Entry::Occupied(_) => Lock::Taken,
            Entry::Vacant(free) => {
                free.insert(actor);
                Lock::Held
            }
        };
        Some((actor, queue, lock))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_first_has_it_until_the_page_is_gone() {
        let mut locks = Locks::default();
        let queue = QueueId::new(7).unwrap_or_else(|| unreachable!());
        locks.ask(0, queue, 9);
        locks.ask(1, queue, 3);
        assert_eq!(locks.next(), Some(9));
        assert_eq!(locks.answer(), Some((0, queue, Lock::Held)));
        assert_eq!((locks.next(), locks.answer()), (Some(9), Some((1, queue, Lock::Taken))));
        locks.ask(1, queue, 10);
        locks.leave(0);
        assert_eq!(locks.answer(), Some((1, queue, Lock::Held)));
        locks.give_back(0, queue);
        assert_eq!(locks.holder(queue), Some(1));
        locks.ask(0, queue, 11);
        locks.give_back(0, queue);
        assert_eq!(locks.answer(), None);
    }
}
