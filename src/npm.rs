//! The browser: a [`crate::Platform`] of browser calls, and the bindings JavaScript sees. No policy
//! lives here.

pub mod bindings;
mod calls;
mod host;

pub use host::Browser;

/// A small allocator: the standard one weighs more than it gives here, see docs/decisions.md.
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
