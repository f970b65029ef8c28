//! Waits that outlive the page: how long the server is to be left alone.

use super::Client;
use crate::json;
use crate::outbox::ids::SegmentId;
use crate::outbox::lease::QueueId;
use crate::outbox::record::{Kind, Record};
use crate::outbox::request::{MAX_DELAY, UNANSWERED};
use crate::outbox::segments;
use crate::platform::{Platform, Store};
use crate::text::{line, lines};

impl<P: Platform> Client<P> {
    /// Stores how long a lane waits, or that it does not, for the other pages of the origin and the
    /// next.
    pub(super) fn keep_wait(&mut self, kind: Kind, now: u64) {
        let key = segments::wait_key(&self.project.token, kind);
        let backoff = self.outbox.lanes.of(kind).backoff;
        if backoff.failures == 0 {
            Store::Local.remove(&mut self.platform, &key);
        } else if self.stores() && self.confirmed() {
            // Without an answer it may be our own network, which can be back with the next page.
            let most = if backoff.unanswered { UNANSWERED } else { MAX_DELAY };
            self.put_wait(&key, backoff.until.min(now + most), backoff.failures);
        }
    }

    /// Waits as another page was told to.
    pub(super) fn heed_wait(&mut self, kind: Kind, now: u64) {
        if self.stores()
            && let Some((until, failures)) = self.find_wait(&segments::wait_key(&self.project.token, kind), now)
        {
            let backoff = &mut self.outbox.lanes.of(kind).backoff;
            backoff.until = backoff.until.max(until);
            backoff.failures = backoff.failures.max(failures);
        }
    }

    /// Notes what is under way, before this page hears nothing of it any more, so that it goes out no more
    /// than twice where the server is well. The next page asks at once; after that it may be the answers
    /// that are slow, and others wait ever longer. What was sent less often than `least` is left out.
    pub(super) fn note_tries(&mut self, least: u32) {
        let now = self.platform.now();
        let mut queues: Vec<(QueueId, u32)> = Vec::new();
        for lane in &self.outbox.lanes.all {
            let under_way = lane.under_way();
            for (at, record) in lane.records.iter().enumerate() {
                let tries = record.tries + u32::from(at < under_way);
                let Some(SegmentId { queue, .. }) = record.segment.filter(|_| tries >= least) else { continue };
                match queues.iter_mut().find(|(known, _)| *known == queue) {
                    Some((_, most)) => *most = tries.max(*most),
                    None => queues.push((queue, tries)),
                }
            }
        }
        if queues.is_empty() || !self.stores() || !self.confirmed() {
            return;
        }
        for (queue, tries) in queues {
            let wait = if tries < 2 { 0 } else { (UNANSWERED << (tries - 2).min(4)).min(MAX_DELAY) };
            self.put_wait(&segments::tried_key(&self.project.token, queue), now + wait, tries);
        }
    }

    /// Those of that queue were answered; the note of the others stays.
    pub(super) fn end_tries(&mut self, queue: QueueId) {
        let tried = |record: &Record| record.tries > 0 && record.segment.is_some_and(|segment| segment.queue == queue);
        if !self.outbox.lanes.all.iter().any(|lane| lane.records.iter().any(tried)) {
            Store::Local.remove(&mut self.platform, &segments::tried_key(&self.project.token, queue));
        }
    }

    /// How often a queue that is ours now may have been sent by pages that are gone; one that was killed
    /// has noted nothing. What was noted goes first and at once; none where it is to wait.
    pub(super) fn take_tries(&mut self, queue: QueueId) -> Option<u32> {
        let now = self.platform.now();
        let key = segments::tried_key(&self.project.token, queue);
        let (until, tries) = self.find_wait(&key, now).unwrap_or_default();
        if until > now {
            return None;
        }
        Store::Local.remove(&mut self.platform, &key);
        if tries > 0 {
            self.outbox.lanes.hurry();
        }
        Some(tries.max(1))
    }

    /// Whether what is recorded is stored.
    fn stores(&self) -> bool {
        self.project.persistence().is_some() && self.consent.decision.allowed
    }

    fn put_wait(&mut self, key: &str, until: u64, times: u32) {
        let mut text = String::new();
        for number in [until, times.into()] {
            json::push_number(&mut text, number);
            text.push('\n');
        }
        self.platform.write(Store::Local, key, Some(&text));
        if !lines(&self.platform.keys(key)).any(|found| found == key) {
            self.platform.write(Store::Local, key, None); // a purge would miss it
        }
    }

    /// A stored wait and its number; none that is over for long, nor one that nobody can have stored,
    /// but where the clock was set back.
    fn find_wait(&self, key: &str, now: u64) -> Option<(u64, u32)> {
        let text = Store::Local.find(&self.platform, key);
        let mut rest = &*text;
        let (until, times) = (json::whole(line(&mut rest), 0), json::whole(line(&mut rest), 0));
        (until <= now + MAX_DELAY && until + MAX_DELAY > now).then_some((until, u32::try_from(times).ok()?.min(32)))
    }
}
