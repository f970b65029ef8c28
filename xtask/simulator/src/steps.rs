//! What each step does to the world, and how a run ends.

use consentry::{Status, Store};

use crate::checks::Check;
use crate::cover::Met;
use crate::ground::origin::{FLAG, Health, IDENTITY, Key, QUEUES, RECORD, STORES};
use crate::ground::server::Mode;
use crate::plan::{Call, Plan, Spoil, Step};
use crate::world::World;

impl World {
    pub(crate) fn step(&mut self, step: Step, plan: &Plan) {
        self.cover().met(Met::Step);
        match step {
            Step::Call { client, call } => {
                if let Some(place) = self.place(client) {
                    self.call(place, call);
                }
            }
            Step::CallAndCrash { client, call, effects } => self.call_and_crash(client, call, effects),
            Step::Pass(milliseconds) => self.pass(u64::from(milliseconds)),
            Step::RingEarly(client) => {
                if let Some(place) =
                    self.place(client).filter(|place| self.slot(*place).is_some_and(|slot| slot.client.platform().wake.is_some()))
                {
                    self.ring(place);
                }
            }
            Step::Deliver(at) => self.deliver(usize::from(at) % self.messages.len().max(1)),
            Step::Lose(at) => {
                if !self.messages.is_empty() {
                    let number = self.messages.remove(usize::from(at) % self.messages.len());
                    self.ground.note(|| format!("    a message to page {number} is lost"));
                    self.cover().met(Met::MessageLost);
                }
            }
            Step::Claim { orphan, client } => self.claim(usize::from(orphan), client),
            Step::Open => {
                if self.tabs.len() < plan.tabs {
                    self.open();
                }
            }
            Step::Crash(tab) => {
                if !self.tabs.is_empty() {
                    self.cover().met(Met::Crash);
                    self.crash(usize::from(tab) % self.tabs.len());
                }
            }
            Step::Close(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.cover().met(Met::Close);
                    self.hide(tab, true);
                    self.crash(tab);
                }
            }
            Step::Hide(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.hide(tab, false);
                }
            }
            Step::Freeze(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.cover().met(Met::Freeze);
                    self.freeze(tab);
                }
            }
            Step::Return(number) => {
                let away: Vec<usize> = (0..self.tabs.len()).filter(|tab| self.tabs.get(*tab).is_some_and(|tab| tab.away)).collect();
                if let Some(tab) = usize::from(number).checked_rem(away.len()).and_then(|at| away.get(at)) {
                    self.cover().met(Met::Return);
                    self.unfreeze(*tab);
                }
            }
            Step::Health(store, health) => self.set_health(store, health),
            Step::Quota(bytes) => {
                self.ground.note(|| format!("    localStorage takes {bytes} bytes from now on"));
                self.ground.origin.local.quota = bytes as usize;
            }
            Step::Clear(store) => self.clear(store),
            Step::Foreign(store, flag) => self.foreign(store, flag),
            Step::Spoil(place, how) => self.spoil(place, how),
            Step::Server(mode) => {
                self.ground.note(|| format!("    the server: {mode:?}"));
                self.ground.mode = mode;
            }
            Step::Jump(milliseconds) => {
                self.ground.note(|| format!("    the clock jumps by {} s", milliseconds / 1_000));
                self.cover().met(Met::ClockJump);
                // A wait after a failure goes on where the clock is set forward: the core counts it from its next try.
                let waits = self.ground.trouble + 60_000 > self.ground.wall();
                self.ground.offset += milliseconds;
                if waits {
                    self.ground.trouble = self.ground.trouble.max(self.ground.wall());
                }
                self.ground.latest = self.ground.latest.max(self.ground.wall());
                if milliseconds < 0 {
                    self.ground.actors.iter_mut().for_each(|actor| actor.not_before = [0; 3]);
                }
            }
            Step::Gpc(on) => {
                self.ground.note(|| format!("    the browser's signal is {on}"));
                self.cover().met(Met::SignalChanged);
                self.ground.signals.gpc = on;
                // A refusal that the world took out of storage could not be told from the signal that denied as well; now it is over.
                self.ground.evidence.permissions += u32::from(!on && !self.ground.origin.holds_flag());
            }
            Step::Default(status) => self.config.default = status,
            Step::Policy => self.config.policy_version = if self.config.policy_version.is_empty() { String::new() } else { "2".into() },
        }
        if self.tabs.iter().all(|tab| tab.away) {
            self.open();
        }
        if self.prompt {
            self.catch_up();
        }
        self.ground.tidy();
    }

    fn call_and_crash(&mut self, client: u8, call: Call, effects: u8) {
        let Some(place) = self.place(client) else { return };
        for slot in 0..self.tabs.get(place.0).map_or(0, |tab| tab.slots.len()) {
            if let Some(slot) = self.slot_mut((place.0, slot)) {
                slot.client.platform_mut().dies_after =
                    Some(if slot.client.platform().actor % 2 == 0 { u32::from(effects) } else { u32::from(effects) + 1 });
            }
        }
        self.ground.note(|| format!("    the page dies after {effects} effects of:"));
        self.cover().met(Met::CrashMidCall);
        self.call(place, call);
        self.crash(place.0);
    }

    fn clear(&mut self, store: Store) {
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
            self.ground.grant_ended();
        }
        if consents {
            let permissions = self.ground.evidence.permissions;
            self.overruled();
            self.ground.evidence.permissions = permissions; // an empty store is nobody's word
            self.ground.grant_ended();
        }
        self.tell_others(usize::MAX);
    }

    /// Something that is not ours changed what is stored about consent.
    fn overruled(&mut self) {
        self.ground.evidence.touched = true;
        self.ground.evidence.permissions += 1;
        self.ground.evidence.overruled += 1;
        self.ground.evidence.intact = false;
        self.ground.forgive_held(usize::MAX);
        self.ground.forgive_stuck_identity();
        self.ground.forgive_stuck_records();
        self.ground.evidence.refusal = 0;
    }

    fn foreign(&mut self, store: Store, flag: Option<bool>) {
        self.ground.note(|| format!("    another tool sets the flag in {} to {flag:?}", store.name()));
        self.cover().met(Met::ForeignFlag);
        let wanted = flag.map(|granted| if granted { "1" } else { "0" });
        let area = self.ground.origin.area(store);
        if area.health != Health::Works || area.kept.get(FLAG).map(String::as_str) == wanted {
            return;
        }
        self.overruled();
        self.ground.grant_ended();
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
            // Beside a refusal of ours in the other store, which may have expired, it is not seen by who waits.
            if STORES.iter().any(|other| *other != store && self.ground.origin.area(*other).denies()) {
                self.ground.forgive_held(usize::MAX);
            }
            self.ground.evidence.refusal = self.ground.evidence.withdrawals;
            (self.ground.evidence.told, self.ground.evidence.intact) = (self.ground.evidence.withdrawals, true);
            self.ground.evidence.told_in = [store == Store::Local, store == Store::Cookie];
        }
        self.tell_others(usize::MAX);
    }

    fn spoil(&mut self, place: u8, how: Spoil) {
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
        self.ground.origin.local.kept.insert(key.clone(), value);
        self.ground.epoch_went(before, self.ground.origin.largest_epoch());
        self.ground.evidence.identity_spoiled |= key == IDENTITY;
        if Key::of(&key) == Key::Queue {
            for number in crate::text::numbers(&old) {
                if let Some(entry) = self.ground.ledger.entries.get_mut(number) {
                    entry.erased = true;
                }
            }
        } else if Key::of(&key) == Key::Decision {
            self.overruled();
            self.ground.grant_ended();
        }
        self.tell_others(usize::MAX);
    }

    /// The end: everything is healed, every page opens anew, and time passes.
    pub(crate) fn finish(&mut self, plan: &Plan) {
        self.ground.note(|| String::from("    ---- everything heals"));
        self.prompt = true;
        self.set_health(Store::Local, Health::Works);
        self.set_health(Store::Cookie, Health::Works);
        self.ground.origin.local.quota = 5_000_000;
        self.ground.mode = Mode::Fine;
        self.ground.signals.gpc = false;
        while !self.tabs.is_empty() {
            if self.tabs.first().is_some_and(|tab| !tab.away) && self.random.chance(50) {
                self.hide(0, true);
            }
            self.crash(0);
        }
        for _ in 0..plan.tabs.min(2) {
            self.open();
            self.catch_up();
        }
        if plan.refuses {
            if let Some(place) = self.place(0) {
                self.call(place, Call::OptOut { delete: false });
            }
            self.catch_up();
            self.pass(7_200_000);
            self.judge_leftovers();
        }
        let status = self.place(0).and_then(|place| self.slot(place)).map_or(Status::Denied, |slot| slot.client.status());
        if status != Status::Granted
            && let Some(place) = self.place(0)
        {
            if status == Status::Denied && !plan.refuses {
                self.judge_leftovers();
            }
            self.call(place, Call::OptIn { event: true });
            self.catch_up();
        }
        for _ in 0..12 {
            self.pass(600_000);
            self.catch_up();
            if self.violation().is_some()
                || (self.ground.requests.is_empty()
                    && self.tabs.iter().all(|tab| tab.slots.iter().all(|slot| slot.client.platform().wake.is_none())))
            {
                break;
            }
        }
        self.judge_delivery(plan);
    }

    /// Promise 3, in the end.
    fn judge_leftovers(&mut self) {
        let denied = self.ground.origin.says_denied();
        for store in STORES {
            let left =
                self.ground.origin.area(store).kept.keys().find(|key| !matches!(Key::of(key), Key::Decision | Key::Foreign)).cloned();
            if let Some(left) = left.filter(|_| denied) {
                self.ground.violate(Check::LeftInTheEnd, || left);
            }
        }
    }

    /// Promise 7, in the end.
    fn judge_delivery(&mut self, plan: &Plan) {
        let granted = self.place(0).and_then(|place| self.slot(place)).is_some_and(|slot| slot.client.status() == Status::Granted);
        let unfinished = self.tabs.iter().flat_map(|tab| &tab.slots).find_map(|slot| slot.client.platform().flushes.first().copied());
        if let Some(flush) = unfinished {
            self.ground.violate(Check::FlushNotOnce, || format!("flush {flush} never ended"));
        }
        if !granted || self.violation().is_some() {
            return;
        }
        self.cover().met(Met::EndedGranted);
        let latest = self.ground.latest;
        let mut lost = Vec::new();
        for (place, entry) in self.ground.ledger.entries.iter().enumerate().filter(|(_, entry)| entry.due) {
            let excuse = entry.excuse(latest);
            self.ground.cover.met(if excuse.is_none() { Met::MustArrive } else { Met::Excused });
            if entry.accepted == 0 && excuse.is_none() {
                lost.push(place);
            }
        }
        if lost.len() > self.ground.queue_full {
            self.ground.violate(Check::Lost, || format!("records {lost:?}"));
        }
        let adopts = plan.config.persistence.is_some();
        let left = self.ground.origin.local.kept.iter().find(|(key, _)| adopts && Key::of(key) == Key::Queue && Key::queue(key).is_some());
        if let Some((key, value)) = left.map(|(key, value)| (key.clone(), value.clone())) {
            self.ground.violate(Check::LeftAfterItsAnswer, || format!("{key} = {value}"));
        }
    }
}
