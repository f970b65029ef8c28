//! Requests, from their start to the server and back.

use super::Ground;
use super::ledger::{Ending, Entry};
use super::server::{self, Mode, Request};
use crate::checks::Check;
use crate::cover::Met;
use crate::text;

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

impl Ground {
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
        if !self.evidence.granted_ever && !self.evidence.touched {
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
