//! The records of the visitor's decisions: kept on this device, and handed to the site until it has
//! them.

use super::Client;
use crate::consent::history::{self, MOST};
use crate::consent::proof::ConsentRecord;
use crate::error::Code;
use crate::platform::{Platform, Store};
use crate::text::joined;

impl<P: Platform> Client<P> {
    /// The record of the decision that counts now, JSON; nothing where there is none, or where it was
    /// made by another library, or is one of which a full store kept less.
    pub fn consent_record(&self) -> Option<String> {
        let proof = self.consent.proof.as_ref().filter(|_| self.consent.decided.is_some())?;
        let Some(id) = proof.id() else { return history::all(&self.history.unstored).pop() };
        history::find(&self.known_records(), id).or_else(|| proof.export(self.project.purposes()))
    }

    /// The records of the decisions on this device, at most the last 20, oldest first: a JSON list. With
    /// `kept` those that the site has taken, see [`Client::take_records`].
    pub fn consent_history(&self) -> String {
        let mut list = String::from("[");
        for record in history::all(&self.known_records()) {
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(&record);
        }
        list.push(']');
        list
    }

    /// The site takes records from now on: each is handed over until [`Client::handed_over`] says that
    /// it was taken, also those of the pages before.
    pub fn take_records(&mut self) {
        self.history.takes = true;
        let now = self.platform.now();
        for record in history::all(&self.known_records()) {
            if !history::is_kept(&record) {
                self.history.wait(&record, now);
            }
        }
        self.hand_over(now);
        self.schedule(now);
    }

    /// Input: the site has taken the record of that id, or could not.
    pub fn handed_over(&mut self, id: &str, taken: bool) {
        let now = self.platform.now();
        let stored = Store::Local.find(&self.platform, &self.project.history_key);
        let is_known = |text: &str| history::find(text, id).is_some();
        if taken {
            self.history.end(id);
            self.history.unstored = history::marked(&self.history.unstored, id);
            // Nothing is written where no decision counts: the next page may hand it over once more.
            if self.consent.decided.is_some() && is_known(&stored) {
                Store::Local.write(&mut self.platform, &self.project.history_key, &history::marked(&stored, id));
            }
        } else if is_known(&stored) || is_known(&self.history.unstored) {
            self.history.put_off(id, now);
        } else if self.history.end(id) {
            self.report(Code::RecordLost, id, 0); // it was forgotten meanwhile
        }
        self.schedule(now);
    }

    /// Hands over what is due. Nothing leaves this page while no decision counts.
    pub(super) fn hand_over(&mut self, now: u64) {
        while self.consent.decided.is_some()
            && let Some((id, record)) = self.history.next(now)
        {
            // Another page may have been faster.
            if history::find(&self.known_records(), &id).is_some_and(|known| history::is_kept(&known)) {
                self.history.end(&id);
            } else {
                self.platform.hand_over(&record);
            }
        }
    }

    /// Keeps the record of a decision, if it is a new one.
    pub(super) fn remember(&mut self, proof: &ConsentRecord) {
        let mut records = history::all(&self.known_records());
        let Some(record) = proof.export(self.project.purposes()) else { return };
        let is_new = records.iter().all(|known| history::id_of(known) != proof.id());
        if !is_new && self.history.unstored.is_empty() {
            return;
        }
        let now = self.platform.now();
        if is_new {
            self.history.wait(&record, now);
            records.push(record.clone());
        }
        let mut lost = Vec::new();
        if records.len() > MOST {
            lost.push(records.remove(0));
        }
        if Store::Local.write(&mut self.platform, &self.project.history_key, &history::stored(&records)) {
            self.history.unstored.clear();
        } else if is_new {
            // It is known to this page alone.
            let mut unstored = history::all(&self.history.unstored);
            unstored.push(record);
            if unstored.len() > MOST {
                lost.push(unstored.remove(0));
            }
            self.history.unstored = history::stored(&unstored);
        }
        for record in lost {
            if let Some(id) = history::id_of(&record)
                && self.history.end(id)
            {
                self.report(Code::RecordLost, id, 0);
            }
        }
        self.hand_over(now);
    }

    /// Takes the history out of its store where a decision finds no room. Whether it was there.
    pub(super) fn give_way_to_decision(&mut self) -> bool {
        let stored = Store::Local.find(&self.platform, &self.project.history_key);
        if stored.is_empty() {
            return false;
        }
        self.history.unstored = joined(&[&stored, &self.history.unstored]);
        Store::Local.remove(&mut self.platform, &self.project.history_key);
        true
    }

    /// The history goes with the decision.
    pub(super) fn forget_history(&mut self) {
        Store::Local.remove(&mut self.platform, &self.project.history_key);
        for id in self.history.forget() {
            self.report(Code::RecordLost, &id, 0);
        }
    }

    /// What the store has, and after that what it did not take.
    fn known_records(&self) -> String {
        let stored = Store::Local.find(&self.platform, &self.project.history_key);
        if self.history.unstored.is_empty() { stored } else { joined(&[&stored, &self.history.unstored]) }
    }
}
