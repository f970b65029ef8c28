//! What a server would have stored: the valid records of requests answered with 200.

use std::collections::HashSet;

use serde::Serialize;

use crate::journal::{Entry, Outcome};

/// Counts over the kept entries.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tally {
    /// Accepted records of every kind.
    records: usize,
    distinct_insert_ids: usize,
    /// Insert ids accepted more than once, in the order of their second arrival.
    duplicates: Vec<String>,
    /// Each accepted insert id once, in the order of arrival.
    insert_ids: Vec<String>,
}

impl Tally {
    pub(crate) fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut tally = Self::default();
        let mut seen = HashSet::new();
        let mut repeated = HashSet::new();
        for entry in entries.filter(|entry| entry.outcome == Outcome::Answered && entry.status == Some(200)) {
            for (record, _) in entry.records.iter().zip(&entry.valid).filter(|(_, valid)| **valid) {
                tally.records += 1;
                let Some(id) = record.pointer("/properties/$insert_id").and_then(|id| id.as_str()) else {
                    continue;
                };
                if seen.insert(id) {
                    tally.insert_ids.push(id.to_owned());
                } else if repeated.insert(id) {
                    tally.duplicates.push(id.to_owned());
                }
            }
        }
        tally.distinct_insert_ids = tally.insert_ids.len();
        tally
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::journal::sample;
    use crate::kind::Kind;

    fn entry(ids: &[&str], valid: &[bool], status: u16) -> Entry {
        let records = ids.iter().map(|id| json!({"properties": {"$insert_id": id}})).collect();
        let outcome = Outcome::Answered;
        Entry { records, valid: valid.to_vec(), status: Some(status), outcome, ..sample(Kind::Track) }
    }

    #[test]
    fn only_valid_records_of_good_answers_count() {
        let profile = Entry { records: vec![json!({"$set": {}})], ..entry(&[], &[true], 200) };
        let aborted = Entry { outcome: Outcome::ClosedByClient, ..entry(&["e"], &[true], 200) };
        let entries = [
            entry(&["a", "b"], &[true, false], 200),
            entry(&["c"], &[true], 503),
            entry(&["a", "d"], &[true, true], 200),
            entry(&["a"], &[true], 200),
            profile,
            aborted,
        ];
        let tally = Tally {
            records: 5,
            distinct_insert_ids: 2,
            duplicates: vec!["a".to_owned()],
            insert_ids: vec!["a".to_owned(), "d".to_owned()],
        };
        assert_eq!(Tally::of(entries.iter()), tally);
    }
}
