//! What a text of an option may look like: for Rust, and as a regular expression for the JavaScript
//! that checks options where no wasm runs. `tests/vectors/options.json` holds both to the same answers.

use crate::json;
use crate::text;

/// A form of texts.
#[derive(Clone, Copy, Debug)]
pub struct TextForm {
    /// The regular expression.
    pub pattern: &'static str,
    fits: fn(&str) -> bool,
}

/// What an option can be.
#[derive(Clone, Copy)]
pub enum Form {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// True or false.
    Flag,
    /// A whole number from 1 to this.
    UpTo(u32),
    /// A text of this form.
    Text(TextForm),
    /// A list of texts.
    List,
    /// A list of 1 to so many [`NAME`]s.
    Names(u32),
}

/// What every text is, whatever else it must be: JSON writes it as it is, so that it can stand in a
/// record and in a stored key. Half a character has no UTF-8.
pub const PLAIN: TextForm = TextForm { pattern: r#"^[^"\\\0-\x1f\p{Cs}]*$"#, fits: json::is_plain };

/// A short name.
pub const NAME: TextForm = TextForm { pattern: "^[^]{1,64}$", fits: |text| (1..=64).contains(&text.encode_utf16().count()) };

/// Not empty.
pub(super) const FILLED: TextForm = TextForm { pattern: "[^]", fits: |text| !text.is_empty() };

/// The token of a project: 1 to 100 visible characters of ASCII.
pub const TOKEN: TextForm = TextForm { pattern: r"^[!#-[\]-~]{1,100}$", fits: is_token };

/// A base address that requests can be sent to without being overheard.
pub(super) const ADDRESS: TextForm = TextForm {
    pattern: r"^(https:\/\/(?!\/|$)|http:\/\/(localhost|127\.0\.0\.1|[a-z0-9.-]+\.localhost)(?=[:/]|$))[^\s\x85?#@]*$",
    fits: is_address,
};

/// A path of the address of all requests, or an address that requests can be sent to as well.
pub(super) const ROUTE: TextForm = TextForm {
    pattern: r"^([\w.~/%-]+$|https:\/\/(?!\/|$)|http:\/\/(localhost|127\.0\.0\.1|[a-z0-9.-]+\.localhost)(?=[:/]|$))[^\s\x85?#@]*$",
    fits: |text| is_path(text) || is_address(text),
};

/// The domain of a cookie.
pub(super) const DOMAIN: TextForm = TextForm { pattern: "^[a-zA-Z0-9.-]+$", fits: is_domain };

impl TextForm {
    /// Whether a text has this form.
    pub(crate) fn fits(self, text: &str) -> bool {
        (PLAIN.fits)(text) && (self.fits)(text)
    }
}

fn is_token(text: &str) -> bool {
    (1..=100).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_address(text: &str) -> bool {
    let host = match text.strip_prefix("https://") {
        // An address in numbers ends where its bracket does.
        Some(rest) => !rest.is_empty() && !rest.starts_with('/') && rest.contains('[') == rest.contains(']'),
        None => text.strip_prefix("http://").is_some_and(|mut rest| is_local(text::until(&mut text::until(&mut rest, b'/'), b':'))),
    };
    host && text.chars().all(|character| !character.is_whitespace() && !matches!(character, '?' | '#' | '@' | '\u{feff}'))
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'~' | b'/' | b'%' | b'-'))
}

/// Whether a host is this machine, as browsers see it.
fn is_local(host: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    matches!(host, "localhost" | "127.0.0.1")
        || host.strip_suffix(".localhost").is_some_and(|name| !name.is_empty() && name.bytes().all(part))
}

fn is_domain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}
