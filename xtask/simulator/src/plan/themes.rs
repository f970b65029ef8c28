//! What a run is about, and the steps that follow from it.

use consentry::{Status, Store};

use super::{Call, ChannelFault, LockFault, Spoil, Step};
use crate::ground::origin::Health;
use crate::ground::server::Mode;
use crate::random::Random;

/// What a run is about. Each run leaves most kinds of trouble out, so that every kind also meets
/// calm.
pub(super) struct Themes {
    weights: [u32; 24],
    /// Servers to meet.
    server: u64,
}

impl Themes {
    pub(super) fn new(random: &mut Random) -> Themes {
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

    pub(super) fn step(&self, random: &mut Random) -> Step {
        let client = random.below(8) as u8;
        let place = random.below(16) as u8;
        let call = |call| Step::Call { client, call };
        let theme = random.weighted(&self.weights);
        let step = match theme {
            0 => call(Call::OptIn { event: random.chance(70), partly: false }),
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
            Mode::Elsewhere,
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

/// A step of the kinds that were added to the plans.
pub(super) fn later(random: &mut Random) -> Step {
    let client = random.below(8) as u8;
    match random.weighted(&[6, 4, 2, 4, 4, 3, 4]) {
        0 => Step::Burst {
            client,
            calls: random.pick(&[60, 120, 250, 450]),
            padding: random.pick(&[0, 0, 0, 0, 2_000]),
            early: random.chance(20),
        },
        1 => Step::Navigate(client),
        2 => Step::Stay(client),
        3 => Step::Options(random.below(6) as u8),
        4 => Step::Late {
            call: match random.below(5) {
                0 | 1 => Call::OptIn { event: false, partly: false },
                2 | 3 => Call::OptOut { delete: false },
                _ => Call::ResetConsent,
            },
            wait: random.pick(&[1, 300, 5_000, 60_000]),
        },
        5 => Step::Steady { client, every: random.pick(&[30, 100, 300]), count: random.pick(&[40, 120]) },
        _ => Step::CloseCalling { client, first: random.chance(50) },
    }
}

/// A step of the kinds that came last.
pub(super) fn newest(random: &mut Random) -> Step {
    let client = random.below(8) as u8;
    let user = random.below(3) as u8;
    let (track, name) = (Call::Track { padding: 0 }, Call::Identify(user));
    // Whoever took the call leaves the event out where nothing was new.
    let (agree, refuse) = (Call::OptIn { event: false, partly: false }, Call::OptOut { delete: false });
    match random.weighted(&[6, 4, 4, 4, 1, 8, 3]) {
        0 => Step::Someone { client, user, later: random.chance(40) },
        1 => Step::LatePage {
            calls: random.pick(&[
                [name, Call::Profile, track, agree],
                [track, Call::Profile, name, agree],
                [agree, name, Call::Profile, track],
                [name, track, Call::Reset, track],
                [track, refuse, name, track],
            ]),
            wait: random.pick(&[1, 300, 5_000, 60_000]),
        },
        2 => Step::EndClient { client, again: random.chance(50) },
        3 => Step::Sleep(client),
        4 => Step::Online(client),
        5 => Step::LockFault(random.pick(&[LockFault::Never, LockFault::Twice, LockFault::Rejected])),
        _ => Step::Channel {
            client,
            fault: random.pick(&[ChannelFault::Throws, ChannelFault::Repeats, ChannelFault::Asks, ChannelFault::Has]),
            which: random.below(8) as u8,
        },
    }
}
