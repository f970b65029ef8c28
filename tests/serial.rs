#![cfg(not(target_arch = "wasm32"))]
//! Options and the consent by serde: the names and rules of the npm package, whatever the format.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use consentry::{
    BatchOptions, Client, ConsentOptions, CookieOptions, MemoryPlatform, OptIn, Options, Persistence, Residency, SameSite, SignalMode,
    Status, Store, Value,
};
use serde_json::{Value as Json, json};

fn with(path: &str, value: &Json) -> Json {
    path.rsplit('.').fold(value.clone(), |value, name| json!({ name: value }))
}

#[test]
fn every_row_of_the_table_of_options_holds() {
    let vectors: Json = serde_json::from_str(include_str!("vectors/options.json")).unwrap();
    for row in vectors["options"].as_array().unwrap() {
        let path = row["option"].as_str().unwrap();
        for value in row["right"].as_array().unwrap() {
            let given = with(path, value);
            let read: Options = serde_json::from_value(given.clone()).unwrap_or_else(|error| panic!("{given}: {error}"));
            assert_eq!(Options::from_json(&given.to_string()), Ok(read), "{given}");
        }
        for value in row["wrong"].as_array().unwrap() {
            let error = serde_json::from_value::<Options>(with(path, value)).unwrap_err().to_string();
            assert!(error.starts_with("invalid_option: ") && error.contains(path), "{path} {value}: {error}");
        }
    }
    let error = serde_json::from_str::<Options>(r#"{"consent":{"gcp":"honor"}}"#).unwrap_err().to_string();
    assert!(error.contains("unknown_option") && error.contains("consent.gcp"), "{error}");
}

#[test]
fn options_come_back_as_they_were() {
    let all = Options::default()
        .residency(Residency::Eu)
        .api_host("https://shop.example/mp")
        .geolocation(true)
        .persistence(Persistence::Cookie)
        .property_blacklist((0..300).map(|number| format!("name {number}")))
        .batch(BatchOptions::default().size(10).flush_interval_ms(1_000))
        .consent(
            ConsentOptions::default()
                .default_status(Status::Denied)
                .before_decision(consentry::BeforeDecision::Hold)
                .storage(Store::Cookie)
                .prefix("choice_")
                .gpc(SignalMode::Enforce)
                .dnt(SignalMode::Ignore)
                .policy_version("v".repeat(300))
                .policy_fingerprint("f-1")
                .language("de")
                .region("AT")
                .max_age_days(365)
                .cookie(
                    CookieOptions::default()
                        .domain("shop.example")
                        .cross_subdomain(true)
                        .same_site(SameSite::None)
                        .secure(true)
                        .expires_days(90)
                        .partitioned(true),
                ),
        );
    for options in [Options::default(), all] {
        let text = serde_json::to_string(&options).unwrap();
        assert_eq!(serde_json::from_str::<Options>(&text).unwrap(), options, "{text}");
        assert_eq!(Options::from_json(&text), Ok(options), "the npm package reads it too");
    }
    assert_eq!(serde_json::from_str::<Options>("{}").unwrap(), Options::default());
}

#[test]
fn the_consent_has_the_names_of_the_npm_package() {
    let mut client = Client::new(MemoryPlatform::default(), "TOKEN", &Options::default()).unwrap();
    assert_eq!(
        serde_json::to_value(client.view()).unwrap(),
        json!({ "status": "pending", "source": "default", "purposes": { "analytics": "pending" } })
    );
    let purposes = [String::from("analytics")];
    client.opt_in(&OptIn { via: "banner; \"yes\"", purposes: Some(&purposes), ..OptIn::default() });
    let consent = json!({
        "status": "granted", "source": "visitor", "store": "localStorage", "decidedAt": 1_790_000_000_000_u64,
        "via": "banner; \"yes\"", "purposes": { "analytics": "granted" },
    });
    assert_eq!(serde_json::to_value(client.view()).unwrap(), consent);
}

#[test]
fn a_value_comes_back_as_it_was() {
    let text = r#"{"a":[1,-2.5,null,true,"x"],"b":{"c":9007199254740993}}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    assert!(serde_json::to_string(&Value::Unfit).is_err());
}
