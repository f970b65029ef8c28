//! What each step does to the world.

use consentry::Client;

use super::World;
use crate::cover::Met;
use crate::ground::server::Mode;
use crate::host::Context;
use crate::plan::{Call, Plan, Step, Vary};

impl World {
    pub(crate) fn step(&mut self, step: Step, plan: &Plan) {
        self.cover().met(Met::Step);
        self.arrive_late(plan);
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
                    let letter = self.messages.remove(usize::from(at) % self.messages.len());
                    self.ground.note(|| format!("    a message to page {} is lost: {:?}", letter.to, letter.news));
                    self.cover().met(Met::MessageLost);
                }
            }
            Step::Lock => self.answer_lock(),
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
                    self.unload(tab);
                    self.hide(tab, true);
                    self.crash(tab);
                }
            }
            Step::Hide(client) => {
                if let Some((tab, _)) = self.place(client) {
                    if self.tabs.get(tab).is_some_and(|tab| tab.hidden) {
                        self.show(tab, true);
                    } else {
                        self.hide(tab, false);
                    }
                }
            }
            Step::Freeze(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.cover().met(Met::Freeze);
                    self.unload(tab);
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
            Step::Burst { client, calls, padding, early } => {
                if let Some(place) = self.place(client) {
                    self.burst(place, calls, padding, early);
                }
            }
            Step::Navigate(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.navigate(tab);
                }
            }
            Step::Stay(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.unload(tab);
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
                self.ground.server_well &= mode == Mode::Fine;
                self.ground.disturb();
            }
            Step::Jump(milliseconds) => {
                self.ground.note(|| format!("    the clock jumps by {} s", milliseconds / 1_000));
                self.cover().met(Met::ClockJump);
                // A wait after a failure goes on where the clock is set forward: the core counts it
                // from its next try.
                let waits = self.ground.trouble + 60_000 > self.ground.wall();
                self.ground.offset += milliseconds;
                if milliseconds > 0 {
                    self.ground.locks.jump(self.ground.monotonic);
                }
                if waits {
                    self.ground.trouble = self.ground.trouble.max(self.ground.wall());
                }
                self.ground.latest = self.ground.latest.max(self.ground.wall());
                if milliseconds < 0 {
                    let slots = self.tabs.iter_mut().flat_map(|tab| &mut tab.slots);
                    slots.for_each(|slot| slot.client.platform_mut().note_clock_set_back());
                    self.ground.actors.iter_mut().for_each(|actor| actor.not_before = [0; 3]);
                }
            }
            Step::Gpc(on) => {
                self.ground.note(|| format!("    the browser's signal is {on}"));
                self.cover().met(Met::SignalChanged);
                self.ground.signals.gpc = on;
                // A refusal that the world took out of storage could not be told from the signal
                // that denied as well; now it is over.
                self.ground.evidence.permissions += u32::from(!on && !self.ground.origin.holds_flag());
            }
            Step::Default(status) => self.options.consent.default = status,
            Step::Options(which) => {
                self.options.vary(which);
                self.cover().met(Met::OptionsDiffer);
            }
            Step::Late { call, wait } => self.begin_late(wait, &[call]),
            Step::LatePage { calls, wait } => self.begin_late(wait, &calls),
            Step::Someone { client, user, later } => {
                if later {
                    self.pass(90_000_000); // a grant for a day has expired
                }
                self.cover().met(Met::Someone);
                for call in [
                    Call::Track { padding: 0 },
                    Call::Identify(user),
                    Call::Profile,
                    Call::Track { padding: 0 },
                    Call::OptIn { event: true, partly: false },
                ] {
                    if let Some(place) = self.place(client) {
                        self.call(place, call);
                    }
                }
            }
            Step::EndClient { client, again } => {
                if let Some(place) = self.place(client) {
                    self.end_client(place, again);
                }
            }
            Step::Sleep(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.sleep(tab);
                }
            }
            Step::Online(client) => {
                if let Some((tab, _)) = self.place(client) {
                    self.input(tab, Context::Other, Client::online);
                }
            }
            Step::LockFault(fault) => self.spoil_lock(fault),
            Step::Channel { client, fault, which } => {
                if let Some(place) = self.place(client) {
                    self.spoil_channel(place, fault, which);
                }
            }
            Step::Steady { client, every, count } => {
                self.cover().met(Met::Steady);
                for number in 0..count {
                    let Some(place) = self.place(client) else { break };
                    self.call(place, if number == 3 { Call::Flush } else { Call::Track { padding: 0 } });
                    self.pass(u64::from(every));
                    if self.violation().is_some() {
                        break;
                    }
                }
            }
            Step::CloseCalling { client, first } => {
                if let Some(place) = self.place(client) {
                    self.cover().met(Met::CallWhenLeft);
                    self.unload(place.0);
                    if first {
                        self.call(place, Call::Track { padding: 0 });
                    }
                    self.hide(place.0, true);
                    if !first {
                        self.call(place, Call::Track { padding: 0 });
                    }
                    self.crash(place.0);
                }
            }
            Step::Policy => self.options.consent.policy_version = self.options.consent.policy_version.as_ref().map(|_| String::from("2")),
        }
        if self.tabs.iter().all(|tab| tab.away) {
            self.open();
        }
        if self.prompt {
            self.catch_up();
        }
        self.ground.tidy();
    }

    /// Calls on a page whose wasm comes so many milliseconds later.
    fn begin_late(&mut self, wait: u32, calls: &[Call]) {
        let mut made = Vec::new();
        for call in calls {
            self.ground.monotonic += 4; // nobody decides twice in the same milliseconds
            let at = self.ground.wall();
            self.ground.note(|| format!("    {call:?} on a page that waits for its wasm"));
            made.push((at, *call));
        }
        self.arriving.push((self.ground.monotonic + u64::from(wait), made));
    }

    /// The wasm of pages has come: they open, and their calls are made as of then.
    fn arrive_late(&mut self, plan: &Plan) {
        while let Some(at) = self.arriving.iter().position(|(comes, _)| *comes <= self.ground.monotonic) {
            let (_, calls) = self.arriving.remove(at);
            if self.tabs.len() < plan.tabs {
                self.cover().met(Met::LateWasm);
                self.open();
                self.call_late((self.tabs.len() - 1, 0), &calls);
            }
        }
    }
}
