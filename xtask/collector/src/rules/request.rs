//! Rules about a request as a whole.

use serde_json::{Map, Value};

use super::Verdict;

/// Records in one request.
const MOST_RECORDS: usize = 2000;

/// Bytes that a browser should stay under, although the server takes ten times as much.
const SENSIBLE_BYTES: usize = 1024 * 1024;

/// What the rules look at.
#[derive(Clone, Copy, Default)]
pub(crate) struct RequestCase<'a> {
    pub(crate) query: Option<&'a Map<String, Value>>,
    pub(crate) cookie: Option<&'a str>,
    pub(crate) content_encoding: Option<&'a str>,
    pub(crate) records: usize,
    pub(crate) bytes: usize,
    pub(crate) preflight: bool,
}

enum Severity {
    Problem,
    Warning,
}

struct RequestRule {
    name: &'static str,
    field: &'static str,
    severity: Severity,
    check: fn(&RequestCase<'_>) -> Option<String>,
}

const RULES: &[RequestRule] = &[
    RequestRule {
        name: "ip",
        field: "query.ip",
        severity: Severity::Problem,
        // A preflight carries the query of the request it asks about; that request is checked when
        // it comes.
        check: |request| match request.query.and_then(|query| query.get("ip")).and_then(Value::as_str) {
            Some("0" | "1") => None,
            Some(other) => Some(format!("must be 0 or 1, not {other:?}")),
            None => (!request.preflight).then(|| "missing".to_owned()),
        },
    },
    RequestRule {
        name: "cookie",
        field: "headers.cookie",
        severity: Severity::Problem,
        check: |request| request.cookie.map(|_| "a request must carry no cookie".to_owned()),
    },
    RequestRule {
        name: "preflight",
        field: "method",
        severity: Severity::Problem,
        check: |request| request.preflight.then(|| "a request must not need a CORS preflight".to_owned()),
    },
    RequestRule {
        name: "content_encoding",
        field: "headers.content-encoding",
        severity: Severity::Problem,
        check: |request| request.content_encoding.map(|encoding| format!("{encoding} is not understood here")),
    },
    RequestRule {
        name: "record_count",
        field: "body",
        severity: Severity::Problem,
        check: |request| (request.records > MOST_RECORDS).then(|| format!("{} records, at most {MOST_RECORDS} allowed", request.records)),
    },
    RequestRule {
        name: "body_size",
        field: "body",
        severity: Severity::Warning,
        check: |request| (request.bytes >= SENSIBLE_BYTES).then(|| format!("{} bytes, under {SENSIBLE_BYTES} recommended", request.bytes)),
    },
];

pub(crate) fn check(request: &RequestCase<'_>, verdict: &mut Verdict) {
    for rule in RULES {
        if let Some(message) = (rule.check)(request) {
            let finding = format!("request: {}: {}: {message}", rule.field, rule.name);
            match rule.severity {
                Severity::Problem => verdict.problems.push(finding),
                Severity::Warning => verdict.warnings.push(finding),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query;

    fn found(query: &str, change: fn(&mut RequestCase<'_>)) -> Verdict {
        let query = query::to_object(query);
        let mut request = RequestCase { query: Some(&query), records: 1, bytes: 10, ..RequestCase::default() };
        change(&mut request);
        let mut verdict = Verdict::default();
        check(&request, &mut verdict);
        verdict
    }

    #[test]
    fn a_good_request_passes() {
        for query in ["ip=0", "ip=1&verbose=1&_=1"] {
            assert_eq!(found(query, |_| ()), Verdict::default());
        }
        let largest = found("ip=0", |request| {
            request.records = MOST_RECORDS;
            request.bytes = SENSIBLE_BYTES - 1;
        });
        assert_eq!(largest, Verdict::default());
    }

    #[test]
    fn each_rule_is_broken_alone() {
        type Row = (&'static str, &'static str, fn(&mut RequestCase<'_>));
        let rows: [Row; 7] = [
            ("ip", "verbose=1", |_| ()),
            ("ip", "ip=2", |_| ()),
            ("cookie", "ip=0", |request| request.cookie = Some("a=1")),
            ("preflight", "ip=0", |request| request.preflight = true),
            ("content_encoding", "ip=0", |request| request.content_encoding = Some("gzip")),
            ("record_count", "ip=0", |request| request.records = MOST_RECORDS + 1),
            ("body_size", "ip=0", |request| request.bytes = SENSIBLE_BYTES),
        ];
        for (name, query, change) in rows {
            let verdict = found(query, change);
            let all: Vec<_> = verdict.problems.iter().chain(&verdict.warnings).collect();
            assert!(matches!(all[..], [only] if only.contains(&format!(": {name}: "))), "{name}: {all:?}");
            assert_eq!(verdict.warnings.len(), usize::from(name == "body_size"));
        }
        assert!(RULES.iter().all(|rule| rows.iter().any(|(name, ..)| *name == rule.name)));
    }
}
