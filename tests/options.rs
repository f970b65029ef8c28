//! Options: what each can be, from JSON and in Rust, and what is said of the others. The rows of
//! `tests/vectors/options.json` are put to the npm package too.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use consentry::rules::{Group, OPTIONS, PROTECTED};
use consentry::{BeforeDecision, Code, Error, Options, Persistence, Residency, SameSite, SignalMode, Status, Store};
use serde_json::{Value, json};

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/options.json")).unwrap()
}

/// Each option of the vectors, with the values it can have or those it cannot.
fn rows(which: &str) -> Vec<(String, Value)> {
    let vectors = vectors();
    let values = |row: &Value| row[which].as_array().unwrap().clone();
    let row = |row: &Value| values(row).into_iter().map(|value| (String::from(row["option"].as_str().unwrap()), value)).collect();
    vectors["options"].as_array().unwrap().iter().flat_map::<Vec<_>, _>(row).collect()
}

fn texts(list: &Value) -> Vec<String> {
    serde_json::from_value(list.clone()).unwrap()
}

/// Options of which one is given.
fn with(path: &str, value: &Value) -> String {
    path.rsplit('.').fold(value.clone(), |value, name| json!({ name: value })).to_string()
}

fn invalid(path: &str) -> Result<(), Error> {
    Err(Error::about(Code::InvalidOption, path))
}

#[test]
fn each_option_can_be_what_it_can_be_and_nothing_else() {
    for (path, value) in rows("right") {
        assert!(Options::from_json(&with(&path, &value)).is_ok(), "{path} {value}");
    }
    for (path, value) in rows("wrong") {
        assert_eq!(Options::from_json(&with(&path, &value)).map(drop), invalid(&path), "{path} {value}");
    }
}

#[test]
fn every_option_has_its_row() {
    fn names(group: &Group, path: &str) -> Vec<String> {
        let own = group.rules.iter().map(|rule| format!("{path}{}", rule.name));
        let inner = group.groups.iter().flat_map(|inner| {
            let name = format!("{path}{}", inner.name);
            names(inner, &format!("{name}.")).into_iter().chain([name])
        });
        own.chain(inner).collect()
    }
    let mut known = names(&OPTIONS, "");
    let mut rows: Vec<String> = vectors()["options"].as_array().unwrap().iter().map(|row| row["option"].as_str().unwrap().into()).collect();
    known.sort();
    rows.sort();
    assert_eq!(known, rows);
    assert_eq!(texts(&vectors()["protected"]), PROTECTED);
}

#[test]
fn what_no_option_is_called_is_told_by_its_name() {
    for path in texts(&vectors()["unknown"]) {
        let unknown = Err(Error::about(Code::UnknownOption, &path));
        assert_eq!(Options::from_json(&with(&path, &json!(1))), unknown);
        assert_eq!(Options::from_json(&with(&path, &Value::Null)), Ok(Options::default()), "{path}: null is not given");
    }
}

#[test]
fn a_name_the_protocol_needs_is_on_no_blacklist() {
    for name in PROTECTED {
        let expected = Err(Error::about(Code::ProtectedProperty, name));
        assert_eq!(Options::from_json(&with("propertyBlacklist", &json!(["plan", name]))).map(drop), expected);
        let mut options = Options::default();
        options.property_blacklist = vec![String::from("plan"), String::from(name)];
        assert_eq!(options.check("T"), expected);
    }
}

#[test]
fn what_is_no_object_is_no_options() {
    for text in ["", "null", "[]", "1", "\"x\"", "{", "{\"residency\":\"eu\"", "{}}", "{\"residency\" \"eu\"}"] {
        assert_eq!(Options::from_json(text).map(drop), invalid(""), "{text}");
    }
    // Half a character, as `JSON.stringify` writes it.
    assert_eq!(Options::from_json(r#"{"consent":{"prefix":"\ud800"}}"#).map(drop), invalid("consent.prefix"));
}

#[test]
fn every_value_gets_where_it_belongs() {
    let given = json!({
        "residency": "in",
        "apiHost": "https://mp.shop.example/",
        "geolocation": true,
        "anonymousIds": true,
        "persistence": "memory",
        "propertyBlacklist": ["$referrer", "größe"],
        "batch": { "size": 7, "flushIntervalMs": 8 },
        "consent": {
            "default": "denied",
            "beforeDecision": "hold",
            "storage": "cookie",
            "prefix": "choice-",
            "gpc": "enforce",
            "dnt": "ignore",
            "policyVersion": "2",
            "maxAgeDays": 9,
            "cookie": {
                "domain": ".shop.example",
                "crossSubdomain": true,
                "sameSite": "none",
                "secure": false,
                "expiresDays": 10,
                "partitioned": true,
            },
        },
    });
    let mut options = Options::default();
    options.residency = Residency::In;
    options.api_host = Some(String::from("https://mp.shop.example/"));
    options.geolocation = true;
    options.anonymous_ids = true;
    options.persistence = Persistence::Memory;
    options.property_blacklist = vec![String::from("$referrer"), String::from("größe")];
    (options.batch.size, options.batch.flush_interval_ms) = (7, 8);
    let consent = &mut options.consent;
    consent.default = Status::Denied;
    consent.before_decision = BeforeDecision::Hold;
    consent.storage = Store::Cookie;
    consent.prefix = String::from("choice-");
    (consent.gpc, consent.dnt) = (SignalMode::Enforce, SignalMode::Ignore);
    consent.policy_version = Some(String::from("2"));
    consent.max_age_days = Some(9);
    let cookie = &mut consent.cookie;
    cookie.domain = Some(String::from(".shop.example"));
    (cookie.cross_subdomain, cookie.partitioned) = (true, true);
    cookie.same_site = SameSite::None;
    cookie.secure = Some(false);
    cookie.expires_days = 10;
    assert_eq!(Options::from_json(&given.to_string()), Ok(options));
}

#[test]
fn fields_that_rust_fills_are_held_to_the_same_rules() {
    type Set = fn(&mut Options, &Value) -> bool;
    fn put<T>(field: &mut T, value: Option<T>) -> bool {
        value.map(|value| *field = value).is_some()
    }
    fn text(value: &Value) -> Option<String> {
        value.as_str().map(String::from)
    }
    fn number(value: &Value) -> Option<u32> {
        u32::try_from(value.as_u64()?).ok()
    }
    let fields: [(&str, Set); 9] = [
        ("apiHost", |options, value| put(&mut options.api_host, text(value).map(Some))),
        ("propertyBlacklist", |options, value| put(&mut options.property_blacklist, serde_json::from_value(value.clone()).ok())),
        ("batch.size", |options, value| put(&mut options.batch.size, number(value))),
        ("batch.flushIntervalMs", |options, value| put(&mut options.batch.flush_interval_ms, number(value))),
        ("consent.prefix", |options, value| put(&mut options.consent.prefix, text(value))),
        ("consent.policyVersion", |options, value| put(&mut options.consent.policy_version, text(value).map(Some))),
        ("consent.maxAgeDays", |options, value| put(&mut options.consent.max_age_days, number(value).map(Some))),
        ("consent.cookie.domain", |options, value| put(&mut options.consent.cookie.domain, text(value).map(Some))),
        ("consent.cookie.expiresDays", |options, value| put(&mut options.consent.cookie.expires_days, number(value))),
    ];
    for (path, set) in fields {
        for (right, rows) in [(true, rows("right")), (false, rows("wrong"))] {
            let mut tried = 0;
            for (_, value) in rows.iter().filter(|(option, _)| option == path) {
                let mut options = Options::default();
                if set(&mut options, value) {
                    tried += 1;
                    assert_eq!(options.check("T"), if right { Ok(()) } else { invalid(path) }, "{path} {value}");
                }
            }
            assert!(tried > 0, "{path}");
        }
    }
}

#[test]
fn a_token_is_visible_ascii_that_json_writes_as_it_is() {
    let tokens = &vectors()["tokens"];
    let longest = "x".repeat(100);
    let check = |token: &str| Options::default().check(token);
    for token in texts(&tokens["right"]).into_iter().chain([longest.clone()]) {
        assert_eq!(check(&token), Ok(()), "{token}");
    }
    for token in texts(&tokens["wrong"]).into_iter().chain([longest + "x"]) {
        assert_eq!(check(&token), Err(Error::about(Code::InvalidToken, "")), "{token}");
    }
}

#[test]
fn the_defaults_are_those_the_package_documents() {
    let options = Options::default();
    assert_eq!((options.residency, options.geolocation, options.persistence), (Residency::Us, false, Persistence::LocalStorage));
    assert_eq!((options.batch.size, options.batch.flush_interval_ms), (50, 5_000));
    let consent = &options.consent;
    assert_eq!((consent.default, consent.before_decision, consent.storage), (Status::Pending, BeforeDecision::Drop, Store::Local));
    assert_eq!((consent.gpc, consent.dnt, consent.prefix.as_str()), (SignalMode::Honor, SignalMode::Honor, "__mp_opt_in_out_"));
    assert_eq!((consent.cookie.same_site, consent.cookie.expires_days), (SameSite::Lax, 365));
    assert_eq!(Options::from_json("{}"), Ok(options));
}
