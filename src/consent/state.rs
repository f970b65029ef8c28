//! What a client knows of the visitor's consent, what can change it, and what follows from a change.
//! The step from the first two to the third is in `step`.

use crate::consent::decision::{Decision, Reading, Signal, Source, Status};
use crate::consent::epoch::Epoch;
use crate::consent::flag::StoredChoice;
use crate::consent::proof::{ConsentRecord, Shown};
use crate::consent::purposes::{ANALYTICS, Standing};
use crate::error::Code;
use crate::outbox::lease::Message;
use crate::platform::Store;

/// What a client knows of the visitor's consent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// The gate.
    pub decision: Decision,
    /// The visitor's decision that counts now: granted, denied, or none.
    pub decided: Option<bool>,
    /// The proof of that decision.
    pub proof: Option<ConsentRecord>,
    /// Where the decision is kept.
    pub persisted: Option<Store>,
    /// A decision of this page that no store took. What the stores say then is older than it.
    pub unkept: bool,
    /// Stored with the decision and with every record: one of an older epoch is never sent.
    pub epoch: Epoch,
    /// What was recorded here under a default waits, for that grants no more.
    pub waits: bool,
    /// The latest epoch this page left: after a reset nothing stored speaks of it, and the clock may
    /// be set back.
    pub left: Epoch,
    /// The epoch of the last time that the decision was forgotten on this page.
    pub forgot: Epoch,
    /// A cookie told of this grant too.
    pub copied: bool,
    /// Since when it does no more, in milliseconds since 1970: the grant may have been forgotten
    /// elsewhere, and is in doubt.
    pub doubted: Option<u64>,
}

/// What is so at the moment of a step, whatever was decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Circumstances<'a> {
    /// What the browser's signals ask for under the site's modes.
    pub signal: Signal,
    /// The status while nobody decided.
    pub default: Status,
    /// Whether records are held until the visitor decides.
    pub hold: bool,
    /// The policy version of the site; empty when it has none.
    pub policy_version: &'a str,
    /// The purposes of the site; with none of them `analytics` alone.
    pub purposes: &'a [String],
    /// Milliseconds since 1970.
    pub now: u64,
}

/// Something that can change the consent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input<'a> {
    /// The client begins, or begins anew after its decision was forgotten; this is stored.
    Began(StoredChoice),
    /// Something stored changed elsewhere; this is stored now.
    Noticed(StoredChoice),
    /// The stored choice was looked at, just before something is written or sent.
    Looked(StoredChoice),
    /// The visitor decided here. The epoch is the one that is stored.
    Chose {
        /// The decision: whether the visitor agrees to anything.
        granted: bool,
        /// When, if that was before this client could take it. Its epoch begins now all the same: what
        /// others left in the meantime is older.
        at: Option<u64>,
        /// By which means.
        via: &'a str,
        /// The purposes agreed to; with none, all.
        purposes: Option<&'a [String]>,
        /// The epoch that is stored.
        stored: Epoch,
        /// The id of its record, if it is a new one.
        id: &'a str,
        /// What the visitor saw.
        shown: Shown<'a>,
    },
    /// The stores took this of a decision, or nothing.
    Kept(Option<StoredChoice>),
    /// The visitor refused elsewhere, which begins this epoch; the stores need not show it yet.
    Refused(Epoch),
    /// The new epoch of a grant was stored, or could not be.
    EpochKept(bool),
    /// The decision is to be forgotten. The epoch is the one that is stored.
    Forgot(Epoch),
    /// The decision is gone from the stores, which say this now, and whether nothing else tells others
    /// of it, who record by default.
    Cleared(StoredChoice, bool),
    /// The site has another default from now on; this is stored.
    Defaulted(StoredChoice),
    /// Everything but the decision is to go. The epoch is the one that is stored.
    Purged(Epoch),
}

/// What is to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Write {
    /// The decision: flag and proof. The stores' answer is the next input, [`Input::Kept`].
    Decision {
        /// The decision.
        granted: bool,
        /// Its proof.
        proof: ConsentRecord,
    },
    /// The new epoch of a grant that goes on, so that pages which hear nothing find out. Whether it was
    /// stored is the next input, [`Input::EpochKept`].
    Epoch,
}

/// Whether the gate opens, and who the visitor is behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Open {
    /// It does not open.
    #[default]
    No,
    /// The stored identity is read first.
    Stored,
    /// What is stored is somebody else's.
    Fresh,
}

/// What follows from a step. The client applies it in the order of DESIGN section 3: deny in memory,
/// abort, cancel, drop, write, purge, tell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Transition {
    /// Everything of the epoch that ends is aborted, cancelled, dropped and forgotten.
    pub stop: bool,
    /// Nothing is sent or stored until the visitor decides, or a default grants again; what was recorded
    /// is kept.
    pub pause: bool,
    /// What is written.
    pub write: Option<Write>,
    /// Every key of ours but the decision is removed.
    pub purge: bool,
    /// The decision itself is removed from the stores; [`Input::Cleared`] is then the next input.
    pub forget: bool,
    /// Whether the gate opens.
    pub open: Open,
    /// What other clients and tabs are told.
    pub tell: Option<Message>,
    /// What the page is told of.
    pub report: Option<Code>,
}

impl State {
    /// Before anything is known.
    pub fn new() -> State {
        State {
            decision: Decision::of(Status::Pending, Source::Default, false),
            decided: None,
            proof: None,
            persisted: None,
            unkept: false,
            epoch: Epoch::default(),
            waits: false,
            left: Epoch::default(),
            forgot: Epoch::default(),
            copied: false,
            doubted: None,
        }
    }
}

impl State {
    /// How it stands with a purpose: as the visitor's decision says, or, where nobody decided, as with all
    /// others. One that the visitor was not asked about is pending.
    pub fn standing(&self, purpose: &str) -> Standing {
        let proof = self.proof.as_ref();
        let decided = self.decision.allowed && self.decided == Some(true);
        let status = match proof.and_then(|proof| proof.agrees(purpose)) {
            _ if !decided => self.decision.status,
            Some(true) => Status::Granted,
            Some(false) => Status::Denied,
            // Mixpanel's own clients keep no proof.
            None if purpose == ANALYTICS => Status::Granted,
            None => Status::Pending,
        };
        let since = proof.map_or(Epoch::default(), |proof| proof.since(purpose));
        Standing { status, epoch: since.max(self.epoch) }
    }
}

impl State {
    /// Whether the grant still stands, given what was just read. What cannot be read is no denial, but
    /// no proof of a grant either, unless it was given on this page and never could be kept.
    pub fn confirmed(&self, reading: Reading) -> bool {
        self.decision.allowed && (reading != Reading::Unreadable || self.unkept)
    }

    /// The latest epoch that is known to have been forgotten, by a reset here or elsewhere.
    pub(super) fn forgotten(&self) -> Epoch {
        let elsewhere = self.decided.is_none() && self.decision.status == Status::Pending;
        self.forgot.max(if elsewhere { self.left } else { Epoch::default() })
    }

    /// Whether a choice that was made at this time, and waited, comes after one that stands: an older
    /// choice never undoes a newer one. A denial wins a tie, and one without a date counts as newer. The
    /// same choice of everything is never too late; `None` is to forget the decision. One that is for
    /// another policy or has expired was made all the same.
    pub fn supersedes(&self, chosen: Option<bool>, at: u64, now: u64) -> bool {
        let made = self.proof.as_ref().and_then(ConsentRecord::decided_at).map(|made| made.min(now));
        match self.decided.or_else(|| self.proof.as_ref().map(ConsentRecord::granted)) {
            // Of several purposes another choice of some is another choice.
            Some(stands) if chosen == Some(stands) => {
                stands && self.proof.as_ref().is_some_and(|proof| proof.said("refused").is_some()) && made.is_some_and(|made| made > at)
            }
            Some(true) => made.is_some_and(|made| made > at),
            Some(false) => made.is_none_or(|made| made >= at),
            None => false,
        }
    }
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}
