//! What an application is told.

use core::pin::Pin;
use std::rc::Rc;

use crate::consent::decision::Status;
use crate::consent::proof::ConsentRecord;
use crate::consent::view::Consent;

/// A change of status, here or in another tab.
///
/// ```
/// use consentry::{Options, Status, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let client = Client::start("TOKEN", Options::default())?;
/// client.on_consent_change(|change| {
///     let refused = change.before == Status::Granted && change.after == Status::Denied;
///     let _ = (refused, change.consent.via.as_deref());
/// });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ConsentChange {
    /// The status before.
    pub before: Status,
    /// The status after.
    pub after: Status,
    /// The consent as it stands now.
    pub consent: Consent,
}

/// What a flush came to, in records.
///
/// ```
/// let none = consentry::web::Flushed::default();
/// assert_eq!((none.sent, none.dropped, none.pending), (0, 0, 0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Flushed {
    /// Acknowledged by the server since the flush was asked for.
    pub sent: usize,
    /// Given up since then; an error said why.
    pub dropped: usize,
    /// Still waiting: for the next attempt, for a decision, for `identify`, or recorded since then.
    pub pending: usize,
}

/// A function of the application that takes the records of decisions, and says of each whether it did.
pub(super) type Taker = Rc<dyn Fn(ConsentRecord) -> Pin<Box<dyn Future<Output = bool>>>>;

/// A function of the application that hears of something.
pub(super) type Listener<T> = Rc<dyn Fn(&T)>;
