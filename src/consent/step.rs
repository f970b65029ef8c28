//! What a decision, or the news of one, changes: one pure, total step from a state and an input to a
//! [`Transition`], which the client applies in one place.

use crate::consent::decision::{Decision, Reading, Source, Status, decide};
use crate::consent::epoch::Epoch;
use crate::consent::flag::StoredChoice;
use crate::consent::proof::{ConsentRecord, Decided, Shown};
use crate::consent::purposes::ANALYTICS;
use crate::consent::state::{Circumstances, Input, Open, State, Transition, Write};
use crate::error::Code;
use crate::outbox::lease::Message;

/// Milliseconds after which every process of a browser has seen what another wrote into localStorage:
/// the longest seen was 3,000, behind a task that took as long.
const LATE: u64 = 10_000;

/// When a doubt that began then ends.
pub(crate) fn doubted_until(since: u64) -> u64 {
    since.saturating_add(LATE)
}

impl State {
    /// The step: what the client knows from now on, and what follows. It depends on nothing but what it
    /// is given, and touches nothing else.
    pub fn step(&mut self, input: Input<'_>, now: &Circumstances<'_>) -> Transition {
        match input {
            Input::Began(choice) => {
                let mut next = self.follow(choice, now);
                // A tab that died while the visitor said no may have left something.
                next.purge |= self.decided == Some(false);
                next
            }
            Input::Noticed(choice) => {
                let refused = choice.reading == Reading::Denied;
                let mut next = self.adopt(choice, now);
                // A tab that had not heard yet may have written something since.
                next.purge |= refused || (self.decided == Some(false) && self.unkept);
                next
            }
            Input::Looked(choice) => self.adopt(choice, now),
            Input::Chose { granted, at, via, purposes, stored, id, shown } => {
                self.choose(granted, (at.unwrap_or(now.now), via, purposes), (id, shown), stored, now)
            }
            Input::Kept(kept) => self.keep(kept),
            // One from before a reset, told late, was forgotten with it.
            Input::Refused(epoch) if epoch > self.epoch && epoch > self.forgotten() => {
                (self.decided, self.epoch) = (Some(false), epoch);
                // Until the stores show it.
                (self.proof, self.persisted, self.unkept, self.waits) = (None, None, true, false);
                self.decision = Decision::of(Status::Denied, Source::Stored, now.hold);
                Transition { stop: true, purge: true, ..Transition::default() }
            }
            Input::Refused(_) => Transition::default(),
            Input::EpochKept(kept) => {
                if kept {
                    self.proof = self.proof.as_ref().map(|proof| proof.in_epoch(self.epoch));
                }
                Transition { report: (!kept).then_some(Code::NotPersisted), ..Transition::default() }
            }
            Input::Forgot(stored) => {
                self.epoch = self.later(stored, now);
                self.forgot = self.epoch;
                (self.proof, self.persisted, self.unkept) = (None, None, false);
                (self.copied, self.doubted, self.waits) = (false, None, false);
                Transition { stop: true, purge: true, forget: true, ..Transition::default() }
            }
            Input::Cleared(choice, unseen) => {
                self.decision = decided_by(&choice, now);
                // Where a default grants, the epoch of the withdrawal stays behind.
                let stays = self.decision.allowed || unseen;
                Transition { write: stays.then_some(Write::Epoch), tell: Some(Message::Changed), ..Transition::default() }
            }
            Input::Defaulted(choice) => self.default_to(choice, now),
            Input::Purged(stored) => {
                let mut next = Transition { stop: true, purge: true, tell: Some(Message::Changed), ..Transition::default() };
                // Where nothing is granted nothing is withdrawn, and the next grant need not be later.
                if self.decision.allowed {
                    self.epoch = self.later(stored, now);
                    (next.write, next.open) = (Some(Write::Epoch), Open::Stored);
                }
                next
            }
        }
    }

    fn later(&self, stored: Epoch, now: &Circumstances<'_>) -> Epoch {
        self.epoch.next(&[self.left, stored], now.now)
    }

    /// Whether a grant is in doubt, see [`State::doubted`]: until localStorage shows more, or had the
    /// time to.
    fn doubts(&mut self, choice: &StoredChoice, now: u64) -> bool {
        if choice.reading == Reading::Unreadable {
            return false;
        }
        self.copied = choice.copied || (self.copied && choice.reading == Reading::Granted);
        if !self.copied || choice.copied {
            self.doubted = None;
            return false;
        }
        let since = *self.doubted.get_or_insert(now);
        let doubts = (since..doubted_until(since)).contains(&now);
        if !doubts {
            (self.copied, self.doubted) = (false, None);
        }
        doubts
    }

    /// Weighs what is stored against what this page knows, and follows it where it is newer.
    fn adopt(&mut self, mut choice: StoredChoice, now: &Circumstances<'_>) -> Transition {
        choice.current &= !self.doubts(&choice, now.now);
        let nothing = Transition::default();
        if choice.reading == Reading::Unreadable {
            // What cannot be read says nothing: it never makes a grant, and it takes none away. But an
            // epoch that can be read tells of a withdrawal.
            if !self.decision.allowed || choice.epoch <= self.epoch {
                return nothing;
            }
            // The proof of a refusal stands there. Until the flag can be read nothing is recorded, as on a
            // page that opens now; what others stored since is not ours to purge.
            if choice.proof.is_some() {
                self.unkept = false;
                return Transition { purge: false, ..self.follow(choice, now) };
            }
            self.epoch = choice.epoch;
            return Transition { stop: true, open: Open::Stored, ..nothing };
        }
        // A decision that no store took is newer than what the stores say. Only a denial is stronger
        // than an unkept grant, and a purge in another tab newer.
        self.unkept &= choice.proof != self.proof || choice.reading == Reading::Absent;
        self.unkept &= if self.decision.allowed { choice.epoch <= self.epoch } else { choice.epoch < self.epoch };
        if self.unkept && !(self.decision.allowed && choice.reading == Reading::Denied) {
            return nothing;
        }
        let decision = decided_by(&choice, now);
        // A grant of an older epoch is what a store could not forget, or lost its epoch. Nor does a
        // default speak again because a store was emptied where the visitor's refusal was: resetting
        // the consent leaves an epoch.
        let older = choice.epoch < self.epoch && (choice.reading == Reading::Granted || self.decided == Some(false));
        let same = choice.epoch == self.epoch && choice.proof == self.proof && decision.status == self.decision.status;
        if same || (older && decision.allowed) {
            return nothing;
        }
        self.unkept = false;
        self.follow(choice, now)
    }

    /// Takes the stored choice as it is: opens the gate, or closes it and leaves nothing behind.
    fn follow(&mut self, choice: StoredChoice, now: &Circumstances<'_>) -> Transition {
        let was_allowed = self.decision.allowed;
        let decision = decided_by(&choice, now);
        // A grant that no longer counts is no denial: what was recorded under it waits.
        let lapsed = choice.reading == Reading::Granted && decision.status == Status::Pending;
        let ended = was_allowed && !decision.allowed;
        // Where a reset left its epoch others go on by default, and what they store is from after it.
        let goes_on = choice.reading == Reading::Absent && choice.epoch != Epoch::default();
        // What waits was recorded under a grant, or may have been.
        let has_records = was_allowed || self.waits || (self.decision.status, self.decision.source) == (Status::Pending, Source::Stored);
        // A refusal and a new grant that were slept through show in the epoch.
        let stop = (choice.epoch != self.epoch && (has_records || choice.epoch.follows_denial()))
            || (ended && !lapsed)
            || decision.status == Status::Denied;
        let left = if stop { self.later(choice.epoch, now) } else { self.epoch };
        // A denial that a full store took without its epoch is no older for that.
        let known = if choice.reading == Reading::Denied { self.epoch } else { Epoch::default() };
        self.decided = choice.decided();
        self.waits &= !stop && !decision.allowed;
        self.epoch = choice.epoch.max(known);
        self.left = self.left.max(left);
        self.copied |= choice.copied;
        (self.decision, self.persisted, self.proof) = (decision, choice.store, choice.proof);
        Transition {
            stop,
            open: if decision.allowed { Open::Stored } else { Open::No },
            pause: ended && !stop,
            purge: ended && !lapsed && !goes_on,
            ..Transition::default()
        }
    }

    /// The default is another one. It speaks where nobody decided and nothing else stands in its way, and
    /// is no refusal: what was recorded under the one before waits, and nothing is removed.
    fn default_to(&mut self, choice: StoredChoice, now: &Circumstances<'_>) -> Transition {
        let decision = decided_by(&choice, now);
        if self.decided.is_some() || decision.source != Source::Default || decision == self.decision {
            return Transition::default();
        }
        // A withdrawal elsewhere that was not heard of comes first, and so does a doubt.
        if choice.epoch != self.epoch || self.doubted.is_some() {
            return self.adopt(choice, now);
        }
        let was_allowed = self.decision.allowed;
        self.decision = decision;
        self.waits = !decision.allowed && (was_allowed || self.waits);
        let opens = decision.allowed && !was_allowed;
        Transition { pause: was_allowed && !decision.allowed, open: if opens { Open::Stored } else { Open::No }, ..Transition::default() }
    }

    /// A decision of this page.
    fn choose(
        &mut self,
        granted: bool,
        (at, via, purposes): (u64, &str, Option<&[String]>),
        (id, shown): (&str, Shown<'_>),
        stored: Epoch,
        now: &Circumstances<'_>,
    ) -> Transition {
        let analytics = [String::from(ANALYTICS)];
        let asked = if now.purposes.is_empty() { &analytics } else { now.purposes };
        let agrees = |purpose: &String| purposes.is_none_or(|list| list.contains(purpose));
        // To agree to nothing is to refuse.
        let granted = granted && asked.iter().any(agrees);
        let before = self.proof.clone();
        let Decision { status, source, allowed, .. } = self.decision;
        let (refused_before, repeats) = (self.decided == Some(false), self.decided == Some(granted));
        let chosen = if granted { Status::Granted } else { Status::Denied };
        self.decision = Decision::of(chosen, Source::Visitor, now.hold);
        self.decided = Some(granted);
        self.waits = false;
        if !granted || refused_before {
            self.epoch = self.epoch.after_denial();
        }
        // A grant that has expired and is renewed goes on; any other begins, as every denial does.
        let doubted = self.doubted.take().is_some();
        let renewed = status == Status::Pending && source == Source::Stored && !doubted;
        if !granted || !(allowed || renewed) {
            self.epoch = self.later(stored, now);
        }
        let refused: Vec<String> = asked.iter().filter(|purpose| !agrees(purpose)).cloned().collect();
        let several = granted && asked.len() > 1;
        let since = if granted { self.since(asked, &refused, before.as_ref(), stored, now) } else { Vec::new() };
        let proof = ConsentRecord::of(
            Decided {
                granted: granted && asked.iter().any(|purpose| purpose == ANALYTICS && agrees(purpose)),
                at,
                via,
                purposes: purposes.or(if several { Some(asked) } else { None }),
                refused: if several { Some(&refused) } else { None },
                since: &since,
                policy_version: now.policy_version,
                id,
                shown,
            },
            self.epoch,
        );
        let proof = before.filter(|_| repeats).map_or(proof.clone(), |before| proof.repeating(&before));
        self.proof = Some(proof.clone());
        // What a refusal could not remove is somebody else's.
        let open = match (granted, refused_before || doubted) {
            (false, _) => Open::No,
            (true, false) => Open::Stored,
            (true, true) => Open::Fresh,
        };
        let write = Some(Write::Decision { granted, proof });
        let tell = Some(if granted { Message::Changed } else { Message::Refused(self.epoch) });
        Transition { stop: !granted || doubted, purge: !granted, write, open, tell, ..Transition::default() }
    }

    /// From which epoch on records of each purpose count: a new one where it is refused now and was not,
    /// so that pages which hear nothing find out, and else that from before.
    fn since(
        &self,
        asked: &[String],
        refused: &[String],
        before: Option<&ConsentRecord>,
        stored: Epoch,
        now: &Circumstances<'_>,
    ) -> Vec<(String, Epoch)> {
        let latest = before.map_or(Epoch::default(), ConsentRecord::latest);
        let next = self.epoch.next(&[self.left, stored, latest], now.now);
        let known = |purpose: &String| before.map_or(Epoch::default(), |before| before.since(purpose));
        let anew = |purpose: &String| {
            let stands = before.is_some_and(|before| before.agrees(purpose) == Some(false) && before.epoch() == self.epoch);
            refused.contains(purpose) && !stands
        };
        let all = asked.iter().map(|purpose| (purpose.clone(), if anew(purpose) { next } else { known(purpose) }));
        all.filter(|(_, epoch)| *epoch > self.epoch).collect()
    }

    /// What is compared with later readings is what the store took, which for a full one may be less
    /// than was given.
    fn keep(&mut self, kept: Option<StoredChoice>) -> Transition {
        self.persisted = kept.as_ref().and_then(|kept| kept.store);
        if let Some(kept) = kept {
            self.copied = kept.copied;
            self.proof = kept.proof;
        }
        self.unkept = self.persisted.is_none();
        if self.unkept && self.decided == Some(false) {
            self.decision.source = Source::Fault;
        }
        Transition { report: self.unkept.then_some(Code::NotPersisted), ..Transition::default() }
    }
}

fn decided_by(choice: &StoredChoice, now: &Circumstances<'_>) -> Decision {
    decide(choice.reading, choice.current, now.signal, now.default, now.hold)
}
