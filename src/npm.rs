//! The browser: a [`crate::Platform`] of browser calls, and the bindings JavaScript sees. No policy lives here.

mod bindings;
mod host;

pub use bindings::{call, create};
pub use host::Browser;
