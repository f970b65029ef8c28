//! The browser as a [`consentry::Platform`], in a real one: real stores, real timers, real channels
//! and locks between clients. Only requests are held back.
//!
//! `cargo xtask test --only wasm` runs this in Chromium and Firefox.
#![cfg(target_arch = "wasm32")]
// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "npm/conformance.rs"]
mod conformance;
#[path = "npm/host.rs"]
mod host;
#[path = "npm/platform.rs"]
mod platform;
#[path = "npm/requests.rs"]
mod requests;
#[path = "npm/side.rs"]
mod side;
#[path = "npm/stores.rs"]
mod stores;
#[path = "npm/tabs.rs"]
mod tabs;
#[path = "npm/visit.rs"]
mod visit;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
