//! The cookies of a decision.

use serde_json::Value;

use crate::Site;

/// How much of a record is believed: browsers take no larger cookie.
const LONGEST: usize = 4_096;

/// The texts of `Set-Cookie` that write a decision again as the browser sent it; none where there is
/// nothing to write, or where cookies disagree: the page knows which is newer. Nothing where something
/// is no decision of ours.
pub(crate) fn again(sent: &str, site: &Site) -> Option<Vec<String>> {
    let flags = values(sent, &format!("{}{}", site.prefix, site.token));
    let records = values(sent, &format!("consentry_{}_record", site.token));
    let fit = flags.iter().all(|(_, value)| matches!(*value, "0" | "1")) && records.iter().all(|(_, value)| is_record(value));
    if !fit {
        return None;
    }
    if flags.is_empty() || flags.len() > 1 || records.len() > 1 {
        return Some(Vec::new());
    }
    let seconds = u64::from(site.max_age_days) * 86_400;
    let text = |(name, value): (&str, &str)| format!("{name}={value}; {}; Max-Age={seconds}", site.attributes);
    // The record first: a flag beside the record of a refusal counts as changed by another tool.
    Some(records.into_iter().chain(flags).map(text).collect())
}

/// Name and value of the cookies with this key, as they lie there. Cookies of several domains can share
/// a name.
fn values<'a>(sent: &'a str, key: &str) -> Vec<(&'a str, &'a str)> {
    let pairs = sent.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| *name == key || decoded(name).as_deref() == Some(key)).collect()
}

/// Whether it is the record of a decision: JSON that says which, and in which epoch.
fn is_record(text: &str) -> bool {
    let record = || serde_json::from_str::<Value>(&decoded(text).filter(|_| text.len() <= LONGEST)?).ok();
    let Some(record) = record() else { return false };
    let said = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    matches!(said("status"), "granted" | "denied")
        && record.get("epoch").is_some_and(Value::is_u64)
        && said("library").starts_with("consentry/")
}

/// A text without its percent signs; nothing where it has others.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(if byte == b'%' { u8::try_from(digit()? * 16 + digit()?).ok()? } else { byte });
    }
    String::from_utf8(bytes).ok()
}
