//! What the core does through its host, and hears from it.

use consentry::{Code, Facts, Fault, FlushId, Message, Platform, QueueId, RequestId, Signals, Status, Store};

use super::Host;
use crate::cover::Met;
use crate::ground::network::Sending;
use crate::ground::origin::{FLAG, Health, Key, QUEUES, RECORD, epoch_of};
use crate::text;
use crate::world::messages::News;

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
            Facts::Address => return address(self.address),
            Facts::Arrival => r#"{"$initial_referrer":"$direct","secretq":3}"#,
        })
    }

    fn address(&self) -> u32 {
        self.address
    }

    fn hidden(&self) -> bool {
        self.hidden
    }

    fn signals(&self) -> Signals {
        self.ground.signals
    }

    fn read(&self, store: Store, key: &str) -> Result<Option<String>, Fault> {
        let seen = if store == Store::Local { self.ground.seen_by(self.actor) } else { &self.ground.origin.jar.kept };
        if key == FLAG || key == RECORD {
            self.known.set(self.known.get().max(self.ground.legible_to(self.actor)));
            self.overruled.set(self.ground.evidence.overruled);
            self.behind.set(self.behind.get() || self.ground.origin.area(store).read(key).is_err());
        }
        if key == RECORD {
            let [mut local, mut cookie] = self.epochs.get();
            *(if store == Store::Local { &mut local } else { &mut cookie }) =
                self.ground.origin.area(store).read_in(seen, RECORD).ok().flatten().and_then(|record| epoch_of(record));
            self.epochs.set([local, cookie]);
        }
        // Who takes a queue over asks first how often it was tried, and looks through the keys then.
        self.measures.set(self.measures.get() && key.starts_with(QUEUES));
        if !self.measures.get()
            && let Some(queue) = key.strip_prefix(QUEUES).and_then(|rest| QueueId::new(rest.strip_suffix("_0")?.parse().ok()?))
        {
            let prefix = key.trim_end_matches('0');
            let found = seen.range(String::from(prefix)..).take_while(|(key, _)| key.starts_with(prefix));
            let records = found.map(|(_, value)| value).any(|value| value.contains(text::MARK));
            self.took_over.borrow_mut().push((queue, records, self.ground.locks.holder(queue)));
        }
        let value = self.ground.origin.area(store).read_in(seen, key).map(Option::<&String>::cloned);
        if key == RECORD && value.as_ref().is_ok_and(|value| value.as_deref().unwrap_or_default() == self.ground.partly.record) {
            self.partly.set(self.ground.partly.withdrawals);
        }
        value
    }

    fn write(&mut self, store: Store, key: &str, value: Option<&str>) {
        if !self.lives() {
            return;
        }
        self.did.touches += 1;
        self.ground.stirred = self.ground.monotonic;
        self.note_heard();
        if let Some(value) = value {
            self.check_write(store, key, value);
        }
        let numbers = |text: &str| text::numbers(text).collect::<Vec<usize>>();
        let old = self.ground.origin.area(store).kept.get(key).map_or_else(Vec::new, |old| numbers(old));
        let took = self.ground.origin.area_mut(store).write(key, value);
        if took && Key::of(key) == Key::Queue && self.refused_queue {
            // After it could not write, it takes back into memory what it had stored.
            let new = value.map_or_else(Vec::new, numbers);
            self.ground.take_back(old.into_iter().filter(|number| !new.contains(number)));
        }
        if Key::of(key) == Key::Queue {
            self.behind.set(!took);
            self.refused_queue = !took || (self.refused_queue && value.is_none());
        }
        if !took {
            self.ground.trouble = self.ground.trouble.max(self.ground.wall());
            if self.ground.origin.area(store).health == Health::Works {
                self.ground.cover.met(Met::QuotaHit);
            }
        }
        if took && key == RECORD {
            self.ground.note_purposes(value.unwrap_or_default());
        }
        if took && store == Store::Local {
            self.ground.spread(self.actor, key, value);
        }
        let news = News::Stored(Some(Key::of(key)));
        if took && store == Store::Local && !self.did.told.contains(&news) {
            self.did.told.push(news);
        }
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
        self.measures.set(prefix == QUEUES);
        let mut keys = String::new();
        let local = &self.ground.origin.local;
        if local.readable() {
            for (key, _) in self.ground.seen_by(self.actor).range(String::from(prefix)..).take_while(|(key, _)| key.starts_with(prefix)) {
                keys.push_str(key);
                keys.push('\n');
            }
        }
        keys
    }

    fn lock(&mut self, queue: QueueId) {
        if self.lives() {
            let actor = self.actor;
            self.ground.note(|| format!("      c{actor} asks for the lock of queue {}", queue.get()));
            let at = self.ground.monotonic + self.ground.random.below(30);
            self.ground.locks.ask(actor, queue, at);
        }
    }

    fn unlock(&mut self, queue: QueueId) {
        if self.lives() {
            let actor = self.actor;
            self.ground.note(|| format!("      c{actor} gives back queue {}", queue.get()));
            self.ground.locks.give_back(actor, queue);
        }
    }

    fn post(&mut self, message: Message) {
        if self.lives() {
            if let Message::Asks(_) = message {
                self.ground.locks.asked_others = self.ground.monotonic + 1;
            }
            self.ground.stirred = self.ground.monotonic;
            self.did.told.push(News::Said(message));
        }
    }

    fn send(&mut self, id: RequestId, url: &str, data: &str, keepalive: bool) {
        if !self.lives() {
            return;
        }
        self.note_heard();
        if data.contains("\"$delete\":") {
            self.did.deletes += 1;
            self.deleted = true;
        } else {
            self.did.sends += 1;
            self.check_after_deletion(data);
        }
        let sending = Sending {
            actor: self.actor,
            known: self.known.get(),
            partly: self.partly.get(),
            makes: self.makes,
            id,
            url,
            data,
            keepalive,
            leaving: self.leaving,
        };
        self.ground.start(&sending);
    }

    fn keepalive_bytes(&self) -> usize {
        self.ground.actors.get(self.actor).map_or(0, |actor| self.ground.keepalive_bytes(actor.page))
    }

    fn abort(&mut self, id: RequestId) {
        if self.lives() {
            self.ground.abort(self.actor, id);
        }
    }

    fn watch_unload(&mut self, on: bool) {
        self.inbox.watched = on;
    }

    fn recording(&mut self, on: bool) {
        self.records = on;
    }

    fn wake_after(&mut self, milliseconds: Option<u32>) {
        let wait = milliseconds.map(u64::from);
        self.did.stopped |= wait.is_none();
        self.inbox.timer = self.inbox.watched;
        self.check_wait(wait);
        self.at_end_of_task = wait == Some(0);
        let late = if self.ground.sluggish && self.random.chance(40) { self.random.below(60_000) } else { 0 };
        self.wake = wait.filter(|wait| *wait > 0).map(|wait| self.ground.monotonic + wait + late);
    }

    fn report(&mut self, code: Code, about: &str, dropped: usize) {
        if self.dead {
            return;
        }
        self.check_told(code, about, dropped);
        if code == Code::RecordsExpired {
            self.ground.expired += dropped;
        }
        if code == Code::Closed {
            self.did.closed += dropped;
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
        self.check_change(before, after);
        self.granted_since = self.ground.monotonic;
        self.ended += u32::from(before != Status::Pending || after != Status::Granted);
        self.did.grant_ended |= before == Status::Granted && after != Status::Granted;
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} is {} now, was {}", after.name(), before.name()));
    }

    fn flushed(&mut self, flush: FlushId, _sent: usize, dropped: usize, _pending: usize) {
        if let Some(flush) = self.check_flush(flush) {
            self.check_dropped(flush, dropped);
        }
    }

    fn deleted(&mut self, _: u32, done: bool) {
        self.deletions_told += 1;
        let actor = self.actor;
        self.ground.note(|| format!("      c{actor} hears that the profile {}", if done { "was deleted" } else { "was not deleted" }));
        self.check_deletion_told();
    }
}

/// The facts of an address, by its number.
pub(crate) fn address(number: u32) -> String {
    format!(r#"{{"$current_url":"https://a.example/{number}","secretq":2}}"#)
}
