//! Who listens, and who waits for the end of something.

use core::task::{Context, Poll};

use crate::error::Error;
use crate::web::news::{ConsentChange, Flushed, Listener};
use crate::web::page::own::find;

/// Adds a listener.
pub fn listen(number: u32, listener: Listener<ConsentChange>) -> u32 {
    find(number).map_or(0, |own| own.told.borrow_mut().listen(listener))
}

/// Adds a listener.
pub fn listen_to_errors(number: u32, listener: Listener<Error>) -> u32 {
    find(number).map_or(0, |own| own.told.borrow_mut().listen_to_errors(listener))
}

/// Removes a listener.
pub fn unlisten(number: u32, listener: u32) {
    // Here and below, what the application's own held is dropped when nothing of ours is borrowed.
    let _gone = find(number).map(|own| own.told.borrow_mut().unlisten(listener));
}

/// What a flush came to.
pub fn poll_flush(number: u32, flush: u32, context: &mut Context<'_>) -> Poll<Flushed> {
    let waker = context.waker().clone();
    let Some(own) = find(number) else { return Poll::Ready(Flushed::default()) };
    let (end, _gone) = own.told.borrow_mut().poll_flush(flush, waker);
    end
}

/// Nobody waits for it any more.
pub fn forget_flush(number: u32, flush: u32) {
    let _gone = find(number).map(|own| own.told.borrow_mut().forget_flush(flush));
}

/// What a deletion came to.
pub fn poll_deletion(number: u32, deletion: u32, context: &mut Context<'_>) -> Poll<bool> {
    let waker = context.waker().clone();
    let Some(own) = find(number) else { return Poll::Ready(false) };
    let (end, _gone) = own.told.borrow_mut().poll_deletion(deletion, waker);
    end
}

/// Nobody waits for it any more.
pub fn forget_deletion(number: u32, deletion: u32) {
    let _gone = find(number).map(|own| own.told.borrow_mut().forget_deletion(deletion));
}
