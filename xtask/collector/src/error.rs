//! Why the collector could not start.

use std::fmt;

/// Why the collector could not start.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use consentry_collector::{Options, start};
/// let first = start(Options::default()).await?;
/// let port = first.http_url().rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default();
/// let second = start(Options { port, ..Options::default() }).await;
/// assert!(second.is_err_and(|error| error.to_string().starts_with("cannot listen")));
/// # Ok::<(), consentry_collector::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Error {
    doing: &'static str,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    /// For `map_err`: wraps any cause with what was being done.
    pub(crate) fn while_doing<E>(doing: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |cause| Self { doing, cause: cause.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}", self.doing, self.cause)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
