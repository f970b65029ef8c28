//! Just enough reading of JSON to find the records in a request, fast.

/// The records of a request: the elements of a JSON array, as they stand in the text.
pub(crate) fn records(data: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut in_string, mut escaped) = (0_u32, 0, false, false);
    for (at, byte) in data.bytes().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth == 2 {
                    start = at;
                }
            }
            b'}' | b']' => {
                if depth == 2 {
                    found.extend(data.get(start..=at));
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    found
}

/// The text that stands in quotes after `"name":`.
pub(crate) fn member<'a>(record: &'a str, quoted: &str) -> Option<&'a str> {
    let start = record.find(quoted)? + quoted.len();
    let rest = record.get(start..)?.strip_prefix(":\"")?;
    rest.get(..rest.find('"')?)
}

/// The number of a record that the simulation made.
pub(crate) fn number(record: &str) -> Option<usize> {
    member(record, MARK)?.parse().ok()
}

/// The numbers of all records in a text.
pub(crate) fn numbers(text: &str) -> impl Iterator<Item = usize> {
    text.split(MARK).skip(1).filter_map(|rest| rest.strip_prefix(":\"")?.split('"').next()?.parse().ok())
}

/// Bytes of a form whose field `data` is this, as `encodeURIComponent` writes it.
pub(crate) fn form_bytes(data: &str) -> usize {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(byte);
    let encoded: usize = data.bytes().map(|byte| if plain(&byte) { 1 } else { 3 }).sum();
    "data=".len() + encoded
}

/// The property that carries the number of a record.
pub(crate) const MARK: &str = "\"zz\"";
/// A blacklisted name. It must never be seen.
pub(crate) const SECRET: &str = "\"secretq\"";
/// What rubbish in storage is marked with. It must never be sent.
pub(crate) const EVIL: &str = "\"evil\"";

#[cfg(test)]
mod tests {
    #[test]
    fn records_are_found_whole() {
        let data = r#"[{"a":"}]{","b":[1,{"c":2}]},{"d":"\"]"}]"#;
        assert_eq!(super::records(data), [r#"{"a":"}]{","b":[1,{"c":2}]}"#, r#"{"d":"\"]"}"#]);
        assert_eq!(super::number(r#"{"x":1,"zz":"17"}"#), Some(17));
    }
}
