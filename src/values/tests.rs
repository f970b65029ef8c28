// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::object;
use crate::client::Client;
use crate::client::consent::OptIn;
use crate::error::Code;
use crate::memory::{MemoryPlatform, Notice};
use crate::options::Options;

/// What arrives of properties that were tracked, with what was told of them.
fn sent<T: Serialize + ?Sized>(properties: &T) -> (BTreeMap<String, Value>, Vec<(Code, String)>) {
    let mut client = Client::new(MemoryPlatform::default(), "TOKEN", &Options::default()).unwrap();
    client.opt_in(&OptIn { event: "", ..OptIn::default() });
    let encoded = object(properties, "track");
    for (code, about) in encoded.complaints {
        client.found_wrong(code, &about);
    }
    client.track("Viewed", &encoded.json);
    client.page_hidden(true);
    let data: Value = serde_json::from_str(&client.platform().sent[0].data).unwrap();
    let all = data[0]["properties"].as_object().unwrap().clone();
    let ours = ["token", "distinct_id", "time", "mp_lib"];
    let own = all.into_iter().filter(|(name, _)| !name.starts_with('$') && !ours.contains(&name.as_str())).collect();
    let errors = client.platform().notices.iter().filter_map(|notice| match notice {
        Notice::Error(error) => Some((error.kind, error.about.clone())),
        Notice::Consent(..) | Notice::Flushed(..) | Notice::Deleted(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    });
    (own, errors.collect())
}

fn one<T: Serialize>(value: T) -> (Option<Value>, Vec<Code>) {
    let (mut all, errors) = sent(&BTreeMap::from([("p", value)]));
    (all.remove("p"), errors.into_iter().map(|(code, _)| code).collect())
}

/// The rows that `pkg-template/encode.js` and the core answer too.
#[test]
fn every_row_of_the_table_of_values_holds() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../tests/vectors/clean.json")).unwrap();
    let mut held = 0;
    for row in &rows {
        // No text of Rust has half a character.
        let Ok(value) = serde_json::from_str::<crate::values::Value>(row["json"].as_str().unwrap()) else { continue };
        let expected: Value = serde_json::from_str(row["expected"].as_str().unwrap()).unwrap();
        let codes = if row["trimmed"] == true { vec![Code::PropertyTrimmed] } else { vec![] };
        assert!(one(value) == (Some(expected), codes), "{}", row["name"]);
        held += 1;
    }
    assert!(held > 35, "{held} of {}", rows.len());
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    plan: &'a str,
    seat_count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon: Option<&'a str>,
    gift: Option<bool>,
    paid: Paid,
    #[serde(flatten)]
    rest: BTreeMap<&'a str, f32>,
}

#[derive(Serialize)]
enum Paid {
    Never,
    By(char),
    Twice(u8, i8),
    Later { days: u16 },
}

#[test]
fn structs_maps_and_enums_arrive_by_their_serde_form() {
    let order = |paid| Order { plan: "pro", seat_count: 3, coupon: None, gift: None, paid, rest: BTreeMap::from([("rate", 0.1)]) };
    for (paid, expected) in [
        (Paid::Never, json!("Never")),
        (Paid::By('c'), json!({ "By": "c" })),
        (Paid::Twice(1, -1), json!({ "Twice": [1, -1] })),
        (Paid::Later { days: 30 }, json!({ "Later": { "days": 30 } })),
    ] {
        let expected = json!({ "plan": "pro", "seatCount": 3, "gift": null, "paid": expected, "rate": 0.1 });
        let (all, errors) = sent(&order(paid));
        assert_eq!((json!(all), errors), (expected, vec![]));
    }
    assert_eq!(json!(sent(&Paid::Later { days: 30 }).0), json!({ "Later": { "days": 30 } }));
    assert_eq!(json!(sent(&Paid::By('c')).0), json!({ "By": "c" }));
    assert_eq!(sent(&()), sent(&None::<Order<'_>>));
    assert_eq!(json!(sent(&BTreeMap::from([(7, true)])).0), json!({ "7": true }), "keys that are numbers");
}

#[test]
fn dates_arrive_by_their_serde_form() {
    let date = time::macros::datetime!(2026-11-27 01:22:16 UTC);
    assert_eq!(one(date), (Some(json!("2026-11-27 01:22:16.0 +00:00:00")), vec![]));
    assert_eq!(one(time::macros::date!(2026 - 11 - 27)), (Some(json!("2026-11-27")), vec![]));
}

#[test]
fn numbers_are_what_every_reader_takes_as_they_are() {
    assert_eq!(one((1_u64 << 53) - 1).0, Some(json!(9_007_199_254_740_991_u64)));
    assert_eq!(one(1_u64 << 53).0, Some(json!("9007199254740992")), "an id, as npm sends it");
    assert_eq!(one(i64::MIN).0, Some(json!("-9223372036854775808")));
    assert_eq!(one(u128::MAX).0, Some(json!("340282366920938463463374607431768211455")));
    for (number, text) in [(1.0, "1"), (-0.0, "0"), (0.1, "0.1"), (1e300, "1e300"), (1.5e-9, "1.5e-9"), (f64::NAN, "null")] {
        assert_eq!(object(&BTreeMap::from([("p", number)]), "track").json, format!("{{\"p\":{text}}}"));
    }
}

struct Fails;

impl Serialize for Fails {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no"))
    }
}

#[derive(Serialize)]
struct Bad {
    before: u8,
    fails: Fails,
    keys: BTreeMap<Vec<u8>, u8>,
    large: Vec<String>,
    after: u8,
}

#[test]
fn a_bad_property_costs_only_itself() {
    let line = "x".repeat(255);
    let large = vec![vec![line; 250].concat(); 250]; // texts are cut, so it is 64 kB of them
    let bad = Bad { before: 1, fails: Fails, keys: BTreeMap::from([(vec![1], 1)]), large, after: 2 };
    let (all, errors) = sent(&bad);
    assert_eq!(json!(all), json!({ "before": 1, "after": 2 }));
    let names: Vec<(Code, &str)> = errors.iter().map(|(code, about)| (*code, about.as_str())).collect();
    assert_eq!(names, [(Code::InvalidProperty, "fails"), (Code::InvalidProperty, "keys"), (Code::PropertyTrimmed, "large")]);
    for wrong in [json!(1), json!("text"), json!([1]), json!(true)] {
        assert_eq!(sent(&wrong), (BTreeMap::new(), vec![(Code::InvalidArgument, String::from("track"))]), "{wrong}");
    }
    assert_eq!(sent(&Fails).1, [(Code::InvalidArgument, String::from("track"))]);
}

#[test]
fn what_is_huge_is_walked_no_further_than_a_record_takes() {
    use core::cell::Cell;
    #[derive(Clone)]
    struct Endless<'a>(&'a Cell<u32>);
    impl Serialize for Endless<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.set(self.0.get() + 1);
            serializer.collect_seq(core::iter::repeat_n(Endless(self.0), 300))
        }
    }
    let walked = Cell::new(0);
    assert_eq!(object(&BTreeMap::from([("p", Endless(&walked))]), "track").complaints, [(Code::PropertyTrimmed, String::from("p"))]);
    assert!(walked.get() < 100_000, "{}", walked.get());
    let wide: BTreeMap<String, u8> = (0..3_000).map(|number| (number.to_string(), 1)).collect();
    let (all, errors) = sent(&wide);
    assert_eq!(all.len(), 247);
    assert!(errors.iter().all(|(code, _)| *code == Code::PropertyTrimmed));
}

/// As a program that hides the faults of what it serializes: each of these gets a map that is open.
struct Careless(fn(&mut dyn Entries));

/// A map that is being written, of any serializer.
trait Entries {
    fn key(&mut self, key: &str);
    fn value(&mut self, value: Value);
    fn failing(&mut self, key: &str);
}

struct Open<M>(M);

impl<M: serde::ser::SerializeMap> Entries for Open<M> {
    fn key(&mut self, key: &str) {
        let _ = self.0.serialize_key(key);
    }

    fn value(&mut self, value: Value) {
        let _ = self.0.serialize_value(&value);
    }

    fn failing(&mut self, key: &str) {
        let _ = self.0.serialize_entry(key, &(1, Fails));
    }
}

impl Serialize for Careless {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut open = Open(serializer.serialize_map(None)?);
        self.0(&mut open);
        open.0.end()
    }
}

const CARELESS: [Careless; 6] = [
    Careless(|map| map.failing("fails")),
    Careless(|map| map.value(json!(1))),
    Careless(|map| map.key("lonely")),
    Careless(|map| {
        map.key("first");
        map.key("second");
    }),
    Careless(|map| {
        map.key("twice");
        map.value(json!(1));
        map.value(json!(true));
    }),
    Careless(|map| {
        map.failing("fails");
        map.key("after");
        map.value(json!(1));
    }),
];

#[derive(Serialize)]
struct Around<'a> {
    before: u8,
    inner: &'a Careless,
    list: [&'a Careless; 1],
    after: u8,
}

#[derive(Serialize)]
enum Wraps<'a> {
    One { of: &'a Careless },
}

#[test]
fn a_value_that_hides_its_faults_costs_only_itself() {
    for (at, inner) in CARELESS.iter().enumerate() {
        let (all, errors) = sent(&Around { before: 1, inner, list: [inner], after: 2 });
        assert_eq!(json!(all), json!({ "before": 1, "after": 2 }), "{at}");
        let expected = ["inner", "list"].map(|name| (Code::InvalidProperty, String::from(name)));
        assert_eq!(errors, expected, "{at}");
        // As the variant at the top, whose fields are written one by one.
        let (all, errors) = sent(&Wraps::One { of: inner });
        assert_eq!((json!(all), errors), (json!({}), vec![(Code::InvalidProperty, String::from("One"))]), "{at}");
    }
}

#[test]
fn properties_that_hide_their_faults_cost_only_those() {
    let rows = [
        (json!({}), vec!["fails"]),
        (json!({}), vec!["*"]),
        (json!({}), vec!["lonely"]),
        (json!({}), vec!["first", "second"]),
        (json!({ "twice": 1 }), vec!["*"]),
        (json!({ "after": 1 }), vec!["fails"]),
    ];
    for (properties, (expected, told)) in CARELESS.iter().zip(rows) {
        let (all, errors) = sent(properties);
        let told: Vec<_> = told.into_iter().map(|name| (Code::InvalidProperty, String::from(name))).collect();
        assert_eq!((json!(all), errors), (expected, told));
    }
}
