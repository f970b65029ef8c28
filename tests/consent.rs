#![cfg(not(target_arch = "wasm32"))]
//! What a page may do before, at and after a grant.

mod support;

use consentry::{MemoryPlatform, OptIn, OptOut, Signals, Status, Store};
use serde_json::{Value, json};
use support::*;

const BOTH: [&str; 2] = ["localStorage", "cookie"];

fn store_named(name: &str) -> Store {
    if name == "cookie" { Store::Cookie } else { Store::Local }
}

/// Every way to have no grant without a decision, as options and signals.
fn undecided() -> Vec<(String, Signals)> {
    let none = Signals::default();
    let gpc = Signals { gpc: true, dnt: false };
    let dnt = Signals { gpc: false, dnt: true };
    let mut all = Vec::new();
    for storage in BOTH {
        for persistence in ["localStorage", "cookie", "memory"] {
            for (consent, signals) in [
                ("", none),
                (r#","default":"denied""#, none),
                (r#","beforeDecision":"hold""#, none),
                ("", gpc),
                ("", dnt),
                (r#","default":"granted","beforeDecision":"hold""#, gpc),
                (r#","default":"granted","dnt":"enforce""#, dnt),
            ] {
                all.push((format!(r#"{{"persistence":"{persistence}","consent":{{"storage":"{storage}"{consent}}}}}"#), signals));
            }
        }
    }
    all
}

// ---- untouched until allowed

#[test]
fn nothing_is_written_or_sent_before_a_decision() {
    for (options, signals) in undecided() {
        let mut page = page_on(MemoryPlatform { signals, ..MemoryPlatform::default() }, &options);
        do_everything(&mut page);
        pass(&mut page, 10 * 60_000);
        let world = page.platform();
        assert_ne!(page.status(), Status::Granted, "{options}");
        assert_eq!((world.writes, world.told, world.sent.len()), (0, 0, 0), "{options}");
        assert!(world.local.is_empty() && world.jar.is_empty() && world.wake.is_none(), "{options}");
        assert!(flushed(&page, 1).is_some(), "a flush ends even when nothing may be sent: {options}");
    }
}

#[test]
fn what_others_stored_is_not_touched_before_a_decision() {
    for (options, signals) in undecided() {
        let mut world = MemoryPlatform { signals, ..MemoryPlatform::default() };
        for store in [Store::Local, Store::Cookie] {
            put(&mut world, store, IDENTITY, r#"{"distinct_id":"$device:abc","$device_id":"abc","plan":"pro"}"#);
            put(&mut world, store, "__mpq_TOKEN_ev", "[]");
            put(&mut world, store, "theme", "dark");
        }
        let before = (world.local.clone(), world.jar.clone());
        let mut page = page_on(world, &options);
        do_everything(&mut page);
        assert_eq!(page.platform().writes, 0, "{options}");
        assert_eq!((page.platform().local.clone(), page.platform().jar.clone()), before, "{options}");
    }
}

#[test]
fn an_expired_grant_leaves_the_device_untouched_until_the_visitor_decides_again() {
    for storage in BOTH {
        let options = format!(r#"{{"consent":{{"storage":"{storage}","maxAgeDays":30}}}}"#);
        let mut first = page(&options);
        agree(&mut first, "");
        first.platform_mut().now += 31 * DAY;
        let before = (first.platform().local.clone(), first.platform().jar.clone());
        let mut page = reload(&first, &options);
        assert_eq!(state(&page), "pending/stored");
        do_everything(&mut page);
        assert_eq!((page.platform().writes, page.platform().sent.len()), (0, 0));
        assert_eq!((page.platform().local.clone(), page.platform().jar.clone()), before);
    }
}

// ---- decisions are kept

#[test]
fn a_decision_is_kept_where_the_site_wants_it_and_holds_on_the_next_page() {
    for storage in BOTH {
        for (granted, value, name) in [(true, "1", "granted"), (false, "0", "denied")] {
            let options = format!(r#"{{"consent":{{"storage":"{storage}"}}}}"#);
            let mut page = page(&options);
            choose(&mut page, granted);
            let store = store_named(storage);
            assert_eq!(state(&page), format!("{name}/visitor"));
            assert_eq!(consent(&page)["store"], storage);
            assert_eq!(stored(&page, store, FLAG).as_deref(), Some(value));
            let other = if store == Store::Local { Store::Cookie } else { Store::Local };
            // Every process of the browser sees a cookie at once.
            let copied = other == Store::Cookie;
            assert_eq!((stored(&page, other, FLAG).is_some(), stored(&page, other, RECORD).is_some()), (copied, copied));
            assert_eq!(page.platform().told, 1, "other tabs hear of it");
            let next = reload(&page, &options);
            assert_eq!(state(&next), format!("{name}/stored"));
            assert_eq!(consent(&next)["record"], consent(&page)["record"], "the proof is the same on the next page");
        }
    }
}

#[test]
fn the_proof_of_a_decision_says_what_when_how_and_under_which_policy() {
    let options = r#"{"consent":{"policyVersion":"2026-11"}}"#;
    let mut page = page(options);
    let now = page.platform().now;
    let library = concat!("consentry/", env!("CARGO_PKG_VERSION"));
    let record = json!({
        "status": "granted", "decidedAt": now, "policyVersion": "2026-11", "via": "banner",
        "purposes": ["analytics", "\"ads\""], "library": library,
    })
    .to_string();
    let purposes = ["analytics", "\"ads\""].map(String::from);
    page.opt_in(&OptIn { event: "", via: "banner", purposes: Some(&purposes), ..OptIn::default() });
    let given = |kept: &str| {
        let mut kept: serde_json::Map<String, Value> = serde_json::from_str(kept).unwrap();
        assert!(kept.remove("epoch").is_some_and(|epoch| epoch.is_u64()), "the epoch stands beside it");
        let id = kept.remove("id");
        assert!(id.is_some_and(|id| id.as_str().is_some_and(|id| id.len() == 32)), "and a random id");
        Value::Object(kept).to_string()
    };
    assert_eq!(given(&stored(&page, Store::Local, RECORD).unwrap()), record);
    let next = reload(&page, options);
    assert_eq!((state(&next), given(&consent(&next)["record"].to_string())), (String::from("granted/stored"), record));

    let record = json!({
        "status": "denied", "decidedAt": now, "policyVersion": "2026-11", "via": "cmp:example", "library": library,
    })
    .to_string();
    page.opt_out(&OptOut { via: "cmp:example", ..OptOut::default() });
    assert_eq!(
        (given(&stored(&page, Store::Local, RECORD).unwrap()), given(&consent(&page)["record"].to_string())),
        (record.clone(), record)
    );
}

#[test]
fn a_stored_record_that_is_not_json_is_not_given_to_the_page() {
    for rubbish in ["[1,x]", "01", r#"{"a":"b","c"}"#, "{]", "tru", "\"\\x\"", "1,", "1}x"] {
        let mut world = MemoryPlatform::default();
        put(&mut world, Store::Local, FLAG, "1");
        put(&mut world, Store::Local, RECORD, &format!(r#"{{"status":"granted","decidedAt":1,"via":{rubbish}}}"#));
        let page = page_on(world, "{}");
        assert_eq!(page.status(), Status::Granted, "the flag counts all the same");
        assert!(serde_json::from_str::<Value>(&page.consent()).is_ok(), "{}", page.consent());
    }
}

#[test]
fn a_prefix_of_any_name_keeps_the_decision() {
    for prefix in ["my_", "consentry_", "mp_", "__mp_opt_in_out_"] {
        let options = json!({ "consent": { "prefix": prefix } }).to_string();
        let mut page = page(&options);
        refuse(&mut page);
        assert_eq!(state(&reload(&page, &options)), "denied/stored", "prefix {prefix:?}");
    }
}

#[test]
fn cookies_of_several_domains_disagree_and_the_denial_wins() {
    for (value, expected) in [("1\n0", "denied"), ("0\n1", "denied"), ("1\n1", "granted"), ("1\n0\n1", "denied"), ("x\n1", "pending")] {
        let mut world = MemoryPlatform::default();
        put(&mut world, Store::Cookie, FLAG, value);
        let page = page_on(world, r#"{"consent":{"storage":"cookie"}}"#);
        assert_eq!(page.status().name(), expected, "{value:?}");
    }
}

#[test]
fn of_two_stores_that_disagree_the_newer_decision_counts() {
    let record = |status: &str, at: u64, epoch: u64| format!(r#"{{"status":"{status}","decidedAt":{at},"epoch":{epoch}}}"#);
    let (refusal, grant) = (record("denied", 20, 21), record("granted", 30, 31));
    let rows = [
        // localStorage is late, or could not be changed.
        ("0", &*refusal, "1", &*grant, "granted/stored"),
        ("1", &grant, "0", &refusal, "granted/stored"),
        ("0", &record("denied", 20, 41), "1", &grant, "denied/stored"), // the clock was set back
        ("0", &record("denied", 40, 21), "1", &grant, "granted/stored"),
        ("0", r#"{"status":"denied","epoch":21}"#, "1", &grant, "granted/stored"), // a full store took no date
        ("0", &record("denied", 20, 0), "1", &record("granted", 30, 0), "granted/stored"),
        ("0", &record("denied", 30, 0), "1", &record("granted", 30, 0), "denied/stored"),
        ("0", &record("denied", 20, 21), "1", &record("granted", 30, 0), "denied/stored"), // it knew of no refusal
        ("0", "", "1", &grant, "denied/stored"),
        ("0", &refusal, "1", "", "denied/stored"),
        // A reset leaves its epoch in the cookie.
        ("0", &refusal, "", r#"{"epoch":33}"#, "granted/default"),
        ("0", &refusal, "", r#"{"epoch":19}"#, "denied/stored"),
        ("0", "", "", r#"{"epoch":33}"#, "denied/stored"),
        ("0", &refusal, "", "", "denied/stored"),
    ];
    for (local_flag, local, cookie_flag, cookie, expected) in rows {
        let mut world = MemoryPlatform::default();
        for (store, flag, record) in [(Store::Local, local_flag, local), (Store::Cookie, cookie_flag, cookie)] {
            if !flag.is_empty() {
                put(&mut world, store, FLAG, flag);
            }
            if !record.is_empty() {
                put(&mut world, store, RECORD, record);
            }
        }
        let page = page_on(world, r#"{"consent":{"default":"granted"}}"#);
        assert_eq!(state(&page), expected, "{local_flag} {local} beside {cookie_flag} {cookie}");
    }
}

#[test]
fn a_cookie_decision_is_written_again_on_each_visit() {
    for (value, granted) in [("1", true), ("0", false)] {
        let options = r#"{"persistence":"memory","consent":{"storage":"cookie"}}"#;
        let mut first = page(options);
        choose(&mut first, granted);
        let next = reload(&first, options);
        assert_eq!(next.platform().writes, 2, "flag and record start their expiry anew");
        assert_eq!(stored(&next, Store::Cookie, FLAG).as_deref(), Some(value));
        assert_eq!(stored(&next, Store::Cookie, RECORD), stored(&first, Store::Cookie, RECORD));
    }
}

#[test]
fn forgetting_the_decision_leaves_nothing_and_asks_again() {
    for storage in BOTH {
        for granted in [true, false] {
            let options = format!(r#"{{"consent":{{"storage":"{storage}"}}}}"#);
            let mut page = page(&options);
            choose(&mut page, granted);
            page.track("Viewed", "{}");
            let told = page.platform().told;
            page.reset_consent();
            assert_eq!(state(&page), "pending/default");
            assert!(page.platform().local.is_empty() && page.platform().jar.is_empty());
            assert!(page.platform().sent.iter().all(|sent| sent.aborted) && page.platform().wake.is_none());
            assert_eq!(page.platform().told, told + 1);
            assert_eq!(changes(&page).last().unwrap().1, Status::Pending);
            assert_eq!(consent(&page).get("record"), None);
            assert_eq!(state(&reload(&page, &options)), "pending/default");
        }
    }
}

#[test]
fn a_default_is_not_a_choice() {
    let page = page(r#"{"consent":{"default":"granted"}}"#);
    assert_eq!(state(&page), "granted/default");
    assert!(stored(&page, Store::Local, FLAG).is_none() && stored(&page, Store::Cookie, FLAG).is_none());
    assert_eq!(
        state(&reload(&page, r#"{"consent":{"default":"pending"}}"#)),
        "pending/default",
        "who never decided follows the new default"
    );
}

#[test]
fn a_change_of_status_is_told_once() {
    let mut page = page("{}");
    agree(&mut page, "");
    agree(&mut page, "");
    refuse(&mut page);
    refuse(&mut page);
    page.reset_consent();
    let expected = [(Status::Pending, Status::Granted), (Status::Granted, Status::Denied), (Status::Denied, Status::Pending)];
    assert_eq!(changes(&page), expected);
}

// ---- $opt_in

#[test]
fn opt_in_is_announced_once_however_often_it_is_called() {
    let mut page = page("{}");
    for _ in 0..3 {
        agree(&mut page, "$opt_in");
        answer_all(&mut page);
    }
    delivered(&mut page);
    assert_eq!(event_names(&page), ["$opt_in"]);
}

#[test]
fn opt_in_goes_out_at_once_with_the_identity_of_the_page() {
    let mut page = page("{}");
    let before = distinct_id(&page);
    page.register(r#"{"plan":"pro"}"#, false);
    page.opt_in(&OptIn { properties: r#"{"banner":"bottom"}"#, ..OptIn::default() });
    let sent = records(&page);
    assert_eq!(sent.len(), 1, "without waiting for the interval");
    assert_eq!(sent[0]["properties"]["distinct_id"], before);
    assert_eq!(sent[0]["properties"]["plan"], "pro");
    assert_eq!(sent[0]["properties"]["banner"], "bottom");
    assert!(stored(&page, Store::Local, IDENTITY).unwrap().contains(&before));
}

#[test]
fn opt_in_can_be_renamed_and_switched_off() {
    let mut page = page("{}");
    page.opt_in(&OptIn { event: "Agreed", properties: r#"{"where":"footer"}"#, ..OptIn::default() });
    assert_eq!(event(&mut page, "Agreed")["where"], "footer");
    assert_eq!(event_names(&page), ["Agreed"]);
    assert!(delivered(&mut granted("{}")).is_empty(), "an empty name sends none");
}

#[test]
fn opt_in_is_not_announced_on_the_next_page_or_for_an_existing_flag() {
    let mut first = page("{}");
    agree(&mut first, "$opt_in");
    let mut next = reload(&first, "{}");
    agree(&mut next, "$opt_in");
    assert!(delivered(&mut next).is_empty());

    let mut world = MemoryPlatform::default();
    put(&mut world, Store::Local, FLAG, "1");
    let mut migrated = page_on(world, "{}");
    agree(&mut migrated, "$opt_in");
    assert!(delivered(&mut migrated).is_empty());
}

#[test]
fn opt_in_is_announced_for_each_real_return() {
    let mut page = page("{}");
    agree(&mut page, "$opt_in");
    answer_all(&mut page);
    refuse(&mut page);
    agree(&mut page, "$opt_in");
    answer_all(&mut page);
    page.reset_consent();
    agree(&mut page, "$opt_in");
    answer_all(&mut page);
    assert_eq!(event_names(&page), ["$opt_in"; 3]);
}

#[test]
fn opt_in_is_announced_once_where_the_default_is_granted() {
    let options = r#"{"consent":{"default":"granted"}}"#;
    let mut page = page(options);
    assert!(delivered(&mut page).is_empty(), "a default is no decision");
    agree(&mut page, "$opt_in");
    agree(&mut page, "$opt_in");
    assert_eq!(delivered(&mut page).len(), 1);
    let mut next = reload(&page, options);
    agree(&mut next, "$opt_in");
    assert!(delivered(&mut next).is_empty());
}

#[test]
fn opt_in_is_announced_when_an_expired_grant_is_renewed() {
    let options = r#"{"consent":{"maxAgeDays":30}}"#;
    let mut first = page(options);
    agree(&mut first, "$opt_in");
    first.platform_mut().now += 31 * DAY;
    let mut next = reload(&first, options);
    agree(&mut next, "$opt_in");
    assert_eq!(delivered(&mut next).len(), 1);
    assert_eq!(state(&reload(&next, options)), "granted/stored", "the new decision counts from today");
}

// ---- identity at a grant

#[test]
fn the_identity_of_the_page_is_kept_at_a_first_grant() {
    let mut page = page("{}");
    let before = distinct_id(&page);
    agree(&mut page, "");
    assert_eq!(distinct_id(&page), before);
    assert_eq!(distinct_id(&reload(&page, "{}")), before, "and on the next page");
}

#[test]
fn what_was_told_before_the_grant_counts_after_it() {
    let mut page = page("{}");
    page.identify("user-1");
    page.register(r#"{"plan":"pro"}"#, false);
    agree(&mut page, "$opt_in");
    let properties = event(&mut page, "$opt_in");
    assert_eq!((&properties["distinct_id"], &properties["plan"]), (&json!("user-1"), &json!("pro")));
    assert!(properties["$device_id"].is_string(), "so that the server can merge both");
}

#[test]
fn a_visitor_who_was_reset_before_the_grant_does_not_become_the_stored_one() {
    let options = r#"{"consent":{"maxAgeDays":30}}"#;
    let mut first = page(options);
    agree(&mut first, "");
    first.identify("user-1");
    first.platform_mut().now += 31 * DAY;
    let mut next = reload(&first, options);
    next.reset(); // user-1 signs out while the banner asks again
    agree(&mut next, "$opt_in");
    let properties = event(&mut next, "$opt_in");
    assert_ne!(properties["distinct_id"], "user-1", "somebody else may sit here now");
    assert_eq!(properties.get("$user_id"), None);
}

// ---- signals

#[test]
fn an_enforced_signal_refuses_an_opt_in() {
    for storage in BOTH {
        let mut world = MemoryPlatform::default();
        world.signals.gpc = true;
        let mut page = page_on(world, &format!(r#"{{"consent":{{"storage":"{storage}","gpc":"enforce"}}}}"#));
        agree(&mut page, "$opt_in");
        assert_eq!(state(&page), "denied/signal");
        assert_eq!(errors(&page), [("signal_enforced", String::new())]);
        assert_eq!((page.platform().writes, page.platform().sent.len(), page.platform().told), (0, 0, 0));
        refuse(&mut page);
        assert_eq!(state(&page), "denied/visitor", "a refusal is always taken");
    }
}

#[test]
fn an_honored_signal_gives_way_to_the_visitor() {
    let world = MemoryPlatform { signals: Signals { gpc: true, dnt: true }, ..MemoryPlatform::default() };
    let mut page = page_on(world, "{}");
    assert_eq!(state(&page), "denied/signal");
    agree(&mut page, "$opt_in");
    assert_eq!(state(&page), "granted/visitor");
    assert_eq!(delivered(&mut page).len(), 1);
    assert_eq!(state(&reload(&page, "{}")), "granted/stored");
}

#[test]
fn a_signal_that_comes_on_is_heard_before_the_next_request() {
    let mut page = granted(r#"{"consent":{"gpc":"enforce"}}"#);
    page.track("Viewed", "{}");
    page.platform_mut().signals.gpc = true;
    pass(&mut page, 60_000);
    assert_eq!(state(&page), "denied/signal");
    assert!(page.platform().sent.is_empty());
    assert_eq!(changes(&page), [(Status::Granted, Status::Denied)]);
}

#[test]
fn a_grant_that_expires_while_the_page_is_open_stops_sending() {
    let mut page = granted(r#"{"consent":{"maxAgeDays":1}}"#);
    pass(&mut page, DAY);
    page.track("Viewed", "{}");
    pass(&mut page, 60_000);
    assert_eq!(state(&page), "pending/stored");
    assert!(page.platform().sent.is_empty());
}

// ---- hold

const HOLD: &str = r#"{"consent":{"beforeDecision":"hold"}}"#;

#[test]
fn held_records_are_sent_at_the_grant_with_their_original_time() {
    let mut page = page(HOLD);
    let at = page.platform().now;
    page.track("First", "{}");
    page.platform_mut().now += 60_000;
    page.track("Second", "{}");
    page.identify("user-1");
    profile(&mut page, "set", r#"{"colour":"red"}"#);
    group(&mut page, "set", r#"{"colour":"red"}"#);
    page.platform_mut().now += 3_600_000;
    agree(&mut page, "$opt_in");
    let all = delivered(&mut page);
    assert_eq!(event_names(&page), ["First", "Second", "$identify", "$opt_in"]);
    let times: Vec<f64> = all.iter().filter_map(|record| record["properties"]["time"].as_f64()).collect();
    let expected = [0, 60_000, 60_000, 3_660_000].map(|later| (at + later) as f64 / 1000.0);
    assert_eq!(times, expected);
    assert_eq!(all.len(), 6, "the updates went too");
}

#[test]
fn held_records_are_dropped_at_a_refusal() {
    let mut here = page(HOLD);
    here.track("Viewed", "{}");
    group(&mut here, "set", r#"{"colour":"red"}"#);
    refuse(&mut here);
    agree(&mut here, "");
    assert!(delivered(&mut here).is_empty());

    let mut elsewhere = page(HOLD);
    elsewhere.track("Viewed", "{}");
    put(elsewhere.platform_mut(), Store::Local, FLAG, "0");
    elsewhere.hears();
    agree(&mut elsewhere, "");
    assert!(delivered(&mut elsewhere).is_empty());
}

#[test]
fn held_records_older_than_five_days_are_dropped_and_counted() {
    let mut page = page(HOLD);
    page.track("Old", "{}");
    page.platform_mut().now += 1;
    page.track("Young", "{}");
    page.platform_mut().now += 5 * DAY;
    agree(&mut page, "");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Young"]);
    assert_eq!(dropped(&page, "records_expired"), 1);
}

#[test]
fn held_records_are_bounded_and_the_oldest_go_first() {
    let mut page = page(HOLD);
    at_once(&mut page, |page| (0..1_100).for_each(|number| page.track(&format!("Event {number}"), "{}")));
    assert_eq!(dropped(&page, "queue_full"), 100);
    pass(&mut page, 1_000);
    page.flushes(1);
    assert_eq!(flushed(&page, 1), Some((0, 0, 1_000)), "the loss was before this flush");
    agree(&mut page, "");
    delivered(&mut page);
    let names = event_names(&page);
    assert_eq!((names.len(), names[0].as_str(), names[999].as_str()), (1_000, "Event 100", "Event 1099"));
}

#[test]
fn held_records_are_not_given_to_somebody_else() {
    let mut page = page(HOLD);
    page.identify("user-1");
    page.track("Seen by user 1", "{}");
    page.reset();
    page.identify("user-2");
    agree(&mut page, "");
    for record in delivered(&mut page) {
        let wrong = record["event"] == "Seen by user 1" && record["properties"]["$user_id"] == "user-2";
        assert!(!wrong, "the event of one user carries the id of another: {record}");
    }
}

#[test]
fn nothing_is_held_where_the_visitor_or_a_signal_denies() {
    let mut world = MemoryPlatform::default();
    world.signals.gpc = true;
    let mut signalled = page_on(world, HOLD);
    let mut denied = page(HOLD);
    refuse(&mut denied);
    for page in [&mut signalled, &mut denied] {
        assert!(!page.records());
        page.track("Viewed", "{}");
        agree(page, "");
        assert!(delivered(page).is_empty());
    }
}
