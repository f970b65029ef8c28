//! The proof of a decision: what the site keeps beside Mixpanel's flag.

use crate::consent::decision::Status;
use crate::consent::epoch::Epoch;
use crate::json;
use crate::limits::clean;

/// What every proof says of us.
const LIBRARY: &str = concat!("consentry/", env!("CARGO_PKG_VERSION"));

/// What was decided, when, how and under which policy, with the epoch it stands for: a JSON object,
/// written once when the visitor decides and kept as it stands from then on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentRecord(String);

/// A decision of the visitor, as the page tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decided<'a> {
    /// Whether the visitor agreed.
    pub granted: bool,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// By which means: `banner`, `api`, `cmp:<name>`.
    pub via: &'a str,
    /// The purposes agreed to, when the site names some.
    pub purposes: Option<&'a [String]>,
    /// The policy version of the site; empty when it has none.
    pub policy_version: &'a str,
}

impl ConsentRecord {
    /// The proof of a decision.
    pub fn of(decided: Decided<'_>, epoch: Epoch) -> ConsentRecord {
        let mut text = String::from("{");
        json::push_text(&mut text, "status", status(decided.granted).name());
        json::push_key(&mut text, "decidedAt");
        json::push_number(&mut text, decided.at);
        if !decided.policy_version.is_empty() {
            json::push_text(&mut text, "policyVersion", decided.policy_version);
        }
        json::push_text(&mut text, "via", decided.via);
        if let Some(purposes) = decided.purposes {
            json::push_key(&mut text, "purposes");
            text.push('[');
            for (at, purpose) in purposes.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                json::push_string(&mut text, purpose);
            }
            text.push(']');
        }
        json::push_text(&mut text, "library", LIBRARY);
        json::push_key(&mut text, "epoch");
        json::push_number(&mut text, epoch.number());
        text.push('}');
        ConsentRecord(text)
    }

    /// What must be there of a proof that is too large for its store.
    pub(crate) fn least(granted: bool, epoch: Epoch) -> ConsentRecord {
        let mut text = String::from("{\"epoch\":");
        json::push_number(&mut text, epoch.number());
        json::push_text(&mut text, "status", status(granted).name());
        text.push('}');
        ConsentRecord(text)
    }

    /// What is stored, if it speaks of this decision: another tool may have changed the flag since.
    pub(crate) fn read(text: &str, granted: bool) -> Option<ConsentRecord> {
        let said = json::get(text, "status").and_then(json::plain)?;
        if said != status(granted).name() {
            return None;
        }
        let mut room = String::new();
        clean(text, &mut room)?;
        Some(ConsentRecord(room))
    }

    /// The same proof for another epoch.
    pub(crate) fn in_epoch(&self, epoch: Epoch) -> ConsentRecord {
        ConsentRecord(stamped(&self.0, epoch))
    }

    /// The JSON text, as it is stored.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// When the decision was made, in milliseconds since 1970; nothing where a full store took less
    /// than the whole proof.
    pub fn decided_at(&self) -> Option<u64> {
        let at = json::whole(json::get(&self.0, "decidedAt")?, 0);
        (at > 0).then_some(at)
    }

    /// Whether the visitor agreed.
    pub(crate) fn granted(&self) -> bool {
        json::get(&self.0, "status").and_then(json::plain) == Some(status(true).name())
    }

    /// The policy version the decision was made for.
    pub fn policy_version(&self) -> Option<&str> {
        json::get(&self.0, "policyVersion").and_then(json::plain)
    }

    /// A member of it, as JSON.
    pub(crate) fn said(&self, name: &str) -> Option<&str> {
        json::get(&self.0, name)
    }

    /// By which means the decision was made.
    pub fn via(&self) -> Option<&str> {
        json::get(&self.0, "via").and_then(json::plain)
    }

    /// The purposes it is about, where the site named some.
    pub fn purposes(&self) -> Option<Vec<String>> {
        json::texts(json::get(&self.0, "purposes")?)
    }

    /// The same proof, made at another time.
    pub(crate) fn dated(&self, at: u64) -> ConsentRecord {
        let mut number = String::new();
        json::push_number(&mut number, at);
        ConsentRecord(json::with(&self.0, "decidedAt", Some(&number)))
    }

    /// The epoch it stands for.
    pub fn epoch(&self) -> Epoch {
        epoch_in(&self.0)
    }
}

/// The epoch in the text of a proof. It can stand there without a decision.
pub(crate) fn epoch_in(text: &str) -> Epoch {
    Epoch::of(json::whole(json::get(text, "epoch").unwrap_or_default(), 0))
}

/// The text of a proof, or an empty one, with that epoch.
pub(crate) fn stamped(text: &str, epoch: Epoch) -> String {
    let mut number = String::new();
    json::push_number(&mut number, epoch.number());
    json::with(text, "epoch", Some(&number))
}

fn status(granted: bool) -> Status {
    if granted { Status::Granted } else { Status::Denied }
}
