//! The stored decision: Mixpanel's flag, and beside it the record that proves it.

use alloc::string::String;

use crate::clean::{Room, clean};
use crate::config::Config;
use crate::decide::Reading;
use crate::json;
use crate::platform::Platform;
use crate::status::Status;
use crate::stores::{self, Store};

/// What is stored about the visitor's choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StoredChoice {
    pub(crate) reading: Reading,
    /// The consent record, JSON; empty when there is none that speaks of this choice.
    pub(crate) record: String,
    /// The epoch it stands for, see [`crate::Client::purge`]; 0 where none is stored.
    pub(crate) epoch: u64,
    /// The store that holds the flag.
    pub(crate) store: Option<Store>,
    /// Whether the decision still counts today.
    pub(crate) current: bool,
}

fn status(granted: bool) -> Status {
    if granted { Status::Granted } else { Status::Denied }
}

/// Reads the choice from both stores. Reading is all it does.
pub(crate) fn read<P: Platform>(platform: &P, config: &Config) -> StoredChoice {
    let configured = config.consent_store;
    let first = reading(platform, configured, &config.flag_key);
    let second = reading(platform, configured.other(), &config.flag_key);
    let mut reading = first.with(second);
    // A refusal may be in the store that cannot be read; where nobody asks first, that must not count as a yes.
    if reading == Reading::Absent && second == Reading::Unreadable && config.default == Status::Granted {
        reading = Reading::Unreadable;
    }
    let decided = matches!(reading, Reading::Granted | Reading::Denied);
    let granted = reading == Reading::Granted;
    let key = config.record_key();
    let epoch = |record: &str| json::whole(json::get(record, "epoch").unwrap_or_default(), 0);
    let mut store = if first == reading { configured } else { configured.other() };
    let mut record = store.find(platform, &key);
    let other = store.other().find(platform, &key);
    // An epoch can stand there without a decision.
    let newest = epoch(&record).max(epoch(&other));
    // A store that could not be changed speaks of an older grant.
    if first == second && granted && newest > epoch(&record) {
        (store, record) = (store.other(), other);
    }
    let mut choice = StoredChoice { reading, record: String::new(), epoch: newest, store: decided.then_some(store), current: true };
    // Another tool may have changed the flag since the record was written; then the record speaks of something else.
    if json::get(&record, "status").and_then(json::plain) == Some(status(granted).name())
        && let Some((record, _)) = clean(&record, &mut Room::default())
    {
        choice.record = String::from(record);
    }
    choice.current = !decided || is_current(&choice.record, granted, platform.now(), config);
    choice
}

/// A decision counts while it is young enough and made for today's policy. Without a record (mixpanel-js keeps none) a denial still
/// counts, but a grant cannot be proven to a site that asks for its age or version.
fn is_current(record: &str, granted: bool, now: u64, config: &Config) -> bool {
    let decided_at = json::whole(json::get(record, "decidedAt").unwrap_or_default(), 0);
    let age = now.saturating_sub(decided_at);
    let young = config.max_age_days == 0 || age < u64::from(config.max_age_days) * 86_400_000;
    let version = json::get(record, "policyVersion").and_then(json::plain);
    // A store may have taken less than the record.
    (decided_at == 0 && !granted) || (young && (config.policy_version.is_empty() || version == Some(&config.policy_version)))
}

fn reading<P: Platform>(platform: &P, store: Store, key: &str) -> Reading {
    match platform.read(store, key) {
        Err(_) => Reading::Unreadable,
        Ok(Some(value)) => {
            // Cookies of several domains may disagree, one a line; then a denial wins, and a grant must be the only word.
            let mut reading = Reading::Granted;
            for line in value.as_bytes().split(|byte| *byte == b'\n') {
                match line {
                    b"0" => return Reading::Denied,
                    b"1" => {}
                    _ => reading = Reading::Absent,
                }
            }
            reading
        }
        Ok(None) => Reading::Absent,
    }
}

/// Writes the choice to the configured store, or to the other one where that fails, and answers what the next page will find.
pub(crate) fn write<P: Platform>(platform: &mut P, config: &Config, granted: bool, record: &str) -> Option<StoredChoice> {
    let value = if granted { "1" } else { "0" };
    let key = config.record_key();
    let epoch = json::get(record, "epoch");
    // What must be there of a record that is too large for its store.
    let mut least = json::with("{}", "epoch", epoch);
    least = json::with(&least, "status", Some(if granted { "\"granted\"" } else { "\"denied\"" }));
    let kept = [config.consent_store, config.consent_store.other()].iter().copied().find(|store| {
        // A grant without its epoch could be taken for an older one; a denial counts without.
        store.write(platform, &config.flag_key, value)
            && (store.write(platform, &key, record) || {
                // What stands there speaks of an older choice, which may have expired.
                store.remove(platform, &key);
                store.write(platform, &key, &least) || !granted
            })
    });
    let Some(store) = kept else {
        // A full store that takes no new word may still give up an older one, which would speak for it on the next page.
        stores::remove(platform, &config.flag_key);
        stores::remove(platform, &key);
        return None;
    };
    // Two stores must not disagree: an older choice in the other one goes.
    store.other().remove(platform, &config.flag_key);
    store.other().remove(platform, &key);
    // The proof is in the reading: what the next page will find, not what this one wrote.
    let wanted = if granted { Reading::Granted } else { Reading::Denied };
    let choice = read(platform, config);
    (choice.reading == wanted && (!granted || choice.epoch == json::whole(epoch.unwrap_or_default(), u64::MAX))).then_some(choice)
}

/// Writes a cookie decision again, so that its expiry starts anew: Safari cuts script-written storage to seven days.
pub(crate) fn renew<P: Platform>(platform: &mut P, config: &Config, choice: &StoredChoice) {
    if choice.store == Some(Store::Cookie) && choice.current {
        let value = if choice.reading == Reading::Granted { "1" } else { "0" };
        Store::Cookie.write(platform, &config.flag_key, value);
        if !choice.record.is_empty() {
            Store::Cookie.write(platform, &config.record_key(), &choice.record);
        }
    }
}
