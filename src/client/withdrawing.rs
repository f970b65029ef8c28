//! A purpose that is withdrawn while another one is not: its records go, and what belongs to others
//! goes on.

use super::Client;
use crate::consent::decision::{Recording, Status};
use crate::consent::purposes::Few;
use crate::keys;
use crate::outbox::Outbox;
use crate::outbox::segments;
use crate::platform::{Platform, Store};
use crate::text;

impl<P: Platform> Client<P> {
    /// The record of the next call is of that purpose, by its number; of `analytics` where it says none.
    pub fn for_purpose(&mut self, purpose: u8) {
        self.purpose = purpose;
    }

    /// The number of a purpose of the site.
    pub fn purpose(&self, name: &str) -> Option<u8> {
        self.purposes.find(name)
    }

    /// What happens to a new record of a purpose.
    pub(super) fn recording(&self, purpose: u8) -> Recording {
        self.purposes.recording(purpose, &self.consent.decision, self.project.holds())
    }

    /// Drops what was recorded for purposes that were withdrawn. A request with such a record is aborted,
    /// and what else it carried is sent again.
    pub(super) fn withdraw(&mut self, withdrawn: Few) {
        if withdrawn.is_none() {
            return;
        }
        for lane in &mut self.outbox.lanes.all {
            let carries = lane.records.iter().take(lane.under_way()).any(|record| withdrawn.has(record.purpose));
            if let Some(in_flight) = lane.in_flight.take_if(|_| carries) {
                self.platform.abort(in_flight.id);
                // The server may have it all the same.
                lane.records.iter_mut().take(in_flight.count).for_each(|record| record.tries += 1);
            }
        }
        let aborted: Vec<_> = self.outbox.singles.extract_if(.., |single| withdrawn.has(single.record.purpose)).collect();
        for single in &aborted {
            self.platform.abort(single.id);
            self.tell_alone(single.number, Default::default());
        }
        let Outbox { lanes, held, inbox, dropped, .. } = &mut self.outbox;
        *dropped +=
            aborted.len() + lanes.forget_if(|record| withdrawn.has(record.purpose)) + held.drop_of(withdrawn) + inbox.drop_of(withdrawn);
        self.watch_unload();
        self.settle_flushes();
    }

    /// Removes it from storage, once the decision stands there: a page can die in between.
    pub(super) fn remove_withdrawn(&mut self, withdrawn: Few) {
        if !withdrawn.is_none() && self.consent.decision.allowed {
            self.rewrite_stale(!self.is_in_doubt());
            self.remove_stored();
        }
    }

    /// Just before the wire: what is of a purpose that is not granted is not there.
    pub(super) fn send_what_is_granted(&mut self) {
        if self.purposes.are_several() {
            let Outbox { lanes, dropped, .. } = &mut self.outbox;
            let purposes = &self.purposes;
            *dropped += lanes.forget_if(|record| purposes.standing(record.purpose).status != Status::Granted);
        }
    }

    /// Removes what any page has stored for a purpose that is not granted, or was withdrawn since.
    fn remove_stored(&mut self) {
        let prefix = keys::queues(&self.project.token);
        for key in text::lines(&self.platform.keys(&prefix)) {
            if segments::queue_of(&prefix, key).is_none() {
                continue;
            }
            let stands = match segments::purpose_of(&Store::Local.find(&self.platform, key)) {
                // Nobody knows whose it is; who adopts it finds out.
                None => true,
                Some((name, epoch)) => self.purposes.find(&name).is_none_or(|purpose| {
                    let standing = self.purposes.standing(purpose);
                    standing.status == Status::Granted && standing.epoch == epoch
                }),
            };
            if !stands {
                self.platform.write(Store::Local, key, None);
            }
        }
    }
}
