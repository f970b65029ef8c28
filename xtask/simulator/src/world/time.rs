//! Time: timers, requests that arrive, answers that come back, one after the other.

use consentry::{Answer, Client, Code};

use super::World;
use crate::checks::Cause;
use crate::cover::Met;
use crate::ground::MAX_WAIT;
use crate::ground::ledger::Ending;
use crate::ground::server::{Meaning, Reply, Wait, meaning};
use crate::host::Context;

impl World {
    /// When the next thing happens by itself, and what.
    fn next_event(&self) -> Option<(u64, Event)> {
        let mut next: Option<(u64, Event)> = None;
        let mut earlier = |at: u64, event: Event| {
            if next.is_none_or(|(next, _)| at < next) {
                next = Some((at, event));
            }
        };
        for (tab, page) in self.tabs.iter().enumerate().filter(|(_, page)| !page.away) {
            for (slot, client) in page.slots.iter().enumerate() {
                if let Some(wake) = client.client.platform().wake {
                    earlier(wake, Event::Ring(tab, slot));
                }
            }
        }
        if let Some(at) = self.ground.locks.next() {
            earlier(at, Event::Lock);
        }
        if let Some((at, _)) = self.letters.first() {
            earlier(*at, Event::Letter);
        }
        for (at, request) in self.ground.requests.iter().enumerate() {
            if let Some(arrives) = request.arrives {
                earlier(arrives, Event::Arrive(at));
            }
            let hears = !request.aborted && self.ground.actors.get(request.actor).is_some_and(|actor| actor.alive && !actor.away);
            if let Some(reply) = request.answer.filter(|_| hears) {
                earlier(reply.at, Event::Answer(at));
            }
        }
        next
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, milliseconds: u64) {
        let end = self.ground.monotonic + milliseconds;
        let mut turns = 0;
        // Each client may look every flush interval, which is a second at least, whether it can
        // read the flag again, and whether it can store.
        let clients: usize = self.tabs.iter().map(|tab| tab.slots.len()).sum();
        let most = 200 + milliseconds / 500 * clients as u64;
        // What a burst made, or waits, can take several requests for each record, where the server
        // takes few at a time.
        let waits = self.ground.ledger.entries.iter().filter(|entry| entry.accepted == 0 && (entry.due || entry.shirked)).count() as u64;
        let most = most + 10 * (self.burst_calls + waits);
        while let Some((at, event)) = self.next_event().filter(|(at, _)| *at <= end) {
            self.ground.monotonic = self.ground.monotonic.max(at);
            self.ground.latest = self.ground.latest.max(self.ground.wall());
            match event {
                Event::Ring(tab, slot) => {
                    self.ring((tab, slot));
                    self.judge_timer((tab, slot));
                }
                Event::Arrive(at) => self.ground.arrive(at),
                Event::Answer(at) => self.answer(at),
                Event::Lock => self.answer_lock(),
                Event::Letter => self.deliver_letter(),
            }
            self.ground.tidy();
            if self.prompt {
                self.catch_up();
            }
            // What pages say of queues grows with their number, and has no timer.
            turns += u64::from(!matches!(event, Event::Letter));
            self.ground.check_end(turns, most, || format!("{most} events while time passed"));
            if self.violation().is_some() {
                return;
            }
        }
        self.ground.monotonic = end;
        self.judge_liveness();
        self.ground.latest = self.ground.latest.max(self.ground.wall());
    }

    pub(crate) fn ring(&mut self, place: (usize, usize)) {
        let now = self.ground.monotonic;
        let Some(slot) = self.slot_mut(place) else { return };
        let host = slot.client.platform_mut();
        host.wake = None;
        host.note_slice(now);
        let behind = host.behind.get() || slot.client.is_in_doubt();
        let actor = slot.actor();
        self.ground.note(|| format!("    {now}: c{actor} wakes"));
        self.begin_task(place.0);
        self.act(place, Context::Other, Client::woke);
        if !behind {
            self.judge_slice(place);
        }
        self.end_task(place);
    }

    /// A request is answered now, with this.
    pub(crate) fn answer_with(&mut self, at: usize, status: u16, body: &'static str) {
        let now = self.ground.monotonic;
        let Some(request) = self.ground.requests.get_mut(at) else { return };
        request.arrives = None;
        request.answer = Some(Reply { at: now, status, retry_after: Wait::None, body });
        if status == 200 {
            for record in &request.records {
                if let Some(entry) = self.ground.ledger.entries.get_mut(*record) {
                    entry.accepted += 1;
                }
            }
        }
        self.answer(at);
    }

    /// An answer reaches the page.
    pub(super) fn answer(&mut self, at: usize) {
        let request = self.ground.requests.remove(at);
        let Some(Reply { status, retry_after, body, .. }) = request.answer else { return };
        let header = retry_after.header();
        let number = request.number;
        let Some(place) = self.places().find(|place| self.slot(*place).is_some_and(|slot| slot.actor() == request.actor)) else {
            return;
        };
        let time = self.ground.monotonic;
        self.ground.note(|| format!("    {time}: c{} is answered #{number}: {status} {body} {header}", request.actor));
        let count = request.records.len();
        let means = meaning(status, body, count);
        let awaited = self.ground.ledger.ending(number) == Ending::UnderWay;
        let wall = self.ground.wall();
        if !request.is_deletion() {
            match means {
                Meaning::Taken | Meaning::Refused => {
                    // A page that cannot empty its store now cannot make sure that nobody sends
                    // this again.
                    let kept = awaited && self.ground.origin.is_healthy();
                    self.ground.ledger.end(number, if kept { Ending::Final } else { Ending::NobodyKnows });
                }
                Meaning::Halve | Meaning::Again => self.ground.ledger.end(number, Ending::Open),
            }
            self.cover().met(match means {
                Meaning::Again if retry_after != Wait::None => Met::RetryAfter,
                Meaning::Again => Met::FailureAnswered,
                Meaning::Halve => Met::TooLargeAnswered,
                Meaning::Refused => Met::RefusalAnswered,
                Meaning::Taken => Met::Step,
            });
            if means != Meaning::Again
                && let Some(slot) = self.slot_mut(place)
            {
                // What could not be reached has been, so it may be told again.
                slot.client.platform_mut().told.retain(|(code, _)| *code != Code::Unreachable);
            }
            if means == Meaning::Again
                && retry_after != Wait::None
                && awaited
                && let Some(until) = self.ground.actors.get_mut(request.actor).and_then(|actor| actor.not_before.get_mut(request.kind))
            {
                *until = retry_after.until(wall, MAX_WAIT);
            }
            if matches!(means, Meaning::Taken | Meaning::Refused) {
                for record in &request.records {
                    if let Some(entry) = self.ground.ledger.entries.get_mut(*record) {
                        entry.answered = Some(request.actor);
                    }
                }
            }
            if means == Meaning::Refused {
                for record in &request.records {
                    if let Some(entry) = self.ground.ledger.entries.get_mut(*record) {
                        entry.excuse(Cause::Refused);
                    }
                }
            }
        }
        self.begin_task(place.0);
        self.act(place, Context::Other, |client| client.answered(request.id, Answer { status, retry_after: &header, body }));
        if means == Meaning::Refused && awaited && !request.is_deletion() {
            self.judge_refusal(place, count);
        }
        self.end_task(place);
    }
}

#[derive(Clone, Copy)]
enum Event {
    Ring(usize, usize),
    Arrive(usize),
    Answer(usize),
    Lock,
    Letter,
}
