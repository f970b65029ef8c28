//! What a client says of itself.

use super::Client;
use crate::consent::decision::{Source, Status};
use crate::consent::state::State;
use crate::consent::view::Consent;
use crate::json;
use crate::platform::{Platform, Store};

impl<P: Platform> Client<P> {
    /// The consent status: that of the purpose `analytics`.
    pub fn status(&self) -> Status {
        self.purposes.standing(0).status
    }

    /// Whether a new record of some purpose would be kept or held. When not, `track` need not even be
    /// called.
    pub fn records(&self) -> bool {
        self.purposes.record(&self.consent.decision, self.project.holds())
    }

    /// The status, why, where a decision is kept, and its proof (JSON, or empty).
    pub fn consent_parts(&self) -> (Status, Source, Option<Store>, &str) {
        let State { decision, persisted, proof, .. } = &self.consent;
        (self.status(), decision.source, *persisted, proof.as_ref().map_or("", |proof| proof.as_json()))
    }

    /// Whether the grant may have been forgotten elsewhere: nothing is stored or sent until it shows.
    pub fn is_in_doubt(&self) -> bool {
        self.consent.doubted.is_some()
    }

    /// The consent as an application reads it.
    pub fn view(&self) -> Consent {
        let State { decision, persisted, proof, .. } = &self.consent;
        let purposes = self.purposes.statuses().map(|(name, status)| (String::from(name), status)).collect();
        Consent::of(self.status(), decision.source, *persisted, proof.as_ref(), purposes)
    }

    /// The consent as JSON: `status`, `source`, `store` where a decision is kept, its proof as `record`,
    /// and the status of each purpose.
    pub fn consent(&self) -> String {
        let (status, source, store, proof) = self.consent_parts();
        let mut out = String::from("{");
        json::push_text(&mut out, "status", status.name());
        json::push_text(&mut out, "source", source.name());
        if let Some(store) = store {
            json::push_text(&mut out, "store", store.name());
        }
        if !proof.is_empty() {
            json::push_member(&mut out, "record", proof);
        }
        json::push_key(&mut out, "purposes");
        out.push('{');
        for (name, status) in self.purposes.statuses() {
            json::push_text(&mut out, name, status.name());
        }
        out.push('}');
        out.push('}');
        out
    }

    /// The id that events carry, as JSON: the user id, or `$device:` and the device id.
    pub fn distinct_id(&self) -> &str {
        self.visitor.distinct_id()
    }
}
