#![cfg(not(target_arch = "wasm32"))]
//! What goes over the wire: addresses, identifiers, operations and limits. Each record that
//! `support` gives out was checked against the rules of Mixpanel's wire on the way; the tests here
//! say what it must be beyond them.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Api, OptIn, Options, Residency, Store};
use serde_json::{Value, json};
use support::*;

/// A granted page of an identified user, with what that alone sends out of the way.
fn identified(options: &str) -> Page {
    let mut page = granted(options);
    page.identify("user-1");
    delivered(&mut page);
    forget_sent(&mut page);
    page
}

fn forget_sent(page: &mut Page) {
    page.platform_mut().sent.clear();
    page.platform_mut().notices.clear();
}

/// One request of every kind and operation.
fn send_everything(page: &mut Page) {
    page.track("Viewed", r#"{"colour":"red","nested":{"a":[1,2.5,-3e2,true,null,"x"]}}"#);
    for name in ["set", "setOnce", "remove", "append"] {
        profile(page, name, r#"{"colour":"red"}"#);
    }
    profile(page, "increment", r#"{"visits":-2}"#);
    for name in ["set", "setOnce", "remove"] {
        group(page, name, r#"{"colour":"red"}"#);
    }
    for take in [profile, group] {
        take(page, "union", r#"{"list":["a"]}"#);
        take(page, "unset", r#"["colour"]"#);
        take(page, "delete", "");
    }
    page.flushes(1);
    answer_all(page);
}

// ---- addresses

#[test]
fn every_request_is_a_verbose_post_to_its_path_with_the_time() {
    let mut page = granted("{}");
    page.identify("user-1");
    send_everything(&mut page);
    refuse_and_delete(&mut page);
    let world = page.platform();
    assert_eq!(world.sent.len(), 4, "events, profiles, groups, and the deletion");
    for (sent, path) in world.sent.iter().zip(["/track/", "/engage/", "/groups/", "/engage/"]) {
        assert_eq!(sent.url, format!("https://api-js.mixpanel.com{path}?verbose=1&ip=0&_={}", world.now));
        wire::records_of(sent);
    }
}

#[test]
fn geolocation_is_off_for_every_kind_unless_switched_on() {
    for (options, expected) in [("{}", "0"), (r#"{"geolocation":false}"#, "0"), (r#"{"geolocation":true}"#, "1")] {
        let mut page = granted(options);
        page.identify("user-1");
        send_everything(&mut page);
        refuse_and_delete(&mut page);
        assert_eq!(page.platform().sent.len(), 4);
        for sent in &page.platform().sent {
            let (_, _, query) = wire::address(sent);
            assert_eq!(query[1], (String::from("ip"), String::from(expected)), "{}", sent.url);
            assert!(expected == "1" || !sent.data.contains(r#""ip":"#));
        }
    }
}

#[test]
fn every_request_goes_to_the_one_host_of_its_region() {
    for (residency, host) in [("us", "api-js.mixpanel.com"), ("eu", "api-eu.mixpanel.com"), ("in", "api-in.mixpanel.com")] {
        let mut page = granted(&format!(r#"{{"residency":"{residency}"}}"#));
        page.identify("user-1");
        send_everything(&mut page);
        refuse_and_delete(&mut page);
        for sent in &page.platform().sent {
            assert_eq!(wire::address(sent).0, host);
            assert!(sent.url.starts_with("https://"));
        }
    }
}

#[test]
fn every_api_of_every_region_has_its_published_address() {
    let table = [
        (Api::BrowserIngestion, ["api-js.mixpanel.com", "api-eu.mixpanel.com", "api-in.mixpanel.com"], ""),
        (Api::Ingestion, ["api.mixpanel.com", "api-eu.mixpanel.com", "api-in.mixpanel.com"], ""),
        (Api::Query, ["mixpanel.com", "eu.mixpanel.com", "in.mixpanel.com"], "/api/query"),
        (Api::RawExport, ["data.mixpanel.com", "data-eu.mixpanel.com", "data-in.mixpanel.com"], "/api/2.0/export"),
        (Api::Pipelines, ["data.mixpanel.com", "data-eu.mixpanel.com", "data-in.mixpanel.com"], "/api/2.0/nessie"),
        (Api::LexiconSchemas, ["mixpanel.com", "eu.mixpanel.com", "in.mixpanel.com"], "/api/app/projects"),
        (Api::Connectors, ["mixpanel.com", "eu.mixpanel.com", "in.mixpanel.com"], "/api/app/projects"),
        (Api::Gdpr, ["mixpanel.com", "eu.mixpanel.com", "in.mixpanel.com"], "/api/app"),
    ];
    assert_eq!(table.map(|(api, ..)| api), Api::ALL);
    for (api, hosts, path) in table {
        for (residency, host) in ["us", "eu", "in"].into_iter().zip(hosts) {
            assert_eq!(Residency::named(residency).unwrap().url(api), format!("https://{host}{path}"));
        }
    }
    for name in ["", "US", "eu ", "ap"] {
        assert_eq!(Residency::named(name), None);
    }
}

#[test]
fn a_proxy_takes_every_request() {
    for (api_host, expected) in [
        ("https://t.example.com", "https://t.example.com"),
        ("https://t.example.com/", "https://t.example.com"),
        ("https://example.com:8443/m/x", "https://example.com:8443/m/x"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000/m/", "http://127.0.0.1:3000/m"),
        ("http://shop.localhost", "http://shop.localhost"),
    ] {
        let mut page = granted(&json!({ "apiHost": api_host, "residency": "eu" }).to_string());
        page.identify("user-1");
        send_everything(&mut page);
        for sent in &page.platform().sent {
            let rest = sent.url.strip_prefix(expected).unwrap();
            assert!(["/track/?", "/engage/?", "/groups/?"].iter().any(|path| rest.starts_with(path)), "{}", sent.url);
        }
    }
}

// ---- events and who they are of

#[test]
fn an_event_carries_its_ids_time_and_the_page() {
    let mut page = granted("{}");
    page.track("Viewed", r#"{"colour":"red"}"#);
    let properties = event(&mut page, "Viewed");
    let device = properties["$device_id"].as_str().unwrap().to_owned();
    assert_eq!(properties["distinct_id"], format!("$device:{device}"));
    assert_eq!(properties["time"], page.platform().now as f64 / 1000.0);
    for (name, value) in [("token", TOKEN), ("colour", "red"), ("$os", "Linux"), ("mp_lib", "web"), ("$initial_referrer", "$direct")] {
        assert_eq!(properties[name], value);
    }
    assert_eq!(properties["$current_url"], "https://shop.example.com/");
    let shape: Vec<usize> = device.split('-').map(str::len).collect();
    assert_eq!(shape, [8, 4, 4, 4, 12]);
    assert!(&device[14..15] == "4" && "89ab".contains(&device[19..20]), "a UUID of version 4: {device}");
}

#[test]
fn every_event_has_an_insert_id_of_its_own() {
    let mut page = granted("{}");
    at_once(&mut page, |page| (0..500).for_each(|_| page.track("Viewed", "{}")));
    let all = delivered(&mut page);
    let ids: std::collections::HashSet<&str> = all.iter().filter_map(|record| record["properties"]["$insert_id"].as_str()).collect();
    assert_eq!(ids.len(), 500);
}

#[test]
fn the_time_of_an_event_is_kept_to_the_millisecond_and_never_in_the_future() {
    for (ago, after) in [(0, 0), (1, 0), (999, 0), (1_000, 0), (DAY, 0), (0, 3_600_000)] {
        let mut page = granted("{}");
        let now = page.platform().now;
        page.tracks_at("Viewed", "{}", now - ago + after);
        assert_eq!(event(&mut page, "Viewed")["time"], (now - ago) as f64 / 1000.0);
    }
}

#[test]
fn own_properties_beat_super_properties_beat_the_page() {
    let mut page = granted("{}");
    page.register(r#"{"$os":"super","$browser":"super","plan":"super"}"#, false);
    page.track("Viewed", r#"{"$os":"own","plan":"own","$current_url":"own"}"#);
    let properties = event(&mut page, "Viewed");
    assert_eq!((&properties["$os"], &properties["$browser"], &properties["plan"]), (&json!("own"), &json!("super"), &json!("own")));
    assert_eq!((&properties["$current_url"], &properties["mp_lib"]), (&json!("own"), &json!("web")));
}

#[test]
fn a_property_given_twice_is_sent_once() {
    let mut page = granted("{}");
    page.register(r#"{"a":1,"a":2}"#, false);
    page.track("Viewed", r#"{"b":1,"b":2,"a":3}"#);
    assert_eq!(event(&mut page, "Viewed")["a"], 3);
}

#[test]
fn identify_links_the_anonymous_visitor_to_the_user_once() {
    let mut page = granted("{}");
    let anonymous = distinct_id(&page);
    page.track("Before", "{}");
    page.identify("user-1");
    page.identify("user-1");
    page.track("After", "{}");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Before", "$identify", "After"]);
    assert_eq!(event(&mut page, "Before")["distinct_id"], anonymous, "a queued record keeps its id");
    let identify = event(&mut page, "$identify");
    assert_eq!((&identify["$anon_distinct_id"], &identify["distinct_id"]), (&json!(anonymous), &json!("user-1")));
    let after = event(&mut page, "After");
    assert_eq!((&after["distinct_id"], &after["$user_id"]), (&json!("user-1"), &json!("user-1")));
    assert_eq!(distinct_id(&page), "user-1");
}

#[test]
fn another_user_is_not_merged_with_the_one_before() {
    let mut page = identified("{}");
    page.identify("user-2");
    page.track("Viewed", "{}");
    assert_eq!(event(&mut page, "Viewed")["$user_id"], "user-2");
    assert_eq!(event_names(&page), ["Viewed"]);
}

#[test]
fn reset_makes_the_visitor_somebody_new_and_queued_records_keep_their_ids() {
    let mut page = granted("{}");
    page.identify("user-1");
    page.register(r#"{"plan":"pro"}"#, false);
    page.track("Before", "{}");
    page.reset();
    page.track("After", "{}");
    let (before, after) = (event(&mut page, "Before"), event(&mut page, "After"));
    assert_eq!((&before["$user_id"], &before["plan"]), (&json!("user-1"), &json!("pro")));
    assert_eq!((after.get("$user_id"), after.get("plan")), (None, None));
    assert_ne!(after["$device_id"], before["$device_id"]);
    assert_eq!(distinct_id(&reload(&page, "{}")), distinct_id(&page), "the new one is stored");
}

#[test]
fn ids_that_mixpanel_refuses_are_refused() {
    let long = "x".repeat(256);
    for id in wire::REFUSED.into_iter().chain(["$device:abc", &long]) {
        let mut page = granted("{}");
        let before = distinct_id(&page);
        page.identify(id);
        assert_eq!((errors(&page).len(), distinct_id(&page)), (1, before), "{id}");
        assert_eq!(errors(&page)[0].0, "invalid_user_id");
        assert!(delivered(&mut page).is_empty());
    }
}

#[test]
fn a_user_id_of_any_writing_arrives_as_it_is() {
    for id in ["ü\"\\\n", "日本", "😀", "a b", "user@example.com", "'", "0x0", &"x".repeat(255)] {
        let mut page = granted("{}");
        page.identify(id);
        page.track("Viewed", "{}");
        assert_eq!(event(&mut page, "Viewed")["distinct_id"], id);
        let mut next = reload(&page, "{}");
        next.track("Next", "{}");
        assert_eq!(event(&mut next, "Next")["distinct_id"], id, "and after a reload");
    }
}

#[test]
fn super_properties_go_with_every_event_until_they_are_removed() {
    let mut page = granted("{}");
    page.register(r#"{"plan":"free","team":"a"}"#, false);
    page.register(r#"{"plan":"pro"}"#, false);
    page.register(r#"{"team":"b","first":"yes"}"#, true);
    page.track("One", "{}");
    page.unregister("plan");
    page.unregister("never set");
    let mut next = reload(&page, "{}");
    next.track("Two", "{}");
    let (one, two) = (event(&mut page, "One"), event(&mut next, "Two"));
    assert_eq!((&one["plan"], &one["team"], &one["first"]), (&json!("pro"), &json!("a"), &json!("yes")));
    assert_eq!((two.get("plan"), &two["team"]), (None, &json!("a")));
}

#[test]
fn how_the_visitor_came_is_remembered_once_and_the_campaign_anew() {
    let mut first = granted("{}");
    first.track("One", "{}");
    let mut world = reload(&first, "{}").platform().clone();
    *world.facts.last_mut().unwrap() = r#"{"$initial_referrer":"https://other.example/","utm_source":"news"}"#.into();
    let mut next = page_on(world, "{}");
    next.track("Two", "{}");
    let two = event(&mut next, "Two");
    assert_eq!((&two["$initial_referrer"], &two["utm_source"]), (&json!("$direct"), &json!("news")));
}

// ---- mixpanel-js's stored entry

#[test]
fn the_visitor_mixpanel_js_knew_is_continued_from_either_store() {
    let entry = r#"{"distinct_id":"user-7","$device_id":"d-7","$user_id":"user-7","$had_persisted_distinct_id":true,"plan":"pro","__timers":{},"$initial_referrer":"https://a.example/"}"#;
    for persistence in ["localStorage", "cookie"] {
        for holder in [Store::Local, Store::Cookie] {
            let options = format!(r#"{{"persistence":"{persistence}"}}"#);
            let mut world = consentry::MemoryPlatform::default();
            put(&mut world, holder, FLAG, "1");
            put(&mut world, holder, IDENTITY, entry);
            let mut page = page_on(world, &options);
            page.track("Viewed", "{}");
            let properties = event(&mut page, "Viewed");
            for (name, value) in [("distinct_id", "user-7"), ("$device_id", "d-7"), ("$user_id", "user-7"), ("plan", "pro")] {
                assert_eq!(properties[name], value);
            }
            assert_eq!(properties["$had_persisted_distinct_id"], true);
            assert_eq!(properties["$initial_referrer"], "https://a.example/");
            assert_eq!(properties.get("__timers"), None, "mixpanel-js's own book-keeping is not sent");
            assert_eq!(event_names(&page), ["Viewed"], "no $identify again");
            page.register(r#"{"new":1}"#, false);
            let store = if persistence == "cookie" { Store::Cookie } else { Store::Local };
            let other = if persistence == "cookie" { Store::Local } else { Store::Cookie };
            assert!(stored(&page, other, IDENTITY).is_none(), "one entry, where the site wants it");
            let written: Value = serde_json::from_str(&stored(&page, store, IDENTITY).unwrap()).unwrap();
            let mut expected: Value = serde_json::from_str(entry).unwrap();
            expected["new"] = json!(1);
            expected["$initial_referring_domain"] = json!("$direct");
            assert_eq!(written, expected, "mixpanel-js's own format, so that a site can switch back");
        }
    }
}

#[test]
fn a_visitor_whose_id_mixpanel_js_stored_as_a_number_is_continued() {
    let mut world = consentry::MemoryPlatform::default();
    put(&mut world, Store::Local, FLAG, "1");
    put(&mut world, Store::Local, IDENTITY, r#"{"distinct_id":12345,"$device_id":"d-7","$user_id":12345,"plan":"pro"}"#);
    let mut page = page_on(world, "{}");
    page.track("Viewed", "{}");
    let properties = event(&mut page, "Viewed");
    assert_eq!((&properties["distinct_id"], &properties["plan"]), (&json!("12345"), &json!("pro")));
}

#[test]
fn a_cookie_that_stands_on_several_domains_counts_by_its_first_line() {
    let mut world = consentry::MemoryPlatform::default();
    put(&mut world, Store::Cookie, FLAG, "1");
    put(&mut world, Store::Cookie, IDENTITY, "{\"distinct_id\":\"near\"}\n{\"distinct_id\":\"far\"}");
    assert_eq!(distinct_id(&page_on(world, r#"{"persistence":"cookie"}"#)), "near");
}

#[test]
fn an_entry_that_names_nobody_is_left_behind() {
    for entry in [
        "",
        "{}",
        "null",
        "[]",
        r#"{"distinct_id":""}"#,
        r#"{"distinct_id":null}"#,
        r#"{"plan":"pro"}"#,
        "{\"distinct_id\":\"x\"",
        "%7B%7D",
    ] {
        let mut world = consentry::MemoryPlatform::default();
        put(&mut world, Store::Local, FLAG, "1");
        put(&mut world, Store::Local, IDENTITY, entry);
        let mut page = page_on(world, "{}");
        page.track("Viewed", "{}");
        assert!(event(&mut page, "Viewed")["distinct_id"].as_str().unwrap().starts_with("$device:"), "{entry}");
    }
}

// ---- profiles and groups

#[test]
fn every_operation_has_its_name_and_shape_on_the_wire() {
    let mut page = identified("{}");
    let device = event_device(&page);
    let cases = [
        ("setOnce", r#"{"a":1}"#, json!({ "$set_once": { "a": 1 } })),
        ("increment", r#"{"a":1,"b":-2.5}"#, json!({ "$add": { "a": 1, "b": -2.5 } })),
        ("append", r#"{"a":"x","b":2}"#, json!({ "$append": { "a": "x", "b": 2 } })),
        ("union", r#"{"a":["x",1],"b":["alone"]}"#, json!({ "$union": { "a": ["x", 1], "b": ["alone"] } })),
        ("union", r#"{"a":"alone","b": 1}"#, json!({ "$union": { "a": ["alone"], "b": [1] } })),
        ("remove", r#"{"a":"x"}"#, json!({ "$remove": { "a": "x" } })),
        ("unset", r#"["a","b"]"#, json!({ "$unset": ["a", "b"] })),
        ("delete", "whatever", json!({ "$delete": "" })),
        ("set", r#"{"a":[1],"$os":"mine"}"#, json!({ "$set": { "a": [1], "$os": "mine" } })),
    ];
    for (name, operand, expected) in cases.clone() {
        forget_sent(&mut page);
        profile(&mut page, name, operand);
        let mut record = delivered(&mut page).remove(0);
        assert_eq!(record["$device_id"], device);
        let ids = json!({ "$token": TOKEN, "$distinct_id": "user-1", "$user_id": "user-1", "$device_id": device });
        record.as_object_mut().unwrap().retain(|name, _| ids.get(name).is_none());
        assert_eq!(record, expected);
    }
    let mut refused = Vec::new();
    for (name, operand, mut expected) in cases {
        forget_sent(&mut page);
        if name == "set" {
            expected = json!({ "$set": { "a": [1], "$os": "mine" } });
        }
        group(&mut page, name, operand);
        if name == "increment" || name == "append" {
            assert!(delivered(&mut page).is_empty(), "groups have no {name}");
            refused.extend(errors(&page));
            continue;
        }
        let mut record = delivered(&mut page).remove(0);
        for (name, value) in [("$token", TOKEN), ("$group_key", "company"), ("$group_id", "acme")] {
            assert_eq!(record.as_object_mut().unwrap().remove(name).unwrap(), value);
        }
        assert_eq!(record, expected);
    }
    assert_eq!(refused, [("invalid_argument", String::from("group"))], "told once");
}

fn event_device(page: &Page) -> Value {
    let kept: Value = serde_json::from_str(&stored(page, Store::Local, IDENTITY).unwrap()).unwrap();
    kept["$device_id"].clone()
}

#[test]
fn an_operand_of_the_wrong_kind_is_refused() {
    for (name, operand) in [
        ("set", "[]"),
        ("set", "1"),
        ("set", ""),
        ("set", r#"{"a":}"#),
        ("setOnce", "{}"),
        ("append", "{}"),
        ("increment", r#"{"a":"1"}"#),
        ("increment", r#"{"a":null}"#),
        ("increment", r#"{"a":[1]}"#),
        ("increment", r#"{"a":-}"#),
        ("increment", "{}"),
        ("union", r#"{"a":[]}"#),
        ("union", "{}"),
        ("remove", "{}"),
        ("unset", "[]"),
        ("unset", r#"{"a":1}"#),
        ("unset", "[1]"),
        ("unset", r#""a""#),
    ] {
        let mut page = identified("{}");
        forget_sent(&mut page);
        profile(&mut page, name, operand);
        assert!(delivered(&mut page).is_empty(), "{name} {operand}");
        // A number that is none is left out like any broken value.
        let expected = if operand.contains(":-}") { "property_trimmed" } else { "invalid_argument" };
        assert!(errors(&page).iter().any(|(code, _)| *code == expected), "{name} {operand}");
    }
}

#[test]
fn a_group_needs_its_key_and_its_id() {
    let page = granted("{}");
    for (key, id) in [("", ""), ("company", ""), ("", "acme")] {
        let mut page = page.clone();
        page.group(operation("set"), r#"{"a":1}"#, key, id);
        page.group(operation("set"), r#"{"a":1}"#, key, id);
        assert!(delivered(&mut page).is_empty());
        assert_eq!(errors(&page), [("invalid_argument", String::from("group"))], "told once");
    }
}

#[test]
fn the_key_and_id_of_a_group_arrive_as_they_are() {
    let mut page = granted("{}");
    page.group(operation("set"), r#"{"a":1}"#, "com\"pany\u{1}", "\u{1f600}\\");
    let all = delivered(&mut page);
    assert_eq!((&all[0]["$group_key"], &all[0]["$group_id"]), (&json!("com\"pany\u{1}"), &json!("\u{1f600}\\")));
}

#[test]
fn profile_updates_wait_for_the_user_and_are_never_sent_under_a_device_id() {
    let mut page = granted("{}");
    profile(&mut page, "set", r#"{"a":1}"#);
    profile(&mut page, "increment", r#"{"b":1}"#);
    pass(&mut page, DAY);
    page.flushes(1);
    assert_eq!((page.platform().sent.len(), flushed(&page, 1)), (0, Some((0, 0, 2))));
    page.identify("user-1");
    let updates: Vec<Value> = delivered(&mut page).into_iter().filter(|record| record.get("$distinct_id").is_some()).collect();
    assert_eq!(updates.len(), 2);
    assert!(updates.iter().all(|update| update["$distinct_id"] == "user-1"));
    assert!(updates[0].get("$set").is_some() && updates[1].get("$add").is_some(), "in their order");
}

#[test]
fn profile_updates_of_nobody_do_not_become_somebodys_after_a_reset() {
    let mut page = granted("{}");
    profile(&mut page, "set", r#"{"a":1}"#);
    page.reset();
    page.identify("user-2");
    assert!(delivered(&mut page).iter().all(|record| record.get("$set").is_none()));
}

// ---- names that stay

const SECRETS: &str = r#"{"propertyBlacklist":["secret","$current_url","$os","$browser","$initial_referrer","utm_source","$set"]}"#;

#[test]
fn blacklisted_names_leave_nowhere_and_are_stored_nowhere() {
    let mut world = consentry::MemoryPlatform::default();
    *world.facts.last_mut().unwrap() = r#"{"$initial_referrer":"SECRET","utm_source":"SECRET"}"#.into();
    put(&mut world, Store::Cookie, IDENTITY, r#"{"distinct_id":"u","$user_id":"u","secret":"SECRET","$os":"SECRET"}"#);
    for persistence in ["localStorage", "cookie", "memory"] {
        let mut options: Value = serde_json::from_str(SECRETS).unwrap();
        options["persistence"] = json!(persistence);
        let mut page = page_on(world.clone(), &options.to_string());
        page.register(r#"{"secret":"SECRET","a":1}"#, false);
        page.opt_in(&OptIn { properties: r#"{"secret":"SECRET"}"#, ..OptIn::default() });
        page.register(r#"{"secret":"SECRET","b":1}"#, false);
        page.register(r#"{"secret":"SECRET","c":1}"#, true);
        page.track("Viewed", r#"{"secret":"SECRET","\u0073ecret":"SECRET","b":2}"#);
        page.identify("user-1");
        for name in ["set", "setOnce", "append", "remove"] {
            profile(&mut page, name, r#"{"secret":"SECRET","d":1}"#);
        }
        profile(&mut page, "increment", r#"{"secret":666,"d":1}"#);
        for take in [profile, group] {
            take(&mut page, "union", r#"{"secret":["SECRET"],"d":[1]}"#);
            take(&mut page, "unset", r#"["secret","d"]"#);
        }
        for name in ["set", "setOnce", "remove"] {
            group(&mut page, name, r#"{"secret":"SECRET","d":1}"#);
        }
        // Nothing but blacklisted names: nothing to send.
        group(&mut page, "set", r#"{"secret":"SECRET"}"#);
        profile(&mut page, "unset", r#"["secret"]"#);
        let all = delivered(&mut page);
        assert_eq!(all.len(), 2 + 7 + 5, "the rest of each record goes: {:?}", event_names(&page));
        let sent: String = page.platform().sent.iter().map(|sent| sent.data.as_str()).collect();
        for text in
            ["secret", "SECRET", "666", "$current_url", "shop.example.com", "$os", "$browser\"", "$initial_referrer\"", "utm_source"]
        {
            assert!(!sent.contains(text), "{text} left: {sent}");
        }
        assert!(sent.contains("\"$set\":{"), "an operation is not a property");
        if persistence != "memory" {
            for kept in [stored(&page, Store::Local, IDENTITY), stored(&page, Store::Cookie, IDENTITY)].into_iter().flatten() {
                for text in ["secret", "SECRET", "$os", "utm_source", "$initial_referrer\""] {
                    assert!(!kept.contains(text), "{text} is stored: {kept}");
                }
            }
        }
    }
}

#[test]
fn a_blacklisted_name_of_any_length_stays() {
    let long = "n".repeat(300);
    let mut page = granted(&json!({ "propertyBlacklist": [long] }).to_string());
    let secret = format!(r#"{{"{long}":"SECRET","a":1}}"#);
    page.track("Viewed", &secret);
    page.register(&secret, false);
    group(&mut page, "set", &secret);
    group(&mut page, "unset", &json!([long, "a"]).to_string());
    // It would be the same name on the wire.
    group(&mut page, "set", &json!({ "n".repeat(255): "SECRET", "n".repeat(400): "SECRET", "a": 1 }).to_string());
    group(&mut page, "unset", &json!(["n".repeat(255), "a"]).to_string());
    let records = delivered(&mut page);
    assert_eq!(records.len(), 5);
    assert_eq!(records.iter().filter_map(|record| record.get("$unset")).collect::<Vec<_>>(), [&json!(["a"]), &json!(["a"])]);
    let sent: String = page.platform().sent.iter().map(|sent| sent.data.as_str()).collect();
    assert!(!sent.contains("SECRET"), "it left under a shortened name: {sent}");
    assert!(!stored(&page, Store::Local, IDENTITY).unwrap().contains("SECRET"));
}

#[test]
fn a_blacklist_cannot_take_away_what_the_protocol_needs() {
    for needed in ["token", "time", "distinct_id", "$insert_id", "$device_id", "$user_id"] {
        let error = Options::from_json(&json!({ "propertyBlacklist": ["a", needed] }).to_string()).unwrap_err();
        assert_eq!((error.code(), error.about.as_str()), ("protected_property", needed));
    }
    let others = ["$token", "$distinct_id", "$group_key", "$group_id", "event", "properties", "$set"];
    let options = json!({ "propertyBlacklist": others }).to_string();
    let mut page = granted(&options);
    page.identify("user-1");
    page.track("Viewed", "{}");
    profile(&mut page, "set", r#"{"a":1}"#);
    group(&mut page, "set", r#"{"a":1}"#);
    assert_eq!(delivered(&mut page).len(), 4, "each complete, or the check of the wire would fail");
    assert_eq!(distinct_id(&reload(&page, &options)), "user-1");
}

#[test]
fn reserved_names_are_left_out_and_reported() {
    let mut page = identified("{}");
    let names = [
        "token",
        "distinct_id",
        "$device_id",
        "$user_id",
        "$had_persisted_distinct_id",
        "$token",
        "$distinct_id",
        "$ignore",
        "bucket",
        "$bucket",
        "$insert_id",
        "time",
    ];
    for name in names {
        forget_sent(&mut page);
        let properties = format!(r#"{{"{name}":"FORGED","a":1}}"#);
        page.track("Viewed", &properties);
        page.register(&properties, false);
        profile(&mut page, "set", &properties);
        group(&mut page, "set", &properties);
        assert_eq!(delivered(&mut page).len(), 3, "{name}");
        assert!(page.platform().sent.iter().all(|sent| !sent.data.contains("FORGED")), "{name}");
        assert!(!stored(&page, Store::Local, IDENTITY).unwrap().contains("FORGED"), "{name}");
        let expected = ("reserved_property", String::from(name));
        assert_eq!(errors(&page), [expected], "{name}: told once");
    }
}

#[test]
fn with_geolocation_off_no_place_is_forwarded() {
    let names = ["ip", "$ip", "$city", "$region", "mp_country_code", "$country_code", "$latitude", "$longitude"];
    for (options, forwarded) in [("{}", false), (r#"{"geolocation":true}"#, true)] {
        for name in names {
            let mut page = identified(options);
            let properties = format!(r#"{{"{name}":"PLACE","a":1}}"#);
            page.track("Own", &properties);
            page.register(&properties, false);
            page.track("Super", "{}");
            profile(&mut page, "set", &properties);
            profile(&mut page, "setOnce", &properties);
            group(&mut page, "set", &properties);
            assert_eq!(delivered(&mut page).len(), 5);
            for sent in &page.platform().sent {
                assert_eq!(sent.data.contains("PLACE"), forwarded, "{name}: {}", sent.data);
            }
        }
    }
}

#[test]
fn a_place_mixpanel_js_stored_is_not_forwarded_either() {
    let mut world = consentry::MemoryPlatform::default();
    put(&mut world, Store::Local, FLAG, "1");
    put(&mut world, Store::Local, IDENTITY, r#"{"distinct_id":"u","$city":"PLACE","$ignore":"PLACE","token":"PLACE","plan":"pro"}"#);
    let mut page = page_on(world, "{}");
    page.track("Viewed", "{}");
    assert_eq!(event(&mut page, "Viewed")["plan"], "pro");
    assert!(!page.platform().sent[0].data.contains("PLACE"));
}
