//! Chance.

use core::cell::RefCell;

use crate::web::host::js;

/// Asking the browser for one number costs as much as the rest of an event, and for many no more
/// than for one.
const AT_ONCE: usize = 1_024;

thread_local! {
    static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// 32 bits.
pub fn random() -> u32 {
    BYTES.with_borrow_mut(|bytes| {
        if bytes.len() < 4 {
            bytes.resize(AT_ONCE, 0);
            let filled = js::window().and_then(|window| window.crypto().ok()).map(|crypto| crypto.get_random_values_with_u8_array(bytes));
            if !matches!(filled, Some(Ok(_))) {
                // Ids must differ even so. Nobody has to be unable to guess them.
                bytes.iter_mut().for_each(|byte| *byte = (js_sys::Math::random() * 256.0) as u8);
            }
        }
        (0..4).filter_map(|_| bytes.pop()).fold(0, |number, byte| (number << 8) | u32::from(byte))
    })
}
