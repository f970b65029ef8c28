//! The Rust client's host, held to what the npm package's is held to, in a real browser; and what is
//! its own.
//!
//! `cargo xtask test --only wasm` runs this in Chromium and Firefox.
#![cfg(target_arch = "wasm32")]
// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "web/anonymous.rs"]
mod anonymous;
#[path = "web/careless.rs"]
mod careless;
#[path = "web/client.rs"]
mod client;
#[path = "npm/every.rs"]
mod every;
#[path = "web/host.rs"]
mod host;
#[path = "web/javascript.rs"]
mod javascript;
#[path = "web/listeners.rs"]
mod listeners;
#[path = "web/purposes.rs"]
mod purposes;
#[path = "web/records.rs"]
mod records;

use every::{conformance, side};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
