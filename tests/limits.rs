#![cfg(not(target_arch = "wasm32"))]
//! The limits of Mixpanel's wire: what is over them is cut or left out, and never spoils the rest.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::*;

/// One property after its way over the wire, and the codes of what was reported.
fn sent(value: &str) -> (Option<Value>, Vec<&'static str>) {
    let mut page = granted("{}");
    page.track("Viewed", &format!(r#"{{"before":1,"p":{value},"after":2}}"#));
    let mut properties = event(&mut page, "Viewed");
    assert_eq!((&properties["before"], &properties["after"]), (&json!(1), &json!(2)), "the neighbours of {value}");
    let codes = errors(&page).into_iter().map(|(code, _)| code).collect();
    (properties.as_object_mut().unwrap().remove("p"), codes)
}

const TRIMMED: &str = "property_trimmed";

#[test]
fn what_is_within_the_limits_arrives_as_it_is() {
    for value in [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1.5",
        "2.5E-3",
        "123456789012345678901234567890",
        r#""""#,
        r#""a\"b\\c\/d\b\f\n\r\t""#,
        r#""\u00e4 ü 😀""#,
        "[]",
        "{}",
        "[[[1]]]",
        r#"{"a":{"b":{"c":1}}}"#,
        r#" [ 1 , { "a" : [ ] } ] "#,
        r#"["\u2028"]"#,
        "\"\u{7f}\"",
    ] {
        let (arrived, codes) = sent(value);
        assert_eq!(arrived, Some(serde_json::from_str(value).unwrap()), "{value}");
        assert!(codes.is_empty(), "{value}");
    }
}

/// The rows that `pkg-template/encode.js` answers too, in `package/vectors.test.mjs`.
#[test]
fn every_row_of_the_table_of_values_holds() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("vectors/clean.json")).unwrap();
    assert!(rows.len() > 40);
    for row in rows {
        let expected = serde_json::from_str(row["expected"].as_str().unwrap()).unwrap();
        let codes = if row["trimmed"] == true { vec![TRIMMED] } else { vec![] };
        assert_eq!(sent(row["json"].as_str().unwrap()), (Some(expected), codes), "{}", row["name"]);
    }
}

#[test]
fn long_texts_are_cut_to_255_utf16_units_and_never_within_a_character() {
    for (text, expected) in [
        ("a".repeat(255), "a".repeat(255)),
        ("a".repeat(256), "a".repeat(255)),
        ("ü".repeat(300), "ü".repeat(255)),
        ("日".repeat(300), "日".repeat(255)),
        ("😀".repeat(200), "😀".repeat(127)),
        (format!("{}😀", "a".repeat(253)), format!("{}😀", "a".repeat(253))),
        (format!("{}😀", "a".repeat(254)), "a".repeat(254)),
        (format!("{}\n", "\"".repeat(254)), format!("{}\n", "\"".repeat(254))),
        ("\"".repeat(300), "\"".repeat(255)),
    ] {
        assert_eq!(sent(&json!(text).to_string()).0, Some(json!(expected)));
        assert_eq!(sent(&json!([{ "deep": text }]).to_string()).0, Some(json!([{ "deep": expected }])), "anywhere in a value");
        let mut page = granted("{}");
        page.track(&text, "{}");
        delivered(&mut page);
        assert_eq!(event_names(&page), [expected], "the name of an event");
    }
}

/// `JSON.stringify` escapes surrogates only where they stand alone.
#[test]
fn half_a_character_becomes_a_replacement() {
    for (value, expected) in [
        (r#""a\ud800b""#, "a\u{fffd}b"),
        (r#""\udc00""#, "\u{fffd}"),
        (r#""\ud83dx\ude00""#, "\u{fffd}x\u{fffd}"),
        (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
    ] {
        assert_eq!(sent(value), (Some(json!(expected)), vec![]));
    }
}

#[test]
fn nesting_beyond_three_levels_is_cut_and_reported() {
    assert_eq!(sent("[[[[1]]]]"), (Some(json!([[[null]]])), vec![TRIMMED]));
    assert_eq!(sent(r#"{"a":{"b":{"c":{"d":1},"e":2}}}"#), (Some(json!({ "a": { "b": { "c": null, "e": 2 } } })), vec![TRIMMED]));
    let bottomless = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(sent(&bottomless), (Some(json!([[[null]]])), vec![TRIMMED]));
}

#[test]
fn lists_and_objects_keep_254_elements() {
    let list = |length: usize| json!((0..length).collect::<Vec<_>>());
    assert_eq!(sent(&list(254).to_string()), (Some(list(254)), vec![]));
    assert_eq!(sent(&list(255).to_string()), (Some(list(254)), vec![TRIMMED]));
    let object = |length: usize| Value::Object((0..length).map(|key| (format!("{key:03}"), json!(key))).collect());
    assert_eq!(sent(&object(254).to_string()), (Some(object(254)), vec![]));
    assert_eq!(sent(&object(400).to_string()), (Some(object(254)), vec![TRIMMED]));
}

#[test]
fn a_list_or_object_over_8_kb_is_left_out_of_an_event_and_reported() {
    let list = |bytes: usize| {
        // 31 texts of 255 and one that fills up: `["…","…",…]`
        let full = vec!["x".repeat(255); 31];
        let rest = bytes - 2 - 31 * 258 - 2;
        json!([full, vec!["y".repeat(rest)]].concat())
    };
    assert_eq!(list(8192).to_string().len(), 8192);
    assert_eq!(sent(&list(8192).to_string()), (Some(list(8192)), vec![]));
    assert_eq!(sent(&list(8193).to_string()), (None, vec![TRIMMED]));
    let mut page = granted("{}");
    page.identify("user-1");
    profile(&mut page, "set", &json!({ "large": list(8193) }).to_string());
    assert!(delivered(&mut page).iter().any(|record| record["$set"]["large"] == list(8193)), "a profile takes 256 KB");
}

#[test]
fn an_event_keeps_254_properties_and_reports_the_rest() {
    let mut page = granted("{}");
    page.identify("user-1");
    let many: Value = Value::Object((0..300).map(|key| (format!("p{key:03}"), json!(key))).collect());
    page.track("Viewed", &many.to_string());
    let properties = event(&mut page, "Viewed");
    let kept = properties.as_object().unwrap();
    assert!((250..=254).contains(&kept.len()), "{}", kept.len());
    assert!(kept.contains_key("$insert_id") && kept.contains_key("p000") && !kept.contains_key("p299"));
    let first = (0..).map(|key| format!("p{key:03}")).find(|name| !kept.contains_key(name)).unwrap();
    assert_eq!(errors(&page), [(TRIMMED, first)], "told once, by the first that had no room");
}

#[test]
fn a_profile_keeps_2000_properties() {
    let mut page = granted("{}");
    let many: Value = Value::Object((0..2_100).map(|key| (format!("p{key:04}"), json!(key))).collect());
    group(&mut page, "set", &many.to_string());
    assert_eq!(delivered(&mut page)[0]["$set"].as_object().unwrap().len(), 2_000);
    assert_eq!(errors(&page), [(TRIMMED, String::from("p2000"))]);
}

#[test]
fn what_is_far_over_a_limit_is_told_once_and_costs_little() {
    let mut page = granted("{}");
    let many = |key: usize| json!(format!("p{key}"));
    let object: Value = Value::Object((0..100_000).map(|key| (format!("p{key}"), json!(key))).collect());
    page.track("Viewed", &object.to_string());
    group(&mut page, "set", &object.to_string());
    group(&mut page, "unset", &Value::Array((0..100_000).map(many).collect()).to_string());
    assert!(errors(&page).len() <= 3, "{}", errors(&page).len());
    assert_eq!(delivered(&mut page).len(), 3);
}

#[test]
fn long_property_names_are_cut_and_stay_unique() {
    let long = "n".repeat(300);
    let mut page = granted("{}");
    page.track("Viewed", &format!(r#"{{"{long}":1,"{long}x":2,"{}":3}}"#, "ü".repeat(300)));
    let properties = event(&mut page, "Viewed");
    assert_eq!((&properties["n".repeat(255)], &properties["ü".repeat(255)]), (&json!(1), &json!(3)));
}

#[test]
fn a_super_property_with_a_long_name_is_one_property() {
    let long = "n".repeat(300);
    let mut page = granted("{}");
    page.register(&format!(r#"{{"{long}":1}}"#), false);
    page.register(&format!(r#"{{"{long}":2}}"#), true);
    page.track("One", "{}");
    assert_eq!(event(&mut page, "One")["n".repeat(255)], 1, "once keeps what is set");
    page.unregister(&long);
    page.track("Two", "{}");
    assert_eq!(event(&mut page, "Two").get("n".repeat(255)), None, "removed by the name it was set with");
}

#[test]
fn names_that_need_an_escape_are_left_out_and_reported() {
    for name in [r#"a\"b"#, r"a\\b", r"\u0061", r"\ud800", r"a\nb"] {
        let mut page = granted("{}");
        page.track("Viewed", &format!(r#"{{"{name}":"GONE","ok":1}}"#));
        page.register(&format!(r#"{{"{name}":"GONE"}}"#), false);
        group(&mut page, "set", &format!(r#"{{"{name}":"GONE","ok":1}}"#));
        assert_eq!(delivered(&mut page).len(), 2);
        assert!(page.platform().sent.iter().all(|sent| !sent.data.contains("GONE")));
        assert_eq!(errors(&page).iter().map(|(code, _)| *code).collect::<Vec<_>>(), [TRIMMED], "told once");
    }
}

#[test]
fn a_value_that_is_not_json_is_left_out_and_reported() {
    for value in [
        "01",
        "-01",
        "00",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "--1",
        "0x10",
        "NaN",
        "Infinity",
        "undefined",
        "nul",
        "True",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "[}",
        "{]",
        "[01]",
        "{\"a\":01}",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\u12g4\"",
    ] {
        let (arrived, codes) = sent(value);
        assert_eq!((arrived, codes), (None, vec![TRIMMED]), "{value}");
    }
}

#[test]
fn properties_that_are_not_an_object_are_refused() {
    for properties in ["", "[]", "1", "null", "\"x\"", "{", "{}}", "{\"a\":1", "{\"a\":1}x", "{\"a\" 1}", "{\"a\":\u{0}}", "{\"\u{1}\":1}"]
    {
        let mut page = granted("{}");
        page.track("Viewed", properties);
        page.register(properties, false);
        assert!(delivered(&mut page).is_empty(), "{properties}");
        let expected = [("invalid_argument", String::from("track")), ("invalid_argument", String::from("register"))];
        assert_eq!(errors(&page), expected, "{properties}");
    }
    let mut page = granted("{}");
    page.track("", "{}");
    assert_eq!((delivered(&mut page).len(), errors(&page).len()), (0, 1), "an event needs a name");
}

#[test]
fn an_event_of_any_name_arrives() {
    for name in ["\"", "\\", "\u{0}\u{1f}\n", "😀", "日本", "</script>", "'", "a,b:{}[]"] {
        let mut page = granted("{}");
        page.track(name, "{}");
        delivered(&mut page);
        assert_eq!(event_names(&page), [name]);
    }
}
