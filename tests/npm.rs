//! The browser as a [`consentry::Platform`], in a real one: real stores, real timers, real channels
//! and locks between clients. Only requests are held back.
//!
//! `cargo xtask test --only wasm` runs this in Chromium and Firefox.
#![cfg(target_arch = "wasm32")]
// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "npm/every.rs"]
mod every;
#[path = "npm/host.rs"]
mod host;

use every::{conformance, side};

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
