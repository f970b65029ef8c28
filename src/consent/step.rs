//! What a decision, or the news of one, changes: one pure, total step from a state and an input to a
//! [`Transition`], which the client applies in one place.

use crate::consent::decision::{Decision, Reading, Source, Status, decide};
use crate::consent::epoch::Epoch;
use crate::consent::flag::StoredChoice;
use crate::consent::proof::{ConsentRecord, Decided};
use crate::consent::state::{Circumstances, Input, Open, State, Transition, Write};
use crate::error::Code;

impl State {
    /// The step.
    pub fn step(&self, input: Input<'_>, now: &Circumstances<'_>) -> Transition {
        match input {
            Input::Began(choice) => {
                let mut next = self.follow(choice, now);
                // A tab that died while the visitor said no may have left something.
                next.purge |= next.state.decided == Some(false);
                next
            }
            Input::Noticed(choice) => {
                let refused = choice.reading == Reading::Denied;
                let mut next = self.adopt(choice, now);
                // A tab that had not heard yet may have written something since.
                next.purge |= refused || (next.state.decided == Some(false) && next.state.unkept);
                next
            }
            Input::Looked(choice) => self.adopt(choice, now),
            Input::Chose { granted, via, purposes, stored } => self.choose(granted, via, purposes, stored, now),
            Input::Kept(kept) => self.keep(kept),
            Input::EpochKept(true) => {
                let proof = self.proof.as_ref().map(|proof| proof.in_epoch(self.epoch));
                Transition::to(State { proof, ..self.clone() })
            }
            Input::EpochKept(false) => Transition { report: Some(Code::NotPersisted), ..Transition::to(self.clone()) },
            Input::Forgot(stored) => {
                let state = State { epoch: self.later(stored, now), proof: None, persisted: None, unkept: false, ..self.clone() };
                Transition { stop: true, purge: true, forget: true, tell: true, ..Transition::to(state) }
            }
            Input::Cleared(choice) => {
                let decision = decided_by(&choice, now);
                let state = State { decision, ..self.clone() };
                // Where the default grants, the epoch of the withdrawal stays behind.
                let write = decision.allowed.then_some(Write::Epoch);
                Transition { write, ..Transition::to(state) }
            }
            Input::Purged(stored) => {
                let goes_on = self.decision.allowed;
                // Where nothing is granted nothing is withdrawn, and the next grant need not be later.
                let epoch = if goes_on { self.later(stored, now) } else { self.epoch };
                Transition {
                    stop: true,
                    purge: true,
                    write: goes_on.then_some(Write::Epoch),
                    open: if goes_on { Open::Stored } else { Open::No },
                    tell: true,
                    ..Transition::to(State { epoch, ..self.clone() })
                }
            }
        }
    }

    /// Whether the grant still stands, given what was just read. What cannot be read is no denial, but
    /// no proof of a grant either, unless it was given on this page and never could be kept.
    pub fn confirmed(&self, reading: Reading) -> bool {
        self.decision.allowed && (reading != Reading::Unreadable || self.unkept)
    }

    fn later(&self, stored: Epoch, now: &Circumstances<'_>) -> Epoch {
        self.epoch.next(&[self.left, stored], now.now)
    }

    /// Weighs what is stored against what this page knows, and follows it where it is newer.
    fn adopt(&self, choice: StoredChoice, now: &Circumstances<'_>) -> Transition {
        let mut state = self.clone();
        if choice.reading == Reading::Unreadable {
            // What cannot be read says nothing: it never makes a grant, and it takes none away. But an
            // epoch that can be read tells of a withdrawal.
            if !state.decision.allowed || choice.epoch <= state.epoch {
                return Transition::to(state);
            }
            state.epoch = choice.epoch;
            return Transition { stop: true, open: Open::Stored, ..Transition::to(state) };
        }
        // A decision that no store took is newer than what the stores say. Only a denial is stronger
        // than an unkept grant, and a purge in another tab newer.
        state.unkept &= choice.proof != state.proof || choice.reading == Reading::Absent;
        state.unkept &= !state.decision.allowed || choice.epoch <= state.epoch;
        if state.unkept && !(state.decision.allowed && choice.reading == Reading::Denied) {
            return Transition::to(state);
        }
        let decision = decided_by(&choice, now);
        // A grant of an older epoch is what a store could not forget, or lost its epoch. Nor does a
        // default speak again because a store was emptied where the visitor's refusal was: resetting
        // the consent leaves an epoch.
        let older = choice.epoch < state.epoch && (choice.reading == Reading::Granted || state.decided == Some(false));
        if older && decision.allowed {
            return Transition::to(state);
        }
        if choice.epoch == state.epoch && choice.proof == state.proof && decision.status == state.decision.status {
            return Transition::to(state);
        }
        state.unkept = false;
        state.follow(choice, now)
    }

    /// Takes the stored choice as it is: opens the gate, or closes it and leaves nothing behind.
    fn follow(&self, choice: StoredChoice, now: &Circumstances<'_>) -> Transition {
        let was_allowed = self.decision.allowed;
        let decision = decided_by(&choice, now);
        // A refusal and a new grant that were slept through show in the epoch.
        let stop = (choice.epoch != self.epoch && (was_allowed || choice.epoch.follows_denial()))
            || (was_allowed && !decision.allowed)
            || decision.status == Status::Denied;
        let left = if stop { self.later(choice.epoch, now) } else { self.epoch };
        // A denial that a full store took without its epoch is no older for that.
        let known = if choice.reading == Reading::Denied { self.epoch } else { Epoch::default() };
        let state = State {
            decision,
            decided: choice.decided(),
            unkept: self.unkept,
            epoch: choice.epoch.max(known),
            left: self.left.max(left),
            persisted: choice.store,
            proof: choice.proof,
        };
        Transition {
            stop,
            open: if decision.allowed { Open::Stored } else { Open::No },
            purge: was_allowed && !decision.allowed,
            ..Transition::to(state)
        }
    }

    /// A decision of this page.
    fn choose(&self, granted: bool, via: &str, purposes: Option<&[String]>, stored: Epoch, now: &Circumstances<'_>) -> Transition {
        let Decision { status, source, allowed, .. } = self.decision;
        let refused_before = self.decided == Some(false);
        let mut state = self.clone();
        let chosen = if granted { Status::Granted } else { Status::Denied };
        state.decision = Decision::of(chosen, Source::Visitor, now.hold);
        state.decided = Some(granted);
        if !granted || refused_before {
            state.epoch = state.epoch.after_denial();
        }
        // A grant that has expired and is renewed goes on; any other begins, as every denial does.
        let renewed = status == Status::Pending && source == Source::Stored;
        if !granted || !(allowed || renewed) {
            state.epoch = state.later(stored, now);
        }
        let decided = Decided { granted, at: now.now, via, purposes, policy_version: now.policy_version };
        let proof = ConsentRecord::of(decided, state.epoch);
        state.proof = Some(proof.clone());
        // What a refusal could not remove is somebody else's.
        let open = match (granted, refused_before) {
            (false, _) => Open::No,
            (true, false) => Open::Stored,
            (true, true) => Open::Fresh,
        };
        Transition {
            stop: !granted,
            purge: !granted,
            write: Some(Write::Decision { granted, proof }),
            open,
            tell: true,
            ..Transition::to(state)
        }
    }

    /// What is compared with later readings is what the store took, which for a full one may be less
    /// than was given.
    fn keep(&self, kept: Option<StoredChoice>) -> Transition {
        let mut state = self.clone();
        state.persisted = kept.as_ref().and_then(|kept| kept.store);
        if let Some(kept) = kept {
            state.proof = kept.proof;
        }
        state.unkept = state.persisted.is_none();
        if state.unkept && state.decided == Some(false) {
            state.decision.source = Source::Fault;
        }
        let report = state.unkept.then_some(Code::NotPersisted);
        Transition { report, ..Transition::to(state) }
    }
}

fn decided_by(choice: &StoredChoice, now: &Circumstances<'_>) -> Decision {
    decide(choice.reading, choice.current, now.signal, now.default, now.hold)
}
