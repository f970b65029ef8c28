#![cfg(not(target_arch = "wasm32"))]
//! The records of the visitor's decisions: what they say, how many are kept, and when the site gets
//! them.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, Notice, OptIn, OptOut, Shown, Store};
use serde_json::{Value, json};
use support::*;

const TWO: &str = r#"{"consent":{"purposes":["advertising"]}}"#;

fn history(page: &Page) -> Vec<Value> {
    serde_json::from_str(&page.consent_history()).unwrap()
}

fn record(page: &Page) -> Option<Value> {
    page.consent_record().map(|record| serde_json::from_str(&record).unwrap())
}

/// The ids of what the site was given, in this order.
fn given(page: &Page) -> Vec<String> {
    let told = |notice: &Notice| match notice {
        Notice::Record(record) => Some(serde_json::from_str::<Value>(record).unwrap()["id"].as_str().unwrap().to_owned()),
        Notice::Error(_) | Notice::Consent(..) | Notice::Flushed(..) | Notice::Deleted(..) | Notice::AnsweredAlone(..) => None,
    };
    page.platform().notices.iter().filter_map(told).collect()
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

/// A page whose site takes records.
fn taking(options: &str) -> Page {
    let mut page = page(options);
    page.take_records();
    page
}

fn lost(page: &Page) -> Vec<String> {
    errors(page).into_iter().filter(|(code, _)| *code == "record_lost").map(|(_, about)| about).collect()
}

// ---- what a record says

#[test]
fn a_record_says_what_was_decided_when_how_and_what_the_visitor_saw() {
    let mut page = page(r#"{"consent":{"purposes":["advertising"],"policyVersion":"3","language":"de","region":"AT"}}"#);
    assert_eq!((record(&page), page.consent_history()), (None, String::from("[]")), "nobody decided");
    let shown = Shown { policy_fingerprint: "f1", language: "fr", ..Shown::default() };
    let agreed = [String::from("analytics")];
    page.opt_in(&OptIn { via: "banner", purposes: Some(&agreed), shown, ..OptIn::default() });
    let mut found = record(&page).unwrap();
    let id = found.as_object_mut().unwrap().remove("id").unwrap();
    assert!(id.as_str().is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())), "{id}");
    let expected = json!({
        "status": "granted", "purposes": ["analytics"], "refused": ["advertising"], "decidedAt": page.platform().now, "via": "banner",
        "policyVersion": "3", "policyFingerprint": "f1", "language": "fr", "region": "AT",
        "library": concat!("consentry/", env!("CARGO_PKG_VERSION")),
    });
    assert_eq!(found, expected, "and nothing of the epochs");
    assert_eq!(history(&page), [record(&page).unwrap()]);
}

#[test]
fn a_refusal_is_recorded_with_everything_that_was_asked_about() {
    let mut page = page(TWO);
    let about = ["advertising", "else"].map(String::from);
    page.opt_out(&OptOut { via: "banner", purposes: Some(&about), ..OptOut::default() });
    let found = record(&page).unwrap();
    assert_eq!((&found["status"], &found["purposes"]), (&json!("denied"), &json!([])));
    assert_eq!(found["refused"], json!(["analytics", "advertising", "else"]));
    let next = reload(&page, TWO);
    assert_eq!((record(&next), history(&next)), (Some(found.clone()), vec![found]));
}

#[test]
fn a_repetition_is_no_new_record_and_what_differs_is_one() {
    let mut page = page(TWO);
    agree(&mut page, "");
    let first = record(&page).unwrap();
    pass(&mut page, 1_000);
    agree(&mut page, "");
    page.opt_in(&OptIn { event: "", ..OptIn::default() });
    assert_eq!((record(&page), history(&page).len()), (Some(first.clone()), 1), "it is of then");
    page.opt_in(&OptIn { event: "", via: "cmp:klaro", ..OptIn::default() });
    refuse(&mut page);
    refuse(&mut page);
    agree(&mut page, "");
    let all = history(&page);
    let what: Vec<(&str, &str)> = all.iter().map(|one| (one["status"].as_str().unwrap(), one["via"].as_str().unwrap())).collect();
    assert_eq!(what, [("granted", "banner"), ("granted", "cmp:klaro"), ("denied", "banner"), ("granted", "banner")]);
    assert_ne!(id(&all[0]), id(&all[3]));
    assert_eq!(id(&first), id(&all[0]));
}

#[test]
fn a_grant_that_no_longer_counts_has_no_record_and_the_next_is_a_new_one() {
    let options = r#"{"consent":{"maxAgeDays":1}}"#;
    let mut page = page(options);
    agree(&mut page, "");
    let first = id(&record(&page).unwrap());
    page.platform_mut().now += 2 * DAY;
    let mut next = reload(&page, options);
    assert_eq!((record(&next), history(&next).len(), next.platform().writes), (None, 1, 0));
    agree(&mut next, "");
    assert_ne!(id(&record(&next).unwrap()), first);
    assert_eq!(history(&next).len(), 2);
}

// ---- what is kept

#[test]
fn nothing_is_written_before_a_decision_and_a_reset_takes_it_away() {
    let mut page = taking(TWO);
    pass(&mut page, 600_000);
    assert_eq!((page.platform().writes, stored(&page, Store::Local, HISTORY)), (0, None));
    refuse(&mut page);
    assert!(stored(&page, Store::Local, HISTORY).is_some(), "and a denial leaves it");
    page.reset_consent();
    assert_eq!((keys(&page, Store::Local).len(), record(&page), history(&page).len()), (0, None, 0));
    let id = given(&page).remove(0);
    page.handed_over(&id, true);
    assert_eq!(keys(&page, Store::Local).len(), 0, "nothing comes back");
}

#[test]
fn twenty_are_kept_and_one_that_the_site_did_not_take_is_told_as_lost() {
    let mut page = taking("{}");
    for at in 0..21 {
        choose(&mut page, at % 2 == 0);
        let id = id(&record(&page).unwrap());
        page.handed_over(&id, at > 0);
    }
    let first = given(&page).remove(0);
    assert_eq!((history(&page).len(), lost(&page)), (20, vec![first.clone()]));
    assert!(history(&page).iter().all(|one| id(one) != first && one["kept"] == true));
}

#[test]
fn what_is_spoilt_in_the_store_is_left_out() {
    let mut page = granted("{}");
    let good = stored(&page, Store::Local, HISTORY).unwrap();
    let spoilt = format!("nonsense\n{{\"id\":\"x\",\n{good}{{\"id\":5}}\n[\"id\"]\n");
    put(page.platform_mut(), Store::Local, HISTORY, &spoilt);
    assert_eq!(history(&page).len(), 1);
    refuse(&mut page);
    assert_eq!(history(&page).len(), 2);
}

#[test]
fn a_full_store_keeps_the_decision_and_the_page_keeps_the_record() {
    for health in [Health::Full, Health::Throws] {
        let mut page = taking("{}");
        set_health(page.platform_mut(), Store::Local, health);
        agree(&mut page, "");
        let found = record(&page).unwrap();
        assert_eq!((history(&page), given(&page)), (vec![found.clone()], vec![id(&found)]));
        page.handed_over(&id(&found), true);
        assert_eq!(history(&page)[0]["kept"], true);
    }
}

// ---- what the site gets

#[test]
fn a_record_is_handed_over_ever_more_seldom_until_it_is_taken_and_never_after() {
    let mut page = taking("{}");
    refuse(&mut page);
    let this = id(&record(&page).unwrap());
    let mut waits = Vec::new();
    for tries in 1..13 {
        assert_eq!(given(&page), vec![this.clone(); tries]);
        page.handed_over(&this, false);
        let failed = page.platform().now;
        while given(&page).len() == tries {
            assert!(ring(&mut page), "somebody is waiting");
        }
        waits.push((page.platform().now - failed) / 1_000);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    page.handed_over(&this, true);
    pass(&mut page, DAY);
    let mut next = reload(&page, "{}");
    next.take_records();
    pass(&mut next, DAY);
    assert_eq!((given(&page).len(), given(&next).len()), (13, 0));
    assert_eq!(history(&next)[0]["kept"], true);
}

#[test]
fn without_an_answer_it_is_handed_over_again_after_half_a_minute() {
    let mut page = taking("{}");
    agree(&mut page, "");
    pass(&mut page, 29_999);
    assert_eq!(given(&page).len(), 1);
    pass(&mut page, 1);
    assert_eq!(given(&page).len(), 2);
    let this = id(&record(&page).unwrap());
    page.handed_over(&this, true); // the first, late
    page.handed_over(&this, false);
    pass(&mut page, DAY);
    assert_eq!(given(&page).len(), 2);
}

#[test]
fn the_next_page_hands_over_what_this_one_could_not_and_two_pages_do_not_both() {
    let mut page = taking("{}");
    agree(&mut page, "");
    refuse(&mut page);
    let ids: Vec<String> = history(&page).iter().map(id).collect();
    assert_eq!(given(&page), ids);
    let mut next = reload(&page, "{}");
    assert_eq!(given(&next).len(), 0, "no function, no record");
    next.take_records();
    assert_eq!(given(&next), ids);
    next.handed_over(&ids[0], true);
    next.handed_over(&ids[1], true);
    // The first sees that, in the same store, before it tries again.
    let taken = stored(&next, Store::Local, HISTORY).unwrap();
    put(page.platform_mut(), Store::Local, HISTORY, &taken);
    page.handed_over(&ids[0], false);
    pass(&mut page, DAY);
    assert_eq!(given(&page), ids);
}

#[test]
fn a_reset_gives_up_what_was_not_taken_and_says_so() {
    let mut page = taking("{}");
    agree(&mut page, "");
    let this = id(&record(&page).unwrap());
    page.reset_consent();
    assert_eq!(lost(&page).len(), 0, "it is just being taken");
    page.handed_over(&this, false);
    assert_eq!(lost(&page), [this]);
    agree(&mut page, "");
    let next = id(&record(&page).unwrap());
    page.handed_over(&next, false);
    page.reset_consent();
    assert_eq!(lost(&page).last(), Some(&next));
    pass(&mut page, DAY);
    assert_eq!(given(&page).len(), 2);
}

#[test]
fn a_closed_client_asks_for_nothing_and_a_late_answer_counts() {
    let mut page = taking("{}");
    refuse(&mut page);
    let this = id(&record(&page).unwrap());
    page.close();
    assert_eq!(page.platform().wake, None);
    page.handed_over(&this, true);
    assert_eq!(history(&page)[0]["kept"], true);
}
