//! The visitor's choices, and the news of choices made elsewhere.

use super::Client;
use crate::consent::decision::{Reading, Signal, Status};
use crate::consent::epoch::Epoch;
use crate::consent::flag;
use crate::consent::history;
use crate::consent::proof::{ConsentRecord, Shown};
use crate::consent::state::Input;
use crate::error::Code;
use crate::keys;
use crate::outbox::inbox::Stamp;
use crate::outbox::lease::Message;
use crate::platform::{Platform, Store};
use crate::visitor;

/// By which means a choice is made that says nothing of it.
pub const VIA: &str = "api";

/// A grant, as the page tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OptIn<'a> {
    /// The event that is tracked the first time; none when it is empty.
    pub event: &'a str,
    /// Its properties, a JSON object.
    pub properties: &'a str,
    /// By which means the visitor agreed: `banner`, `api`, `cmp:<name>`. Where it is empty it is `api`, or,
    /// with the purposes, that of the same choice before.
    pub via: &'a str,
    /// The purposes agreed to, when the site names some.
    pub purposes: Option<&'a [String]>,
    /// What the visitor saw; what it does not say is as the options have it.
    pub shown: Shown<'a>,
}

/// A refusal, as the page tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OptOut<'a> {
    /// Sends one `$delete` for an identified user first.
    pub delete_profile: bool,
    /// By which means the visitor refused, as for [`OptIn`].
    pub via: &'a str,
    /// The purposes it was about, when the site names some.
    pub purposes: Option<&'a [String]>,
    /// What the visitor saw, as for [`OptIn`].
    pub shown: Shown<'a>,
}

impl Default for OptIn<'_> {
    fn default() -> Self {
        OptIn { event: "$opt_in", properties: "{}", via: "", purposes: None, shown: Shown::default() }
    }
}

impl<P: Platform> Client<P> {
    /// The visitor agrees. The first time, the event is tracked.
    pub fn opt_in(&mut self, choice: &OptIn<'_>) {
        // To agree to nothing that is asked about is to refuse.
        if choice.purposes.is_some_and(|list| !self.project.purposes().iter().any(|one| list.contains(one))) {
            self.opt_out(&OptOut { via: choice.via, shown: choice.shown, ..OptOut::default() });
            return;
        }
        let stamp = self.stamp.take();
        self.hand_on_all();
        // A refusal in another tab that was not heard of here: what was held until then is gone.
        self.notice();
        if self.signal() == Signal::Enforced {
            self.report(Code::SignalEnforced, "", 0);
            return;
        }
        if self.is_superseded("optIn", Some(true), stamp.as_ref()) {
            return;
        }
        // Whoever took the call before this client leaves the event out where nothing was new.
        let agreed = self.consent.decided == Some(true) && self.status() == Status::Granted;
        let first = stamp.is_some() || !agreed;
        self.choose(true, (choice.via, choice.purposes, choice.shown), stamp.as_ref());
        if first && !choice.event.is_empty() {
            self.stamp = stamp;
            let stamp = self.stamp();
            self.record_event(&stamp, choice.event, choice.properties);
        }
        self.outbox.lanes.hurry();
        self.pump();
    }

    /// The visitor refuses.
    pub fn opt_out(&mut self, choice: &OptOut<'_>) {
        let (stamp, was) = (self.stamp.take(), self.was.take());
        self.outbox.deletions_asked += u32::from(choice.delete_profile);
        if self.is_superseded("optOut", Some(false), stamp.as_ref()) {
            if choice.delete_profile {
                self.platform.deleted(self.outbox.deletions_asked, false);
            }
            return;
        }
        if choice.delete_profile {
            // First nothing may be under way any more that the server could read after the deletion.
            self.abort_all();
            self.delete_profile(was);
        }
        self.choose(false, (choice.via, choice.purposes, choice.shown), stamp.as_ref());
    }

    /// Whether a choice that waited is older than one that stands, which the page is told.
    fn is_superseded(&mut self, call: &str, chosen: Option<bool>, stamp: Option<&Stamp>) -> bool {
        let Some(stamp) = stamp else { return false };
        self.notice();
        let superseded = self.consent.supersedes(chosen, stamp.at, self.platform.now());
        if superseded {
            self.report(Code::Superseded, call, 0);
        }
        superseded
    }

    fn choose(&mut self, granted: bool, said: (&str, Option<&[String]>, Shown<'_>), stamp: Option<&Stamp>) {
        let (via, purposes, shown) = said;
        let stored = self.stored().latest();
        let repeats = self.consent.decided == Some(granted);
        let before = self.consent.proof.clone().filter(|_| repeats);
        // But who agrees without a word of purposes agrees to all.
        let kept = before.as_ref().filter(|proof| !granted || !proof.refuses_any()).and_then(ConsentRecord::purposes);
        let options = &self.project.options.consent;
        let options = [&options.policy_fingerprint, &options.language, &options.region].map(|text| text.clone().unwrap_or_default());
        let [policy_fingerprint, language, region] = &options;
        let shown = match &before {
            Some(proof) if via.is_empty() => shown.or(proof.shown()),
            _ => shown.or(Shown { policy_fingerprint, language, region }),
        };
        let (via, purposes) = match &before {
            // What a bare repetition does not say is as it was.
            Some(proof) if via.is_empty() => (proof.via().unwrap_or(VIA), purposes.or(kept.as_deref())),
            _ => (if via.is_empty() { VIA } else { via }, purposes),
        };
        // A repetition that waited makes the decision no older than it is.
        let same = self.consent.proof.as_ref().filter(|proof| proof.granted() == granted);
        let since = same.and_then(ConsentRecord::decided_at).unwrap_or(0);
        let at = stamp.map(|stamp| stamp.at.max(since).min(self.platform.now()));
        let id = history::id(&mut self.platform);
        self.step(Input::Chose { granted, at, via, purposes, stored, id: &id, shown });
        let epoch = self.consent.proof.as_ref().map_or(stored, ConsentRecord::latest);
        if granted && self.consent.persisted.is_none() && epoch > self.consent.epoch {
            // Nothing tells the others of what was refused: they send nothing at all.
            self.platform.post(Message::Refused(epoch));
        }
        self.schedule(self.platform.now());
    }

    /// Forgets the decision and everything kept under it. The status is then what the browser's signals
    /// and the default say.
    pub fn reset_consent(&mut self) {
        let stamp = self.stamp.take();
        if self.is_superseded("resetConsent", None, stamp.as_ref()) {
            return;
        }
        let stored = self.stored().latest();
        // A flag that goes tells nothing to who needs none and knows no epoch, but the visitor is stored.
        let unseen = stored == Epoch::default() && !visitor::found(&self.platform, &self.project).is_empty();
        self.step(Input::Forgot(stored));
        let choice = self.stored();
        self.step(Input::Cleared(choice, unseen));
        let choice = self.stored();
        self.step(Input::Began(choice));
    }

    /// The site has another default from now on: it has learnt that no consent is needed here, or that it
    /// is. It is no decision: it is never stored, and changes nothing where the visitor decided, a signal
    /// speaks or a store cannot be read. Where it grants no more, nothing is sent or stored; what was
    /// recorded until then waits for the visitor, or for a default that grants.
    pub fn set_default(&mut self, status: Status) {
        self.stamp = None;
        self.hand_on_all(); // what waits was called under the default before
        let consent = &mut self.project.options.consent;
        (consent.default, consent.regime) = (status, None);
        let choice = self.stored();
        self.step(Input::Defaulted(choice));
        self.notice();
        self.schedule(self.platform.now());
    }

    /// Removes every key we own but the decision. Where recording is allowed it goes on with a new
    /// visitor.
    pub fn purge(&mut self) {
        self.stamp = None;
        self.notice();
        let stored = self.stored().latest();
        if flag::is_late(&self.platform, &self.project) {
            // What others have stored of the visitor may not show yet.
            self.platform.write(Store::Local, &self.project.identity_key, None);
        }
        self.step(Input::Purged(stored));
    }

    /// Input: another client of this token says this.
    pub fn heard(&mut self, message: Message) {
        if matches!(message, Message::Changed | Message::Refused(_)) {
            self.notice();
            self.follow_visitor();
        }
        if let Message::Refused(epoch) = message {
            self.step(Input::Refused(epoch)); // unless the stores told of it
        }
        // Who cannot send has no queue that another may not have.
        if let Message::Asks(queue) = message
            && self.outbox.leases.claims(queue)
            && !self.confirmed()
        {
            self.give_way();
        }
        let (now, random) = (self.platform.now(), self.platform.random());
        self.outbox.leases.heard(message, now, random);
        self.act_on_leases();
        self.schedule(now);
    }

    /// Input: that key of a store was changed elsewhere, or any where there is no name.
    pub fn storage_changed(&mut self, key: Option<&str>) {
        // Some pages have a storage that puts something before each key.
        let decision = key.is_none_or(|key| key.ends_with(&*self.project.flag_key) || key == self.project.record_key);
        // Whatever is written after a refusal, by a tab that had not heard of it, has to go again.
        if decision || self.status() == Status::Denied {
            self.notice();
            self.schedule(self.platform.now());
        }
        if key == Some(&*self.project.identity_key) {
            self.follow_visitor();
        }
        // Another tab has stored something, and may be gone one day.
        if key.is_some_and(|key| key.starts_with(&keys::queues(&self.project.token))) {
            let (now, random) = (self.platform.now(), self.platform.random());
            self.outbox.leases.stored_elsewhere(now, random);
            self.schedule(now);
        }
    }

    /// Something stored changed elsewhere, or may have.
    pub(super) fn notice(&mut self) {
        let choice = self.stored();
        self.step(Input::Noticed(choice));
    }

    /// Whether the grant still stands in storage. Asked just before every send and every write.
    pub(super) fn confirmed(&mut self) -> bool {
        let choice = self.stored();
        let reading: Reading = choice.reading;
        self.step(Input::Looked(choice));
        self.consent.confirmed(reading)
    }
}
