//! What becomes of a request: its answer, and what the page is told of it.

use super::Client;
use crate::error::Code;
use crate::json;
use crate::outbox::ids::RequestId;
use crate::outbox::lane::{InFlight, Lane};
use crate::outbox::lease::QueueId;
use crate::outbox::record::Kind;
use crate::outbox::request::{self, Answer, Backoff, FAILURES, Verdict};
use crate::outbox::retry_after::retry_after;
use crate::platform::Platform;
use crate::text;

impl<P: Platform> Client<P> {
    /// Input: an answer, or that there was none.
    pub fn answered(&mut self, id: RequestId, answer: Answer<'_>) {
        let verdict = request::judge(answer.status, answer.body);
        if self.answered_single(id, verdict, answer) {
            return;
        }
        if let Some(at) = self.outbox.deletions.iter().position(|deletion| deletion.id == id) {
            let number = self.outbox.deletions.remove(at).number;
            if verdict != Verdict::Taken {
                self.report(Code::DeletionFailed, "", 0);
            }
            self.platform.deleted(number, verdict == Verdict::Taken);
            self.schedule(self.platform.now());
            return;
        }
        let now = self.platform.now();
        let random = self.platform.random();
        let awaited = |lane: &&mut Lane| lane.in_flight.is_some_and(|in_flight| in_flight.id == id);
        // An answer to a request that was aborted has nobody to tell.
        let Some(lane) = self.outbox.lanes.all.iter_mut().find(awaited) else { return };
        let Some(InFlight { count, .. }) = lane.in_flight.take() else { return };
        let kind = lane.kind;
        lane.due = 0; // what came while the request was under way has waited long enough
        match verdict {
            Verdict::Retry => {
                let asked = retry_after(answer.retry_after, now);
                lane.backoff.failures += 1;
                lane.backoff.unanswered = answer.status == 0;
                lane.backoff.until = now + request::delay(lane.backoff.failures, self.project.flush_interval(), asked, random);
            }
            Verdict::TooLarge if count > 1 => lane.shrink(count),
            Verdict::Taken | Verdict::Rejected | Verdict::TooLarge | Verdict::Refused => {
                lane.backoff = Backoff::default();
                lane.grow(count, self.project.batch_size(), verdict == Verdict::TooLarge);
                let tried = lane.records.iter().take(count).filter(|record| record.tries > 0);
                let tried: Vec<QueueId> = tried.filter_map(|record| Some(record.segment?.queue)).collect();
                self.outbox.lanes.forget(kind, 0, count);
                self.count(verdict, count);
                for queue in tried {
                    self.end_tries(queue);
                }
            }
        }
        self.tell_whether_reached(kind, verdict, answer);
        self.keep_wait(kind, now);
        self.pump();
    }

    /// Counts what became of records that have left the queue for good.
    pub(super) fn count(&mut self, verdict: Verdict, count: usize) {
        let code = match verdict {
            Verdict::Taken => {
                self.outbox.sent += count;
                return;
            }
            Verdict::Rejected => Code::RecordsRejected,
            Verdict::TooLarge => Code::RecordTooLarge,
            Verdict::Refused | Verdict::Retry => Code::RequestRefused,
        };
        self.report(code, "", count);
    }

    /// Tells the page that nothing arrives, once until something does.
    fn tell_whether_reached(&mut self, kind: Kind, verdict: Verdict, answer: Answer<'_>) {
        if verdict != Verdict::Retry {
            self.outbox.unreachable = false;
        } else if answer.status < 400 && self.outbox.lanes.of(kind).backoff.failures >= FAILURES && !self.outbox.unreachable {
            self.outbox.unreachable = true;
            let mut status = String::new();
            json::push_number(&mut status, u64::from(answer.status));
            let seen = match (answer.status, answer.body) {
                (0, "") => "no answer",
                (0, seen) => seen,
                _ => &status,
            };
            let about = text::joined(&[&self.project.address, ": ", seen]);
            self.platform.report(Code::Unreachable, &about, 0);
        }
    }
}
