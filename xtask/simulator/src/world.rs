//! Pages and what happens to them: calls, inputs, the end of a task, messages, timers and answers.

use std::rc::Rc;

use consentry::{Client, Config, Operation, Source, Status};

use crate::checks::{Check, Violation};
use crate::cover::{Cover, Met};
use crate::ground::ledger::{Ending, Entry};
use crate::ground::origin::{Health, Key, STORES};
use crate::ground::server::{Meaning, meaning};
use crate::ground::{Actor, Ground, MAX_WAIT};
use crate::host::{Context, Host};
use crate::judge::Before;
use crate::plan::{Call, Plan};
use crate::random::Random;

/// One client in a page.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) client: Client<Host>,
    /// It was told to deny, and this many permissions had been given then.
    pub(crate) denied_at: Option<u32>,
}

impl Slot {
    pub(crate) fn actor(&self) -> usize {
        self.client.platform().actor
    }
}

/// One page.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    pub(crate) number: usize,
    /// In the back-forward cache.
    pub(crate) away: bool,
    pub(crate) config: Rc<Config>,
    pub(crate) slots: Vec<Slot>,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) ground: Box<Ground>,
    pub(crate) seed: u64,
    /// The configuration of pages that open from now on.
    pub(crate) config: Config,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) next_tab: usize,
    pub(crate) clients: usize,
    pub(crate) prompt: bool,
    /// Tabs that are yet to hear that something changed.
    pub(crate) messages: Vec<usize>,
    /// Flushes so far.
    pub(crate) flushes: u32,
    pub(crate) random: Random,
    /// Records made in the task that runs.
    fresh: Vec<usize>,
    /// Some client found a new epoch in the task that runs.
    found_out: bool,
}

/// Tasks that may follow each other without time passing.
const MANY: u32 = 40;

impl World {
    pub(crate) fn new(plan: &Plan) -> World {
        let mut ground =
            Box::new(Ground { random: Random::of(plan.seed, 2), persistent: true, sluggish: plan.sluggish, ..Ground::default() });
        ground.origin.local.quota = 5_000_000;
        ground.origin.jar.quota = 5_000_000;
        ground.latest = ground.wall();
        ground.consent_store = plan.config.consent_store;
        ground.evidence.epochs.insert(String::from("0}"), 0); // the epoch of who never decided
        World {
            ground,
            seed: plan.seed,
            config: plan.config.clone(),
            tabs: Vec::new(),
            next_tab: 0,
            clients: plan.clients,
            prompt: plan.prompt,
            messages: Vec::new(),
            flushes: 0,
            random: Random::of(plan.seed, 3),
            fresh: Vec::new(),
            found_out: false,
        }
    }

    /// The first violation.
    pub(crate) fn violation(&self) -> Option<&Violation> {
        self.ground.violations.first()
    }

    pub(crate) fn cover(&mut self) -> &mut Cover {
        &mut self.ground.cover
    }

    /// The place of a client in a page that is shown: the number counts through all of them.
    pub(crate) fn place(&self, number: u8) -> Option<(usize, usize)> {
        let all: Vec<(usize, usize)> = self.places().collect();
        all.get(usize::from(number).checked_rem(all.len())?).copied()
    }

    /// Every client in a page that is shown.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let shown = self.tabs.iter().enumerate().filter(|(_, page)| !page.away);
        shown.flat_map(|(tab, page)| (0..page.slots.len()).map(move |slot| (tab, slot)))
    }

    pub(crate) fn slot(&self, (tab, slot): (usize, usize)) -> Option<&Slot> {
        self.tabs.get(tab)?.slots.get(slot)
    }

    pub(crate) fn slot_mut(&mut self, (tab, slot): (usize, usize)) -> Option<&mut Slot> {
        self.tabs.get_mut(tab)?.slots.get_mut(slot)
    }

    pub(crate) fn config_of(&self, place: (usize, usize)) -> Rc<Config> {
        self.tabs.get(place.0).map_or_else(|| Rc::new(self.config.clone()), |tab| Rc::clone(&tab.config))
    }

    /// Opens a page.
    pub(crate) fn open(&mut self) {
        let number = self.next_tab;
        self.next_tab += 1;
        self.ground.note(|| format!("    page {number} opens"));
        self.tabs.push(Tab { number, away: false, config: Rc::new(self.config.clone()), slots: Vec::new() });
        let tab = self.tabs.len() - 1;
        for _ in 0..self.clients {
            let actor = self.ground.actors.len();
            self.ground.actors.push(Actor { alive: true, batch_size: self.config.batch_size, ..Actor::default() });
            let mut host = Host::new(actor, self.seed);
            host.born = self.ground.evidence.withdrawals;
            host.exchange(&mut self.ground);
            let before = Before::of_nothing(&host.ground);
            let mut client = Client::new(host, self.config.clone());
            client.platform_mut().exchange(&mut self.ground);
            let Some(page) = self.tabs.get_mut(tab) else { return };
            page.slots.push(Slot { client, denied_at: None });
            let slot = page.slots.len() - 1;
            self.judge((tab, slot), &before);
            self.end_task((tab, slot));
        }
    }

    /// Lets a client act, and judges what it did.
    pub(crate) fn act(&mut self, place: (usize, usize), context: Context, what: impl FnOnce(&mut Client<Host>)) {
        let World { ground, tabs, .. } = self;
        let Some(slot) = tabs.get_mut(place.0).and_then(|tab| tab.slots.get_mut(place.1)) else { return };
        let before = Before::of(&slot.client, ground);
        let host = slot.client.platform_mut();
        host.did = crate::host::Did { context, ..crate::host::Did::default() };
        host.exchange(ground);
        let epochs = host.epochs.borrow().clone();
        let adrift = context == Context::OptIn && host.adrift.replace(false);
        what(&mut slot.client);
        let host = slot.client.platform_mut();
        host.exchange(ground);
        if adrift {
            // The purge that no store took is stored with this decision: what others recorded since then is from before it.
            ground.grant_ended();
        }
        // A page that did not hear of a withdrawal may find out before the task ends, and drops what it has.
        self.found_out |= host.did.disowned && *host.epochs.borrow() != epochs;
        self.judge(place, &before);
    }

    /// What follows a call or input before anything else can happen to the page: its siblings hear, and timers without a wait ring.
    pub(crate) fn end_task(&mut self, place: (usize, usize)) {
        let mut tells = self.slot(place).is_some_and(|slot| slot.client.platform().did.tells);
        let siblings = self.tabs.get(place.0).map_or(0, |tab| tab.slots.len());
        if tells {
            for sibling in (0..siblings).filter(|sibling| *sibling != place.1) {
                self.act((place.0, sibling), Context::Heard, Client::changed_elsewhere);
            }
        }
        let mut turns = 0;
        while let Some(slot) =
            (0..siblings).find(|slot| self.slot((place.0, *slot)).is_some_and(|slot| slot.client.platform().at_end_of_task))
        {
            if let Some(slot) = self.slot_mut((place.0, slot)) {
                slot.client.platform_mut().at_end_of_task = false;
            }
            self.act((place.0, slot), Context::Other, Client::woke);
            tells |= self.slot((place.0, slot)).is_some_and(|slot| slot.client.platform().did.tells);
            turns += 1;
            if turns > MANY {
                self.ground.violate(Check::TimerWithoutEnd, || String::from("at the end of a task"));
                break;
            }
        }
        self.judge_task(place);
        if tells {
            self.tell_others(place.0);
        }
    }

    /// The other pages are to hear of it, sooner or later or never.
    pub(crate) fn tell_others(&mut self, except: usize) {
        for (at, tab) in self.tabs.iter().enumerate() {
            if at != except && !tab.away && self.messages.iter().filter(|number| **number == tab.number).count() < 2 {
                self.messages.push(tab.number);
            }
        }
    }

    fn judge_task(&mut self, place: (usize, usize)) {
        let config = self.config_of(place);
        let fresh = std::mem::take(&mut self.fresh);
        let found_out = std::mem::take(&mut self.found_out);
        let Some(slot) = self.slot(place) else { return };
        let host = slot.client.platform();
        let (dead, aware) = (host.dead, host.known.get() >= self.ground.evidence.told);
        let calm =
            self.ground.origin.is_healthy() && self.ground.trouble + u64::from(config.flush_interval).max(2_000) < self.ground.wall();
        let keeps = config.persistence.is_some() && self.ground.persistent && aware && calm && !dead;
        for place in fresh {
            let stored = self.ground.is_stored(place);
            let mut late = false;
            if let Some(entry) = self.ground.ledger.entries.get_mut(place) {
                entry.stored = stored;
                entry.ended |= found_out && !stored;
                // What is due must be stored, unless the grant ended in the same task.
                late = entry.due && !entry.ended && !stored && keeps;
                entry.due &= !dead;
            }
            if late {
                self.ground.violate(Check::NotStoredInTime, || format!("r{place}"));
            }
        }
    }

    /// A call by the page, and the end of its task.
    pub(crate) fn call(&mut self, place: (usize, usize), call: Call) {
        let Some(slot) = self.slot(place) else { return };
        let config = self.config_of(place);
        let client = &slot.client;
        let (status, source, persisted, _) = client.consent_parts();
        let (actor, known) = (slot.actor(), client.platform().known.get());
        let overruled = client.platform().overruled.get();
        let adrift = client.platform().adrift.get();
        let (epochs, born) = (client.platform().epochs.borrow().clone(), client.platform().born);
        let page = self.tabs.get(place.0).map_or(0, |tab| tab.number);
        let granted = status == Status::Granted;
        let decided = granted && matches!(source, Source::Visitor | Source::Stored);
        // A spoiled identity may have any distinct_id, and no user.
        let user = !client.distinct_id().starts_with("\"$device:") && !self.ground.evidence.identity_spoiled;
        self.ground.note(|| format!("    page {page}, c{actor}: {call:?} ({}/{})", status.name(), source.name()));
        // Epochs are made of the clock, and nobody decides twice in the same milliseconds.
        if matches!(call, Call::OptIn { .. } | Call::OptOut { .. } | Call::ResetConsent | Call::Purge) {
            self.ground.monotonic += 4;
            self.ground.latest = self.ground.latest.max(self.ground.wall());
        }
        let wall = self.ground.wall();
        let makes = matches!(call, Call::Track { .. } | Call::Profile | Call::Group | Call::OptIn { event: true });
        let mut number = 0;
        if makes {
            // A record made by a page that has not heard yet of a withdrawal, whatever came after it, must not be sent once it has.
            let ground = &self.ground;
            let gone = persisted.is_some() && !ground.origin.holds_flag() && config.default != Status::Granted;
            // Who has read of this epoch already has nothing to find out, whatever the world did to the flag beside it.
            let tells = |epoch: &String| ground.evidence.epochs.get(epoch).is_some_and(|known| *known >= ground.evidence.told);
            let read = STORES.map(|store| ground.origin.epoch(store)) == epochs || epochs.iter().any(tells);
            let denied = ground.origin.says_denied();
            // What waits for a decision is not touched by a purge or reset of what others were granted.
            let waits = status == Status::Pending && !denied;
            // Where a reset left nothing, who had nothing stored misses nothing.
            let blank = ground.evidence.told_in == [false; 2] && persisted.is_none();
            let told = if waits { ground.legible_evidence().min(ground.evidence.refusal) } else { ground.legible_evidence() };
            let told = if blank { 0 } else { told };
            let slept = known < told && (denied || (!read && born < told));
            // Who knows of every withdrawal was granted after them; a refusal that is stored then is one that a store could not forget.
            let stale = granted && (denied || gone);
            let unaware = slept || (stale && known < ground.evidence.withdrawals);
            let settled = overruled == ground.evidence.overruled;
            // What is recorded under a grant that no store took lives as long as the page.
            let kept = persisted.is_some() || (!decided && self.config.default == Status::Granted);
            // A decision that has expired, or is of another policy, is none for this page: what it holds waits for the next one.
            let expired = status == Status::Pending && source == Source::Stored;
            let limit = ground.evidence.withdrawals + u32::from(!unaware || expired || ground.evidence.withdrawals == 0);
            let due = granted && !slept && !stale && settled && kept && !adrift;
            let entry = Entry { actor, at: wall, limit, known, due, erased: ground.is_torn(), ..Entry::default() };
            number = self.ground.ledger.add(entry);
        }
        let proof =
            |status: &str, policy: &str| format!(r#"{{"status":"{status}","decidedAt":{wall},"via":"api","policyVersion":"{policy}"}}"#);
        let mark = format!(r#"{{"zz":"{number}","secretq":"x"}}"#);
        match call {
            Call::OptIn { event } => {
                // Another tab may have decided meanwhile, and this page is about to hear of it. A grant that could not be read back may be
                // stored all the same, and gone by now: then the page hears that first.
                if persisted.is_none() && decided {
                    self.act(place, Context::Heard, Client::changed_elsewhere);
                }
                // What it hears may take the grant back, though the default grants.
                let still = self.slot(place).is_some_and(|slot| slot.client.consent_parts().1 == Source::Visitor);
                let heard = !self.ground.origin.says_denied() && ((persisted.is_none() && still) || self.ground.origin.says_granted());
                let expires = config.max_age_days > 0 || !config.policy_version.is_empty();
                let forbidden = decided && heard && !expires;
                let legible = self.ground.origin.says_granted();
                self.ground.forgive_stuck_identity();
                // Who cannot read what was decided before begins anew.
                if !self.ground.origin.decision_is_legible() {
                    self.ground.grant_ended();
                }
                // Where the world emptied or spoiled what was stored, who refused before cannot see what was recorded since, and begins anew.
                if status == Status::Denied && self.ground.evidence.overruled > 0 {
                    self.ground.grant_ended();
                }
                self.ground.evidence.touched = true;
                self.ground.evidence.permissions += 1;
                // The site changed its default to a grant, and pages from before the change are still open. The first grant on one of those begins an
                // epoch, and what the new pages recorded by default counts as older.
                if status != Status::Granted && config.default != self.config.default && self.config.default == Status::Granted {
                    self.ground.grant_ended();
                }
                if let Some(entry) = self.ground.ledger.entries.get_mut(number).filter(|_| event) {
                    (entry.due, entry.forbidden, entry.limit) = (!decided && !legible, forbidden, self.ground.evidence.withdrawals + 1);
                }
                self.cover().met(Met::Grant);
                if self.ground.evidence.withdrawals > 0 {
                    self.cover().met(Met::GrantAgain);
                }
                let record = proof("granted", &config.policy_version);
                self.act(place, Context::OptIn, |client| client.opt_in(if event { "$opt_in" } else { "" }, &mark, &record));
            }
            Call::OptOut { delete } => {
                self.withdraw(place, true);
                let record = proof("denied", &config.policy_version);
                if let Some(slot) = self.slot_mut(place) {
                    slot.client.platform_mut().deletions_asked += u32::from(delete);
                }
                self.act(place, Context::OptOut { delete }, |client| client.opt_out(delete, &record));
            }
            Call::ResetConsent => {
                self.ground.evidence.permissions += 1;
                self.withdraw(place, false);
                self.ground.evidence.refusal = 0; // it is forgotten, and who waits and did not hear of it never will
                self.act(place, Context::ResetConsent, Client::reset_consent);
            }
            Call::Purge => {
                // The call begins with hearing of what others decided. Where nothing is granted then there is nothing to withdraw: what there
                // was, was withdrawn before.
                self.act(place, Context::Heard, Client::changed_elsewhere);
                if self.slot(place).is_some_and(|slot| slot.client.status() == Status::Granted) {
                    // Where the default grants and the world took the flag away, it leaves what a reset leaves: an epoch without a decision.
                    self.ground.evidence.permissions += u32::from(!self.ground.origin.holds_flag());
                    self.withdraw(place, false);
                } else {
                    self.ground.evidence.touched = true;
                    self.ground.grant_ended(); // what others have stored goes all the same
                    self.ground.forgive_held(actor);
                }
                self.act(place, Context::Purge, Client::purge);
            }
            Call::Track { padding } => {
                let properties = match padding {
                    0 => mark,
                    _ => format!(r#"{{"zz":"{number}","secretq":"x","pad":"{}"}}"#, "p".repeat(usize::from(padding % 250))),
                };
                self.act(place, Context::Other, |client| client.track("Did", &properties, 0));
            }
            Call::Profile => {
                let operation = *[Operation::Set, Operation::SetOnce, Operation::Append].get(number % 3).unwrap_or(&Operation::Set);
                self.act(place, Context::Other, |client| client.profile(operation, &mark));
            }
            Call::Group => self.act(place, Context::Other, |client| client.group(Operation::Set, &mark, "company", "acme")),
            Call::Identify(user) => self.act(place, Context::Other, |client| client.identify(&format!("user-{user}"))),
            Call::Reset => self.act(place, Context::Other, Client::reset),
            Call::Register(value) => {
                let properties = format!(r#"{{"plan{}":"p{value}","secretq":"x"}}"#, value % 3);
                self.act(place, Context::Other, |client| client.register(&properties, value > 12));
            }
            Call::Unregister => self.act(place, Context::Other, |client| client.unregister("plan1")),
            Call::Flush => {
                self.flushes += 1;
                let number = self.flushes;
                if let Some(slot) = self.slot_mut(place) {
                    slot.client.platform_mut().flushes.push(number);
                }
                self.act(place, Context::Other, |client| client.flush(number));
            }
        }
        if makes {
            let after = self.slot(place).map_or(Status::Denied, |slot| slot.client.status());
            let waits = call == Call::Profile && !user;
            if let Some(entry) = self.ground.ledger.entries.get_mut(number) {
                entry.held = after == Status::Pending && config.hold && !waits;
                entry.waits = after == Status::Pending || waits;
                entry.due &= after == Status::Granted && !waits;
                if entry.due {
                    self.fresh.push(number);
                    self.ground.cover.met(Met::Record);
                }
            }
        }
        self.end_task(place);
    }

    /// The truth about a withdrawal, before it is carried out.
    fn withdraw(&mut self, place: (usize, usize), refuses: bool) {
        self.ground.evidence.touched = true;
        if !refuses {
            let granted = self.slot(place).is_some_and(|slot| slot.client.status() == Status::Granted);
            self.ground.forgive_stuck_records();
            if !granted && !self.ground.origin.holds_flag() {
                // Nothing was decided, so nothing is withdrawn; but what others have stored goes all the same.
                self.ground.grant_ended();
                return;
            }
        }
        self.ground.evidence.withdrawals += 1;
        self.ground.evidence.touched = true;
        self.ground.grant_ended();
        self.ground.cover.met(Met::Withdrawal);
        let known = self.ground.evidence.withdrawals;
        if refuses {
            self.ground.evidence.refusal = known;
        } else {
            // A grant that no store took has nothing in storage that could be missed when it is taken back elsewhere.
            let World { ground, tabs, .. } = self;
            let here = tabs.get(place.0).and_then(|tab| tab.slots.get(place.1)).map_or(usize::MAX, Slot::actor);
            for slot in tabs.iter().flat_map(|tab| &tab.slots).filter(|slot| slot.actor() != here) {
                let (status, source, persisted, _) = slot.client.consent_parts();
                if status == Status::Granted && source == Source::Visitor && persisted.is_none() {
                    ground.spare(slot.actor(), &slot.client.platform().device, known);
                }
            }
            self.ground.forgive_held(self.slot(place).map_or(usize::MAX, Slot::actor));
        }
        self.ground.forgive_stuck_identity();
        if let Some(slot) = self.slot(place) {
            slot.client.platform().known.set(known);
            let actor = slot.actor();
            if self.ground.requests.iter().any(|request| request.actor == actor && !request.aborted) {
                self.ground.cover.met(Met::AbortedInFlight);
            }
        }
    }

    /// The page is gone at once.
    pub(crate) fn crash(&mut self, tab: usize) {
        if tab >= self.tabs.len() {
            return;
        }
        let gone = self.tabs.remove(tab);
        self.ground.note(|| format!("    page {} is gone", gone.number));
        self.messages.retain(|number| *number != gone.number);
        for slot in &gone.slots {
            self.ground.leave(slot.actor(), true);
        }
        self.ground.tidy();
    }

    /// An input to all clients of a page.
    pub(crate) fn input(&mut self, tab: usize, context: Context, input: fn(&mut Client<Host>)) {
        for slot in 0..self.tabs.get(tab).map_or(0, |tab| tab.slots.len()) {
            self.act((tab, slot), context, input);
            self.end_task((tab, slot));
        }
    }

    /// The page is hidden; with `left` it is being left.
    pub(crate) fn hide(&mut self, tab: usize, left: bool) {
        self.ground.note(|| format!("    page at {tab} is hidden"));
        self.input(tab, Context::Other, if left { |client| client.page_hidden(true) } else { |client| client.page_hidden(false) });
    }

    /// The page is put into the back-forward cache: it hears nothing, and owns nothing.
    pub(crate) fn freeze(&mut self, tab: usize) {
        self.hide(tab, true);
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.away = true;
        let number = page.number;
        for slot in &page.slots {
            self.ground.leave(slot.actor(), false);
        }
        self.messages.retain(|told| *told != number);
        self.ground.note(|| format!("    page {number} is put away"));
    }

    pub(crate) fn unfreeze(&mut self, tab: usize) {
        let Some(page) = self.tabs.get_mut(tab) else { return };
        page.away = false;
        let number = page.number;
        for slot in &page.slots {
            if let Some(actor) = self.ground.actors.get_mut(slot.actor()) {
                actor.away = false;
            }
        }
        self.ground.note(|| format!("    page {number} comes back"));
        let slots = self.tabs.get(tab).map_or(0, |tab| tab.slots.len());
        // All are back before any of them tells the others.
        for slot in 0..slots {
            self.act((tab, slot), Context::Other, Client::returned);
        }
        for slot in 0..slots {
            self.end_task((tab, slot));
        }
    }

    /// One message arrives.
    pub(crate) fn deliver(&mut self, at: usize) {
        if at >= self.messages.len() {
            return;
        }
        let number = self.messages.remove(at);
        if let Some(tab) = self.tabs.iter().position(|tab| tab.number == number && !tab.away) {
            self.ground.note(|| format!("    page {number} hears that something changed"));
            self.input(tab, Context::Heard, Client::changed_elsewhere);
        }
    }

    /// The stored queues that nobody owns, as a host finds them.
    fn orphans(&self) -> Vec<u32> {
        let mut orphans = Vec::new();
        for queue in self.ground.origin.local.kept.keys().filter(|key| Key::of(key) == Key::Queue).filter_map(|key| Key::queue(key)) {
            let owned = self.ground.actors.iter().any(|actor| actor.alive && actor.owned.contains(&queue));
            if !owned && orphans.last() != Some(&queue) {
                orphans.push(queue);
            }
        }
        orphans
    }

    pub(crate) fn has_orphans(&self) -> bool {
        !self.orphans().is_empty()
    }

    /// The host gives an orphaned queue to a client that owns one.
    pub(crate) fn claim(&mut self, orphan: usize, client: u8) {
        let adopters: Vec<(usize, usize)> = self
            .places()
            .filter(|place| self.slot(*place).is_some_and(|slot| self.ground.actors.get(slot.actor()).is_some_and(|actor| actor.adopts)))
            .collect();
        let Some(place) = usize::from(client).checked_rem(adopters.len()).and_then(|at| adopters.get(at)).copied() else { return };
        if !self.ground.origin.local.readable() {
            return;
        }
        let orphans = self.orphans();
        let Some(queue) = orphan.checked_rem(orphans.len()).and_then(|at| orphans.get(at)).copied() else { return };
        let Some(actor) = self.slot(place).map(Slot::actor) else { return };
        if let Some(actor) = self.ground.actors.get_mut(actor) {
            actor.owned.push(queue);
        }
        self.ground.note(|| format!("    c{actor} is given queue {queue}"));
        self.cover().met(Met::Adoption);
        let prefix = format!("{}{queue}_", crate::ground::origin::QUEUES);
        if self.ground.origin.local.kept.iter().any(|(key, value)| key.starts_with(&prefix) && value.contains(crate::text::MARK)) {
            self.cover().met(Met::AdoptionOfRecords);
        }
        self.act(place, Context::Other, |client| client.claimed(queue));
        self.end_task(place);
    }

    /// Where nothing is late, messages and orphans arrive now.
    pub(crate) fn catch_up(&mut self) {
        let mut turns = 0;
        while !self.messages.is_empty() && turns < MANY {
            self.deliver(0);
            turns += 1;
        }
        if turns == MANY {
            self.ground.violate(Check::TimerWithoutEnd, || String::from("tabs tell each other the same without end"));
        }
        let local = &self.ground.origin.local.kept;
        if local.keys().any(|key| Key::of(key) == Key::Queue) {
            for _ in 0..self.orphans().len() {
                let client = self.random.below(8) as u8;
                self.claim(0, client);
            }
        }
    }

    /// When the next thing happens by itself, and what.
    fn next_event(&self) -> Option<(u64, Event)> {
        let mut next: Option<(u64, Event)> = None;
        let mut earlier = |at: u64, event: Event| {
            if next.is_none_or(|(next, _)| at < next) {
                next = Some((at, event));
            }
        };
        for (tab, page) in self.tabs.iter().enumerate().filter(|(_, page)| !page.away) {
            for (slot, client) in page.slots.iter().enumerate() {
                if let Some(wake) = client.client.platform().wake {
                    earlier(wake, Event::Ring(tab, slot));
                }
            }
        }
        for (at, request) in self.ground.requests.iter().enumerate() {
            if let Some(arrives) = request.arrives {
                earlier(arrives, Event::Arrive(at));
            }
            let hears = !request.aborted && self.ground.actors.get(request.actor).is_some_and(|actor| actor.alive && !actor.away);
            if let Some((answer, ..)) = request.answer.filter(|_| hears) {
                earlier(answer, Event::Answer(at));
            }
        }
        next
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, milliseconds: u64) {
        let end = self.ground.monotonic + milliseconds;
        let mut turns = 0;
        // Each client may look every flush interval, which is a second at least, whether it can read the flag again, and whether it can store.
        let clients: usize = self.tabs.iter().map(|tab| tab.slots.len()).sum();
        let most = 200 + milliseconds / 500 * clients as u64;
        while let Some((at, event)) = self.next_event().filter(|(at, _)| *at <= end) {
            self.ground.monotonic = self.ground.monotonic.max(at);
            self.ground.latest = self.ground.latest.max(self.ground.wall());
            match event {
                Event::Ring(tab, slot) => self.ring((tab, slot)),
                Event::Arrive(at) => self.ground.arrive(at),
                Event::Answer(at) => self.answer(at),
            }
            self.ground.tidy();
            if self.prompt {
                self.catch_up();
            }
            turns += 1;
            if turns > most {
                self.ground.violate(Check::TimerWithoutEnd, || format!("{most} events while time passed"));
            }
            if self.violation().is_some() {
                return;
            }
        }
        self.ground.monotonic = end;
        self.ground.latest = self.ground.latest.max(self.ground.wall());
    }

    pub(crate) fn ring(&mut self, place: (usize, usize)) {
        let Some(slot) = self.slot_mut(place) else { return };
        slot.client.platform_mut().wake = None;
        let actor = slot.actor();
        let time = self.ground.monotonic;
        self.ground.note(|| format!("    {time}: c{actor} wakes"));
        self.act(place, Context::Other, Client::woke);
        self.end_task(place);
    }

    /// A request is answered now, with this.
    pub(crate) fn answer_with(&mut self, at: usize, status: u16, body: &'static str) {
        let now = self.ground.monotonic;
        let Some(request) = self.ground.requests.get_mut(at) else { return };
        request.arrives = None;
        request.answer = Some((now, status, 0, body));
        if status == 200 {
            for record in &request.records {
                if let Some(entry) = self.ground.ledger.entries.get_mut(*record) {
                    entry.accepted += 1;
                }
            }
        }
        self.answer(at);
    }

    /// An answer reaches the page.
    fn answer(&mut self, at: usize) {
        let request = self.ground.requests.remove(at);
        let Some((_, status, retry_after, body)) = request.answer else { return };
        let number = request.number;
        let Some(place) = self.places().find(|place| self.slot(*place).is_some_and(|slot| slot.actor() == request.actor)) else {
            return;
        };
        let time = self.ground.monotonic;
        self.ground.note(|| format!("    {time}: c{} is answered #{number}: {status} {body} retry after {retry_after}", request.actor));
        let count = request.records.len();
        let means = meaning(status, body, count);
        let awaited = self.ground.ledger.ending(number) == Ending::UnderWay;
        let wall = self.ground.wall();
        if !request.is_deletion() {
            match means {
                Meaning::Taken | Meaning::Refused => {
                    // A page that cannot empty its store now cannot make sure that nobody sends this again.
                    let kept = awaited && self.ground.origin.is_healthy();
                    self.ground.ledger.end(number, if kept { Ending::Final } else { Ending::NobodyKnows });
                }
                Meaning::Halve | Meaning::Again => self.ground.ledger.end(number, Ending::Open),
            }
            self.cover().met(match means {
                Meaning::Again if retry_after > 0 => Met::RetryAfter,
                Meaning::Again => Met::FailureAnswered,
                Meaning::Halve => Met::TooLargeAnswered,
                Meaning::Refused => Met::RefusalAnswered,
                Meaning::Taken => Met::Step,
            });
            if means == Meaning::Again
                && retry_after > 0
                && awaited
                && let Some(until) = self.ground.actors.get_mut(request.actor).and_then(|actor| actor.not_before.get_mut(request.kind))
            {
                *until = wall + retry_after.min(MAX_WAIT);
            }
            if means == Meaning::Refused {
                for record in &request.records {
                    if let Some(entry) = self.ground.ledger.entries.get_mut(*record) {
                        entry.refused = true;
                    }
                }
            }
        }
        self.act(place, Context::Other, |client| client.answered(request.id, status, retry_after, body));
        if means == Meaning::Refused && awaited && !request.is_deletion() {
            let said = self.slot(place).map_or(0, |slot| slot.client.platform().did.refused);
            if said != count {
                self.ground.violate(Check::DropNotReported, || format!("{count} refused, {said} reported"));
            }
        }
        self.end_task(place);
    }

    /// Sets how a store behaves.
    pub(crate) fn set_health(&mut self, store: consentry::Store, health: Health) {
        self.ground.note(|| format!("    {} is {health:?} from now on", store.name()));
        self.ground.trouble = self.ground.trouble.max(self.ground.wall());
        // A store that is absent reads as empty, so what is recorded meanwhile belongs to no decision. It counts for nobody once the decision is
        // back, of which no page could know.
        let back = self.ground.origin.area(store).health == Health::Absent && health != Health::Absent;
        let seen = self.ground.origin.decision();
        let at = usize::from(store == consentry::Store::Cookie);
        if health == Health::Absent && self.ground.evidence.told_in.get(at) == Some(&true) {
            self.ground.forgive_held(usize::MAX);
            self.ground.evidence.refusal = 0;
        }
        if health == Health::Absent && self.ground.evidence.told_in.iter().enumerate().all(|(store, holds)| *holds == (store == at)) {
            self.ground.forgive_stored_records();
        }
        let area = self.ground.origin.area_mut(store);
        if area.health == Health::Works && health != Health::Works {
            self.ground.cover.met(Met::StorageFault);
        }
        area.health = health;
        // One that threw, or lied, may hide the later of two grants.
        let sees = self.ground.origin.decision();
        if (back && sees != seen) || sees.2 > seen.2 {
            self.ground.grant_ended();
        }
    }
}

#[derive(Clone, Copy)]
enum Event {
    Ring(usize, usize),
    Arrive(usize),
    Answer(usize),
}
