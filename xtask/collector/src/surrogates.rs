//! Lone surrogates in JSON text.
//!
//! JavaScript strings may hold half of a surrogate pair; `JSON.stringify` writes it as an escape
//! such as `\ud800` that no Rust string can hold. The whole body would be refused without naming
//! the record, so the escape is replaced by a marker that the rules then find in its place.

/// Sixteen characters that Unicode reserves for internal use. One that the text does not use
/// becomes the marker.
const CANDIDATES: std::ops::RangeInclusive<char> = '\u{fdd0}'..='\u{fddf}';

/// `text` with each lone surrogate escape replaced, and the marker that replaced it; `None` when
/// there was none.
pub(crate) fn mark_lone(text: &str) -> Option<(String, char)> {
    let lone = lone_escapes(text);
    if lone.is_empty() {
        return None;
    }
    let marker = CANDIDATES.into_iter().find(|candidate| is_unused(*candidate, text))?;
    let mut marked = String::with_capacity(text.len());
    let mut copied = 0;
    for start in lone {
        marked.push_str(text.get(copied..start)?);
        marked.push(marker);
        copied = start + ESCAPE_LENGTH;
    }
    marked.push_str(text.get(copied..)?);
    Some((marked, marker))
}

const ESCAPE_LENGTH: usize = "\\ud800".len();

fn is_unused(candidate: char, text: &str) -> bool {
    let escaped = format!("\\u{:04x}", u32::from(candidate));
    !text.contains(candidate) && !text.to_ascii_lowercase().contains(&escaped)
}

/// Byte positions of `\uXXXX` escapes that are half of no pair.
fn lone_escapes(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut lone = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        match rest {
            [b'\\', b'u', ..] => match unit(rest) {
                Some(0xd800..=0xdbff) if matches!(rest.get(ESCAPE_LENGTH..).and_then(unit), Some(0xdc00..=0xdfff)) => {
                    at += 2 * ESCAPE_LENGTH;
                }
                Some(0xd800..=0xdfff) => {
                    lone.push(at);
                    at += ESCAPE_LENGTH;
                }
                Some(_) | None => at += 2,
            },
            // Any other escape is two bytes; skipping both keeps `\\ud800` (a backslash and text)
            // from looking like one.
            [b'\\', ..] => at += 2,
            _ => at += 1,
        }
    }
    lone
}

/// The UTF-16 unit that an escape at the start of `bytes` stands for.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_escaped_backslashes_are_left_alone() {
        for fine in [r#""plain""#, r#""\ud83d\ude00""#, r#""\\ud800""#, r#""\u0041""#, "\"\u{1f600}\"", r#""\u12"#] {
            assert_eq!(mark_lone(fine), None, "{fine}");
        }
    }

    #[test]
    fn each_lone_half_is_marked() {
        for (text, marked) in [
            (r#""a\ud800b""#, "\"a\u{fdd0}b\""),
            (r#""\udc00\ud800""#, "\"\u{fdd0}\u{fdd0}\""),
            (r#""\ud83d\ud83d\ude00""#, "\"\u{fdd0}\\ud83d\\ude00\""),
            (r#""\\\uD800""#, "\"\\\\\u{fdd0}\""),
        ] {
            assert_eq!(mark_lone(text), Some((marked.to_owned(), '\u{fdd0}')), "{text}");
        }
    }

    #[test]
    fn a_used_marker_is_not_taken() {
        let (_, marker) = mark_lone("\"\u{fdd0}\\uFDD1\\ud800\"").unwrap();
        assert_eq!(marker, '\u{fdd2}');
    }
}
