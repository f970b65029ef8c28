//! A small world for exhaustive search: two pages, few records, and every order of what can happen
//! to them.
//!
//! The search itself is in `tests/model.rs`. A state is the way that led to it, played anew each
//! time: the real core is a state too big to compare, so two ways count as one state when a print
//! of everything that matters is the same.

use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hasher};

use consentry::{Client, Message, Status};

use crate::checks::Violation;
use crate::ground::origin::Key;
use crate::ground::server::YES;
use crate::plan::{Call, Mix, Plan};
use crate::world::World;
use crate::world::messages::News;

/// What can happen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// The visitor agrees on the page of that number.
    OptIn(u8),
    /// The visitor refuses there.
    OptOut(u8),
    /// The page records an event.
    Track(u8),
    /// The page's timer rings, and time has passed until then.
    Ring(u8),
    /// A message arrives at its page.
    Deliver(u8),
    /// It is lost.
    Lose(u8),
    /// A request under way is answered with this status, and 200 takes its records.
    Answer(u8, u16),
    /// The page is gone at once, and another opens.
    Crash(u8),
}

/// How often each may happen on one way.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Acts in all.
    pub depth: usize,
    /// Events recorded.
    pub tracks: usize,
    /// Refusals, and agreements.
    pub decisions: usize,
    /// Crashes, and messages lost.
    pub accidents: usize,
    /// The default grants, so that nothing has to be decided first.
    pub granted: bool,
}

/// The world after some acts.
#[derive(Debug)]
pub struct Small {
    world: World,
}

impl Small {
    /// Plays the acts one after the other.
    pub fn play(acts: &[Act], bounds: &Bounds) -> Small {
        let mut plan = Plan::new(0, Some(Mix::default()));
        plan.options = consentry::Options::default();
        plan.options.consent.default = if bounds.granted { Status::Granted } else { Status::Pending };
        plan.options.batch.size = 2;
        plan.options.property_blacklist = vec!["secretq".into()];
        (plan.clients, plan.differs, plan.tabs, plan.prompt, plan.sluggish, plan.locks) = (1, None, 2, false, false, true);
        let mut world = World::new(&plan);
        world.open();
        world.open();
        let mut small = Small { world };
        for act in acts {
            small.act(*act);
        }
        small
    }

    fn act(&mut self, act: Act) {
        let world = &mut self.world;
        // Nothing happens at the same moment: a withdrawal and a grant never fall into one
        // millisecond.
        world.ground.monotonic += 1;
        match act {
            Act::OptIn(page) => world.call((usize::from(page), 0), Call::OptIn { event: false, partly: false }),
            Act::OptOut(page) => world.call((usize::from(page), 0), Call::OptOut { delete: false }),
            Act::Track(page) => world.call((usize::from(page), 0), Call::Track { padding: 0 }),
            Act::Ring(page) => {
                let place = (usize::from(page), 0);
                let wake = world.slot(place).and_then(|slot| slot.client.platform().wake).unwrap_or(0);
                world.ground.monotonic = world.ground.monotonic.max(wake);
                world.ring(place);
            }
            Act::Deliver(at) => world.deliver(usize::from(at)),
            Act::Lose(at) => drop(world.messages.remove(usize::from(at))),
            Act::Answer(at, status) => world.answer_with(usize::from(at), status, YES),
            Act::Crash(page) => {
                world.crash(usize::from(page));
                world.open();
            }
        }
        self.settle();
        let world = &mut self.world;
        world.ground.tidy();
    }

    /// Whose queue is whose is settled before anything else happens, and the browser tells at once
    /// of keys that changed. Of the decision it tells nothing: what clients say of it is enough,
    /// and may come late.
    fn settle(&mut self) {
        let world = &mut self.world;
        loop {
            let said = News::Said(Message::Changed);
            world.messages.retain(|letter| letter.news != News::Stored(Some(Key::Decision)));
            if world.ground.locks.next().is_some() {
                world.answer_lock();
            } else if let Some(at) = world.messages.iter().position(|letter| letter.news != said) {
                world.deliver(at);
            } else {
                return;
            }
        }
    }

    /// What can happen next.
    pub fn acts(&self, before: &[Act], bounds: &Bounds) -> Vec<Act> {
        let count = |is: fn(&Act) -> bool| before.iter().filter(|act| is(act)).count();
        let mut acts = Vec::new();
        if before.len() >= bounds.depth || self.violation().is_some() {
            return acts;
        }
        let decides = count(|act| matches!(act, Act::OptIn(_) | Act::OptOut(_))) < bounds.decisions;
        let tracks = count(|act| matches!(act, Act::Track(_))) < bounds.tracks;
        let accidents = count(|act| matches!(act, Act::Crash(_) | Act::Lose(_))) < bounds.accidents;
        for page in 0..2 {
            let Some(slot) = self.world.slot((usize::from(page), 0)) else { continue };
            let client: &Client<_> = &slot.client;
            if decides {
                acts.push(if client.status() == Status::Granted { Act::OptOut(page) } else { Act::OptIn(page) });
            }
            if tracks && client.records() {
                acts.push(Act::Track(page));
            }
            if client.platform().wake.is_some() {
                acts.push(Act::Ring(page));
            }
            if accidents {
                acts.push(Act::Crash(page));
            }
        }
        for at in 0..self.world.messages.len() as u8 {
            acts.push(Act::Deliver(at));
            if accidents {
                acts.push(Act::Lose(at));
            }
        }
        for (at, ()) in self.world.ground.requests.iter().enumerate().filter(|(_, request)| !request.aborted).map(|(at, _)| (at, ())) {
            acts.extend([Act::Answer(at as u8, 200), Act::Answer(at as u8, 503)]);
        }
        acts
    }

    /// What is violated.
    pub fn violation(&self) -> Option<&Violation> {
        self.world.violation()
    }

    /// A number for everything that decides what can happen from here on.
    pub fn print(&self) -> u64 {
        struct Print(DefaultHasher);
        impl Write for Print {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.write(text.as_bytes());
                Ok(())
            }
        }
        let mut print = Print(DefaultHasher::new());
        let ground = &self.world.ground;
        // Writing into a hasher cannot fail.
        let _ = write!(print, "{:?}{:?}{:?}{:?}", ground.origin, ground.requests, ground.ledger.endings, self.world.messages);
        let _ = write!(print, "{}{}{}{:?}", ground.monotonic, ground.evidence.withdrawals, ground.evidence.told, ground.actors);
        for tab in &self.world.tabs {
            let _ = write!(print, "{:?}", tab.slots);
        }
        print.0.finish()
    }
}
