//! Options that change while the client works, and the sending that stops and goes on.

use super::Client;
use crate::json;
use crate::names::Names;
use crate::outbox::record::Kind;
use crate::platform::{Platform, Store};
use crate::project::Project;

impl<P: Platform> Client<P> {
    /// Takes over the options of this JSON, which was checked by the rules of [`crate::Options`]. Token,
    /// consent and the name of what is stored stay.
    pub fn change_options(&mut self, changes: &str) {
        self.stamp = None;
        self.hand_on_all();
        let (stored, name) = (self.project.persistence(), self.project.options.persistence_name.clone());
        let mut options = std::mem::take(&mut self.project.options);
        // What is spoilt changes nothing that comes after it either.
        if json::get(changes, "consent").is_none() {
            _ = options.change(changes);
        }
        options.persistence_name = name;
        self.project = Project::of(&self.project.token.clone(), options);
        for lane in &mut self.outbox.lanes.all {
            lane.limit = self.project.batch_size();
        }
        self.visitor.restrict(Names::of(&self.project));
        if self.project.persistence().is_none() {
            // What is stored goes back into memory.
            let identity = self.project.identity_key.clone();
            Store::remove_everywhere(&mut self.platform, &identity);
            self.outbox.lanes.take_back(None, usize::MAX);
            self.tidy();
        } else if stored.is_none() {
            self.adopt_left_queues();
        }
        self.save();
        self.queued(self.platform.now());
    }

    /// Sends nothing from now on, and drops what is queued. Records are taken all the same.
    pub fn stop_sending(&mut self) {
        self.stamp = None;
        self.hand_on_all();
        self.halted = true;
        self.abort_all();
        self.outbox.lanes.rest();
        for &kind in &Kind::ALL {
            let count = self.outbox.lanes.of(kind).records.len();
            self.outbox.dropped += count;
            self.outbox.lanes.forget(kind, 0, count);
        }
        self.tidy();
        self.settle_flushes();
        self.schedule(self.platform.now());
    }

    /// Takes records and does not send them until [`Client::start_sending`].
    pub fn hold_sending(&mut self) {
        self.halted = true;
    }

    /// Sends again, and what waits at once.
    pub fn start_sending(&mut self) {
        self.stamp = None;
        self.halted = false;
        self.hurry();
    }
}
