//! Values of a Rust program as the JSON that the core takes, by serde.

#[cfg(feature = "web")]
mod compound;
#[cfg(feature = "web")]
mod encode;
#[cfg(feature = "web")]
mod nested;
#[cfg(feature = "web")]
mod text;
mod tree;

#[cfg(feature = "web")]
pub(crate) use encode::{Encoded, names, object};
pub use tree::Value;

#[cfg(all(test, feature = "web", not(target_arch = "wasm32")))]
mod tests;
