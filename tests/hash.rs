#![cfg(not(target_arch = "wasm32"))]
//! Ids as hashes of them.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use consentry::{Options, hash_id};

#[test]
fn a_hash_is_hmac_sha_256_in_hexadecimal_digits() {
    // RFC 4231, cases 2 and 6: a short key, and one longer than a block.
    let long: String = "\u{7f}".repeat(131);
    assert_eq!(
        hash_id("what do ya want for nothing?", "Jefe").unwrap(),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(hash_id("id", &long).unwrap().len(), 64);
    assert_ne!(hash_id("id", "a"), hash_id("id", "b"));
    assert_eq!(hash_id("größe 🎈", "salt").unwrap(), hash_id("größe 🎈", "salt").unwrap());
}

#[test]
fn what_is_nobodys_id_has_no_hash() {
    for id in ["", "null", "UNDEFINED", "0", "[object Object]", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(hash_id(id, "salt"), None, "{id}");
    }
    assert!(hash_id(&"x".repeat(1_000), "salt").is_some(), "it may be long");
}

#[test]
fn a_salt_is_in_nothing_that_is_shown() {
    let options = Options::default().anonymize_ids("very secret");
    assert!(options.anonymous_ids);
    assert!(!format!("{options:?}").contains("secret"));
}
