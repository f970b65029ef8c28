//! Who owns which stored queue: this client its own and those whose owners are gone.
//!
//! Where there are Web Locks, whoever holds the lock of a queue owns it. Elsewhere clients ask one
//! another: a queue that nobody claims within [`SILENCE`] is free.
//!
//! It asks for nothing itself: what is to be done comes out of [`Leases::take`], and what became of
//! it goes in again.

mod message;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod tests;

pub use message::{Lock, Message, QueueId};

/// Milliseconds after which a queue that nobody claimed is free, and the least between two looks for
/// left queues.
const SILENCE: u64 = 5_000;

/// Queues that may be asked for at a time; others wait for a later look.
const MOST: usize = 100;

/// What is to be done, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    /// Ask for the lock of the queue; the answer is for [`Leases::locked`].
    Lock(QueueId),
    /// Give the lock of the queue back, or take the request for it back.
    Unlock(QueueId),
    /// Tell the other clients.
    Post(Message),
    /// Look which queues are stored; they are for [`Leases::found`].
    Look,
    /// The queue was left and is ours now: read it.
    Adopt(QueueId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Its lock was asked for.
    Requested,
    /// The other clients were asked; it is free at that time, unless one of them speaks up.
    Asked(u64),
    /// It is ours.
    Held,
}

/// The queues this client owns or asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Leases {
    /// The queue this client stores its records in.
    own: Option<QueueId>,
    /// Our own as well, unless somebody else has it.
    queues: Vec<(QueueId, State)>,
    /// Whether queues are asked for at all.
    started: bool,
    /// There are no locks here.
    by_message: bool,
    /// When to look for left queues.
    look_at: Option<u64>,
    /// A look could not be taken. The next that fails leaves it to whoever stores something.
    resting: bool,
    actions: Vec<Action>,
}

impl Leases {
    /// What is to be done since this was asked last.
    pub(crate) fn take(&mut self) -> Vec<Action> {
        core::mem::take(&mut self.actions)
    }

    /// When [`Leases::woke`] is to be called. When the clock was set back, what is far away is not
    /// waited for.
    pub(crate) fn due(&mut self, now: u64) -> Option<u64> {
        self.look_at = self.look_at.map(|at| at.min(now + 2 * SILENCE));
        let mut due = self.look_at;
        for (_, state) in &mut self.queues {
            if let State::Asked(until) = state {
                *until = (*until).min(now + SILENCE);
                due = Some(due.map_or(*until, |due| due.min(*until)));
            }
        }
        due
    }

    /// Whether locks were asked for that have no answer yet.
    pub(crate) fn awaits_locks(&self) -> bool {
        self.queues.iter().any(|(_, state)| *state == State::Requested)
    }

    /// The queue this client stores its records in.
    pub(crate) fn own(&self) -> Option<QueueId> {
        self.own
    }

    /// Left queues are wanted from now on.
    pub(crate) fn start(&mut self, now: u64) {
        if !self.started {
            (self.started, self.resting) = (true, false);
            if let Some(own) = self.own {
                self.ask(own, now);
            }
            self.actions.push(Action::Look);
        }
    }

    /// This client stores its records in that queue, a new one.
    pub(crate) fn begin(&mut self, queue: QueueId, now: u64) {
        self.own = Some(queue);
        if self.look_at.is_some() || self.resting {
            self.start(now); // what can be stored can be sent
        }
        if self.started {
            self.ask(queue, now);
        }
    }

    /// Nothing of ours is stored any more: gives back what is owned. Browsers keep no page for the
    /// way back that holds locks.
    pub(crate) fn disown(&mut self) {
        let own = self.own.take();
        while let Some((queue, _)) = self.queues.iter().copied().find(|(queue, state)| *state == State::Held || Some(*queue) == own) {
            self.give_back(queue);
        }
    }

    /// The page is put away, or nothing may be stored: gives everything back, and wants nothing until
    /// [`Leases::start`].
    pub(crate) fn stop(&mut self) {
        (self.own, self.look_at, self.started, self.resting) = (None, None, false, false);
        self.take_back(Action::Look);
        while let Some((queue, _)) = self.queues.first().copied() {
            self.give_back(queue);
        }
    }

    /// Nothing can be sent for now: gives everything back, and looks again in a while, once where
    /// there was nothing to give.
    pub(crate) fn rest(&mut self, now: u64) {
        let wants = self.started || self.look_at.is_some() || self.resting;
        let again = self.look_at.is_some() || !self.queues.is_empty() || !self.resting;
        self.stop();
        self.resting = wants;
        self.look_at = (wants && again).then_some(now + 2 * SILENCE);
    }

    /// Input: another client may have stored something, and may be gone one day.
    pub(crate) fn stored_elsewhere(&mut self, now: u64, random: u32) {
        // Not at once, because its owner may live, and not when every other page does.
        if (self.started || self.resting) && self.look_at.is_none() {
            self.look_at = Some(now + SILENCE + ((SILENCE * u64::from(random)) >> 32));
        }
    }

    /// Input: that queue is stored; it may be named more than once.
    pub(crate) fn found(&mut self, queue: QueueId, now: u64, random: u32) {
        if self.state(queue).is_some() {
            return;
        }
        let asked = self.queues.iter().filter(|(_, state)| *state != State::Held).count();
        if self.started && asked < MOST {
            self.ask(queue, now);
        } else {
            self.stored_elsewhere(now, random);
        }
    }

    /// Input: what became of a request for a lock.
    pub(crate) fn locked(&mut self, queue: QueueId, lock: Lock, now: u64, random: u32) {
        match (self.state(queue), lock) {
            (Some(State::Requested), Lock::Held) => self.hold(queue),
            // It was given back in the meantime.
            (None | Some(State::Asked(_)), Lock::Held) => self.actions.push(Action::Unlock(queue)),
            (Some(State::Requested), Lock::Taken) => self.lose(queue, now, random),
            (Some(State::Requested), Lock::Unsupported) => {
                self.by_message = true;
                self.forget(queue);
                self.ask(queue, now);
            }
            // Nobody waits for it.
            (Some(State::Held), _) | (_, Lock::Taken | Lock::Unsupported) => {}
        }
    }

    /// Whether another client that asks for the queue is told that it is ours.
    pub(crate) fn claims(&self, queue: QueueId) -> bool {
        self.state(queue).is_some() || self.own == Some(queue)
    }

    /// Input: another client says this.
    pub(crate) fn heard(&mut self, message: Message, now: u64, random: u32) {
        match message {
            // Who asks for it as well says so too: then both ask again later, and not together.
            Message::Asks(queue) if self.claims(queue) => {
                self.actions.push(Action::Post(Message::Has(queue)));
            }
            Message::Has(queue) if matches!(self.state(queue), Some(State::Asked(_))) => {
                self.lose(queue, now, random);
            }
            Message::Changed | Message::Refused(_) => self.stored_elsewhere(now, random),
            Message::Asks(_) | Message::Has(_) => {}
        }
    }

    /// Input: the time of [`Leases::due`] may have come.
    pub(crate) fn woke(&mut self, now: u64) {
        let free = |(_, state): &&(QueueId, State)| matches!(state, State::Asked(until) if *until <= now);
        while let Some((queue, _)) = self.queues.iter().find(free).copied() {
            self.hold(queue);
        }
        if self.look_at.is_some_and(|at| at <= now) {
            (self.look_at, self.started) = (None, true);
            self.actions.push(Action::Look);
        }
    }

    fn state(&self, queue: QueueId) -> Option<State> {
        self.queues.iter().find(|(known, _)| *known == queue).map(|(_, state)| *state)
    }

    /// Asks for a queue, unless it is ours or asked for.
    fn ask(&mut self, queue: QueueId, now: u64) {
        if self.state(queue).is_some() {
            return;
        }
        let mut state = State::Requested;
        if !self.by_message {
            self.actions.push(Action::Lock(queue));
        } else if self.own == Some(queue) {
            state = State::Held; // nobody knows a new queue yet
        } else {
            state = State::Asked(now + SILENCE);
            self.actions.push(Action::Post(Message::Asks(queue)));
        }
        self.queues.push((queue, state));
    }

    fn hold(&mut self, queue: QueueId) {
        for (known, state) in &mut self.queues {
            if *known == queue {
                *state = State::Held;
            }
        }
        if self.own != Some(queue) {
            self.actions.push(Action::Adopt(queue));
        }
    }

    /// Somebody else has it, who may be gone one day.
    fn lose(&mut self, queue: QueueId, now: u64, random: u32) {
        self.forget(queue);
        self.stored_elsewhere(now, random);
    }

    fn forget(&mut self, queue: QueueId) {
        self.queues.retain(|(known, _)| *known != queue);
    }

    fn give_back(&mut self, queue: QueueId) {
        self.forget(queue);
        self.take_back(Action::Adopt(queue));
        self.actions.push(Action::Unlock(queue)); // also where locks ended meanwhile
    }

    /// What was not done yet need not be done any more.
    fn take_back(&mut self, action: Action) {
        self.actions.retain(|one| *one != action);
    }
}
