//! The runtime of the browser file. See the feature `lean` in Cargo.toml and docs/decisions.md.

/// Nothing in the crate panics (the lints deny it). Should something all the same, the trap reaches JavaScript as an error that the
/// package catches: it then goes on without wasm, and denied.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
