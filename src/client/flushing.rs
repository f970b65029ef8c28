//! Flushes: what the page waits for, and when it has come.

use super::Client;
use crate::outbox::Outbox;
use crate::outbox::inbox::Flush;
use crate::platform::Platform;

impl<P: Platform> Client<P> {
    pub(super) fn begin_flush(&mut self, flush: Flush) {
        self.outbox.flushes.push(Flush { turn: self.outbox.lanes.pushed, ..flush });
        let now = self.platform.now();
        if self.consent.decision.allowed && self.outbox.lanes.all.iter().any(|lane| lane.is_ready(now)) {
            self.hurry();
        } else {
            self.settle_flushes();
        }
    }

    /// Ends the flushes that cannot get further now: of what was there when they were asked for,
    /// nothing is under way, and nothing left or a wait imposed.
    pub(super) fn settle_flushes(&mut self) {
        let Outbox { flushes, lanes, singles, held, sent: now_sent, dropped: now_dropped, .. } = &mut self.outbox;
        let pending = lanes.len() + held.len();
        flushes.retain(|Flush { id, turn, sent, dropped }| {
            let settled = singles.is_empty() && lanes.all.iter().all(|lane| lane.is_settled(*turn));
            if settled {
                self.platform.flushed(*id, *now_sent - sent, *now_dropped - dropped, pending);
            }
            !settled
        });
    }

    pub(super) fn end_flushes(&mut self, pending: usize) {
        for Flush { id, sent, dropped, .. } in &self.outbox.flushes {
            self.platform.flushed(*id, self.outbox.sent - sent, self.outbox.dropped - dropped, pending);
        }
        self.outbox.flushes.clear();
    }
}
