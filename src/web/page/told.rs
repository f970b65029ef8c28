//! What the core had to say, for whoever listens or waits.

use core::task::{Poll, Waker};

use crate::error::Error;
use crate::web::news::{ConsentChange, Flushed, Listener};

/// Listeners by number.
struct Listeners<T>(Vec<(u32, Listener<T>)>);

impl<T> Listeners<T> {
    fn numbers(&self) -> Vec<u32> {
        self.0.iter().map(|(number, _)| *number).collect()
    }

    fn of(&self, number: u32) -> Option<Listener<T>> {
        self.0.iter().find(|(known, _)| *known == number).map(|(_, listener)| listener.clone())
    }
}

/// What is waited for, by number.
struct Waits<T>(Vec<Wait<T>>);

struct Wait<T> {
    number: u32,
    end: Option<T>,
    waker: Option<Waker>,
}

impl<T: Copy> Waits<T> {
    fn add(&mut self, number: u32) {
        self.0.push(Wait { number, end: None, waker: None });
    }

    fn of(&mut self, number: u32) -> Option<&mut Wait<T>> {
        self.0.iter_mut().find(|wait| wait.number == number)
    }

    fn end(&mut self, number: u32, end: T) -> Option<Waker> {
        let wait = self.of(number)?;
        wait.end = Some(end);
        wait.waker.take()
    }

    /// What it came to, if it has ended; what nobody waits for has come to `none`. The waker that is
    /// answered is needed no more.
    fn poll(&mut self, number: u32, none: T, waker: Waker) -> (Poll<T>, Option<Waker>) {
        let Some(wait) = self.of(number) else { return (Poll::Ready(none), Some(waker)) };
        match wait.end {
            Some(end) => (Poll::Ready(end), Some(waker)),
            None => (Poll::Pending, wait.waker.replace(waker)),
        }
    }

    fn end_all(&mut self, end: T) -> Vec<Waker> {
        let open: Vec<u32> = self.0.iter().filter(|wait| wait.end.is_none()).map(|wait| wait.number).collect();
        open.into_iter().filter_map(|number| self.end(number, end)).collect()
    }

    /// Answers the waker that is needed no more.
    fn forget(&mut self, number: u32) -> Option<Waker> {
        let at = self.0.iter().position(|wait| wait.number == number)?;
        self.0.swap_remove(at).waker
    }
}

/// A listener that hears nothing any more.
#[allow(dead_code)] // it is only dropped
pub enum Gone {
    Changes(Listener<ConsentChange>),
    Errors(Listener<Error>),
}

/// The listeners of a client, and what is waited for. Listeners and wakers are the application's: what
/// they hold may call us when it is dropped, so they leave here before they are.
pub struct Told {
    last: u32,
    changes: Listeners<ConsentChange>,
    errors: Listeners<Error>,
    flushes: Waits<Flushed>,
    deletions: Waits<bool>,
    last_flush: u32,
    last_deletion: u32,
}

impl Told {
    pub fn new() -> Told {
        Told {
            last: 0,
            changes: Listeners(Vec::new()),
            errors: Listeners(Vec::new()),
            flushes: Waits(Vec::new()),
            deletions: Waits(Vec::new()),
            last_flush: 0,
            last_deletion: 0,
        }
    }

    pub fn listen(&mut self, listener: Listener<ConsentChange>) -> u32 {
        self.last += 1;
        self.changes.0.push((self.last, listener));
        self.last
    }

    pub fn listen_to_errors(&mut self, listener: Listener<Error>) -> u32 {
        self.last += 1;
        self.errors.0.push((self.last, listener));
        self.last
    }

    /// Answers the listener that hears nothing any more.
    pub fn unlisten(&mut self, number: u32) -> Option<Gone> {
        if let Some(at) = self.changes.0.iter().position(|(known, _)| *known == number) {
            return Some(Gone::Changes(self.changes.0.remove(at).1));
        }
        let at = self.errors.0.iter().position(|(known, _)| *known == number)?;
        Some(Gone::Errors(self.errors.0.remove(at).1))
    }

    /// Whoever listens to changes now.
    pub fn to_changes(&self) -> Vec<u32> {
        self.changes.numbers()
    }

    /// A listener, if it still is one.
    pub fn to_change(&self, number: u32) -> Option<Listener<ConsentChange>> {
        self.changes.of(number)
    }

    /// Whoever listens to errors now.
    pub fn to_errors(&self) -> Vec<u32> {
        self.errors.numbers()
    }

    /// A listener, if it still is one.
    pub fn to_error(&self, number: u32) -> Option<Listener<Error>> {
        self.errors.of(number)
    }

    /// The number of a new flush.
    pub fn flush(&mut self) -> u32 {
        self.last_flush += 1;
        self.flushes.add(self.last_flush);
        self.last_flush
    }

    pub fn flushed(&mut self, flush: u32, end: Flushed) -> Option<Waker> {
        self.flushes.end(flush, end)
    }

    pub fn poll_flush(&mut self, flush: u32, waker: Waker) -> (Poll<Flushed>, Option<Waker>) {
        self.flushes.poll(flush, Flushed::default(), waker)
    }

    pub fn forget_flush(&mut self, flush: u32) -> Option<Waker> {
        self.flushes.forget(flush)
    }

    /// The number of a new deletion; the core counts them too.
    pub fn deletion(&mut self) -> u32 {
        self.last_deletion += 1;
        self.deletions.add(self.last_deletion);
        self.last_deletion
    }

    pub fn deleted(&mut self, deletion: u32, done: bool) -> Option<Waker> {
        self.deletions.end(deletion, done)
    }

    pub fn poll_deletion(&mut self, deletion: u32, waker: Waker) -> (Poll<bool>, Option<Waker>) {
        self.deletions.poll(deletion, false, waker)
    }

    pub fn forget_deletion(&mut self, deletion: u32) -> Option<Waker> {
        self.deletions.forget(deletion)
    }

    /// Nobody will end them any more. Answers who is to be woken.
    pub fn end_all(&mut self) -> Vec<Waker> {
        let mut wakers = self.flushes.end_all(Flushed::default());
        wakers.extend(self.deletions.end_all(false));
        wakers
    }
}
