//! Ids: which there can be, and new ones.

use crate::json;
use crate::limits::clean;
use crate::names::is_listed;
use crate::platform::Platform;
use crate::text;

/// Ids that Mixpanel refuses, as published, the empty one, and what a missing value looks like as text.
const REFUSED: &str = "|00000000-0000-0000-0000-000000000000|anon|anonymous|nil|none|null|n/a|na|undefined|unknown|<nil>|0|-1|true|false|[]|{}|nan|infinity|-infinity|[object object]";

/// A random UUID, version 4.
pub(crate) fn uuid<P: Platform>(platform: &mut P) -> String {
    let mut text = String::with_capacity(36);
    let mut random = 0;
    for place in 0..32 {
        if place % 8 == 0 {
            random = platform.random();
        }
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let digit = match place {
            12 => 4,
            16 => 8 | (random & 3),
            _ => random,
        };
        json::push_hex(&mut text, digit, 1);
        random >>= 4;
    }
    text
}

/// Whether Mixpanel takes nobody for this.
pub(crate) fn is_refused(id: &str) -> bool {
    is_listed(REFUSED, &id.to_ascii_lowercase())
}

/// Whether an id, a text or JSON, says nobody's name: a hash as `hash_id` makes it, or random.
#[inline(never)] // asked for in many places
pub(crate) fn is_anonymous(id: &str) -> bool {
    let id = id.strip_prefix('"').and_then(|id| id.strip_suffix('"')).unwrap_or(id);
    id.starts_with("$device:") || (id.len() == 64 && !id.bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

/// Whether Mixpanel takes this as somebody's id.
pub(crate) fn is_usable(id: &str) -> bool {
    !is_refused(id) && id.len() <= json::MAX_STRING && !id.starts_with("$device:")
}

/// The id that JSON says, as it is sent: a text that says something; a number becomes one.
#[inline(never)] // asked for in a few places
pub(crate) fn id(json: &str) -> Option<String> {
    let mut room = String::new();
    let (id, _) = clean(json, &mut room)?;
    if json::is_number(id) {
        return Some(text::joined(&["\"", id, "\""]));
    }
    (id.starts_with('"') && id.len() > 2).then(|| String::from(id))
}
