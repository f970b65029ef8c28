//! Requests, from their start to the server and back.

use consentry::RequestId;

use super::Ground;
use super::ledger::Ending;
use super::server::{self, Mode, Request};
use crate::checks::Check;
use crate::cover::Met;
use crate::plan::Tier;
use crate::text;

/// A request as a client starts it.
#[derive(Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) actor: usize,
    /// Withdrawals the client knows of.
    pub(crate) known: u32,
    /// Withdrawals of the other purpose it knows of.
    pub(crate) partly: u32,
    /// The record that it is making.
    pub(crate) makes: Option<usize>,
    pub(crate) id: RequestId,
    pub(crate) url: &'a str,
    pub(crate) data: &'a str,
    pub(crate) keepalive: bool,
    /// Its page is being left.
    pub(crate) leaving: bool,
}

impl Ground {
    /// A client starts a request.
    pub(crate) fn start(&mut self, call: &Sending<'_>) {
        self.cover.met(Met::Request);
        let number = self.ledger.endings.len();
        self.ledger.endings.push(Ending::UnderWay);
        let deletion = call.data.contains("\"$delete\":");
        let kind = self.check_address(call.url);
        let kind = if deletion { 3 } else { kind };
        let found = text::records(call.data);
        self.note(|| {
            let what = found.iter().map(|record| name(record)).collect::<Vec<_>>().join(" ");
            let keepalive = if call.keepalive { ", keepalive" } else { "" };
            let kind = ["track", "engage", "groups", "DELETE"].get(kind).copied().unwrap_or_default();
            format!("      c{} sends #{number} {kind}{keepalive}: {what}", call.actor)
        });
        let mut records = Vec::with_capacity(found.len());
        if !deletion {
            self.check_permission(call);
            self.check_refused_page(call);
            self.check_bounds(call, kind, found.len());
            for record in found {
                records.extend(self.check_record(call, number, record));
            }
        }
        self.check_blacklist(call.data, || call.data.into());
        self.check_planted(call.data);
        let bytes = text::form_bytes(call.data);
        self.check_keepalive(call, deletion, bytes);
        let lost = matches!(self.mode, Mode::Offline | Mode::ResetBefore);
        let arrives = if lost { None } else { Some(self.monotonic + 5 + self.random.below(150)) };
        let second = self.wall() / 1_000;
        let answer = if arrives.is_none() { server::meet(self.mode, 0, self.monotonic, second, &mut self.random).1 } else { None };
        self.requests.push(Request {
            number,
            actor: call.actor,
            id: call.id,
            kind,
            keepalive: call.keepalive,
            bytes,
            records,
            started: self.monotonic,
            arrives,
            answer,
            aborted: false,
        });
    }

    /// A record in a request that starts; answers its place in the ledger.
    fn check_record(&mut self, call: &Sending<'_>, request: usize, record: &str) -> Option<usize> {
        let place = text::number(record).unwrap_or_else(|| self.ledger.of_the_core(call.actor, record));
        let Some(entry) = self.ledger.entries.get(place).cloned() else {
            self.violate(Check::NeverMade, || record.into());
            return None;
        };
        self.check_age(call, &entry, record);
        if call.makes != Some(place) {
            self.check_purpose(&entry, call.partly, record);
        }
        self.check_opt_in(&entry, record);
        self.check_time_and_place(&entry, record);
        self.check_whose(&entry, record);
        let stale = self.check_copy(call.actor, &entry, record);
        if let Some(entry) = self.ledger.entries.get_mut(place) {
            entry.request = Some(request);
            entry.sent += 1;
            entry.cut_short += u32::from(stale);
            if entry.text.is_none() {
                entry.text = Some(record.into());
            }
        }
        Some(place)
    }

    /// A client aborts a request. What is on the wire already may arrive all the same.
    pub(crate) fn abort(&mut self, actor: usize, id: RequestId) {
        let late = self.random.chance(30);
        let now = self.monotonic;
        if let Some(request) = self.requests.iter_mut().find(|request| request.actor == actor && request.id == id) {
            self.ledger.cut_short(&request.records);
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

    /// The page of a client is gone, or put away: its requests may or may not arrive, and nobody
    /// hears.
    pub(crate) fn leave(&mut self, actor: usize, forever: bool) {
        for request in self.requests.iter_mut().filter(|request| request.actor == actor && !request.aborted) {
            if !request.keepalive {
                self.ledger.cut_short(&request.records);
            }
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
        self.disturb();
        if forever {
            self.look_for_stored(actor);
            // It could have stored what it had for long.
            let roomy = self.origin.local.bytes() + 10_000 < self.origin.local.quota;
            let awake = self.actors.get(actor).is_some_and(|actor| !actor.away);
            let calm = self.origin.is_healthy() && roomy && awake && self.trouble + 240_000 < self.wall() && !self.mix.has(Tier::Clock);
            self.ledger.for_all(|entry| entry.neglected |= calm && entry.actor == actor && entry.due && !entry.stored && !entry.lapsed);
            self.ledger.for_all(|entry| entry.holder_gone |= entry.actor == actor || entry.erased || entry.request.is_some());
        }
        self.locks.leave(actor);
        if let Some(actor) = self.actors.get_mut(actor) {
            actor.alive &= !forever;
            actor.away = !forever;
        }
    }

    /// A request reaches the server.
    pub(crate) fn arrive(&mut self, at: usize) {
        let mode = self.mode;
        let (now, second) = (self.monotonic, self.wall() / 1_000);
        let Some(request) = self.requests.get_mut(at) else { return };
        request.arrives = None;
        let (taken, answer) = server::meet(mode, request.records.len(), now, second, &mut self.random);
        if request.aborted {
            self.cover.met(Met::ArrivedThoughAborted);
        } else {
            request.answer = answer;
        }
        let (number, aborted) = (request.number, request.aborted);
        if taken {
            let records = request.records.clone();
            for record in records {
                if let Some(entry) = self.ledger.entries.get_mut(record) {
                    entry.accepted += 1;
                    self.cover.met(if entry.accepted > 1 { Met::AcceptedTwice } else { Met::Accepted });
                }
                self.check_copies(record);
            }
        }
        self.note(|| {
            let aborted = if aborted { ", though aborted" } else { "" };
            format!("      #{number} arrives{aborted}: {}", if taken { "taken" } else { "not taken" })
        });
    }

    /// Bytes of keepalive bodies under way on a page.
    pub(crate) fn keepalive_bytes(&self, page: usize) -> usize {
        let here = |actor: usize| self.actors.get(actor).is_some_and(|actor| actor.page == page);
        let under_way = self.requests.iter().filter(|request| request.keepalive && !request.aborted && here(request.actor));
        under_way.map(|request| request.bytes).sum()
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
