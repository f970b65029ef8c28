use serde_json::json;

use super::*;

fn found(properties: Value) -> Vec<String> {
    let Value::Object(record) = json!({"event": "e", "properties": properties}) else { unreachable!() };
    let mut findings = Findings::default();
    check(&record, &EVENT_LIMITS, Some('\u{fdd0}'), &mut findings);
    findings.found
}

fn object_of(keys: usize) -> Value {
    (0..keys).map(|key| (key.to_string(), json!(1))).collect::<Map<_, _>>().into()
}

#[test]
fn the_largest_allowed_values_pass() {
    assert_eq!(
        found(json!({
            "text": "é".repeat(LONGEST),
            "pairs": "\u{1f600}".repeat(LONGEST / 2),
            "n".repeat(LONGEST): 1,
            "keys": object_of(FEWER_THAN - 1),
            "items": vec![0; FEWER_THAN - 1],
            "deep": {"a": [{"b": 1}]},
        })),
        [""; 0]
    );
}

#[test]
fn each_rule_is_broken_with_its_path() {
    let rows = [
        (json!({"n".repeat(256): 1}), "name_length", &*format!("properties.{}", "n".repeat(256))),
        (json!({"a": {"n".repeat(256): 1}}), "name_length", &*format!("properties.a.{}", "n".repeat(256))),
        (json!({"a": [{"b": "s".repeat(256)}]}), "string_length", "properties.a[0].b"),
        (json!({"a": "\u{1f600}".repeat(128)}), "string_length", "properties.a"),
        (json!({"a": "x\u{fdd0}"}), "lone_surrogate", "properties.a"),
        (json!({"\u{fdd0}": 1}), "lone_surrogate", "properties.\u{fdd0}"),
        (json!({"a": object_of(255)}), "nested_keys", "properties.a"),
        (json!({"a": vec![0; 255]}), "nested_items", "properties.a"),
        (json!({"a": {"b": {"c": {"d": {"e": 1}}}}}), "nesting_depth", "properties.a.b.c.d"),
        (json!({"a": [[[[1]]]]}), "nesting_depth", "properties.a[0][0][0]"),
        (json!({"a": vec!["s".repeat(250); 40]}), "value_size", "properties.a"),
    ];
    for (properties, rule, path) in rows.clone() {
        let found = found(properties);
        assert!(matches!(&found[..], [only] if only.starts_with(&format!("{path}: {rule}: "))), "{rule}: {found:?}");
    }
    assert!(RULES.iter().all(|rule| rows.iter().any(|(_, name, _)| *name == rule.name)));
}

#[test]
fn profiles_take_larger_values() {
    let Value::Object(record) = json!({"$set": {"list": vec!["s".repeat(250); 40]}}) else { unreachable!() };
    let mut findings = Findings::default();
    check(&record, &PROFILE_LIMITS, None, &mut findings);
    assert_eq!(findings.found, [""; 0]);
}
