//! What a run is: a configuration, and a list of steps. Both follow from the seed, and nothing else
//! does.

mod themes;
mod tiers;

use consentry::{BeforeDecision, Options, Persistence, SignalMode, Status, Store};

use crate::ground::origin::Health;
use crate::ground::server::Mode;
use crate::random::Random;
use themes::{Themes, later};
pub use tiers::{Mix, Tier};

/// What a page asks of a client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Call {
    OptIn { event: bool },
    OptOut { delete: bool },
    ResetConsent,
    Purge,
    Track { padding: u16 },
    Profile,
    Group,
    Identify(u8),
    Reset,
    Register(u8),
    Unregister,
    Flush,
}

/// How a value of ours is spoiled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Spoil {
    Truncate,
    Flip,
    Rubbish,
    /// A segment that nobody wrote, under a key that could be ours.
    Planted,
}

/// One thing that happens. Places are taken modulo what there is, so that a step means something in
/// every world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Call {
        client: u8,
        call: Call,
    },
    /// The page dies in the middle of the call, after so many effects.
    CallAndCrash {
        client: u8,
        call: Call,
        effects: u8,
    },
    Pass(u32),
    /// A timer rings before its time.
    RingEarly(u8),
    Deliver(u8),
    Lose(u8),
    /// A request for a lock is answered before its time.
    Lock,
    /// So many calls in one task; early ones were made before the client.
    Burst {
        client: u8,
        calls: u16,
        /// Bytes that each event is made longer.
        padding: u16,
        early: bool,
    },
    /// A page gets another address.
    Navigate(u8),
    /// A page is about to be left, and the visitor stays.
    Stay(u8),
    Open,
    Crash(u8),
    Close(u8),
    Hide(u8),
    Freeze(u8),
    Return(u8),
    Health(Store, Health),
    Quota(u32),
    Clear(Store),
    /// Another tool writes the flag, or removes it.
    Foreign(Store, Option<bool>),
    Spoil(u8, Spoil),
    Server(Mode),
    Jump(i64),
    Gpc(bool),
    /// Pages from now on have another default.
    Default(Status),
    /// Pages from now on ask for another policy.
    Policy,
    /// Pages from now on have another option.
    Options(u8),
    /// A call on a page whose wasm comes so many milliseconds later.
    Late {
        call: Call,
        wait: u32,
    },
    /// A page flushes, and then records at a steady pace.
    Steady {
        client: u8,
        every: u16,
        count: u16,
    },
    /// A page is left, and records when it is: before us, or after us.
    CloseCalling {
        client: u8,
        first: bool,
    },
}

/// A run before it happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// The faults it meets.
    pub(crate) mix: Mix,
    pub(crate) options: Options,
    /// Clients in each page.
    pub(crate) clients: usize,
    /// Most pages at a time.
    pub(crate) tabs: usize,
    /// Messages between tabs, and orphaned queues, arrive without delay.
    pub(crate) prompt: bool,
    /// Each page sees localStorage late.
    pub(crate) views: bool,
    /// Timers ring late.
    pub(crate) sluggish: bool,
    /// The browser has Web Locks.
    pub(crate) locks: bool,
    /// The visitor refuses in the end.
    pub(crate) refuses: bool,
    pub(crate) steps: Vec<Step>,
}

impl Plan {
    /// The plan of a seed, with its own tiers or these.
    pub(crate) fn new(seed: u64, mix: Option<Mix>) -> Plan {
        let mut random = Random::of(seed, 1);
        // A source of its own: what came later leaves the rest of a seed as it was.
        let mut more = Random::of(seed, 4);
        let mix = mix.unwrap_or(Mix::of(&mut Random::of(seed, 5)));
        let options = options(&mut random);
        let themes = Themes::new(&mut random);
        let length = 40 + random.below(120);
        let mut plan = Plan {
            seed,
            mix,
            clients: 1 + random.weighted(&[3, 1]),
            tabs: 1 + random.below(4) as usize,
            prompt: random.chance(40),
            sluggish: random.chance(30),
            refuses: random.chance(25),
            locks: more.chance(70),
            views: false,
            steps: Vec::with_capacity(length as usize + 1),
            options,
        };
        if random.chance(60) {
            plan.steps.push(Step::Call { client: 0, call: Call::OptIn { event: random.chance(50) } });
        }
        for _ in 0..length {
            plan.steps.push(themes.step(&mut random));
        }
        if more.chance(35) {
            for _ in 0..1 + more.below(4) {
                let at = more.below(plan.steps.len() as u64) as usize;
                let step = later(&mut more);
                plan.steps.insert(at, step);
                // Somebody chooses the other thing while it waits.
                if let Step::Late { call, .. } = step
                    && more.chance(70)
                {
                    let refuses = matches!(call, Call::OptIn { .. });
                    let call = if refuses { Call::OptOut { delete: false } } else { Call::OptIn { event: false } };
                    plan.steps.insert(at + 1, Step::Call { client: more.below(8) as u8, call });
                }
                // Few leave just then, and it is worth a look.
                if let Step::Burst { client, .. } = step
                    && more.chance(25)
                {
                    plan.steps.insert(at + 1, if more.chance(50) { Step::Close(client) } else { Step::Freeze(client) });
                }
            }
        }
        plan.views = mix.has(Tier::Late) && Random::of(seed, 6).chance(60);
        plan.prompt |= !mix.has(Tier::Late);
        plan.steps.retain(|step| mix.admits(step));
        plan
    }
}

/// Whether a decision can expire under these options, by its age or its policy.
pub(crate) fn expires(options: &Options) -> bool {
    options.consent.max_age_days.is_some() || options.consent.policy_version.is_some()
}

fn options(random: &mut Random) -> Options {
    let mut options = Options::default();
    options.consent.default =
        [Status::Pending, Status::Granted, Status::Denied].get(random.weighted(&[4, 4, 1])).copied().unwrap_or(Status::Pending);
    options.consent.before_decision = if random.chance(40) { BeforeDecision::Hold } else { BeforeDecision::Drop };
    options.consent.storage = random.pick(&[Store::Local, Store::Local, Store::Cookie]);
    options.persistence = Persistence::ALL.get(random.weighted(&[5, 2, 1])).copied().unwrap_or_default();
    options.batch.size = random.pick(&[1, 2, 3, 5, 10, 50]);
    options.batch.flush_interval_ms = random.pick(&[1_000, 1_000, 5_000, 5_000, 60_000]);
    options.consent.max_age_days = random.pick(&[None, None, None, Some(1), Some(180)]);
    options.consent.policy_version = random.chance(20).then(|| String::from("1"));
    options.consent.gpc = random.pick(&[SignalMode::Honor, SignalMode::Enforce, SignalMode::Ignore]);
    options.property_blacklist = vec!["secretq".into()];
    options
}
