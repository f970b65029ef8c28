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
