//! The command against the collector's stand-in for the API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod ends;
mod host;
mod memory;
mod operations;
mod rust;
mod trouble;
