//! What an application awaits or listens to. Each is a number of a client, so that it goes wherever a
//! client goes.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::web::news::Flushed;
use crate::web::page;

/// A listener. It hears nothing any more once this is dropped.
///
/// ```
/// use consentry::{Options, web::Client};
/// # fn main() -> Result<(), consentry::Error> {
/// let client = Client::start("TOKEN", Options::default())?;
/// let subscription = client.on_consent_change(|change| { let _ = change.after; });
/// drop(subscription);
/// # Ok(())
/// # }
/// ```
#[derive(PartialEq, Eq, Debug)]
#[must_use = "the listener hears nothing once this is dropped; `forget` keeps it"]
pub struct Subscription {
    pub(super) client: u32,
    pub(super) listener: u32,
}

impl Subscription {
    /// Lets the listener hear for as long as the page lives.
    ///
    /// ```
    /// use consentry::{Options, web::Client};
    /// # fn main() -> Result<(), consentry::Error> {
    /// Client::start("TOKEN", Options::default())?.on_error(|error| eprintln!("{error}")).forget();
    /// # Ok(())
    /// # }
    /// ```
    pub fn forget(mut self) {
        self.listener = 0;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        page::unlisten(self.client, self.listener);
    }
}

/// The end of a flush. The flush goes on when this is dropped.
///
/// ```
/// # async fn of(client: consentry::web::Client) {
/// let flushed = client.flush().await;
/// assert_eq!(flushed.pending, 0);
/// # }
/// ```
#[derive(Debug)]
pub struct Flush {
    pub(super) client: u32,
    pub(super) flush: u32,
}

impl Future for Flush {
    type Output = Flushed;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Flushed> {
        page::poll_flush(self.client, self.flush, context)
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        page::forget_flush(self.client, self.flush);
    }
}

/// Whether the server took the deletion of a profile. It goes on when this is dropped.
///
/// ```
/// use consentry::OptOut;
/// # async fn of(client: consentry::web::Client) {
/// let refusal = client.opt_out(OptOut { delete_profile: true, ..OptOut::default() });
/// if !refusal.deleted.await {
///     // ask your server to delete it
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Deletion {
    pub(super) client: u32,
    pub(super) deletion: u32,
}

impl Future for Deletion {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        page::poll_deletion(self.client, self.deletion, context)
    }
}

impl Drop for Deletion {
    fn drop(&mut self) {
        page::forget_deletion(self.client, self.deletion);
    }
}
