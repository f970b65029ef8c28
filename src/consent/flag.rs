//! The stored decision: Mixpanel's flag, and beside it the proof.

use crate::consent::decision::{Reading, Status};
use crate::consent::epoch::Epoch;
use crate::consent::proof::{ConsentRecord, stamped};
use crate::consent::records::{decided_at, extent, latest, newest, undoes};
use crate::json;
use crate::platform::{Platform, Store};
use crate::project::Project;

/// What is stored about the visitor's choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredChoice {
    /// What the flag says.
    pub reading: Reading,
    /// The proof, where there is one that speaks of this choice.
    pub proof: Option<ConsentRecord>,
    /// The epoch it stands for, see [`crate::Client::purge`].
    pub epoch: Epoch,
    /// The store that holds the flag.
    pub store: Option<Store>,
    /// Whether the decision still counts today.
    pub current: bool,
    /// Whether it is a grant that a cookie tells of too, or may. Every process sees that at once.
    pub copied: bool,
}

impl StoredChoice {
    /// The latest epoch that is stored, also of one purpose: what is decided next is later.
    pub(crate) fn latest(&self) -> Epoch {
        self.proof.as_ref().map_or(self.epoch, |proof| proof.latest().max(self.epoch))
    }

    /// The decision that counts: granted, denied, or none.
    pub(crate) fn decided(&self) -> Option<bool> {
        match self.reading {
            Reading::Granted if self.current => Some(true),
            Reading::Denied if self.current => Some(false),
            Reading::Granted | Reading::Denied | Reading::Absent | Reading::Unreadable => None,
        }
    }
}

/// Reads the choice from both stores. Reading is all it does.
pub(crate) fn read<P: Platform>(platform: &P, project: &Project) -> StoredChoice {
    let configured = project.consent_store();
    let first = reading(platform, configured, project);
    let second = reading(platform, configured.other(), project);
    let mut reading = first.with(second);
    // A process that sees localStorage late may find there what the cookie beside it has undone, and
    // a store that cannot be changed goes on saying what it said.
    let (refusing, other) = if first == Reading::Denied { (configured, second) } else { (configured.other(), first) };
    let undone = reading == Reading::Denied && is_undone(platform, project, refusing, other);
    if undone {
        reading = other;
    }
    let key = &project.record_key;
    // A refusal may be in the store that cannot be read; where nobody asks first, that must not
    // count as a yes. Nor is the flag gone where its record is left.
    if reading == Reading::Absent
        && second == Reading::Unreadable
        && (project.options.consent.status_by_default() == Status::Granted || !configured.find(platform, key).is_empty())
    {
        reading = Reading::Unreadable;
    }
    let mut store = if first == reading { configured } else { configured.other() };
    let mut text = store.find(platform, key);
    let second_text = store.other().find(platform, key);
    // A refusal outlives its flag, which may have had another prefix or was changed by somebody else.
    if reading == Reading::Absent && !undone && [&text, &second_text].iter().any(|text| newest(text, false).is_some()) {
        reading = Reading::Denied;
    }
    let decided = matches!(reading, Reading::Granted | Reading::Denied);
    let granted = reading == Reading::Granted;
    // An epoch can stand there without a decision.
    let epoch = latest(&text).max(latest(&second_text));
    // A store that could not be changed speaks of an older choice, which may have expired.
    // Where the flag cannot be read, the other store's proof may tell of a refusal. Of one extent
    // the later counts: a purpose is agreed to again, and localStorage is seen late.
    let now = platform.now();
    let place = |text: &str| (extent(text, granted), Some(decided_at(&newest(text, granted))).filter(|at| *at <= now));
    if (first == second || reading == Reading::Unreadable) && place(&second_text) > place(&text) {
        (store, text) = (store.other(), second_text);
    }
    let proof = newest(&text, granted);
    // The flag speaks of analytics alone: who refused that may have agreed to something else.
    // Its record is written first, and counts beside a flag that others have not seen change.
    let proof = proof.or_else(|| newest(&text, false).filter(|proof| granted && proof.refuses_any()));
    let partly = proof.as_ref().is_some_and(|proof| proof.agrees_to_any(&project.options.consent.purposes));
    let proof = proof.filter(|proof| partly || proof.granted() == granted);
    if reading == Reading::Denied && partly {
        reading = Reading::Granted;
    }
    let granted = reading == Reading::Granted;
    let current = !decided || is_current(proof.as_ref(), granted, platform.now(), project);
    let in_cookie = if configured == Store::Cookie { first } else { second };
    let copied = granted && in_cookie != Reading::Absent;
    StoredChoice { reading, proof, epoch, store: decided.then_some(store), current, copied }
}

/// A decision counts while it is young enough and made for today's policy. Without a proof
/// (mixpanel-js keeps none) a denial still counts, but a grant cannot be proven to a site that asks
/// for its age or version.
fn is_current(proof: Option<&ConsentRecord>, granted: bool, now: u64, project: &Project) -> bool {
    let decided_at = proof.and_then(ConsentRecord::decided_at);
    // A store may have taken less than the proof.
    if decided_at.is_none() && !granted {
        return true;
    }
    let age = now.saturating_sub(decided_at.unwrap_or(0));
    let young = project.options.consent.max_age_days.is_none_or(|days| age < u64::from(days) * 86_400_000);
    let version = proof.and_then(ConsentRecord::policy_version);
    young && (project.policy_version().is_empty() || version == Some(project.policy_version()))
}

fn reading<P: Platform>(platform: &P, store: Store, project: &Project) -> Reading {
    let value = match platform.read(store, &project.flag_key) {
        Err(_) => return Reading::Unreadable,
        Ok(None) => return Reading::Absent,
        Ok(Some(value)) => value,
    };
    let (mut granted, mut denied, mut odd) = (false, false, false);
    for line in value.as_bytes().split(|byte| *byte == b'\n') {
        match line {
            b"0" => denied = true,
            b"1" => granted = true,
            _ => odd = true,
        }
    }
    // Cookies of several domains may disagree, one a line; then a denial wins unless the grant is newer,
    // and a grant must be the only word.
    if granted && denied {
        let records = store.find(platform, &project.record_key);
        denied = !undoes(&newest(&records, true), &newest(&records, false), platform.now());
    }
    match (denied, odd) {
        (true, _) => Reading::Denied,
        (false, true) => Reading::Absent,
        (false, false) => Reading::Granted,
    }
}

/// Whether what the other store says is newer than the refusal in that one. A reset shows in a cookie,
/// which every process sees at once.
fn is_undone<P: Platform>(platform: &P, project: &Project, refusing: Store, other: Reading) -> bool {
    let key = &project.record_key;
    let refusal = newest(&refusing.find(platform, key), false);
    let record = refusing.other().find(platform, key);
    match other {
        Reading::Granted => undoes(&newest(&record, true), &refusal, platform.now()),
        Reading::Absent if refusing == Store::Local && json::get(&record, "status").is_none() => {
            refusal.is_some_and(|refusal| refusal.epoch() != Epoch::default() && refusal.epoch() < latest(&record))
        }
        Reading::Absent | Reading::Denied | Reading::Unreadable => false,
    }
}

/// localStorage, where the visitor is kept, shows an older decision than the cookie beside it: this
/// process sees late what others have written there.
pub(crate) fn is_late<P: Platform>(platform: &P, project: &Project) -> bool {
    if project.persistence() == Some(Store::Cookie) {
        return false;
    }
    let local = Store::Local.find(platform, &project.record_key);
    // A full store may have taken no decision, and a reset leaves no more than its epoch.
    let reset = || Store::Cookie.find(platform, &project.flag_key).is_empty();
    latest(&local) < latest(&Store::Cookie.find(platform, &project.record_key)) && (!local.is_empty() || reset())
}

/// Writes the choice to the configured store, or to the other one where that fails, and answers what
/// the next page will find. One that localStorage keeps stands in a cookie as well: every process of
/// the browser sees that at once, and it outlives a `localStorage.clear()` of the site.
pub(crate) fn write<P: Platform>(platform: &mut P, project: &Project, granted: bool, proof: &ConsentRecord) -> Option<StoredChoice> {
    let configured = project.consent_store();
    // The cookie first: who dies in between has said it to all.
    let copied = configured == Store::Local && put(platform, project, Store::Cookie, granted, proof);
    let store = if put(platform, project, configured, granted, proof) {
        configured
    } else if copied || put(platform, project, configured.other(), granted, proof) {
        configured.other()
    } else {
        // A full store that takes no new word may still give up an older one, which would speak for
        // it on the next page.
        forget(platform, project);
        return None;
    };
    // Two stores must not disagree: an older choice in the other one goes.
    if !copied || store == Store::Cookie {
        store.other().remove(platform, &project.flag_key);
        store.other().remove(platform, &project.record_key);
    }
    // What counts is what the next page will find, not what this one wrote.
    let wanted = if granted { Reading::Granted } else { Reading::Denied };
    let choice = read(platform, project);
    (choice.reading == wanted && (!granted || choice.epoch == proof.epoch())).then_some(choice)
}

/// Writes the choice to that store. A grant without its epoch could be taken for an older one; a denial
/// counts without.
fn put<P: Platform>(platform: &mut P, project: &Project, store: Store, granted: bool, proof: &ConsentRecord) -> bool {
    let key = &project.record_key;
    let partly = granted && !proof.granted();
    // Between the two another page must not read a refusal of everything.
    if partly && !store.write(platform, key, proof.as_json()) {
        return false;
    }
    store.write(platform, &project.flag_key, if granted && !partly { "1" } else { "0" })
        && (partly || store.write(platform, key, proof.as_json()) || {
            // What stands there speaks of an older choice, which may have expired.
            store.remove(platform, key);
            store.write(platform, key, ConsentRecord::least(granted, proof.epoch()).as_json()) || !granted
        })
}

/// What is stored of a grant that goes on in a new epoch: its proof, or the epoch alone where there is
/// none.
pub(crate) fn epoch_text(proof: Option<&ConsentRecord>, epoch: Epoch) -> String {
    stamped(proof.map_or("", ConsentRecord::as_json), epoch)
}

/// Removes the decision from both stores. What one of them shows, the other may hold and show late.
pub(crate) fn forget<P: Platform>(platform: &mut P, project: &Project) {
    for key in [&project.flag_key, &project.record_key] {
        if Store::ALL.iter().any(|store| !matches!(platform.read(*store, key), Ok(None))) {
            for store in Store::ALL {
                platform.write(store, key, None);
            }
        }
    }
}

/// Writes a cookie decision again, so that its expiry starts anew: Safari cuts script-written storage
/// to seven days. One from the future, when the clock was wrong, is made now: else it would never
/// expire. What somebody decides meanwhile is not written over. Answers whether something else is
/// stored now than was read.
pub(crate) fn renew<P: Platform>(platform: &mut P, project: &Project, choice: &StoredChoice) -> bool {
    let now = platform.now();
    let (Some(store), true) = (choice.store, choice.current) else { return false };
    let changed = |platform: &P| read(platform, project) != *choice;
    if changed(platform) {
        return true;
    }
    let key = &project.record_key;
    let granted = choice.reading == Reading::Granted && choice.proof.as_ref().is_none_or(ConsentRecord::granted);
    let value = |granted| if granted { "1" } else { "0" };
    // A grant beside a refusal could be written over that, and without its proof the refusal counts.
    if granted && store.find(platform, &project.flag_key) != value(true) {
        return false;
    }
    if let Some(proof) = &choice.proof
        && project.options.consent.max_age_days.is_some()
        && proof.decided_at().is_some_and(|at| at > now)
    {
        return store.write(platform, key, proof.dated(now).as_json());
    }
    if store == Store::Local {
        return false;
    }
    platform.renew(&project.flag_key, value(granted));
    if !changed(platform) {
        if let Some(proof) = &choice.proof {
            platform.renew(key, proof.as_json());
        }
        return false;
    }
    // What was decided between the two shows in its proof, or in that there is none.
    let records = store.find(platform, key);
    if newest(&records, !granted).is_some() {
        platform.write(store, &project.flag_key, Some(value(!granted)));
    } else if records.is_empty() {
        platform.write(store, &project.flag_key, None);
    }
    true
}
