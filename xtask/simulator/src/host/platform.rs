//! What the core does through its host, and hears from it.

use consentry::{Code, Facts, Fault, Platform, Signals, Status, Store};

use super::Host;
use crate::cover::Met;
use crate::ground::network::Sending;
use crate::ground::origin::{FLAG, Health, Key, RECORD};

impl Platform for Host {
    fn now(&self) -> u64 {
        self.ground.wall()
    }

    fn random(&mut self) -> u32 {
        (self.random.next() >> 32) as u32
    }

    fn facts(&self, facts: Facts) -> String {
        String::from(match facts {
            Facts::Page => r#"{"$os":"Linux","mp_lib":"web","secretq":1}"#,
            Facts::Address => r#"{"$current_url":"https://a.example/","secretq":2}"#,
            Facts::Arrival => r#"{"$initial_referrer":"$direct","secretq":3}"#,
        })
    }

    fn signals(&self) -> Signals {
        self.ground.signals
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        if key == FLAG || key == RECORD {
            self.known.set(self.known.get().max(self.ground.legible_evidence()));
            self.overruled.set(self.ground.evidence.overruled);
        }
        if key == RECORD
            && let Some(epoch) = self.epochs.borrow_mut().get_mut(usize::from(store == Store::Cookie))
        {
            *epoch = self.ground.origin.epoch(store);
        }
        self.ground.origin.area(store).read(key).map(Option::<&String>::cloned)
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        if !self.lives() {
            return;
        }
        self.did.touches += 1;
        if let Some(value) = value {
            self.check_write(store, key, value);
        }
        let took = self.ground.origin.area_mut(store).write(key, value);
        if !took {
            self.ground.trouble = self.ground.trouble.max(self.ground.wall());
            if self.ground.origin.area(store).health == Health::Works {
                self.ground.cover.met(Met::QuotaHit);
            }
        }
        self.did.tells |= took && store == Store::Local;
        let actor = self.actor;
        self.ground.note(|| {
            let failed = if took { "" } else { " (in vain)" };
            match value {
                Some(value) => {
                    let shown: String = value.chars().take(if Key::of(key) == Key::Decision { 200 } else { 60 }).collect();
                    format!("      c{actor} writes {} {key} = {}{failed}", store.name(), shown.replace('\n', "\\n"))
                }
                None => format!("      c{actor} removes {} {key}{failed}", store.name()),
            }
        });
    }

    fn keys(&self, prefix: &str) -> String {
        let mut keys = String::new();
        let local = &self.ground.origin.local;
        if local.readable() {
            for (key, _) in local.kept.range(String::from(prefix)..).take_while(|(key, _)| key.starts_with(prefix)) {
                keys.push_str(key);
                keys.push('\n');
            }
        }
        keys
    }

    fn own(&mut self, queue: u32) {
        if !self.lives() {
            return;
        }
        let number = self.actor;
        self.ground.note(|| format!("      c{number} owns queue {queue}"));
        if let Some(actor) = self.ground.actors.get_mut(number) {
            if queue == 0 {
                self.did.disowned = true;
                actor.owned.clear();
            } else {
                actor.owned.push(queue);
            }
            actor.adopts = true;
        }
    }

    fn send(&mut self, id: u32, url: &str, data: &str, keepalive: bool) {
        if !self.lives() {
            return;
        }
        if data.contains("\"$delete\":") {
            self.did.deletes += 1;
            self.deleted = true;
        } else {
            self.did.sends += 1;
            self.check_after_deletion(data);
        }
        let sending = Sending { actor: self.actor, known: self.known.get(), id, url, data, keepalive };
        self.ground.start(&sending);
    }

    fn abort(&mut self, id: u32) {
        if self.lives() {
            self.ground.abort(self.actor, id);
        }
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        let wait = milliseconds.map(u64::from);
        self.check_wait(wait);
        self.at_end_of_task = wait == Some(0);
        let late = if self.ground.sluggish && self.random.chance(40) { self.random.below(60_000) } else { 0 };
        self.wake = wait.filter(|wait| *wait > 0).map(|wait| self.ground.monotonic + wait + late);
    }

    fn tell(&mut self) {
        if self.lives() {
            self.did.tells = true;
        }
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        if self.dead {
            return;
        }
        if code == Code::QueueFull {
            self.ground.queue_full += dropped;
        } else if [Code::RequestRefused, Code::RecordsRejected, Code::RecordTooLarge].contains(&code) {
            self.did.refused += dropped;
        }
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} reports {code:?} {about} dropped {dropped}"));
    }

    fn changed(&mut self, before: Status, after: Status) {
        self.did.grant_ended |= before == Status::Granted && after != Status::Granted;
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} is {} now, was {}", after.name(), before.name()));
    }

    fn flushed(&mut self, number: u32, _sent: usize, _dropped: usize, _pending: usize) {
        self.check_flush(number);
    }

    fn deleted(&mut self, done: bool) {
        self.deletions_told += 1;
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} hears that the profile {}", if done { "was deleted" } else { "was not deleted" }));
        self.check_deletion_told();
    }
}
