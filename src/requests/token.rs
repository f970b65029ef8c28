//! The bearer token, which nothing prints.

use core::fmt;

use serde_json::Value;

/// An OAuth bearer token. It prints as `***` everywhere, and is compared with nothing.
///
/// ```
/// use consentry::requests::Token;
/// let token = Token::new("secret-of-mine\n").unwrap();
/// assert_eq!(format!("{token} {token:?}"), "*** Token(***)");
/// assert!(Token::new("two words").is_none());
/// ```
#[derive(Clone)]
pub struct Token(String);

/// Shorter ones are not looked for in texts, where they would be found everywhere.
const SHORTEST_HIDDEN: usize = 6;

impl Token {
    /// The token, without the line's end of the file it came from; nothing when it has anything else
    /// than visible characters of ASCII, which no header could carry.
    pub fn new(text: &str) -> Option<Token> {
        let text = text.trim();
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Token(String::from(text)))
    }

    /// The value of the `Authorization` header, for whoever sends the request. Nothing else may have it.
    pub fn authorization(&self) -> String {
        ["Bearer ", &self.0].concat()
    }

    /// The text without the token, which a server may have echoed.
    pub fn hidden_in(&self, text: &str) -> String {
        match self.0.len() < SHORTEST_HIDDEN {
            true => String::from(text),
            false => text.replace(&self.0, "***"),
        }
    }

    /// The body of an answer without the token, however JSON may have escaped it.
    pub fn hidden_in_body(&self, body: &str) -> String {
        let plain = self.hidden_in(body);
        match serde_json::from_str::<Value>(&plain) {
            Ok(mut value) if plain.contains('\\') => {
                self.hide(&mut value);
                value.to_string()
            }
            Ok(_) | Err(_) => plain,
        }
    }

    fn hide(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hidden_in(text),
            Value::Array(list) => list.iter_mut().for_each(|one| self.hide(one)),
            Value::Object(fields) => fields.values_mut().for_each(|one| self.hide(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(***)")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}
