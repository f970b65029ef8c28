//! How a run ends.

use consentry::{Status, Store};

use super::World;
use crate::checks::Check;
use crate::cover::Met;
use crate::ground::origin::{Health, Key, STORES};
use crate::ground::server::Mode;
use crate::plan::{Call, Plan};

impl World {
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
    pub(super) fn judge_leftovers(&mut self) {
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
    pub(super) fn judge_delivery(&mut self, plan: &Plan) {
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
