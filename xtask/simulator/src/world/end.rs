//! How a run ends.

use consentry::{Status, Store};

use super::World;
use crate::ground::origin::Health;
use crate::ground::server::Mode;
use crate::plan::{Call, Plan};

impl World {
    /// The end: everything is healed, every page opens anew, and time passes.
    pub(crate) fn finish(&mut self, plan: &Plan) {
        self.ground.note(|| String::from("    ---- everything heals"));
        self.prompt = true;
        self.ground.views.late = false;
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
            self.call(place, Call::OptIn { event: true, partly: false });
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
        self.judge_flushes();
        self.judge_rest();
        self.judge_delivery(plan);
    }
}
