//! The browser: a [`crate::Platform`] of browser calls, and the bindings JavaScript sees. No policy lives here.

pub mod bindings;
mod host;

pub use host::Browser;
