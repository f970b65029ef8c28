//! The limits of values: each is JSON, and within what Mixpanel takes, before it gets into a record,
//! so that one bad value can never spoil a request.

use crate::json::{MAX_STRING, Reader, units_in};

/// Keys of a nested object, and elements of an array: Mixpanel takes fewer than 255.
pub const MAX_ELEMENTS: usize = 254;
/// Levels of nesting in a property value.
pub const MAX_DEPTH: u8 = 3;
/// Properties a profile takes, and bytes of JSON a list or object of it may have. An event takes
/// fewer, and no record more.
pub const MAX_PROPERTIES: usize = 2_000;
/// Bytes that all queues of a token may take in localStorage. Browsers give an origin 5 Mi of UTF-16
/// units, of which a text has no more than bytes; the rest is the site's.
pub const MAX_STORED: usize = 2_621_440;
/// See [`MAX_PROPERTIES`].
pub const MAX_NESTED: usize = 256 * 1024;

/// The value within the limits, written into `room`, and whether something was over one and is left
/// out; nothing when it is not JSON.
pub(crate) fn clean<'a>(text: &'a str, room: &'a mut String) -> Option<(&'a str, bool)> {
    let mut reader = Reader { text, at: 0 };
    let mut trimmed = false;
    reader.copy(room, MAX_DEPTH, &mut trimmed)?;
    (reader.at == text.len()).then_some((room.as_str(), trimmed))
}

impl Reader<'_> {
    /// Copies a string, at most [`MAX_STRING`] units of it. An escape is one unit and stays one; a lone
    /// surrogate becomes U+FFFD, because no server can store it. (`JSON.stringify` escapes no others, so
    /// every escaped surrogate is taken for a lone one.)
    fn copy_string(&mut self, out: &mut String) -> Option<()> {
        let inside = self.end_of_string()?;
        let bytes = inside.as_bytes();
        let usual = inside.len() <= MAX_STRING && bytes.iter().all(|byte| *byte != b'\\');
        // What is to be copied begins at `start`, and what was looked at ends at `at`.
        let (mut start, mut at, mut units) = (0, 0, 0);
        out.push('"');
        while let Some(byte) = bytes.get(at) {
            let (mut size, mut surrogate) = (1, false);
            if *byte == b'\\' {
                size = 2;
                if let [b'u', digits @ ..] = bytes.get(at + 1..)? {
                    size = 6;
                    let digits = digits.get(..4)?;
                    if !digits.iter().all(u8::is_ascii_hexdigit) {
                        return None;
                    }
                    surrogate = matches!(digits, [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
                } else if !matches!(bytes.get(at + 1)?, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') {
                    return None;
                }
            }
            units += units_in(*byte);
            if units > MAX_STRING {
                break;
            }
            if surrogate {
                out.push_str(inside.get(start..at)?);
                out.push_str("\\ufffd");
                start = at + size;
            }
            at += size;
            if usual {
                at = bytes.len(); // copied at once
            }
        }
        out.push_str(inside.get(start..at)?);
        out.push('"');
        Some(())
    }

    fn copy(&mut self, out: &mut String, depth: u8, trimmed: &mut bool) -> Option<()> {
        self.space();
        match self.peek() {
            b'"' => self.copy_string(out),
            open @ (b'{' | b'[') => {
                if depth == 0 {
                    *trimmed = true;
                    self.skip()?;
                    out.push_str("null");
                    return Some(());
                }
                self.copy_nested(out, open, depth - 1, trimmed)
            }
            _ => {
                let start = self.at;
                self.token();
                let token = self.text.get(start..self.at)?;
                out.push_str(token);
                (matches!(token, "true" | "false" | "null") || is_number(token)).then_some(())
            }
        }
    }

    fn copy_nested(&mut self, out: &mut String, open: u8, depth: u8, trimmed: &mut bool) -> Option<()> {
        let close = open + 2; // `{` and `}`, `[` and `]` are two apart
        self.at += 1;
        out.push(open as char);
        let mut count = 0;
        if !self.eat(close) {
            loop {
                // What is over the limit is read all the same, into a place nobody looks at.
                let mut beyond = String::new();
                let target = if count < MAX_ELEMENTS { &mut *out } else { &mut beyond };
                *trimmed |= count >= MAX_ELEMENTS;
                if count > 0 {
                    target.push(',');
                }
                if open == b'{' {
                    self.space();
                    self.copy_string(target)?;
                    if !self.eat(b':') {
                        return None;
                    }
                    target.push(':');
                }
                self.copy(target, depth, trimmed)?;
                count += 1;
                if self.eat(close) {
                    break;
                }
                if !self.eat(b',') {
                    return None;
                }
            }
        }
        out.push(close as char);
        Some(())
    }
}

/// Whether a token is a number of JSON: a sign, digits, a fraction, an exponent.
fn is_number(token: &str) -> bool {
    // What must come next: 0 a sign or digit, 1 a digit, 2 more of the whole, 3 a digit of the fraction, 4
    // more of it, 5 a sign or digit of the exponent, 6 a digit of it, 7 more of it, 8 nothing more of a
    // whole that begins with 0.
    let mut state = 0;
    for byte in token.bytes() {
        state = match (byte, state) {
            (b'0', 0 | 1) => 8,
            (b'0'..=b'9', 0..=2) => 2,
            (b'0'..=b'9', 8) => return false,
            (b'0'..=b'9', 3 | 4) => 4,
            (b'0'..=b'9', _) => 7,
            (b'-', 0) => 1,
            (b'.', 2 | 8) => 3,
            (b'e' | b'E', 2 | 4 | 8) => 5,
            (b'+' | b'-', 5) => 6,
            _ => return false,
        };
    }
    matches!(state, 2 | 4 | 7 | 8)
}
