//! The clients of this page, which live as long as it does.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::project::Project;
use crate::web::host::Side;
use crate::web::news::Taker;
use crate::web::page::early::Early;
use crate::web::page::job::Core;
use crate::web::page::told::Told;

/// One client.
pub struct Own {
    pub project: Project,
    pub side: Rc<Side>,
    /// None where there is no page. While nobody sees the page it only says what the consent is.
    pub core: RefCell<Option<Core>>,
    /// What waits for the page to be shown.
    pub early: RefCell<Option<Early>>,
    pub told: RefCell<Told>,
    pub closed: Cell<bool>,
    /// Takes the records of decisions.
    pub taker: RefCell<Option<Taker>>,
    /// What the core had to say is being told: a listener that calls us gives more to tell after it.
    pub telling: Cell<bool>,
    /// An error is being told.
    pub erring: Cell<bool>,
    /// A change of the consent was told already.
    pub muted: Cell<bool>,
}

thread_local! {
    static CLIENTS: RefCell<Vec<Rc<Own>>> = const { RefCell::new(Vec::new()) };
}

/// All clients.
pub fn all() -> Vec<Rc<Own>> {
    CLIENTS.with_borrow(Clone::clone)
}

/// The client of that number.
pub fn find(number: u32) -> Option<Rc<Own>> {
    CLIENTS.with_borrow(|clients| clients.get((number as usize).checked_sub(1)?).cloned())
}

/// Adds the client that `make` makes of its number, and answers both.
pub fn add(make: impl FnOnce(u32) -> Own) -> (u32, Rc<Own>) {
    let number = CLIENTS.with_borrow(Vec::len) as u32 + 1;
    let own = Rc::new(make(number));
    CLIENTS.with_borrow_mut(|clients| clients.push(own.clone()));
    (number, own)
}

impl Own {
    /// Whether calls wait for the page to be shown.
    pub fn waits(&self) -> bool {
        self.early.borrow().is_some()
    }
}
