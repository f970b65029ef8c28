//! What happens to the stores, without us.

use consentry::Store;

use super::World;
use super::messages::News;
use crate::checks::Cause;
use crate::cover::Met;
use crate::ground::origin::{FLAG, Health, IDENTITY, Key, QUEUES, RECORD, STORES};
use crate::plan::Spoil;

impl World {
    /// Sets how a store behaves.
    pub(crate) fn set_health(&mut self, store: Store, health: Health) {
        self.ground.note(|| format!("    {} is {health:?} from now on", store.name()));
        self.ground.trouble = self.ground.trouble.max(self.ground.wall());
        // A store that is absent reads as empty, so what is recorded meanwhile belongs to no
        // decision. It counts for nobody once the decision is back, of which no page could know.
        let back = self.ground.origin.area(store).health == Health::Absent && health != Health::Absent;
        let seen = self.ground.origin.decision();
        let at = usize::from(store == Store::Cookie);
        if health == Health::Absent && self.ground.evidence.told_in.get(at) == Some(&true) {
            self.ground.forgive_held(usize::MAX);
            self.ground.evidence.refusal = 0;
        }
        if health == Health::Absent && self.ground.evidence.told_in.iter().enumerate().all(|(store, holds)| *holds == (store == at)) {
            self.ground.forgive_stored_records();
        }
        let area = self.ground.origin.area_mut(store);
        if area.health == Health::Works && health != Health::Works {
            self.ground.cover.met(Met::StorageFault);
        }
        area.health = health;
        // One that threw, or lied, may hide the later of two grants, or a refusal.
        let sees = self.ground.origin.decision();
        if (back && sees != seen) || sees.2 > seen.2 || (sees.0 && !seen.0) {
            self.ground.excuse_all(Cause::Hidden);
        }
    }

    pub(super) fn clear(&mut self, store: Store) {
        self.ground.note(|| format!("    the visitor empties {}", store.name()));
        self.cover().met(Met::StorageCleared);
        let before = self.ground.origin.largest_epoch();
        let area = self.ground.origin.area_mut(store);
        let decisive = area.kept.contains_key(IDENTITY);
        let consents = [FLAG, RECORD].iter().any(|key| area.kept.contains_key(*key));
        area.kept.clear();
        if store == Store::Local {
            self.ground.ledger.for_all(|entry| entry.erased |= entry.stored);
        }
        self.ground.epoch_went(before, self.ground.origin.largest_epoch());
        if decisive && !consents {
            self.ground.forgive_stuck_identity();
            self.ground.excuse_all(Cause::Overruled);
        }
        if consents {
            let permissions = self.ground.evidence.permissions;
            self.overruled();
            self.ground.evidence.permissions = permissions; // an empty store is nobody's word
            self.ground.excuse_all(Cause::Overruled);
        }
        self.ground.align_views();
        self.tell_others(usize::MAX, News::Stored(None));
    }

    /// Something that is not ours changed what is stored about consent.
    pub(super) fn overruled(&mut self) {
        self.ground.evidence.touched = true;
        self.ground.evidence.permissions += 1;
        self.ground.evidence.overruled += 1;
        self.ground.evidence.intact = false;
        self.ground.forgive_held(usize::MAX);
        self.ground.forgive_stuck_identity();
        self.ground.forgive_stuck_records();
        self.ground.evidence.refusal = 0;
    }

    pub(super) fn foreign(&mut self, store: Store, flag: Option<bool>) {
        self.ground.note(|| format!("    another tool sets the flag in {} to {flag:?}", store.name()));
        self.cover().met(Met::ForeignFlag);
        let wanted = flag.map(|granted| if granted { "1" } else { "0" });
        let area = self.ground.origin.area(store);
        if area.health != Health::Works || area.kept.get(FLAG).map(String::as_str) == wanted {
            return;
        }
        self.overruled();
        self.ground.excuse_all(Cause::Overruled);
        let area = self.ground.origin.area_mut(store);
        match flag {
            Some(granted) => drop(area.kept.insert(FLAG.into(), if granted { "1" } else { "0" }.into())),
            None => drop(area.kept.remove(FLAG)),
        }
        if flag == Some(true) {
            // It has no epoch: who went by one before a reset goes on with that.
            self.ground.epoch_went(self.ground.evidence.largest, self.ground.origin.largest_epoch());
        }
        if flag == Some(false) {
            self.ground.evidence.withdrawals += 1;
            // Beside a refusal of ours in the other store, which may have expired, it is not seen
            // by who waits.
            if STORES.iter().any(|other| *other != store && self.ground.origin.area(*other).denies()) {
                self.ground.forgive_held(usize::MAX);
            }
            self.ground.forgive_stuck_identity();
            self.ground.evidence.refusal = self.ground.evidence.withdrawals;
            (self.ground.evidence.told, self.ground.evidence.intact) = (self.ground.evidence.withdrawals, true);
            self.ground.evidence.told_in = [store == Store::Local, store == Store::Cookie];
        }
        self.ground.align_views();
        self.tell_others(usize::MAX, News::Stored(None));
    }

    pub(super) fn spoil(&mut self, place: u8, how: Spoil) {
        self.cover().met(Met::Corruption);
        let keys: Vec<String> = self.ground.origin.local.kept.keys().filter(|key| Key::of(key) != Key::Foreign).cloned().collect();
        let key = usize::from(place).checked_rem(keys.len()).and_then(|at| keys.get(at)).cloned();
        let planted = String::from(r#"{"event":"x","properties":{"evil":1,"$insert_id":"e"}}"#);
        if how == Spoil::Planted {
            let queue = 7;
            let key = format!("{QUEUES}{queue}_{}", 900_000 + u32::from(place));
            let epoch = self.ground.wall();
            self.ground.origin.local.kept.insert(key, format!("12345\n{epoch} 0\n{epoch} {planted}\n"));
            self.ground.note(|| String::from("    somebody plants a segment"));
            self.ground.align_views();
            return;
        }
        let Some(key) = key else { return };
        let old = self.ground.origin.local.kept.get(&key).cloned().unwrap_or_default();
        let mut bytes: Vec<char> = old.chars().collect();
        match how {
            Spoil::Truncate => bytes.truncate(bytes.len() * usize::from(place) / 16),
            Spoil::Flip => {
                let at = bytes.len() * usize::from(place) / 16;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if *byte == '7' { '8' } else { '7' };
                }
            }
            Spoil::Rubbish | Spoil::Planted => bytes = format!("{{\"evil\":1,{planted}").chars().collect(),
        }
        let value: String = bytes.into_iter().collect();
        self.ground.note(|| format!("    {key} is spoiled: {how:?}: {value}"));
        let before = self.ground.origin.largest_epoch();
        self.ground.origin.local.kept.insert(key.clone(), value.clone());
        self.ground.epoch_went(before, self.ground.origin.largest_epoch());
        self.ground.evidence.identity_spoiled |= key == IDENTITY;
        if Key::of(&key) == Key::Queue {
            self.ground.origin.spoiled.insert(value);
            for number in crate::text::numbers(&old) {
                if let Some(entry) = self.ground.ledger.entries.get_mut(number) {
                    entry.erased = true;
                }
            }
        } else if Key::of(&key) == Key::Decision {
            self.overruled();
            self.ground.excuse_all(Cause::Overruled);
        }
        self.ground.align_views();
        self.tell_others(usize::MAX, News::Stored(None));
    }
}
