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
#[path = "npm/conformance.rs"]
mod conformance;
#[path = "web/host.rs"]
mod host;
#[path = "web/javascript.rs"]
mod javascript;
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
