//! What the core counts on, of every store of every [`Platform`]: in memory and in a browser alike.

use consentry::{Platform, Store};

/// Keys that look alike, or that mean something to one of the stores.
const KEYS: [&str; 16] = [
    "__mp_opt_in_out_TOKEN",
    "__mp_opt_in_out_TOKEN2",
    "__mp_opt_in_out_token",
    "key",
    "key=",
    "key=value",
    "key;",
    "key%3D",
    " key",
    "key key",
    "\"key\"",
    "key\nkey",
    "__proto__",
    "length",
    "getItem",
    "schlüssel-鍵-🔑",
];

/// Values that mean something to one of the stores, or to the core.
const VALUES: [&str; 22] = [
    "1",
    "0",
    "",
    " ",
    " value ",
    "=",
    "a=b",
    "; ",
    "value; Max-Age=0; Path=/",
    "a,b",
    "%",
    "%3B",
    "%E0%A4%A",
    "\"quoted\"",
    "'quoted\\'",
    "1\n0",
    "\r\n\t",
    "a\0b",
    "null",
    "undefined",
    r#"{"status":"granted","decidedAt":1790000000000,"via":"banner; \"yes\""}"#,
    "žluťoučký кот 日本語 🦀\u{200d}\u{feff}\u{2028}",
];

/// Fails unless this store is there and keeps exactly what it is given. It leaves nothing behind.
pub fn store_behaves<P: Platform>(platform: &mut P, store: Store) {
    for key in KEYS {
        empty_at_first(platform, store, key);
    }
    for key in KEYS {
        keeps(platform, store, key, "value");
        platform.write(store, key, None);
    }
    for value in VALUES {
        keeps(platform, store, "key", value);
    }
    platform.write(store, "key", None);
    keys_are_apart(platform, store);
    long_values_are_whole_or_absent(platform, store);
    for key in KEYS {
        empty_at_first(platform, store, key);
    }
}

fn empty_at_first<P: Platform>(platform: &mut P, store: Store, key: &str) {
    assert_eq!(platform.read(store, key), Ok(None), "{key:?} holds nothing");
    platform.write(store, key, None);
    assert_eq!(platform.read(store, key), Ok(None), "{key:?} was removed before it was there");
}

/// Writes a value over another one, and reads it back as it was. The key holds it afterwards.
fn keeps<P: Platform>(platform: &mut P, store: Store, key: &str, value: &str) {
    for value in ["what stood there before", value, value] {
        platform.write(store, key, Some(value));
        assert_eq!(platform.read(store, key), Ok(Some(value.into())), "{value:?} under {key:?}");
    }
}

/// Every key has its own value, whatever else is written or removed.
fn keys_are_apart<P: Platform>(platform: &mut P, store: Store) {
    let value_of = |key: &str| format!("the value of {key}");
    for key in KEYS {
        platform.write(store, key, Some(&value_of(key)));
    }
    for (removed, next) in KEYS.into_iter().enumerate() {
        for (at, key) in KEYS.into_iter().enumerate() {
            let expected = (at >= removed).then(|| value_of(key));
            assert_eq!(platform.read(store, key), Ok(expected), "{key:?} when {removed} keys are gone");
        }
        platform.write(store, next, None);
    }
}

/// A store may refuse what is too long for it. It must never keep a part.
fn long_values_are_whole_or_absent<P: Platform>(platform: &mut P, store: Store) {
    for length in [1_000, 4_000, 4_096, 5_000, 100_000] {
        let value = "v".repeat(length);
        platform.write(store, "key", Some(&value));
        let whole = match platform.read(store, "key") {
            Ok(Some(found)) => {
                assert!(found == value, "{} of {length} bytes were kept", found.len());
                true
            }
            other => {
                assert_eq!(other, Ok(None), "{length} bytes");
                false
            }
        };
        assert!(whole || (store == Store::Cookie && length > 4_000), "{length} bytes were refused");
        platform.write(store, "key", None);
        // Three, six and twelve bytes each in a cookie.
        for character in ["=", "é", "🦀"] {
            let value = character.repeat(length / 8);
            platform.write(store, "key", Some(&value));
            let found = platform.read(store, "key");
            assert!(found == Ok(None) || found == Ok(Some(value)), "{character} was cut, as value of {length}");
            platform.write(store, "key", None);
        }
    }
}
