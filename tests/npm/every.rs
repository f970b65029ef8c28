//! What every host in a browser is held to, by the `host` of the tests at hand.

pub mod conformance;
mod platform;
mod requests;
pub mod side;
mod stores;
mod tabs;
mod visit;
