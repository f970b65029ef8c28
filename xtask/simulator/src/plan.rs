//! What a run is: a configuration, and a list of steps. Both follow from the seed, and nothing else
//! does.

mod themes;
mod tiers;

use consentry::{BeforeDecision, Options, Persistence, SignalMode, Status, Store};

use crate::ground::origin::Health;
use crate::ground::server::Mode;
use crate::random::Random;
use themes::{Themes, later, newest};
pub use tiers::{Mix, Tier};

/// What a page asks of a client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) enum Call {
    OptIn {
        event: bool,
        /// To `analytics`, and not to the site's other purpose.
        partly: bool,
    },
    OptOut {
        delete: bool,
    },
    ResetConsent,
    Purge,
    Track {
        padding: u16,
    },
    Profile,
    Group,
    Identify(u8),
    Reset,
    Register(u8),
    Unregister,
    #[default]
    Flush,
    /// The site learns late what the law here asks for: a number of [`Status::ALL`].
    SetDefault(u8),
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

/// How a lock throws or lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum LockFault {
    #[default]
    Never,
    Twice,
    Rejected,
}

/// How a channel throws or lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ChannelFault {
    /// From now on.
    #[default]
    Throws,
    /// Something is heard once more.
    Repeats,
    /// A question, or an answer, that nobody sent.
    Asks,
    Has,
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
    /// Calls on such a page.
    LatePage {
        calls: [Call; 4],
        wait: u32,
    },
    /// Somebody comes to a page, perhaps a day later, and agrees at last.
    Someone {
        client: u8,
        user: u8,
        later: bool,
    },
    /// A client is closed, and perhaps another one begun.
    EndClient {
        client: u8,
        again: bool,
    },
    /// The browser runs nothing on a page for a while.
    Sleep(u8),
    /// It says that it is online again.
    Online(u8),
    LockFault(LockFault),
    Channel {
        client: u8,
        fault: ChannelFault,
        which: u8,
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
    /// In what the second of them differs, if in anything.
    pub(crate) differs: Option<u8>,
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
    /// The visitor may agree to one of two purposes.
    pub(crate) partly: bool,
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
            differs: None,
            tabs: 1 + random.below(4) as usize,
            prompt: random.chance(40),
            sluggish: random.chance(30),
            refuses: random.chance(25),
            locks: more.chance(70),
            views: false,
            partly: false,
            steps: Vec::with_capacity(length as usize + 1),
            options,
        };
        if random.chance(60) {
            plan.steps.push(Step::Call { client: 0, call: Call::OptIn { event: random.chance(50), partly: false } });
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
                    let call = if refuses { Call::OptOut { delete: false } } else { Call::OptIn { event: false, partly: false } };
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
        let mut more = Random::of(seed, 7);
        if more.chance(35) {
            plan.differs = (more.chance(30) && !mix.has(Tier::Lying)).then(|| more.below(8) as u8);
            for _ in 0..1 + more.below(4) {
                let at = more.below(plan.steps.len() as u64) as usize;
                plan.steps.insert(at, newest(&mut more));
            }
        }
        let mut more = Random::of(seed, 8);
        if more.chance(25) {
            for _ in 0..1 + more.below(5) {
                let at = more.below(plan.steps.len() as u64) as usize;
                let status = more.pick(&[0, 0, 1, 2]);
                plan.steps.insert(at, Step::Call { client: more.below(8) as u8, call: Call::SetDefault(status) });
            }
        }
        if Random::of(seed, 9).chance(25) {
            plan.options.consent.purposes = vec!["functional".into()];
            plan.agree_partly();
        }
        plan.views = mix.has(Tier::Late) && Random::of(seed, 6).chance(60);
        plan.prompt |= !mix.has(Tier::Late);
        plan.steps.retain(|step| mix.admits(step));
        plan
    }

    /// The visitor agrees to one purpose alone now and then. Where stores lie or are full nobody can say
    /// which choice stands.
    fn agree_partly(&mut self) {
        let mut more = Random::of(self.seed, 10);
        self.partly = !self.mix.has(Tier::Lying) && !self.mix.has(Tier::Full) && more.chance(80);
        if !self.partly {
            return;
        }
        for step in &mut self.steps {
            if let Step::Call { call: Call::OptIn { partly, .. }, .. } | Step::CallAndCrash { call: Call::OptIn { partly, .. }, .. } = step
            {
                *partly = more.chance(40);
            }
        }
        for _ in 0..1 + more.below(6) {
            let at = more.below(self.steps.len() as u64) as usize;
            let call = Call::OptIn { event: false, partly: more.chance(60) };
            self.steps.insert(at, Step::Call { client: more.below(8) as u8, call });
        }
    }
}

/// Another value of one option.
pub(crate) trait Vary {
    fn vary(&mut self, which: u8);
}

impl Vary for Options {
    fn vary(&mut self, which: u8) {
        let consent = &mut self.consent;
        match which {
            0 => {
                let holds = consent.before_decision == BeforeDecision::Hold;
                consent.before_decision = if holds { BeforeDecision::Drop } else { BeforeDecision::Hold };
            }
            1 => self.batch.size = if self.batch.size > 3 { 2 } else { 20 },
            2 => self.batch.flush_interval_ms = if self.batch.flush_interval_ms > 1_000 { 1_000 } else { 60_000 },
            3 => consent.gpc = if consent.gpc == SignalMode::Honor { SignalMode::Enforce } else { SignalMode::Honor },
            4 => consent.max_age_days = if consent.max_age_days.is_some() { None } else { Some(1) },
            5 => consent.storage = if consent.storage == Store::Local { Store::Cookie } else { Store::Local },
            6 => consent.default = if consent.default == Status::Granted { Status::Pending } else { Status::Granted },
            _ => consent.policy_version = consent.policy_version.as_ref().map(|_| String::from("2")),
        }
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
