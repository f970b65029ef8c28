//! What the schedules met, so that one can see they are not trivial.

use crate::checks::{Cause, EXCUSES};
use crate::plan::Mix;

/// Something worth counting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Met {
    /// Steps taken.
    Step,
    /// Requests started.
    Request,
    /// Records made under a grant.
    Record,
    /// Records accepted.
    Accepted,
    /// Records accepted more than once.
    AcceptedTwice,
    /// Withdrawals.
    Withdrawal,
    /// A withdrawal with requests under way.
    AbortedInFlight,
    /// Grants.
    Grant,
    /// A grant after a withdrawal.
    GrantAgain,
    /// Profile deletions sent.
    Deletion,
    /// A tab crashed between two calls.
    Crash,
    /// A tab crashed in the middle of a call.
    CrashMidCall,
    /// A tab was closed.
    Close,
    /// A tab was put into the back-forward cache.
    Freeze,
    /// One came back.
    Return,
    /// A queue was given to another page.
    Adoption,
    /// A queue with records in it was.
    AdoptionOfRecords,
    /// A store began to fail.
    StorageFault,
    /// A write did not fit.
    QuotaHit,
    /// The visitor emptied a store.
    StorageCleared,
    /// Another tool wrote the flag.
    ForeignFlag,
    /// A value of ours was spoiled.
    Corruption,
    /// The clock was set.
    ClockJump,
    /// A passing failure was answered.
    FailureAnswered,
    /// A `Retry-After` was answered.
    RetryAfter,
    /// A refusal for good was answered.
    RefusalAnswered,
    /// A 413 was answered.
    TooLargeAnswered,
    /// A request was aborted because no answer came.
    TimedOut,
    /// A message between tabs was lost.
    MessageLost,
    /// A signal of the browser changed.
    SignalChanged,
    /// A request was sent with keepalive.
    Keepalive,
    /// Many calls were made in one task.
    Burst,
    /// Some of them waited.
    Waits,
    /// A page that was about to be left had calls that waited.
    Unload,
    /// An aborted request reached the server all the same.
    ArrivedThoughAborted,
    /// A record was sent again by a page that saw its segment late.
    StaleCopy,
    /// Records kept coming.
    Steady,
    /// A page recorded while it was left.
    CallWhenLeft,
    /// Pages had different options.
    OptionsDiffer,
    /// A choice waited for the wasm.
    LateWasm,
    /// A page's default changed while it was open.
    LateDefault,
    /// A choice that had waited came after a newer one.
    LateChoice,
    /// A client was closed.
    ClientClosed,
    /// A page slept.
    Sleep,
    /// A lock was answered wrongly, twice, or never.
    LockFault,
    /// A channel threw or lied.
    ChannelFault,
    /// Somebody else came to a page before a decision.
    Someone,
    /// The run ended granted, with everything delivered.
    EndedGranted,
}

impl Met {
    /// All, as they are printed.
    pub const ALL: [Met; 48] = [
        Met::Step,
        Met::Request,
        Met::Record,
        Met::Accepted,
        Met::AcceptedTwice,
        Met::Withdrawal,
        Met::AbortedInFlight,
        Met::Grant,
        Met::GrantAgain,
        Met::Deletion,
        Met::Crash,
        Met::CrashMidCall,
        Met::Close,
        Met::Freeze,
        Met::Return,
        Met::Adoption,
        Met::AdoptionOfRecords,
        Met::StorageFault,
        Met::QuotaHit,
        Met::StorageCleared,
        Met::ForeignFlag,
        Met::Corruption,
        Met::ClockJump,
        Met::FailureAnswered,
        Met::RetryAfter,
        Met::RefusalAnswered,
        Met::TooLargeAnswered,
        Met::TimedOut,
        Met::MessageLost,
        Met::SignalChanged,
        Met::Keepalive,
        Met::Burst,
        Met::Waits,
        Met::Unload,
        Met::ArrivedThoughAborted,
        Met::StaleCopy,
        Met::Steady,
        Met::CallWhenLeft,
        Met::OptionsDiffer,
        Met::LateWasm,
        Met::LateDefault,
        Met::LateChoice,
        Met::ClientClosed,
        Met::Sleep,
        Met::LockFault,
        Met::ChannelFault,
        Met::Someone,
        Met::EndedGranted,
    ];
}

/// Counters of one run, or of many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cover {
    counts: [u64; 48],
    runs: [u64; 48],
    /// Records in the end, by the tiers of their run: those that had to arrive, then those that had
    /// not, by cause.
    shares: [[u64; EXCUSES.len() + 1]; Mix::COUNT],
}

impl Default for Cover {
    fn default() -> Cover {
        Cover { counts: [0; 48], runs: [0; 48], shares: Default::default() }
    }
}

impl Cover {
    pub(crate) fn met(&mut self, what: Met) {
        self.add(what, 1);
    }

    pub(crate) fn add(&mut self, what: Met, times: u64) {
        if let Some(count) = self.counts.get_mut(what as usize) {
            *count += times;
        }
    }

    /// Adds a run to the sum.
    pub fn add_run(&mut self, run: &Cover) {
        self.merge(run);
        for (runs, count) in self.runs.iter_mut().zip(run.counts) {
            *runs += u64::from(count > 0);
        }
    }

    /// Adds a sum to the sum.
    pub fn merge(&mut self, other: &Cover) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum += count;
        }
        for (sum, count) in self.shares.iter_mut().flatten().zip(other.shares.iter().flatten()) {
            *sum += count;
        }
        for (sum, count) in self.runs.iter_mut().zip(other.runs) {
            *sum += count;
        }
    }

    /// A record in the end of a run, and why it had not to arrive, if it had not.
    pub(crate) fn settle(&mut self, mix: Mix, cause: Option<Cause>) {
        let place = cause.map_or(0, |cause| cause as usize + 1);
        if let Some(count) = self.shares.get_mut(mix.number()).and_then(|shares| shares.get_mut(place)) {
            *count += 1;
        }
    }

    /// Records in the end of the runs of a mix: those that had to arrive with none, else those that
    /// had not for this cause.
    pub fn share(&self, mix: Mix, cause: Option<Cause>) -> u64 {
        let place = cause.map_or(0, |cause| cause as usize + 1);
        self.shares.get(mix.number()).and_then(|shares| shares.get(place)).copied().unwrap_or(0)
    }

    /// How often, and in how many runs.
    pub fn of(&self, what: Met) -> (u64, u64) {
        (self.counts.get(what as usize).copied().unwrap_or(0), self.runs.get(what as usize).copied().unwrap_or(0))
    }
}
