//! Promise 4: a record is of whoever the visitor was when it was called. What is known of that is
//! what its page could read, and whom it named; the core is not asked.

use std::collections::BTreeMap;

use consentry::{Persistence, Status};

use super::{Check, Rule, rule};
use crate::ground::Ground;
use crate::ground::evidence::Evidence;
use crate::ground::ledger::Entry;
use crate::ground::origin::{IDENTITY, STORES};
use crate::host::Host;
use crate::plan::Call;
use crate::text;
use crate::world::World;
use crate::world::calls::Maker;

pub(super) const RULES: &[Rule] = &[rule(
    Check::WhoseRecord,
    "4: a record is of who was there when it was called, as its page could read it or had named; a group's is of nobody; a device is joined with one user",
    "a store failed, or the identity was spoiled or emptied; its maker heard of a withdrawal in the call; a call that waits, in the millisecond of the one before it; two logins on pages that could not see each other's",
)];

/// Whose a record is, as far as that can be told when it is called.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Whose {
    #[default]
    Unknown,
    /// Of nobody: it is of a group.
    Nobody,
    /// Of the visitor that is stored.
    Stored { id: String, device: String },
    /// Of whoever is named next on that device: an update that waits.
    OnDevice(String),
    /// Of the user that its page has named, whoever is stored.
    Named(String),
    /// Its page has named nobody.
    Nameless(Nameless),
}

/// What is held while nobody is named.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Nameless {
    /// Who was named first after it.
    first: Option<String>,
    /// Who is named from now on is somebody else.
    closed: bool,
    /// The page has forgotten who was there: it is not of who is stored, whose devices these are.
    new: bool,
    devices: Vec<String>,
}

/// Whom a page has named, while it cannot read or store who is there.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Person {
    name: Option<String>,
    /// It has forgotten who was there before.
    new: bool,
    /// That counts until one more withdrawal, or another tool's, and until its grant ends.
    withdrawals: u32,
    overruled: u32,
    ended: u32,
}

/// Who was seen in storage, and who was joined with whom.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct People {
    /// The users that were stored, and when last.
    stored: BTreeMap<String, u64>,
    /// The user that a device was joined with.
    joined: BTreeMap<String, String>,
}

impl Host {
    /// Its page is new.
    pub(crate) fn begin_person(&mut self, ground: &Ground) {
        let Evidence { withdrawals, overruled, .. } = ground.evidence;
        self.person = Person { withdrawals, overruled, ..Person::default() };
    }

    /// Its page names somebody, or forgets who was there.
    pub(crate) fn note_person(&mut self, withdrawals: u32, name: Option<String>, new: bool) {
        // One that has not heard of a withdrawal is about to forget this.
        let withdrawals = if self.known.get() >= withdrawals { withdrawals } else { u32::MAX };
        self.person = Person { name, new, withdrawals, overruled: self.overruled.get(), ended: self.ended };
    }

    /// Somebody is about to be stored, in the place of somebody.
    pub(crate) fn note_stored(&mut self, value: &str) {
        let now = self.ground.monotonic;
        let before = STORES.map(|store| self.ground.origin.area(store).kept.get(IDENTITY).cloned());
        for entry in before.iter().flatten().map(String::as_str).chain([value]) {
            if let Some(user) = text::member(entry, "\"$user_id\"") {
                self.ground.people.stored.insert(user.into(), now);
            }
        }
    }
}

impl Ground {
    /// What is stored of the visitor, as a client reads it now; nothing where that cannot be told.
    fn who_is_there(&self, actor: usize) -> Option<(String, String)> {
        // What a late copy shows of the visitor is not believed where a cookie tells of a newer decision.
        let sound = self.origin.is_healthy() && self.is_people_sound() && !self.shows_older(actor);
        let stored = self.seen_by(actor).get(IDENTITY).or_else(|| self.origin.jar.kept.get(IDENTITY)).filter(|_| sound)?;
        let member = |name| text::member(stored, name).map(String::from);
        let device = member("\"$device_id\"")?;
        // Nor whom it knows to be from before a withdrawal.
        let old = self.ledger.devices.get(&device).is_some_and(|born| *born < self.legible_to(actor));
        Some((member("\"distinct_id\"")?, device)).filter(|_| !old)
    }

    fn is_people_sound(&self) -> bool {
        self.trouble == 0 && !self.evidence.identity_spoiled && self.evidence.overruled == 0
    }

    fn stored_devices(&self) -> Vec<String> {
        let stored = STORES.iter().filter_map(|store| self.origin.area(*store).kept.get(IDENTITY));
        stored.filter_map(|entry| text::member(entry, "\"$device_id\"").map(String::from)).collect()
    }

    /// Somebody is named on that page, or with nothing who was there is forgotten.
    fn close_nameless(&mut self, actor: usize, name: Option<&str>) {
        for entry in self.ledger.entries.iter_mut().filter(|entry| entry.actor == actor) {
            if let Whose::Nameless(nameless) = &mut entry.whose
                && !std::mem::replace(&mut nameless.closed, true)
            {
                nameless.first = name.map(String::from);
            }
        }
    }

    /// A record is sent.
    pub(crate) fn check_whose(&mut self, entry: &Entry, record: &str) {
        let id = text::member(record, "\"distinct_id\"").or_else(|| text::member(record, "\"$distinct_id\""));
        let device = text::member(record, "\"$device_id\"");
        let user = id.filter(|id| !id.starts_with("$device:"));
        let is_right = match &entry.whose {
            _ if entry.heard => true,
            Whose::Unknown => true,
            Whose::Nobody => id.is_none() && device.is_none(),
            Whose::Stored { id: whose, device: on } => id == Some(whose) && device == Some(on),
            Whose::OnDevice(on) => user.is_some() && device == Some(on),
            Whose::Named(name) => id == Some(name),
            Whose::Nameless(Nameless { first, new, devices, .. }) => match user {
                Some(user) if first.as_deref() == Some(user) || (!new && self.was_stored(user, entry.since)) => true,
                None if !new => true,
                _ => *new && device.is_some_and(|device| devices.iter().all(|stored| stored != device)),
            },
        };
        if !is_right {
            self.violate(Check::WhoseRecord, || format!("{:?}: {record}", entry.whose));
        }
        if record.contains("\"event\":\"$identify\"")
            && let (Some(device), Some(user)) = (device, user)
        {
            self.check_join(device, user);
        }
    }

    /// That user is in storage now, or was since then.
    fn was_stored(&self, user: &str, since: u64) -> bool {
        let now = STORES.iter().filter_map(|store| self.origin.area(*store).kept.get(IDENTITY));
        let stands = now.into_iter().any(|entry| text::member(entry, "\"$user_id\"") == Some(user));
        stands || !self.is_people_sound() || self.people.stored.get(user).is_some_and(|last| *last >= since)
    }

    /// Whoever is joined with a device gets what was recorded on it.
    fn check_join(&mut self, device: &str, user: &str) {
        let sound = self.is_people_sound() && self.origin.is_healthy() && !self.views.ever;
        let before = self.people.joined.insert(device.into(), user.into());
        if let Some(before) = before.filter(|before| sound && before != user) {
            self.violate(Check::WhoseRecord, || format!("{device} is joined with {user}, and was with {before}"));
        }
    }
}

impl World {
    /// Before a call that names somebody, or forgets who was there.
    pub(crate) fn note_person(&mut self, place: (usize, usize), name: Option<&str>) {
        let withdrawals = self.ground.evidence.withdrawals;
        let Some(slot) = self.slot_mut(place) else { return };
        let actor = slot.actor();
        slot.client.platform_mut().note_person(withdrawals, name.map(String::from), name.is_none());
        self.ground.close_nameless(actor, name);
    }

    /// Before a call after which nobody can say whom its page has named.
    pub(crate) fn forget_person(&mut self, place: (usize, usize)) {
        if let Some(slot) = self.slot_mut(place) {
            slot.client.platform_mut().person.withdrawals = u32::MAX;
        }
    }

    /// Whose the record is that this call makes.
    pub(crate) fn whose(&self, place: (usize, usize), maker: &Maker, call: Call) -> Whose {
        let in_memory = self.options_of(place).persistence == Persistence::Memory;
        let Some(host) = self.slot(place).map(|slot| slot.client.platform()) else { return Whose::Unknown };
        let evidence = &self.ground.evidence;
        let since = (evidence.withdrawals, evidence.overruled, host.ended);
        // Another tool's refusal that others see late is news of a withdrawal to this page.
        let unknown = evidence.overruled > 0 && self.ground.views.late;
        let person = Some(&host.person).filter(|person| !unknown && (person.withdrawals, person.overruled, person.ended) == since);
        // Of what comes in the same millisecond as a call that waits its visitor is not asked anew.
        let together = host.inbox.watched && host.inbox.called == self.ground.monotonic && !self.in_burst;
        match (call, maker.status) {
            (Call::Group, _) => Whose::Nobody,
            _ if together => Whose::Unknown,
            (_, Status::Denied) => Whose::Unknown,
            (_, Status::Granted) if !in_memory => match self.ground.who_is_there(maker.actor) {
                Some((id, device)) if call == Call::Profile && id.starts_with("$device:") => Whose::OnDevice(device),
                Some((id, device)) => Whose::Stored { id, device },
                None => Whose::Unknown,
            },
            _ => match person {
                Some(Person { name: Some(name), .. }) => Whose::Named(name.clone()),
                Some(Person { new, .. }) => {
                    Whose::Nameless(Nameless { new: *new, devices: self.ground.stored_devices(), ..Nameless::default() })
                }
                None => Whose::Unknown,
            },
        }
    }
}
