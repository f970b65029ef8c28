//! The wire rules, as tables: a rule is a name and a function that reports what it finds.

mod event;
mod group;
mod identifiers;
mod operations;
mod profile;
mod request;
mod values;

use std::fmt::Display;

use serde_json::{Map, Value};

use crate::kind::Kind;

pub(crate) use request::{RequestCase, check as check_request};

/// What a rule needs to know beside the record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// Milliseconds since 1970.
    pub(crate) now: f64,
    /// The request carried `ip=0`.
    pub(crate) geolocation_off: bool,
    /// The character that stands for a lone surrogate in this body.
    pub(crate) lone_surrogate: Option<char>,
}

/// One record under examination.
struct Case<'a> {
    record: &'a Map<String, Value>,
    circumstances: &'a Circumstances,
}

impl<'a> Case<'a> {
    fn field(&self, name: &str) -> Option<&'a Value> {
        self.record.get(name)
    }

    /// The properties of an event; empty when absent, which is another rule's business.
    fn properties(&self) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        self.field("properties").and_then(Value::as_object).into_iter().flatten()
    }

    fn property(&self, name: &str) -> Option<&'a Value> {
        self.field("properties")?.get(name)
    }
}

/// A name for the journal, and what it checks.
struct Rule {
    name: &'static str,
    check: fn(&Case<'_>, &mut Findings),
}

/// Collects what the rules find, each with the name of the rule at work.
#[derive(Default)]
struct Findings {
    rule: &'static str,
    found: Vec<String>,
}

impl Findings {
    fn add(&mut self, field: impl Display, message: impl Display) {
        self.found.push(format!("{field}: {}: {message}", self.rule));
    }
}

/// What is wrong with a request, and which of its records are good.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    /// One per record, in order.
    pub(crate) valid: Vec<bool>,
    /// Broken rules: `record 0: properties.time: time: must be a number`.
    pub(crate) problems: Vec<String>,
    /// Allowed by the server, but not what a careful client does.
    pub(crate) warnings: Vec<String>,
}

/// Checks a request and each of its records. Only a record's own problems make it invalid.
pub(crate) fn judge(kind: Kind, records: &[Value], request: &RequestCase<'_>, circumstances: &Circumstances) -> Verdict {
    let mut verdict = Verdict { valid: Vec::with_capacity(records.len()), ..Verdict::default() };
    request::check(request, &mut verdict);
    for (index, record) in records.iter().enumerate() {
        let found = check_record(kind, record, circumstances);
        verdict.valid.push(found.is_empty());
        verdict.problems.extend(found.into_iter().map(|finding| format!("record {index}: {finding}")));
    }
    verdict
}

fn check_record(kind: Kind, record: &Value, circumstances: &Circumstances) -> Vec<String> {
    let mut findings = Findings::default();
    let Some(fields) = record.as_object() else {
        findings.rule = "object";
        findings.add("record", "must be an object");
        return findings.found;
    };
    let case = Case { record: fields, circumstances };
    let (rules, limits) = match kind {
        Kind::Track => (event::RULES, &values::EVENT_LIMITS),
        Kind::Engage => (profile::RULES, &values::PROFILE_LIMITS),
        Kind::Groups => (group::RULES, &values::PROFILE_LIMITS),
    };
    for rule in rules {
        findings.rule = rule.name;
        (rule.check)(&case, &mut findings);
    }
    values::check(fields, limits, circumstances.lone_surrogate, &mut findings);
    findings.found
}

/// How the unit tests of every table work: a good record breaks nothing, each change to it breaks
/// the named rule.
#[cfg(test)]
mod trial {
    use super::*;

    pub(super) const NOW: f64 = 1_800_000_000_000.0;

    pub(super) type Change = (&'static str, fn(&mut Value));

    pub(super) fn findings(kind: Kind, record: &Value) -> Vec<String> {
        check_record(kind, record, &Circumstances { now: NOW, geolocation_off: true, lone_surrogate: Some('\u{fdd0}') })
    }

    pub(super) fn passes(kind: Kind, good: &Value, changes: &[fn(&mut Value)]) {
        assert_eq!(findings(kind, good), [""; 0]);
        for change in changes {
            let mut record = good.clone();
            change(&mut record);
            assert_eq!(findings(kind, &record), [""; 0], "{record}");
        }
    }

    pub(super) fn breaks(kind: Kind, good: &Value, table: &[Rule], changes: &[Change]) {
        for (rule, change) in changes {
            let mut record = good.clone();
            change(&mut record);
            let found = findings(kind, &record);
            assert!(found.iter().any(|finding| finding.contains(&format!(": {rule}: "))), "{rule}: {found:?} in {record}");
        }
        for rule in table {
            assert!(changes.iter().any(|(name, _)| *name == rule.name), "no change breaks {}", rule.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn problems_name_the_record_and_only_break_that_record() {
        let query = Map::new();
        let request = RequestCase { query: Some(&query), ..RequestCase::default() };
        let circumstances = Circumstances { now: trial::NOW, geolocation_off: false, lone_surrogate: None };
        let good = json!({"$token": "t", "$distinct_id": "u", "$delete": ""});
        let verdict = judge(Kind::Engage, &[good.clone(), json!(1), good], &request, &circumstances);
        assert_eq!(verdict.valid, [true, false, true]);
        assert_eq!(verdict.problems, ["request: query.ip: ip: missing", "record 1: record: object: must be an object"]);
    }
}
