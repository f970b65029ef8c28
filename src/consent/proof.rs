//! The proof of a decision: what the site keeps beside Mixpanel's flag. What is given out of it is made
//! in `history`.

use crate::consent::decision::Status;
use crate::consent::epoch::Epoch;
use crate::consent::purposes::ANALYTICS;
use crate::json;
use crate::limits::clean;

/// What every proof says of us.
const LIBRARY: &str = concat!("consentry/", env!("CARGO_PKG_VERSION"));

/// What was decided, when, how and under which policy, with the epoch it stands for: a JSON object,
/// written once when the visitor decides and kept as it stands from then on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentRecord(String);

/// What the visitor saw when deciding, and where, as far as the site says so. Empty texts say nothing.
///
/// ```
/// use consentry::{OptIn, Shown};
/// let shown = Shown { language: "de-AT", region: "AT", ..Shown::default() };
/// let choice = OptIn { via: "banner", shown, ..OptIn::default() };
/// assert_eq!(choice.shown.policy_fingerprint, "");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shown<'a> {
    /// By what the texts that were shown can be told from others, at most 64 UTF-16 units.
    pub policy_fingerprint: &'a str,
    /// The language they were in, as in BCP 47, at most 64 UTF-16 units.
    pub language: &'a str,
    /// Where the visitor was taken to be, as in ISO 3166, at most 64 UTF-16 units.
    pub region: &'a str,
}

impl<'a> Shown<'a> {
    /// What it says by these names, or else what the others say, in their order.
    pub(crate) fn or(self, other: Shown<'a>) -> Shown<'a> {
        let first = |one: &'a str, other: &'a str| if one.is_empty() { other } else { one };
        Shown {
            policy_fingerprint: first(self.policy_fingerprint, other.policy_fingerprint),
            language: first(self.language, other.language),
            region: first(self.region, other.region),
        }
    }

    /// What a JSON object says of it. What JSON writes otherwise is left out.
    pub(crate) fn read(text: &'a str) -> Shown<'a> {
        let said = |name| json::get(text, name).and_then(json::plain).unwrap_or_default();
        Shown { policy_fingerprint: said("policyFingerprint"), language: said("language"), region: said("region") }
    }
}

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
    /// Those that were asked about and not agreed to, where the site has several.
    pub refused: Option<&'a [String]>,
    /// The epochs from which on records of these purposes count, where they are later than that of the
    /// whole: they were withdrawn while others were not.
    pub since: &'a [(String, Epoch)],
    /// The policy version of the site; empty when it has none.
    pub policy_version: &'a str,
    /// The id of the record: random, and nobody's but its own. With none it is empty.
    pub id: &'a str,
    /// What the visitor saw.
    pub shown: Shown<'a>,
}

impl ConsentRecord {
    /// The proof of a decision.
    pub fn of(decided: Decided<'_>, epoch: Epoch) -> ConsentRecord {
        let mut text = String::from("{");
        json::push_text(&mut text, "status", status(decided.granted).name());
        json::push_key(&mut text, "decidedAt");
        json::push_number(&mut text, decided.at);
        let Shown { policy_fingerprint, language, region } = decided.shown;
        let said = [
            ("id", decided.id),
            ("policyVersion", decided.policy_version),
            ("policyFingerprint", policy_fingerprint),
            ("language", language),
            ("region", region),
            ("via", decided.via),
        ];
        for (name, value) in said {
            if !value.is_empty() {
                json::push_text(&mut text, name, value);
            }
        }
        for (name, list) in [("purposes", decided.purposes), ("refused", decided.refused)] {
            if let Some(list) = list {
                json::push_member(&mut text, name, &texts(list));
            }
        }
        if !decided.since.is_empty() {
            json::push_key(&mut text, "since");
            text.push('{');
            for (purpose, epoch) in decided.since {
                json::push_key(&mut text, purpose);
                json::push_number(&mut text, epoch.number());
            }
            text.push('}');
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

    /// A record as the site gets it.
    #[cfg(all(feature = "web", target_arch = "wasm32"))]
    pub(crate) fn given(text: String) -> ConsentRecord {
        ConsentRecord(text)
    }

    /// The JSON text, as it is stored, or as the site gets it.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// When the decision was made, in milliseconds since 1970; nothing where a full store took less
    /// than the whole proof.
    pub fn decided_at(&self) -> Option<u64> {
        let at = json::whole(json::get(&self.0, "decidedAt")?, 0);
        (at > 0).then_some(at)
    }

    /// Whether the visitor agreed to the purpose `analytics`.
    pub fn granted(&self) -> bool {
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

    /// The id of the record; none in what another library, or a full store, has kept.
    pub fn id(&self) -> Option<&str> {
        json::get(&self.0, "id").and_then(json::plain)
    }

    /// What the visitor saw.
    pub fn shown(&self) -> Shown<'_> {
        Shown::read(&self.0)
    }

    /// The same proof as a repetition of this decision: where it says nothing new it is the same record.
    pub(crate) fn repeating(self, before: &ConsentRecord) -> ConsentRecord {
        const SAID: [&str; 8] = ["status", "purposes", "refused", "via", "policyVersion", "policyFingerprint", "language", "region"];
        match before.said("id") {
            Some(id) if SAID.iter().all(|name| self.said(name) == before.said(name)) => ConsentRecord(json::with(&self.0, "id", Some(id))),
            Some(_) | None => self,
        }
    }

    /// By which means the decision was made.
    pub fn via(&self) -> Option<&str> {
        json::get(&self.0, "via").and_then(json::plain)
    }

    /// The purposes it is about, where the site named some.
    pub fn purposes(&self) -> Option<Vec<String>> {
        json::texts(json::get(&self.0, "purposes")?)
    }

    /// The purposes that were asked about and not agreed to, where the record names them.
    pub fn refused(&self) -> Option<Vec<String>> {
        json::texts(json::get(&self.0, "refused")?)
    }

    /// Whether the visitor agreed to a purpose; nothing where that was not asked. `analytics` is what the
    /// whole stands for. What a refusal of everything was about is no grant.
    pub(crate) fn agrees(&self, purpose: &str) -> Option<bool> {
        let listed = |name| self.said(name).and_then(json::texts).is_some_and(|list| list.iter().any(|one| one == purpose));
        let some = self.said("refused").is_some();
        match (self.granted(), some) {
            (granted, _) if purpose == ANALYTICS => Some(granted),
            (false, false) => Some(false),
            (..) if listed("refused") => Some(false),
            (..) => listed("purposes").then_some(true),
        }
    }

    /// Whether it agrees to something, and refuses something else.
    pub(crate) fn refuses_any(&self) -> bool {
        self.said("refused").is_some_and(|list| list != "[]")
    }

    /// Whether it agrees to one of these purposes.
    pub(crate) fn agrees_to_any(&self, purposes: &[String]) -> bool {
        purposes.iter().any(|purpose| self.agrees(purpose) == Some(true))
    }

    /// The epoch from which on records of a purpose count, where it was withdrawn by itself.
    pub(crate) fn since(&self, purpose: &str) -> Epoch {
        let since = self.said("since").and_then(|since| json::get(since, purpose));
        Epoch::of(json::whole(since.unwrap_or_default(), 0))
    }

    /// The latest of those, and of its own.
    pub(crate) fn latest(&self) -> Epoch {
        let since = json::members(self.said("since").unwrap_or_default(), b'{');
        since.map(|(_, epoch)| Epoch::of(json::whole(epoch, 0))).max().unwrap_or_default().max(self.epoch())
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

/// A JSON list of these texts.
pub(crate) fn texts(all: &[String]) -> String {
    let mut list = String::from("[");
    for text in all {
        if list.len() > 1 {
            list.push(',');
        }
        json::push_string(&mut list, text);
    }
    list.push(']');
    list
}

fn status(granted: bool) -> Status {
    if granted { Status::Granted } else { Status::Denied }
}
