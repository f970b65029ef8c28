//! The client for web applications in Rust, with the feature `web`.
//!
//! In a browser (`wasm32-unknown-unknown`) it does all that the npm package does, by the same core, and
//! shares decision, identity and queue with pages of the same origin that use the package. Natively the
//! same code compiles and does nothing: nothing is recorded, stored or sent, and the consent is the
//! default, so an application that renders on a server needs no `cfg`.

#[cfg(feature = "hash")]
mod anonymous;
mod calls;
mod client;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)] // for the tests, which hold every host to the same behaviour
pub mod host;
#[cfg(target_arch = "wasm32")]
mod javascript;
mod macros;
mod news;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(not(target_arch = "wasm32"))]
#[path = "web/inert.rs"]
mod page;
mod profiles;
mod recording;
mod short;
mod waits;

pub use client::{Client, OptedOut};
pub use news::{ConsentChange, Flushed};
pub use profiles::{Group, People};
#[doc(hidden)]
pub use short::Fields;
pub use short::{Properties, properties};
pub use waits::{Deletion, Flush, Subscription};
