//! What all clients of a run stand on: the origin, the clock, the network, and the truth about what happened.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use consentry::{Signals, Store};

use crate::checks::{Check, Violation};
use crate::cover::{Cover, Met};
use crate::ledger::{Ending, Entry, Ledger};
use crate::origin::{Origin, STORES};
use crate::random::Random;
use crate::server::{self, Mode, Request};
use crate::text;

/// Where the wall clock stands when a run begins.
pub(crate) const BEGIN: u64 = 1_790_000_000_000;
/// The longest wait, and the most of a `Retry-After` that is obeyed.
pub(crate) const MAX_WAIT: u64 = 600_000;

/// One client, as the world knows it: pages come and go, numbers stay.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Actor {
    pub(crate) alive: bool,
    /// In the back-forward cache.
    pub(crate) away: bool,
    pub(crate) batch_size: usize,
    /// No request of that kind before that time of the wall clock.
    pub(crate) not_before: [u64; 3],
    /// The queues that are its own.
    pub(crate) owned: Vec<u32>,
    /// Whether it may be given orphans.
    pub(crate) adopts: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ground {
    pub(crate) random: Random,
    /// The clock that only goes forward; timers and the network run by it.
    pub(crate) monotonic: u64,
    /// Where a decision belongs.
    pub(crate) consent_store: Store,
    /// What was done to the wall clock.
    pub(crate) offset: i64,
    /// The latest the wall clock ever showed.
    pub(crate) latest: u64,
    pub(crate) origin: Origin,
    pub(crate) signals: Signals,
    pub(crate) mode: Mode,
    pub(crate) ledger: Ledger,
    pub(crate) requests: Vec<Request>,
    pub(crate) actors: Vec<Actor>,
    /// Timers ring late, as in a page in the background.
    pub(crate) sluggish: bool,
    /// Checks that are left out.
    pub(crate) ignored: Vec<Check>,
    /// Withdrawals so far, whether or not a store took them.
    pub(crate) withdrawals: u32,
    /// The last of them that was a refusal and can still be told to who waits for a decision: the world did not hide it before it was heard of.
    pub(crate) refusal: u32,
    /// As many of them can be read from the stores, by flag or epoch.
    pub(crate) evidence: u32,
    /// Which stores hold that evidence; with none it is that there is no flag.
    pub(crate) evidence_in: [bool; 2],
    /// The largest epoch that was stored.
    pub(crate) largest: u64,
    /// The largest epoch that went out of storage without a later one: the world took it, or a call that no store took removed it. Pages that
    /// knew it go by it, those that open now do not. What each records reaches the server from its own memory; who finds it stored cannot tell
    /// it from what was withdrawn.
    pub(crate) lost_epoch: u64,
    /// How many withdrawals each epoch told of when it was new.
    pub(crate) epochs: BTreeMap<String, u32>,
    /// Nothing spoiled that evidence.
    pub(crate) intact: bool,
    /// Rises with everything that may rightly undo a denial.
    pub(crate) permissions: u32,
    /// How often something that is not ours changed what is stored about consent.
    pub(crate) overruled: u32,
    /// Somebody decided, or something was put into our keys.
    pub(crate) touched: bool,
    /// The world wrote into the stored identity.
    pub(crate) identity_spoiled: bool,
    /// Some client was granted.
    pub(crate) granted_ever: bool,
    /// The latest that a store failed us, by the wall clock. Where the clock was set back since, the core waits until it wakes next.
    pub(crate) trouble: u64,
    /// Records dropped with `queue_full`.
    pub(crate) queue_full: usize,
    /// The core keeps its queue in storage.
    pub(crate) persistent: bool,
    pub(crate) violations: Vec<Violation>,
    pub(crate) trace: Option<Rc<RefCell<Vec<String>>>>,
    pub(crate) cover: Cover,
}

impl Ground {
    pub(crate) fn wall(&self) -> u64 {
        (BEGIN + self.monotonic).saturating_add_signed(self.offset)
    }

    /// Writes a line of the trace, when there is one.
    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            trace.borrow_mut().push(line());
        }
    }

    pub(crate) fn violate(&mut self, check: Check, seen: impl FnOnce() -> String) {
        if self.violations.len() < 4 && !self.ignored.contains(&check) {
            let seen = seen();
            self.note(|| format!("      !! {check:?}: {seen}"));
            self.violations.push(Violation { check, seen });
        }
    }

    /// The withdrawals a page can read of, right now.
    pub(crate) fn legible_evidence(&self) -> u32 {
        let legible = match self.evidence_in {
            [false, false] => self.origin.decision_is_legible(),
            [local, cookie] => (local && self.origin.local.readable()) || (cookie && self.origin.jar.readable()),
        };
        if legible && (!self.is_unreadable() || self.epoch_is_legible()) { self.stored_evidence() } else { 0 }
    }

    /// Whether the epoch that tells of the withdrawals can be read, though a flag cannot.
    fn epoch_is_legible(&self) -> bool {
        let found = |store: &Store| {
            let told = self.epochs.get(&self.origin.epoch(*store));
            told.is_some_and(|told| *told >= self.evidence)
        };
        STORES.iter().any(found)
    }

    /// The withdrawals that something stored tells of, whether or not it can be read.
    pub(crate) fn stored_evidence(&self) -> u32 {
        if self.intact { self.evidence } else { 0 }
    }

    /// These records and identities may go on whatever was withdrawn before: nobody could know.
    pub(crate) fn forgive_stored(&mut self, value: &str) {
        for number in text::numbers(value) {
            if let Some(entry) = self.ledger.entries.get_mut(number) {
                entry.limit = u32::MAX;
            }
        }
        for device in value.lines().filter_map(|record| text::member(record, "\"$device_id\"")) {
            self.ledger.devices.insert(device.into(), u32::MAX);
        }
    }

    /// The clock was set back, and a later decision has a smaller epoch than one before it: their order cannot be told any more.
    pub(crate) fn forgive_all(&mut self) {
        self.ledger.for_all(|entry| entry.limit = u32::MAX);
        self.ledger.devices.values_mut().for_each(|known| *known = u32::MAX);
    }

    /// Whether a page that looks can make nothing of what it finds, because a store throws that may hold a refusal: an epoch in the other one
    /// tells it nothing either.
    pub(crate) fn is_unreadable(&self) -> bool {
        let throws = |store| self.origin.area(store).health == crate::origin::Health::Throws;
        let empty = !self.origin.area(self.consent_store).kept.contains_key(crate::origin::FLAG);
        let any = crate::origin::STORES.into_iter().any(throws);
        !self.origin.says_denied() && any && (throws(self.consent_store) || empty)
    }

    /// What is stored was changed; these are the largest epochs before and after.
    pub(crate) fn epoch_went(&mut self, before: u64, after: u64) {
        if after < before {
            self.lost_epoch = self.lost_epoch.max(before);
            self.ledger.for_all(|entry| entry.erased = true);
        }
    }

    /// Whether pages go by different epochs, because the largest is stored nowhere any more.
    pub(crate) fn is_torn(&self) -> bool {
        self.origin.largest_epoch() < self.lost_epoch
    }

    /// Remembers a device id that was stored or sent.
    pub(crate) fn see_device(&mut self, json: &str) {
        if let Some(device) = text::member(json, "\"$device_id\"")
            && !self.ledger.devices.contains_key(device)
        {
            self.ledger.devices.insert(device.into(), self.withdrawals);
        }
    }

    /// An identity that no withdrawal could remove, because its store takes no removals and does not even now, when the visitor agrees again,
    /// is beyond anybody's reach.
    pub(crate) fn forgive_stuck_identity(&mut self) {
        for store in crate::origin::STORES {
            let area = self.origin.area(store);
            if !area.removable()
                && let Some(device) = area.kept.get(crate::origin::IDENTITY).and_then(|entry| text::member(entry, "\"$device_id\""))
            {
                self.ledger.devices.insert(device.into(), u32::MAX);
            }
        }
    }

    /// A reset or purge leaves no denial behind. Where the store takes no removals either, nothing of it can be found in storage, and what
    /// stands there comes back.
    pub(crate) fn forgive_stuck_records(&mut self) {
        if !self.origin.local.removable() {
            self.forgive_stored_records();
        }
    }

    /// The store vanished that alone told of the withdrawals: what others could not give up, or wrote since, comes back.
    pub(crate) fn forgive_stored_records(&mut self) {
        let stored = self.origin.local.kept.iter().filter(|(key, _)| key.starts_with(crate::origin::QUEUES));
        for value in stored.map(|(_, value)| value.clone()).collect::<Vec<_>>() {
            self.forgive_stored(&value);
        }
    }

    /// What pages hold that wait for a decision and never read of a refusal which the world, or a reset, took out of storage meanwhile: there is
    /// nothing left that could tell them. A later withdrawal counts again. A reset or purge on one page does not drop what others hold either,
    /// for no grant covers it yet.
    pub(crate) fn forgive_held(&mut self, except: usize) {
        let limit = self.withdrawals + 1;
        for entry in self.ledger.entries.iter_mut().filter(|entry| (entry.held || entry.waits) && entry.actor != except) {
            entry.limit = entry.limit.max(limit);
        }
    }

    /// A withdrawal elsewhere does not reach what this client recorded, nor the identity it goes on with.
    pub(crate) fn spare(&mut self, actor: usize, device: &str, withdrawal: u32) {
        let Ledger { entries, devices, .. } = &mut self.ledger;
        if let Some(born) = devices.get_mut(device) {
            *born = withdrawal.max(*born);
        }
        for entry in entries.iter_mut().filter(|entry| entry.actor == actor) {
            entry.limit = entry.limit.max(withdrawal + 1);
            let device = entry.text.as_ref().and_then(|text| text::member(text, "\"$device_id\""));
            if let Some(born) = device.and_then(|device| devices.get_mut(device)) {
                *born = withdrawal.max(*born);
            }
        }
    }

    /// A client starts a request.
    pub(crate) fn start(&mut self, call: &Sending<'_>) {
        self.cover.met(Met::Request);
        let number = self.ledger.endings.len();
        self.ledger.endings.push(Ending::UnderWay);
        let deletion = call.data.contains("\"$delete\":");
        let path = ["/track/?", "/engage/?", "/groups/?"];
        let address = call.url.strip_prefix("https://api-js.mixpanel.com");
        let kind = path.iter().position(|path| address.is_some_and(|address| address.starts_with(path)));
        if kind.is_none() || !(call.url.contains("&ip=0&") || call.url.ends_with("&ip=0")) {
            self.violate(Check::WrongAddress, || call.url.into());
        }
        let kind = if deletion { 3 } else { kind.unwrap_or(0) };
        let found = text::records(call.data);
        self.note(|| {
            let what = found.iter().map(|record| name(record)).collect::<Vec<_>>().join(" ");
            let keepalive = if call.keepalive { ", keepalive" } else { "" };
            let kind = ["track", "engage", "groups", "DELETE"].get(kind).copied().unwrap_or_default();
            format!("      c{} sends #{number} {kind}{keepalive}: {what}", call.actor)
        });
        let mut records = Vec::with_capacity(found.len());
        if !deletion {
            self.check_request(call, kind, found.len());
            for record in found {
                records.extend(self.check_record(call, number, record));
            }
        }
        if call.data.contains(text::SECRET) {
            self.violate(Check::BlacklistedSeen, || call.data.into());
        }
        if call.data.contains(text::EVIL) {
            self.violate(Check::NeverMade, || call.data.into());
        }
        let lost = matches!(self.mode, Mode::Offline | Mode::ResetBefore);
        let arrives = if lost { None } else { Some(self.monotonic + 5 + self.random.below(150)) };
        let answer = if arrives.is_none() { server::meet(self.mode, 0, self.monotonic, &mut self.random).1 } else { None };
        self.requests.push(Request {
            number,
            actor: call.actor,
            id: call.id,
            kind,
            keepalive: call.keepalive,
            records,
            started: self.monotonic,
            arrives,
            answer,
            aborted: false,
        });
    }

    fn check_request(&mut self, call: &Sending<'_>, kind: usize, records: usize) {
        if self.origin.says_denied() {
            self.violate(Check::SentAgainstTheFlag, || call.data.into());
        }
        if !self.granted_ever && !self.touched {
            self.violate(Check::SentBeforeAllowed, || call.data.into());
        }
        let wall = self.wall();
        let actor = self.actors.get(call.actor);
        let limit = actor.map_or(0, |actor| actor.batch_size);
        let not_before = actor.and_then(|actor| actor.not_before.get(kind).copied()).unwrap_or(0);
        if records > limit || records == 0 {
            self.violate(Check::TooManyRecords, || format!("{records} records, the batch size is {limit}"));
        }
        if wall < not_before {
            self.violate(Check::RetryAfterIgnored, || format!("sent {} ms too early", not_before - wall));
        }
        if self.requests.iter().any(|other| other.actor == call.actor && other.kind == kind && !other.aborted) {
            self.violate(Check::TwoUnderWay, || call.data.into());
        }
    }

    fn check_record(&mut self, call: &Sending<'_>, request: usize, record: &str) -> Option<usize> {
        let place = match text::number(record) {
            Some(number) => number,
            None => {
                let id = text::member(record, "\"$insert_id\"").unwrap_or_default();
                match self.ledger.own.get(id) {
                    Some(place) => *place,
                    None => {
                        let place = self.ledger.add(Entry { actor: call.actor, limit: u32::MAX, ..Entry::default() });
                        self.ledger.own.insert(id.into(), place);
                        place
                    }
                }
            }
        };
        let Some(entry) = self.ledger.entries.get(place).cloned() else {
            self.violate(Check::NeverMade, || record.into());
            return None;
        };
        let known = call.known.max(self.legible_evidence());
        if known >= entry.limit {
            self.violate(Check::OldRecordSent, || format!("withdrawal {} is known, {}", entry.limit, name(record)));
        }
        if entry.forbidden {
            self.violate(Check::OptInNotOnce, || name(record));
        }
        self.see_device(record);
        if let Some(device) = text::member(record, "\"$device_id\"")
            && self.ledger.devices.get(device).is_some_and(|born| *born < known)
        {
            self.violate(Check::OldIdentity, || format!("{device}, {}", name(record)));
        }
        if entry.text.as_ref().is_some_and(|text| text != record) {
            self.violate(Check::RecordChanged, || format!("{} became {record}", entry.text.clone().unwrap_or_default()));
        }
        match entry.request.map(|request| self.ledger.ending(request)) {
            Some(Ending::UnderWay) => self.violate(Check::SentTwiceAtOnce, || name(record)),
            Some(Ending::Final) => self.violate(Check::SentAfterItsAnswer, || name(record)),
            Some(Ending::Open | Ending::NobodyKnows) | None => {}
        }
        if let Some(entry) = self.ledger.entries.get_mut(place) {
            entry.request = Some(request);
            if entry.text.is_none() {
                entry.text = Some(record.into());
            }
        }
        Some(place)
    }

    /// A client aborts a request. What is on the wire already may arrive all the same.
    pub(crate) fn abort(&mut self, actor: usize, id: u32) {
        let late = self.random.chance(30);
        let now = self.monotonic;
        if let Some(request) = self.requests.iter_mut().find(|request| request.actor == actor && request.id == id) {
            request.aborted = true;
            request.answer = None;
            if now >= request.started + 90_000 {
                self.cover.met(Met::TimedOut);
            }
            if !late {
                request.arrives = None;
            }
            let number = request.number;
            self.ledger.end(number, Ending::Open);
            self.note(|| format!("      c{actor} aborts #{number}"));
        }
    }

    /// The page of a client is gone, or put away: its requests may or may not arrive, and nobody hears.
    pub(crate) fn leave(&mut self, actor: usize, forever: bool) {
        for request in self.requests.iter_mut().filter(|request| request.actor == actor && !request.aborted) {
            let lost = forever && !request.keepalive && self.random.chance(50);
            if lost {
                request.arrives = None;
            }
            if forever {
                request.aborted = true;
                request.answer = None;
            }
            self.ledger.end(request.number, Ending::NobodyKnows);
        }
        if forever {
            self.look_for_stored(actor);
            self.ledger.for_all(|entry| entry.holder_gone |= entry.actor == actor || entry.erased || entry.request.is_some());
        }
        if let Some(actor) = self.actors.get_mut(actor) {
            actor.alive &= !forever;
            actor.away = !forever;
            actor.adopts = false;
            actor.owned.clear();
        }
    }

    /// A request reaches the server.
    pub(crate) fn arrive(&mut self, at: usize) {
        let mode = self.mode;
        let now = self.monotonic;
        let Some(request) = self.requests.get_mut(at) else { return };
        request.arrives = None;
        let (taken, answer) = server::meet(mode, request.records.len(), now, &mut self.random);
        if request.aborted {
            self.cover.met(Met::ArrivedThoughAborted);
        } else {
            request.answer = answer;
        }
        let (number, aborted) = (request.number, request.aborted);
        if taken {
            for record in &request.records {
                if let Some(entry) = self.ledger.entries.get_mut(*record) {
                    entry.accepted += 1;
                    self.cover.met(if entry.accepted > 1 { Met::AcceptedTwice } else { Met::Accepted });
                }
            }
        }
        self.note(|| {
            let aborted = if aborted { ", though aborted" } else { "" };
            format!("      #{number} arrives{aborted}: {}", if taken { "taken" } else { "not taken" })
        });
    }

    /// Drops the requests that are over.
    pub(crate) fn tidy(&mut self) {
        self.requests.retain(|request| !(request.aborted && request.arrives.is_none()));
    }

    /// Whether some stored segment holds this record.
    pub(crate) fn is_stored(&self, place: usize) -> bool {
        let mark = format!("{}:\"{place}\"", text::MARK);
        let from = String::from(crate::origin::QUEUES);
        let queues = self.origin.local.kept.range(from..).take_while(|(key, _)| key.starts_with(crate::origin::QUEUES));
        queues.map(|(_, value)| value).any(|value| value.contains(&mark))
    }

    /// Notes which records of a client made it into storage by now.
    pub(crate) fn look_for_stored(&mut self, actor: usize) {
        for place in 0..self.ledger.entries.len() {
            let open = self
                .ledger
                .entries
                .get(place)
                .is_some_and(|entry| entry.actor == actor && entry.due && !entry.stored && entry.accepted == 0);
            if open
                && self.is_stored(place)
                && let Some(entry) = self.ledger.entries.get_mut(place)
            {
                entry.stored = true;
            }
        }
    }

    /// A grant ended somewhere: what was made under it may be dropped anywhere from now on.
    pub(crate) fn grant_ended(&mut self) {
        self.ledger.for_all(|entry| entry.ended = true);
    }
}

/// A request as a client starts it.
#[derive(Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) actor: usize,
    /// Withdrawals the client knows of.
    pub(crate) known: u32,
    pub(crate) id: u32,
    pub(crate) url: &'a str,
    pub(crate) data: &'a str,
    pub(crate) keepalive: bool,
}

/// A record in a few letters.
pub(crate) fn name(record: &str) -> String {
    match (text::number(record), text::member(record, "\"event\"")) {
        (Some(number), Some(event)) => format!("r{number}({event})"),
        (Some(number), None) => format!("r{number}"),
        (None, Some(event)) => format!("({event})"),
        (None, None) => String::from(record),
    }
}
