//! Calls of a page that nobody sees yet, each with its time and the address of the page.

use crate::web::calls::Kind;
use crate::web::page::job::Job;

/// Calls that wait; further ones are lost, but for a choice of the visitor or a default, and for what
/// somebody waits for.
const MOST: usize = 10_000;

/// A call that waits.
pub struct Waiting {
    pub at: u64,
    pub address: String,
    pub kind: Kind,
    pub job: Job,
}

/// The calls, in their order.
#[derive(Default)]
pub struct Early(Vec<Waiting>);

impl Early {
    /// Lets a call wait; false when there is no room for it.
    pub fn add(&mut self, call: Waiting) -> bool {
        let always = matches!(call.kind, Kind::Flush | Kind::OptIn | Kind::OptOut | Kind::Forgets | Kind::Defaults);
        let fits = always || self.0.len() < MOST;
        if fits {
            self.0.push(call);
        }
        fits
    }

    /// What was called before is never carried out, but a flush and a deletion are to end. Where the
    /// visitor said nothing now, what was said before stands. A default is of what comes.
    pub fn forget(&mut self, said: bool) {
        self.0.retain(|call| match call.kind {
            Kind::Complains | Kind::Flush | Kind::OptOut | Kind::Defaults => true,
            Kind::OptIn | Kind::Forgets => !said,
            Kind::Records | Kind::Names(_) | Kind::Other => false,
        });
    }

    /// Whom they name last; an empty text after a reset, and nothing where none of them says.
    pub fn named(&self) -> Option<String> {
        self.0.iter().rev().find_map(|call| match &call.kind {
            Kind::Names(id) => Some(id.clone()),
            Kind::Records | Kind::Complains | Kind::Flush | Kind::OptIn | Kind::OptOut | Kind::Forgets | Kind::Defaults | Kind::Other => {
                None
            }
        })
    }

    /// How many of them would record something.
    pub fn records(&self) -> usize {
        self.0.iter().filter(|call| call.kind == Kind::Records).count()
    }

    /// All of them, to be made now.
    pub fn take(self) -> Vec<Waiting> {
        self.0
    }
}
