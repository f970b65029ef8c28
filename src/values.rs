//! Values of a Rust program as the JSON that the core takes, by serde.

mod encode;
mod nested;
mod tree;

pub(crate) use encode::{Encoded, names, object};
pub use tree::Value;
