//! Pages, their clients, and what is on its way between them.

pub(crate) mod calls;
mod end;
mod evidence;
mod faults;
pub(crate) mod messages;
mod pages;
mod steps;
mod stores;
mod task;
mod time;

use std::rc::Rc;

use consentry::{Client, Options};

use crate::checks::Violation;
use crate::cover::Cover;
use crate::ground::Ground;
use crate::host::Host;
use crate::plan::{Call, Plan};
use crate::random::Random;
use messages::Letter;

/// One client in a page.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) client: Client<Host>,
    pub(crate) options: Rc<Options>,
    /// It was told to deny, and this many permissions had been given then.
    pub(crate) denied_at: Option<u32>,
    /// Records of calls that may wait in the client, to be handed on.
    pub(crate) waiting: Vec<usize>,
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
    pub(crate) hidden: bool,
    /// Its channel throws.
    pub(crate) mute: bool,
    /// How often its address has changed.
    pub(crate) address: u32,
    pub(crate) slots: Vec<Slot>,
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) ground: Box<Ground>,
    pub(crate) seed: u64,
    /// The configuration of pages that open from now on.
    pub(crate) options: Options,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) next_tab: usize,
    pub(crate) clients: usize,
    /// In what the second client of each page differs, if in anything.
    pub(crate) differs: Option<u8>,
    pub(crate) prompt: bool,
    /// News that may come late, in any order, or be lost.
    pub(crate) messages: Vec<Letter>,
    /// News that comes at its time.
    pub(crate) letters: Vec<(u64, Letter)>,
    /// Calls on pages whose wasm has not come: when it does, and when they were made.
    pub(crate) arriving: Vec<(u64, Vec<(u64, Call)>)>,
    /// Flushes so far.
    pub(crate) flushes: u32,
    pub(crate) random: Random,
    /// So many calls are made that a trace names none of them.
    pub(crate) in_burst: bool,
    /// Calls of bursts so far.
    burst_calls: u64,
    /// Records made in the task that runs.
    pub(crate) fresh: Vec<usize>,
    /// Some client found a new epoch in the task that runs.
    pub(crate) found_out: bool,
    /// A grant was found to have expired in the task that runs.
    pub(crate) lapsed: bool,
}

impl World {
    pub(crate) fn new(plan: &Plan) -> World {
        let mut ground = Box::new(Ground { random: Random::of(plan.seed, 2), sluggish: plan.sluggish, mix: plan.mix, ..Ground::default() });
        ground.origin.local.quota = 5_000_000;
        ground.origin.jar.quota = 5_000_000;
        ground.server_well = true;
        ground.latest = ground.wall();
        ground.consent_store = plan.options.consent.storage;
        ground.purposes = plan.options.consent.purposes.iter().any(|purpose| purpose != "analytics");
        ground.partly.plays = plan.partly;
        ground.locks.missing = !plan.locks;
        (ground.views.late, ground.views.ever) = (plan.views, plan.views);
        ground.evidence.epochs.insert(0, 0); // the epoch of who never decided
        World {
            ground,
            seed: plan.seed,
            options: plan.options.clone(),
            tabs: Vec::new(),
            next_tab: 0,
            clients: plan.clients,
            differs: plan.differs,
            prompt: plan.prompt,
            messages: Vec::new(),
            letters: Vec::new(),
            arriving: Vec::new(),
            flushes: 0,
            random: Random::of(plan.seed, 3),
            in_burst: false,
            burst_calls: 0,
            fresh: Vec::new(),
            found_out: false,
            lapsed: false,
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

    /// The place of that client, if its page is shown.
    pub(crate) fn place_of(&self, actor: usize) -> Option<(usize, usize)> {
        self.places().find(|place| self.slot(*place).is_some_and(|slot| slot.actor() == actor))
    }

    pub(crate) fn slot(&self, (tab, slot): (usize, usize)) -> Option<&Slot> {
        self.tabs.get(tab)?.slots.get(slot)
    }

    pub(crate) fn slot_mut(&mut self, (tab, slot): (usize, usize)) -> Option<&mut Slot> {
        self.tabs.get_mut(tab)?.slots.get_mut(slot)
    }

    pub(crate) fn options_of(&self, place: (usize, usize)) -> Rc<Options> {
        self.slot(place).map_or_else(|| Rc::new(self.options.clone()), |slot| Rc::clone(&slot.options))
    }
}
