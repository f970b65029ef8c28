//! What the core had to say, for whoever listens or waits.

use core::task::{Context, Poll, Waker};

use crate::error::Error;
use crate::web::news::{ConsentChange, Flushed, Listener};

/// Listeners by number.
struct Listeners<T>(Vec<(u32, Listener<T>)>);

impl<T> Listeners<T> {
    fn all(&self) -> Vec<Listener<T>> {
        self.0.iter().map(|(_, listener)| listener.clone()).collect()
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

    /// What it came to, if it has ended; what nobody waits for has come to `none`.
    fn poll(&mut self, number: u32, none: T, context: &mut Context<'_>) -> Poll<T> {
        let Some(wait) = self.of(number) else { return Poll::Ready(none) };
        if wait.end.is_none() {
            wait.waker = Some(context.waker().clone());
        }
        wait.end.map_or(Poll::Pending, Poll::Ready)
    }

    fn end_all(&mut self, end: T) -> Vec<Waker> {
        let open: Vec<u32> = self.0.iter().filter(|wait| wait.end.is_none()).map(|wait| wait.number).collect();
        open.into_iter().filter_map(|number| self.end(number, end)).collect()
    }

    fn forget(&mut self, number: u32) {
        self.0.retain(|wait| wait.number != number);
    }
}

/// A listener that hears nothing any more.
#[allow(dead_code)] // it is only dropped
pub enum Gone {
    Changes(Listener<ConsentChange>),
    Errors(Listener<Error>),
}

/// The listeners of a client, and what is waited for.
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

    /// Answers the listener that hears nothing any more: what it holds may call us when it is dropped.
    pub fn unlisten(&mut self, number: u32) -> Option<Gone> {
        if let Some(at) = self.changes.0.iter().position(|(known, _)| *known == number) {
            return Some(Gone::Changes(self.changes.0.remove(at).1));
        }
        let at = self.errors.0.iter().position(|(known, _)| *known == number)?;
        Some(Gone::Errors(self.errors.0.remove(at).1))
    }

    /// Whoever listens to changes now.
    pub fn to_changes(&self) -> Vec<Listener<ConsentChange>> {
        self.changes.all()
    }

    /// Whoever listens to errors now.
    pub fn to_errors(&self) -> Vec<Listener<Error>> {
        self.errors.all()
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

    pub fn poll_flush(&mut self, flush: u32, context: &mut Context<'_>) -> Poll<Flushed> {
        self.flushes.poll(flush, Flushed::default(), context)
    }

    pub fn forget_flush(&mut self, flush: u32) {
        self.flushes.forget(flush);
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

    pub fn poll_deletion(&mut self, deletion: u32, context: &mut Context<'_>) -> Poll<bool> {
        self.deletions.poll(deletion, false, context)
    }

    pub fn forget_deletion(&mut self, deletion: u32) {
        self.deletions.forget(deletion);
    }

    /// Nobody will end them any more. Answers who is to be woken.
    pub fn end_all(&mut self) -> Vec<Waker> {
        let mut wakers = self.flushes.end_all(Flushed::default());
        wakers.extend(self.deletions.end_all(false));
        wakers
    }
}
