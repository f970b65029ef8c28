//! Taking texts apart and putting them together.

/// Takes off a text what stands before that byte, and the byte.
pub(crate) fn until<'a>(text: &mut &'a str, end: u8) -> &'a str {
    let at = text.bytes().position(|byte| byte == end).unwrap_or(text.len());
    let before = text.get(..at).unwrap_or_default();
    *text = text.get(at + 1..).unwrap_or_default();
    before
}

/// Takes the first line off a text.
pub(crate) fn line<'a>(text: &mut &'a str) -> &'a str {
    until(text, b'\n')
}

/// The lines of a text.
pub(crate) fn lines(mut text: &str) -> impl Iterator<Item = &str> {
    core::iter::from_fn(move || (!text.is_empty()).then(|| line(&mut text)))
}

/// Texts as one.
pub(crate) fn joined(parts: &[&str]) -> String {
    let mut whole = String::new();
    for part in parts {
        whole.push_str(part);
    }
    whole
}

/// The text that a JSON string means.
pub(crate) fn of_json(json: &str) -> Option<String> {
    let mut rest = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::new();
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        let mut after = escape.chars();
        match after.next()? {
            'u' => {
                let unit = |rest: &str| u32::from_str_radix(rest.get(..4)?, 16).ok();
                let (first, mut size) = (unit(after.as_str())?, 4);
                let mut character = char::from_u32(first);
                // Half a character, which the other half may follow.
                if let (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) =
                    (first, after.as_str().get(4..).and_then(|rest| unit(rest.strip_prefix("\\u")?)))
                {
                    character = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                    size = 10;
                }
                text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = after.as_str().get(size..)?;
                continue;
            }
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            other => text.push(other),
        }
        rest = after.as_str();
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::of_json;

    #[test]
    fn a_json_string_means_a_text() {
        for (json, text) in [
            (r#""plain""#, Some("plain")),
            (r#""""#, Some("")),
            (r#""a\"b\\c\/d\b\f\n\r\t""#, Some("a\"b\\c/d\u{8}\u{c}\n\r\t")),
            (r#""\u00e4\ud83d\ude00!""#, Some("ä😀!")),
            (r#""\ud83d""#, Some("\u{fffd}")),
            (r#""\ud83dx\ude00""#, Some("\u{fffd}x\u{fffd}")),
            (r#""\u12""#, None),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(of_json(json).as_deref(), text, "{json}");
        }
    }
}
