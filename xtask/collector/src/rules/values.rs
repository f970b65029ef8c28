//! Rules about every name and value in a record, at whatever depth.

use std::fmt;
use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Findings;

/// Strings and names, in UTF-16 units.
const LONGEST: usize = 255;
/// Keys of a nested object, items of a nested list.
const FEWER_THAN: usize = 255;
const DEEPEST: usize = 3;

/// The levels above a value: the record is 0, its `properties` or operand 1, and the values of the
/// host page start here.
const FIRST_VALUE_LEVEL: usize = 2;

/// What differs between events and profiles.
pub(super) struct Limits {
    /// Bytes of one list or object as JSON.
    value_size: usize,
}

pub(super) const EVENT_LIMITS: Limits = Limits { value_size: 8 * 1024 };
pub(super) const PROFILE_LIMITS: Limits = Limits { value_size: 256 * 1024 };

/// A name or a value somewhere in a record.
struct Node<'a> {
    content: Content<'a>,
    level: usize,
    limits: &'a Limits,
    lone_surrogate: Option<char>,
}

enum Content<'a> {
    Name(&'a str),
    Value(&'a Value),
}

impl<'a> Node<'a> {
    fn text(&self) -> Option<&'a str> {
        match self.content {
            Content::Name(name) => Some(name),
            Content::Value(value) => value.as_str(),
        }
    }

    /// The list or object here, when it is a value of the host page and not our own framing.
    fn nested(&self) -> Option<&'a Value> {
        match self.content {
            Content::Value(value) if self.level >= FIRST_VALUE_LEVEL && (value.is_object() || value.is_array()) => Some(value),
            Content::Value(_) | Content::Name(_) => None,
        }
    }
}

struct NodeRule {
    name: &'static str,
    check: fn(&Node<'_>) -> Option<String>,
}

const RULES: &[NodeRule] = &[
    NodeRule {
        name: "name_length",
        check: |node| match node.content {
            Content::Name(name) => too_long(name),
            Content::Value(_) => None,
        },
    },
    NodeRule {
        name: "string_length",
        check: |node| match node.content {
            Content::Name(_) => None,
            Content::Value(value) => too_long(value.as_str()?),
        },
    },
    NodeRule {
        name: "lone_surrogate",
        check: |node| node.text()?.contains(node.lone_surrogate?).then(|| "half a surrogate pair is not text".to_owned()),
    },
    NodeRule { name: "nested_keys", check: |node| too_many(node.nested()?.as_object()?.len(), "keys") },
    NodeRule { name: "nested_items", check: |node| too_many(node.nested()?.as_array()?.len(), "items") },
    NodeRule {
        name: "nesting_depth",
        // Reported once, at the first level too deep.
        check: |node| {
            node.nested()?;
            let depth = node.level + 1 - FIRST_VALUE_LEVEL;
            (depth == DEEPEST + 1).then(|| format!("lists and objects must not be nested more than {DEEPEST} deep"))
        },
    },
    NodeRule {
        name: "value_size",
        check: |node| {
            let value = node.nested().filter(|_| node.level == FIRST_VALUE_LEVEL)?;
            let (size, most) = (json_size(value), node.limits.value_size);
            (size > most).then(|| format!("{size} bytes, at most {most} allowed"))
        },
    },
];

fn too_long(text: &str) -> Option<String> {
    let units = text.encode_utf16().count();
    (units > LONGEST).then(|| format!("{units} UTF-16 units, at most {LONGEST} allowed"))
}

fn too_many(count: usize, what: &str) -> Option<String> {
    (count >= FEWER_THAN).then(|| format!("{count} {what}, must be fewer than {FEWER_THAN}"))
}

/// Visits every name and value of `record`.
pub(super) fn check(record: &Map<String, Value>, limits: &Limits, lone_surrogate: Option<char>, findings: &mut Findings) {
    let mut visitor = Visitor { limits, lone_surrogate, findings };
    visitor.object(record, 0, None);
}

struct Visitor<'a> {
    limits: &'a Limits,
    lone_surrogate: Option<char>,
    findings: &'a mut Findings,
}

impl Visitor<'_> {
    fn object(&mut self, object: &Map<String, Value>, level: usize, parent: Option<&Path<'_>>) {
        for (name, value) in object {
            let path = Path { parent, step: Step::Key(name) };
            self.apply(Content::Name(name), level + 1, &path);
            self.value(value, level + 1, &path);
        }
    }

    fn value(&mut self, value: &Value, level: usize, path: &Path<'_>) {
        self.apply(Content::Value(value), level, path);
        if let Some(object) = value.as_object() {
            self.object(object, level, Some(path));
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(item, level + 1, &Path { parent: Some(path), step: Step::Item(index) });
        }
    }

    fn apply(&mut self, content: Content<'_>, level: usize, path: &Path<'_>) {
        let node = Node { content, level, limits: self.limits, lone_surrogate: self.lone_surrogate };
        for rule in RULES {
            if let Some(message) = (rule.check)(&node) {
                self.findings.rule = rule.name;
                self.findings.add(path, message);
            }
        }
    }
}

/// Where a node is; a list on the stack, written out only when something is wrong.
struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Key(key) if self.parent.is_some() => write!(f, ".{key}"),
            Step::Key(key) => f.write_str(key),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

/// Bytes of `value` as compact JSON.
pub(super) fn json_size(value: &impl Serialize) -> usize {
    let mut counter = Counter(0);
    // A map or value always serialises, and counting cannot fail.
    serde_json::to_writer(&mut counter, value).map_or(usize::MAX, |()| counter.0)
}

struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
