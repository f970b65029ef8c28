//! From a request body to records: a form with JSON or base64 in `data`, or JSON as it is.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use crate::{query, surrogates};

/// Clients disagree about the padding.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// What a request carried.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Decoded {
    /// The records; a bare object counts as a list of one.
    pub(crate) records: Vec<Value>,
    /// The character that stands where a lone surrogate was, if there was one.
    pub(crate) lone_surrogate: Option<char>,
}

/// Reads the records out of a request.
///
/// `text/plain` is a beacon and looks like a form; anything but JSON is therefore read as a form.
///
/// # Errors
///
/// A sentence for the journal, when `data` is absent, is not UTF-8, or is neither JSON nor base64
/// of JSON.
pub(crate) fn decode(content_type: Option<&str>, query: &str, body: &[u8]) -> Result<Decoded, String> {
    let is_json =
        content_type.is_some_and(|name| name.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json"));
    if is_json {
        return parse(body);
    }
    let data = query::value_of("data", body)
        .or_else(|| query::value_of("data", query.as_bytes()))
        .filter(|data| !data.is_empty())
        .ok_or("data, missing or empty")?;
    if data.trim_ascii_start().first().is_some_and(|first| matches!(first, b'[' | b'{')) {
        return parse(&data);
    }
    // Some clients leave base64 unescaped, so that form decoding made spaces of its plus signs.
    let restored: Vec<u8> = data.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    let bytes = BASE64.decode(restored).map_err(|error| format!("data is neither JSON nor base64: {error}"))?;
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Result<Decoded, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("data is not UTF-8: {error}"))?;
    let marked = surrogates::mark_lone(text);
    let (text, lone_surrogate) = match &marked {
        Some((text, marker)) => (text.as_str(), Some(*marker)),
        None => (text, None),
    };
    let value = serde_json::from_str(text).map_err(|error| format!("data is not JSON: {error}"))?;
    let records = if let Value::Array(records) = value { records } else { vec![value] };
    if records.is_empty() {
        return Err("data, missing or empty".to_owned());
    }
    Ok(Decoded { records, lone_surrogate })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    #[test]
    fn every_form_in_use_is_read() {
        let one = vec![json!({"a": "é+ "})];
        let encoded = "%7B%22a%22%3A%22%C3%A9%2B%20%22%7D";
        let base64 = BASE64.encode(r#"{"a":"é+ "}"#);
        for (content_type, query, body) in [
            (FORM, "", format!("data={encoded}")),
            (FORM, "", format!("verbose=1&data=%5B{encoded}%5D")),
            (FORM, "", format!("data={}", base64.replace('+', "%2B").replace('=', "%3D"))),
            (FORM, "", format!("data={}", base64.trim_end_matches('='))),
            (Some("text/plain;charset=UTF-8"), "", format!("data={encoded}")),
            (None, "", format!("data={encoded}")),
            (Some("application/json"), "", r#"{"a":"é+ "}"#.to_owned()),
            (Some("Application/JSON; charset=utf-8"), "", r#"[{"a":"é+ "}]"#.to_owned()),
            (None, &format!("ip=0&data={encoded}"), String::new()),
        ] {
            let decoded = decode(content_type, query, body.as_bytes()).unwrap();
            assert_eq!(decoded.records, one, "{content_type:?} {query} {body}");
        }
    }

    #[test]
    fn unescaped_base64_keeps_its_plus_signs() {
        let text = r#"{"a":"~~~>>>"}"#;
        let base64 = BASE64.encode(text);
        assert!(base64.contains('+'), "the sample must hold a plus sign: {base64}");
        let decoded = decode(FORM, "", format!("data={base64}").as_bytes()).unwrap();
        assert_eq!(decoded.records, [json!({"a": "~~~>>>"})]);
    }

    #[test]
    fn rubbish_is_named() {
        for (content_type, body, message) in [
            (FORM, &b""[..], "data, missing or empty"),
            (FORM, b"data=", "data, missing or empty"),
            (FORM, b"data=%5B%5D", "data, missing or empty"),
            (FORM, b"[{}]", "data, missing or empty"),
            (FORM, b"data=!", "data is neither JSON nor base64"),
            (FORM, b"data=%7B%ff%7D", "data is not UTF-8"),
            (FORM, b"data=%7B", "data is not JSON"),
            (Some("application/json"), b"", "data is not JSON"),
        ] {
            let error = decode(content_type, "", body).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn a_lone_surrogate_is_reported_not_fatal() {
        let decoded = decode(Some("application/json"), "", br#"[{"a":"\ud800"}]"#).unwrap();
        assert_eq!(decoded.lone_surrogate, Some('\u{fdd0}'));
        assert_eq!(decoded.records, [json!({"a": "\u{fdd0}"})]);
    }
}
