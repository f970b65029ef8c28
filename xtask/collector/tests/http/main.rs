//! The collector over real loopback sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod behaviours;
mod client;
mod control;
mod files;
mod ingestion;
mod process;
mod proxy;
mod requests;
mod samples;
