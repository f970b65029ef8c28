//! `name=value&name=value`, as found in a query and in a form body.

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// The raw pairs of `text`; a name without `=` has an empty value.
fn raw_pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        (halves.next().unwrap_or_default(), halves.next().unwrap_or_default())
    })
}

/// Undoes the form encoding: `+` is a space, `%41` is a byte.
fn decode(raw: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

/// All pairs as an object; the last of a repeated name wins, bytes that are not UTF-8 are replaced.
pub(crate) fn to_object(query: &str) -> Map<String, Value> {
    raw_pairs(query.as_bytes()).map(|(name, value)| (lossy(name).into_owned(), Value::from(lossy(value).into_owned()))).collect()
}

fn lossy(raw: &[u8]) -> Cow<'static, str> {
    Cow::Owned(String::from_utf8_lossy(&decode(raw)).into_owned())
}

/// The decoded bytes of the first pair with this name.
pub(crate) fn value_of(name: &str, text: &[u8]) -> Option<Vec<u8>> {
    raw_pairs(text).find(|(found, _)| decode(found) == name.as_bytes()).map(|(_, value)| decode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded() {
        let object = to_object("ip=0&na%20me=a+b%2Bc&empty&&x=1=2");
        assert_eq!(Value::Object(object), serde_json::json!({"ip": "0", "na me": "a b+c", "empty": "", "x": "1=2"}));
    }

    #[test]
    fn the_first_value_is_found_by_its_decoded_name() {
        assert_eq!(value_of("data", b"verbose=1&d%61ta=%7B%7D&data=2"), Some(b"{}".to_vec()));
        assert_eq!(value_of("data", b"verbose=1"), None);
    }
}
