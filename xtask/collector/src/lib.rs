//! A local stand-in for Mixpanel's ingestion API.
//!
//! It takes what a page sends to `/track`, `/engage` and `/groups`, checks every record against the
//! wire rules, keeps a journal, streams it to whoever watches, and misbehaves when told to. The
//! demo, the browser tests and the benches run against it; nothing it receives ever leaves this
//! machine. It stands in for the data requests of the GDPR and the CCPA in the same way.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let running = consentry_collector::start(consentry_collector::Options::default()).await?;
//! assert!(running.http_url().starts_with("http://127.0.0.1:"));
//! # Ok::<(), consentry_collector::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//!
//! It keeps nothing on disk, merges no identities, and deduplicates nothing: it reports duplicates
//! instead. The README beside this crate is the contract of its HTTP interface.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod behaviour;
mod connection;
mod consent_records;
mod control;
mod cross_origin;
mod decode;
mod error;
mod ingest;
mod journal;
mod kind;
mod misbehaviour;
mod proxy;
mod query;
mod request_body;
mod requests;
mod rules;
mod server;
mod static_files;
mod stream;
mod surrogates;
mod tally;
mod tls;

pub use error::Error;
pub use server::{Addresses, Options, Running, start};
pub use static_files::{Mount, Policy};
