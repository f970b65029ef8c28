//! The little JSON the wire format needs: text in, text out, no tree.
//!
//! Values stay JSON text. [`members`] splits one object or array into its keys and value texts; whether
//! such a text is JSON and within Mixpanel's limits is found by [`crate::limits`].

/// UTF-16 units a string may have (mixpanel-js cuts there too).
pub(crate) const MAX_STRING: usize = 255;

/// Appends a JSON string.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte < 0x20 || byte == b'"' || byte == b'\\' {
            out.push_str(text.get(start..at).unwrap_or_default());
            start = at + 1;
            out.push_str("\\u00");
            push_hex(out, u32::from(byte), 2);
        }
    }
    out.push_str(text.get(start..).unwrap_or_default());
    out.push('"');
}

/// Appends the low `digits` hexadecimal digits of a number.
pub(crate) fn push_hex(out: &mut String, value: u32, digits: u32) {
    for place in (0..digits).rev() {
        out.push(char::from_digit((value >> (4 * place)) & 15, 16).unwrap_or('0'));
    }
}

/// Appends a whole number.
pub(crate) fn push_number(out: &mut String, value: u64) {
    if value > 9 {
        push_number(out, value / 10);
    }
    out.push((b'0' + (value % 10) as u8) as char);
}

/// Appends the three digits of a fraction: the milliseconds that are no whole second.
pub(crate) fn push_fraction(out: &mut String, milliseconds: u64) {
    out.push('.');
    let mut place = 1_000;
    while place > 1 {
        place /= 10;
        push_number(out, milliseconds / place % 10);
    }
}

/// Appends `"key":` with a comma before it where one is due.
pub(crate) fn push_key(out: &mut String, key: &str) {
    if !matches!(out.as_bytes().last(), None | Some(b'{' | b'[' | b',')) {
        out.push(',');
    }
    push_string(out, key);
    out.push(':');
}

/// Appends `"key":value`.
pub(crate) fn push_member(out: &mut String, key: &str, value: &str) {
    push_key(out, key);
    out.push_str(value);
}

/// Appends `"key":"text"`.
pub(crate) fn push_text(out: &mut String, key: &str, text: &str) {
    push_key(out, key);
    push_string(out, text);
}

/// A copy of an object in which one member has this value, or is left out when there is none.
pub(crate) fn with(object: &str, name: &str, value: Option<&str>) -> String {
    let mut out = String::from("{");
    for (known, kept) in members(object, b'{') {
        if known != name {
            push_member(&mut out, known, kept);
        }
    }
    if let Some(value) = value {
        push_member(&mut out, name, value);
    }
    out.push('}');
    out
}

/// The members of an object (`open` is `{`) or of an array (`[`, the keys are empty), each with the
/// text of its value; none when the text is something else.
///
/// Keys are given as they stand in the text. `JSON.stringify` has one way to write a key, so equal
/// names are equal texts; keys that need an escape are given with it, and
/// [`crate::names::Names::admit`] turns them away.
pub(crate) fn members(text: &str, open: u8) -> Members<'_> {
    let mut reader = Reader { text, at: 0 };
    let opened = reader.eat(open);
    let sound = opened && reader.eat(open + 2); // `{` and `}`, `[` and `]` are two apart
    let mut all = Members { reader, open, more: opened && !sound, sound };
    let first = all;
    while all.next().is_some() {}
    all.reader.space();
    let sound = all.sound && all.reader.at == text.len();
    Members { more: first.more && sound, sound, ..first }
}

/// What [`members`] found, one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a> {
    reader: Reader<'a>,
    open: u8,
    /// Whether another one follows.
    pub(crate) more: bool,
    /// Whether the text is what was looked for, from its first bracket to its last.
    pub(crate) sound: bool,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    #[inline(never)] // asked for in many places
    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        if !self.more {
            return None;
        }
        self.more = false;
        let mut key = "";
        if self.open == b'{' {
            self.reader.space();
            key = self.reader.end_of_string()?;
            if !self.reader.eat(b':') {
                return None;
            }
        }
        let value = self.reader.skip()?;
        self.more = self.reader.eat(b',');
        self.sound = !self.more && self.reader.eat(self.open + 2);
        Some((key, value))
    }
}

/// The value for a key of an object.
pub(crate) fn get<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    for (name, value) in members(object, b'{') {
        if name == key {
            return Some(value);
        }
    }
    None
}

/// The texts of a list, where it is one of texts that need no escapes.
pub(crate) fn texts(list: &str) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let all = members(list, b'[');
    for (_, text) in all {
        texts.push(String::from(plain(text)?));
    }
    all.sound.then_some(texts)
}

/// The text of a JSON string that needs no escapes.
pub(crate) fn plain(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    is_plain(inside).then_some(inside)
}

/// Whether JSON writes this text as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
}

/// Whether a value is a number.
#[inline(never)] // asked for in a few places
pub(crate) fn is_number(value: &str) -> bool {
    matches!(value.as_bytes().first(), Some(b'-' | b'0'..=b'9'))
}

/// The whole, non-negative part of a JSON number of at most 15 digits; a fraction is ignored.
/// `otherwise` when the text is none.
pub(crate) fn whole(text: &str, otherwise: u64) -> u64 {
    let mut value = 0;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' if place < 15 => value = value * 10 + u64::from(byte - b'0'),
            b'.' if place > 0 => break,
            _ => return otherwise,
        }
    }
    if text.is_empty() { otherwise } else { value }
}

/// At most 255 UTF-16 units of a text, never half a character.
pub(crate) fn cut(text: &str) -> &str {
    if text.len() <= MAX_STRING {
        return text;
    }
    let mut units = 0;
    for (at, byte) in text.bytes().enumerate() {
        units += units_in(byte);
        if units > MAX_STRING {
            return text.get(..at).unwrap_or(text);
        }
    }
    text
}

/// The first byte of a character counts for all of it: four bytes are two units, fewer are one.
pub(crate) fn units_in(byte: u8) -> usize {
    usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)
}

#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    pub(crate) fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == byte;
        if found {
            self.at += 1;
        }
        found
    }

    /// Steps over a value and returns its text. Brackets are counted, not recursed into: foreign text may
    /// nest without end.
    pub(crate) fn skip(&mut self) -> Option<&'a str> {
        self.space();
        let start = self.at;
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                b'"' => self.end_of_string().map(|_| ())?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                0 => return None,
                _ if depth > 0 => self.at += 1,
                _ => {
                    if !self.token() {
                        return None;
                    }
                }
            }
            if depth == 0 {
                return self.text.get(start..self.at);
            }
        }
    }

    /// Steps over a number or a word.
    pub(crate) fn token(&mut self) -> bool {
        let start = self.at;
        while matches!(self.peek(), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.') {
            self.at += 1;
        }
        self.at > start
    }

    /// Steps over a string; returns what stands between the quotes.
    pub(crate) fn end_of_string(&mut self) -> Option<&'a str> {
        if self.peek() != b'"' {
            return None;
        }
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => self.at += 2,
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
        let inside = self.text.get(start..self.at)?;
        self.at += 1;
        Some(inside)
    }
}
