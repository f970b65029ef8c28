//! What a run is: a configuration, and a list of steps. Both follow from the seed, and nothing else does.

use consentry::{BeforeDecision, Options, Persistence, SignalMode, Status, Store};

use crate::ground::origin::Health;
use crate::ground::server::Mode;
use crate::random::Random;

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

/// One thing that happens. Places are taken modulo what there is, so that a step means something in every world.
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
}

/// A run before it happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) options: Options,
    /// Clients in each page.
    pub(crate) clients: usize,
    /// Most pages at a time.
    pub(crate) tabs: usize,
    /// Messages between tabs, and orphaned queues, arrive without delay.
    pub(crate) prompt: bool,
    /// Timers ring late.
    pub(crate) sluggish: bool,
    /// The browser has Web Locks.
    pub(crate) locks: bool,
    /// The visitor refuses in the end.
    pub(crate) refuses: bool,
    pub(crate) steps: Vec<Step>,
}

impl Plan {
    pub(crate) fn new(seed: u64) -> Plan {
        let mut random = Random::of(seed, 1);
        // A source of its own: what came later leaves the rest of a seed as it was.
        let mut more = Random::of(seed, 4);
        let options = options(&mut random);
        let themes = Themes::new(&mut random);
        let length = 40 + random.below(120);
        let mut plan = Plan {
            seed,
            clients: 1 + random.weighted(&[3, 1]),
            tabs: 1 + random.below(4) as usize,
            prompt: random.chance(40),
            sluggish: random.chance(30),
            refuses: random.chance(25),
            locks: more.chance(70),
            steps: Vec::with_capacity(length as usize + 1),
            options,
        };
        if random.chance(60) {
            plan.steps.push(Step::Call { client: 0, call: Call::OptIn { event: random.chance(50) } });
        }
        for _ in 0..length {
            plan.steps.push(themes.step(&mut random));
        }
        if more.chance(40) {
            for _ in 0..1 + more.below(4) {
                let at = more.below(plan.steps.len() as u64) as usize;
                plan.steps.insert(at, later(&mut more));
            }
        }
        plan
    }
}

/// Steps that were added to the plans.
fn later(random: &mut Random) -> Step {
    let client = random.below(8) as u8;
    match random.weighted(&[3, 2, 1]) {
        0 => Step::Burst { client, calls: random.pick(&[60, 120, 250, 450]), early: random.chance(20) },
        1 => Step::Navigate(client),
        _ => Step::Stay(client),
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

/// What a run is about. Each run leaves most kinds of trouble out, so that every kind also meets calm.
struct Themes {
    weights: [u32; 24],
    /// Servers to meet.
    server: u64,
}

impl Themes {
    fn new(random: &mut Random) -> Themes {
        let mut weights = [
            4,  // 0 opt in
            3,  // 1 opt out
            1,  // 2 reset consent, purge
            30, // 3 track
            6,  // 4 profile
            4,  // 5 group
            5,  // 6 identify, reset
            3,  // 7 register, unregister
            6,  // 8 flush
            30, // 9 pass
            2,  // 10 ring early
            16, // 11 deliver
            4,  // 12 lose
            10, // 13 lock
            6,  // 14 open
            4,  // 15 crash
            6,  // 16 close, hide
            6,  // 17 freeze, return
            5,  // 18 storage health, quota
            1,  // 19 clear
            2,  // 20 foreign, spoil
            10, // 21 server
            3,  // 22 jump
            2,  // 23 signals, defaults, policies
        ];
        for theme in [0..=2, 10..=10, 12..=12, 15..=15, 17..=17, 18..=18, 19..=19, 20..=20, 21..=21, 22..=22, 23..=23] {
            let quiet = random.chance(45);
            for weight in weights.get_mut(theme).into_iter().flatten() {
                *weight = if quiet { 0 } else { *weight };
            }
        }
        Themes { weights, server: random.next() }
    }

    fn step(&self, random: &mut Random) -> Step {
        let client = random.below(8) as u8;
        let place = random.below(16) as u8;
        let call = |call| Step::Call { client, call };
        let theme = random.weighted(&self.weights);
        let step = match theme {
            0 => call(Call::OptIn { event: random.chance(70) }),
            1 => call(Call::OptOut { delete: random.chance(35) }),
            2 => call(if random.chance(50) { Call::ResetConsent } else { Call::Purge }),
            3 => call(Call::Track { padding: if random.chance(4) { 2_000 } else { 0 } }),
            4 => call(Call::Profile),
            5 => call(Call::Group),
            6 => call(if random.chance(70) { Call::Identify(random.below(3) as u8) } else { Call::Reset }),
            7 => call(if random.chance(70) { Call::Register(place) } else { Call::Unregister }),
            8 => call(Call::Flush),
            9 => Step::Pass(random.pick(&[0, 1, 50, 50, 300, 300, 1_000, 5_000, 5_000, 20_000, 90_000, 90_000, 700_000])),
            10 => Step::RingEarly(client),
            11 => Step::Deliver(place),
            12 => Step::Lose(place),
            13 => Step::Lock,
            14 => Step::Open,
            15 => Step::Crash(client),
            16 => {
                if random.chance(60) {
                    Step::Close(client)
                } else {
                    Step::Hide(client)
                }
            }
            17 => {
                if random.chance(50) {
                    Step::Freeze(client)
                } else {
                    Step::Return(client)
                }
            }
            18 if random.chance(25) => Step::Quota(random.pick(&[0, 800, 2_000, 6_000, 5_000_000])),
            18 => Step::Health(
                store(random),
                random.pick(&[Health::Works, Health::Works, Health::Throws, Health::Full, Health::Absent, Health::Lies]),
            ),
            19 => Step::Clear(store(random)),
            20 if random.chance(50) => {
                Step::Foreign(store(random), [None, Some(true), Some(false)].get(random.below(3) as usize).copied().flatten())
            }
            20 => Step::Spoil(
                place,
                [Spoil::Truncate, Spoil::Flip, Spoil::Rubbish, Spoil::Planted]
                    .get(random.below(4) as usize)
                    .copied()
                    .unwrap_or(Spoil::Flip),
            ),
            21 => Step::Server(self.mode(random)),
            22 => Step::Jump(
                [-86_400_000, -3_600_000, -5_000, 5_000, 3_600_000, 86_400_000, 6 * 86_400_000]
                    .get(random.below(7) as usize)
                    .copied()
                    .unwrap_or(0),
            ),
            _ => match random.below(4) {
                0 => Step::Policy,
                1 => Step::Default(
                    [Status::Pending, Status::Granted, Status::Denied].get(random.below(3) as usize).copied().unwrap_or(Status::Pending),
                ),
                _ => Step::Gpc(random.chance(40)),
            },
        };
        let crashes = self.weights.get(15).is_some_and(|weight| *weight > 0) && random.chance(4);
        if let Step::Call { client, call } = step
            && crashes
        {
            return Step::CallAndCrash { client, call, effects: random.below(8) as u8 };
        }
        step
    }

    fn mode(&self, random: &mut Random) -> Mode {
        let all = [
            Mode::Slow,
            Mode::Status(503),
            Mode::Status(500),
            Mode::RetryAfter(503, 7),
            Mode::RetryAfter(429, 120),
            Mode::RetryAfter(503, 3_000),
            Mode::TooLarge(1 + random.below(3) as usize),
            Mode::Hangs,
            Mode::ResetAfter,
            Mode::ResetBefore,
            Mode::Offline,
            Mode::Rejects,
            Mode::Status(400),
            Mode::TooLarge(0),
        ];
        // Refusals for good make everything after them forgivable; most runs do without.
        let meets = if self.server & 7 == 0 { all.len() } else { all.len() - 3 };
        if random.chance(40) { Mode::Fine } else { all.get(random.below(meets as u64) as usize).copied().unwrap_or(Mode::Fine) }
    }
}

fn store(random: &mut Random) -> Store {
    random.pick(&[Store::Local, Store::Local, Store::Cookie])
}
