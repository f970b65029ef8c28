#![cfg(not(target_arch = "wasm32"))]
//! Purposes: each has a status of its own, and what belongs to one that is not granted is not recorded,
//! stored or sent, while the others go on.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Health, Message, OptIn, Status, Store};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::segments::end_tick;
use support::tabs::{Browser, Tab, answer_tab, end_task, ring_tab};
use support::*;

const TWO: &str = r#"{"consent":{"purposes":["functional"]}}"#;
const HOLD: &str = r#"{"consent":{"purposes":["functional"],"beforeDecision":"hold"}}"#;

fn agree_to(page: &mut Page, purposes: &[&str]) {
    let purposes: Vec<String> = purposes.iter().map(|one| String::from(*one)).collect();
    page.opt_in(&OptIn { event: "", via: "banner", purposes: Some(&purposes), ..OptIn::default() });
}

/// An event of a purpose.
fn track(page: &mut Page, name: &str, purpose: &str) {
    page.for_purpose(page.purpose(purpose).unwrap());
    page.track(name, "{}");
}

/// One of each.
fn both(page: &mut Page, name: &str) {
    track(page, &format!("{name} analytics"), "analytics");
    track(page, &format!("{name} functional"), "functional");
}

fn statuses(page: &Page) -> Value {
    consent(page)["purposes"].clone()
}

fn sorted(page: &Page) -> Vec<String> {
    let mut names = event_names(page);
    names.sort();
    names
}

/// The segments that are stored, as they stand there.
fn segments(page: &Page) -> Vec<String> {
    page.platform().local.iter().filter(|(key, _)| key.starts_with("consentry_TOKEN_q_")).map(|(_, text)| text.clone()).collect()
}

// ---- what is granted

#[test]
fn some_are_granted_and_the_others_denied() {
    let mut page = page(TWO);
    assert_eq!(statuses(&page), json!({"analytics": "pending", "functional": "pending"}));
    agree_to(&mut page, &["analytics"]);
    assert_eq!(statuses(&page), json!({"analytics": "granted", "functional": "denied"}));
    assert_eq!(stored(&page, Store::Local, FLAG).as_deref(), Some("1"));
    agree_to(&mut page, &["functional"]);
    assert_eq!(statuses(&page), json!({"analytics": "denied", "functional": "granted"}));
    assert_eq!(page.status(), Status::Denied, "the status is that of analytics, and so is the flag");
    assert_eq!(stored(&page, Store::Local, FLAG).as_deref(), Some("0"));
    page.opt_in(&OptIn { event: "", ..OptIn::default() });
    assert_eq!(statuses(&page), json!({"analytics": "granted", "functional": "granted"}), "without a word all are");
    refuse(&mut page);
    assert_eq!(statuses(&page), json!({"analytics": "denied", "functional": "denied"}));
    assert_eq!(keys(&page, Store::Local), LEFT);
}

#[test]
fn to_agree_to_nothing_is_to_refuse() {
    for none in [&[][..], &["statistics"]] {
        let mut page = page("{}");
        agree_to(&mut page, none);
        assert_eq!(state(&page), "denied/visitor");
        assert_eq!(stored(&page, Store::Local, FLAG).as_deref(), Some("0"));
    }
}

#[test]
fn the_next_page_and_the_other_tab_know_of_it() {
    for purposes in [&["functional"][..], &["analytics"], &["analytics", "functional"]] {
        let mut page = page(TWO);
        agree_to(&mut page, purposes);
        let next = reload(&page, TWO);
        assert_eq!(statuses(&next), statuses(&page), "{purposes:?}");
        assert_eq!(consent(&next)["record"], consent(&page)["record"]);
    }
}

#[test]
fn a_purpose_that_was_not_asked_about_is_pending() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics"]);
    let more = r#"{"consent":{"purposes":["functional","advertising"]}}"#;
    let next = reload(&page, more);
    assert_eq!(statuses(&next), json!({"analytics": "granted", "functional": "denied", "advertising": "pending"}));
}

#[test]
fn what_is_agreed_to_again_counts_at_once_where_local_storage_is_seen_late() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics"]);
    let late = stored(&page, Store::Local, RECORD).unwrap();
    pass(&mut page, 1_000);
    agree_to(&mut page, &["analytics", "functional"]);
    let mut next = reload(&page, TWO);
    put(next.platform_mut(), Store::Local, RECORD, &late);
    next.heard(Message::Changed);
    assert_eq!(statuses(&next), json!({"analytics": "granted", "functional": "granted"}));
    // A withdrawal in the same place counts, whatever its date.
    agree_to(&mut next, &["analytics"]);
    let withdrawn = stored(&next, Store::Cookie, RECORD).unwrap().replacen("\"decidedAt\":17", "\"decidedAt\":16", 1);
    put(page.platform_mut(), Store::Cookie, RECORD, &withdrawn);
    page.heard(Message::Changed);
    assert_eq!(statuses(&page), json!({"analytics": "granted", "functional": "denied"}));
}

#[test]
fn what_another_library_or_an_older_version_left_grants_no_more_than_it_said() {
    let record = |text: &str| text.replace('\'', "\"");
    for (flag, text, expected) in [
        ("1", "", ["granted", "pending"]),
        ("1", "{'status':'granted','purposes':['statistics'],'epoch':2}", ["granted", "pending"]),
        ("1", "{'status':'granted','purposes':['functional'],'epoch':2}", ["granted", "granted"]),
        ("0", "{'status':'denied','purposes':['functional'],'epoch':3}", ["denied", "denied"]),
        ("0", "", ["denied", "denied"]),
        // Somebody changed the flag since.
        ("0", "{'status':'granted','purposes':['analytics','functional'],'refused':[],'epoch':2}", ["denied", "denied"]),
        ("1", "{'status':'denied','purposes':['functional'],'refused':['analytics'],'epoch':2}", ["denied", "granted"]),
        ("0", "{'status':'denied','purposes':['functional'],'refused':['analytics'],'epoch':2}", ["denied", "granted"]),
        ("0", "{'status':'denied','purposes':['unknown'],'refused':['analytics'],'epoch':2}", ["denied", "denied"]),
    ] {
        let mut world = consentry::MemoryPlatform::default();
        put(&mut world, Store::Local, FLAG, flag);
        if !text.is_empty() {
            put(&mut world, Store::Local, RECORD, &record(text));
        }
        let page = page_on(world, TWO);
        assert_eq!(statuses(&page), json!({"analytics": expected[0], "functional": expected[1]}), "{flag} {text}");
    }
}

// ---- recorded, stored, sent

#[test]
fn each_goes_by_its_own_status() {
    for (purposes, expected) in [
        (&["functional"][..], vec!["A functional"]),
        (&["analytics"], vec!["A analytics"]),
        (&["analytics", "functional"], vec!["A analytics", "A functional"]),
    ] {
        let mut page = page(TWO);
        both(&mut page, "Before");
        agree_to(&mut page, purposes);
        both(&mut page, "A");
        delivered(&mut page);
        assert_eq!(sorted(&page), expected);
    }
}

#[test]
fn what_is_held_goes_by_the_decision() {
    let mut page = page(HOLD);
    both(&mut page, "Held");
    agree_to(&mut page, &["functional"]);
    delivered(&mut page);
    assert_eq!(sorted(&page), ["Held functional"]);
    agree_to(&mut page, &["functional", "analytics"]);
    delivered(&mut page);
    assert_eq!(sorted(&page), ["Held functional"], "what was refused is gone");
}

#[test]
fn an_agreement_that_waited_does_not_undo_a_newer_refusal_of_one_purpose() {
    let mut page = page(TWO);
    let before = page.platform().now;
    pass(&mut page, 1_000);
    agree_to(&mut page, &["analytics"]);
    page.as_of(before, "{}");
    page.opt_in(&OptIn { event: "", ..OptIn::default() });
    assert_eq!(statuses(&page), json!({"analytics": "granted", "functional": "denied"}));
    assert!(errors(&page).iter().any(|(code, _)| *code == "superseded"));
    // One that was made later counts.
    let after = page.platform().now;
    page.as_of(after, "{}");
    page.opt_in(&OptIn { event: "", ..OptIn::default() });
    assert_eq!(statuses(&page), json!({"analytics": "granted", "functional": "granted"}));
}

#[test]
fn what_waits_for_another_decision_goes_when_its_purpose_is_withdrawn_elsewhere() {
    let asks =
        |version: &str| format!(r#"{{"consent":{{"purposes":["functional"],"beforeDecision":"hold","policyVersion":"{version}"}}}}"#);
    let mut first = page(&asks("1"));
    agree_to(&mut first, &["analytics", "functional"]);
    let mut page = reload(&first, &asks("2"));
    both(&mut page, "Waits");
    // On a page of before the new policy.
    pass(&mut first, 1_000);
    agree_to(&mut first, &["analytics"]);
    let record = stored(&first, Store::Local, RECORD).unwrap();
    for store in Store::ALL {
        put(page.platform_mut(), store, RECORD, &record);
    }
    page.heard(Message::Changed);
    pass(&mut page, 1_000);
    agree_to(&mut page, &["analytics", "functional"]);
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Waits analytics"]);
}

#[test]
fn profiles_and_groups_have_purposes_too() {
    let mut page = page(TWO);
    agree_to(&mut page, &["functional"]);
    page.identify("user-1");
    for purpose in ["analytics", "functional"] {
        page.for_purpose(page.purpose(purpose).unwrap());
        profile(&mut page, "set", &format!(r#"{{"of":"{purpose}"}}"#));
        page.for_purpose(page.purpose(purpose).unwrap());
        group(&mut page, "set", &format!(r#"{{"of":"{purpose}"}}"#));
    }
    let all = delivered(&mut page);
    assert_eq!(all.iter().map(|record| record["$set"]["of"].as_str().unwrap()).collect::<Vec<_>>(), ["functional", "functional"]);
}

#[test]
fn opt_in_is_sent_when_analytics_is_granted() {
    let mut page = page(TWO);
    let names = |list: &[&str]| list.iter().map(|one| String::from(*one)).collect::<Vec<_>>();
    page.opt_in(&OptIn { purposes: Some(&names(&["functional"])), ..OptIn::default() });
    page.opt_in(&OptIn { purposes: Some(&names(&["functional", "analytics"])), ..OptIn::default() });
    page.opt_in(&OptIn { purposes: Some(&names(&["analytics"])), ..OptIn::default() });
    delivered(&mut page);
    assert_eq!(event_names(&page), ["$opt_in"]);
}

#[test]
fn a_record_keeps_its_purpose_over_pages() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics", "functional"]);
    both(&mut page, "Stored");
    end_tick(&mut page);
    assert_eq!(segments(&page).len(), 2);
    // The page dies, and the visitor withdraws one on the next.
    let mut next = reload(&page, TWO);
    agree_to(&mut next, &["functional"]);
    assert_eq!(segments(&next).len(), 1, "its records are gone at once");
    next.claims_all();
    pass(&mut next, 60_000);
    answer_all(&mut next);
    assert_eq!(event_names(&next), ["Stored functional"]);
    // Given again, nothing of it comes back.
    agree_to(&mut next, &["functional", "analytics"]);
    delivered(&mut next);
    assert_eq!(event_names(&next), ["Stored functional"]);
}

// ---- withdrawn

#[test]
fn a_request_with_such_a_record_is_aborted_and_what_else_it_carried_is_sent_again() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics", "functional"]);
    both(&mut page, "A");
    pass(&mut page, INTERVAL);
    assert_eq!(page.platform().sent.len(), 1, "both in one request");
    agree_to(&mut page, &["functional"]);
    assert!(page.platform().sent[0].aborted);
    pass(&mut page, INTERVAL);
    answer_all(&mut page);
    assert_eq!(event_names(&page), ["A functional"]);
    assert_eq!(segments(&page), Vec::<String>::new());
}

#[test]
fn a_page_that_is_left_then_sends_no_more_copies_of_what_may_have_arrived() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics", "functional"]);
    both(&mut page, "A");
    pass(&mut page, INTERVAL);
    assert_eq!(sorted(&page), ["A analytics", "A functional"]);
    let mut elsewhere = reload(&page, TWO);
    agree_to(&mut elsewhere, &["analytics"]);
    for store in Store::ALL {
        put(page.platform_mut(), store, RECORD, &stored(&elsewhere, Store::Local, RECORD).unwrap());
    }
    page.heard(Message::Changed);
    assert!(page.platform().sent.iter().any(|sent| sent.aborted));
    let sent = page.platform().sent.len();
    page.page_hidden(true);
    assert_eq!(page.platform().sent.len(), sent, "the next page asks about it");
}

#[test]
fn a_request_without_one_goes_on() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics", "functional"]);
    track(&mut page, "Goes on", "functional");
    pass(&mut page, INTERVAL);
    track(&mut page, "Goes", "analytics");
    agree_to(&mut page, &["functional"]);
    assert!(!page.platform().sent[0].aborted);
    delivered(&mut page);
    assert_eq!(event_names(&page), ["Goes on"]);
}

#[test]
fn another_tab_drops_its_records_of_it_and_keeps_the_others() {
    for given_again in [false, true] {
        let mut tab = page(TWO);
        agree_to(&mut tab, &["analytics", "functional"]);
        both(&mut tab, "Slept");
        end_tick(&mut tab);
        let mut other = reload(&tab, TWO);
        agree_to(&mut other, &["functional"]);
        if given_again {
            other.platform_mut().now += 1_000;
            agree_to(&mut other, &["functional", "analytics"]);
        }
        // The tab heard nothing, and looks before it sends.
        let (local, jar, now) = (other.platform().local.clone(), other.platform().jar.clone(), other.platform().now);
        let world = tab.platform_mut();
        (world.local, world.jar, world.now) = (local, jar, now);
        delivered(&mut tab);
        assert_eq!(event_names(&tab), ["Slept functional"], "given again: {given_again}");
    }
}

#[test]
fn the_page_hears_of_each_change() {
    let mut page = page(TWO);
    agree_to(&mut page, &["functional"]);
    agree_to(&mut page, &["functional", "analytics"]);
    agree_to(&mut page, &["analytics"]);
    agree_to(&mut page, &["analytics"]);
    use Status::{Denied, Granted, Pending};
    assert_eq!(changes(&page), [(Pending, Denied), (Denied, Granted), (Granted, Granted)]);
}

#[test]
fn a_choice_of_purposes_expires_as_any_other() {
    let options = r#"{"consent":{"purposes":["functional"],"maxAgeDays":1}}"#;
    let mut page = page(options);
    agree_to(&mut page, &["functional"]);
    page.platform_mut().now += DAY + 1;
    let next = reload(&page, options);
    assert_eq!(statuses(&next), json!({"analytics": "pending", "functional": "pending"}));
}

#[test]
fn where_no_store_takes_a_withdrawal_the_others_are_told_to_send_nothing() {
    let mut page = page(TWO);
    agree_to(&mut page, &["analytics", "functional"]);
    for store in Store::ALL {
        set_health(page.platform_mut(), store, consentry::Health::Full);
    }
    let told = page.platform().told;
    agree_to(&mut page, &["functional"]);
    assert_eq!(statuses(&page), json!({"analytics": "denied", "functional": "granted"}));
    assert!(page.platform().told > told);
}

#[test]
fn an_event_tells_what_was_granted_when_it_was_recorded() {
    let options = r#"{"consent":{"purposes":["functional"],"stamp":"$consent_purposes","beforeDecision":"hold"}}"#;
    let mut page = page(options);
    track(&mut page, "Held", "functional");
    agree_to(&mut page, &["functional"]);
    page.for_purpose(1);
    page.track("Own", r#"{"$consent_purposes":["mine"]}"#);
    for name in ["Held", "Own"] {
        assert_eq!(event(&mut page, name)["$consent_purposes"], json!(["functional"]), "{name}");
    }
    assert_eq!(errors(&page), [("reserved_property", String::from("$consent_purposes"))]);
}

// ---- any order of choices and tabs

/// What happens: in a tab, by its number.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The visitor agrees to the purposes of these bits, or to none of them.
    Choose(usize, u8),
    /// An event of each purpose.
    Record(usize),
    /// The tab's timer rings.
    Ring(usize),
    /// What it sent is answered with this status.
    Answer(usize, u16),
    /// It hears that something has changed.
    Hear(usize),
    /// It dies at the end of its task, and another one opens.
    Die(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tab = 0..2_usize;
    let step = prop_oneof![
        2 => (tab.clone(), 0..4_u8).prop_map(|(tab, bits)| Step::Choose(tab, bits)),
        4 => tab.clone().prop_map(Step::Record),
        3 => tab.clone().prop_map(Step::Ring),
        2 => (tab.clone(), prop::sample::select(vec![200, 503])).prop_map(|(tab, status)| Step::Answer(tab, status)),
        1 => tab.clone().prop_map(Step::Hear),
        1 => tab.prop_map(Step::Die),
    ];
    prop::collection::vec(step, 1..40)
}

const NAMES: [&str; 2] = ["analytics", "functional"];

/// The truth: which purposes are granted, and how often each was withdrawn.
#[derive(Default)]
struct Truth {
    granted: u8,
    withdrawn: [u32; 2],
    /// Events that were recorded under a grant: purpose, and withdrawals of it until then.
    recorded: Vec<(usize, u32)>,
}

/// The events in what a tab has sent since it was looked at last.
fn looked(tab: &Tab, seen: &mut usize) -> Vec<usize> {
    let new = &tab.platform().page.sent[*seen..];
    *seen = tab.platform().page.sent.len();
    let records = new.iter().flat_map(wire::records_of);
    records.filter_map(|record| record["event"].as_str().and_then(|name| name.strip_prefix("E")?.parse().ok())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_record_of_a_purpose_is_sent_after_it_was_withdrawn_and_no_other_is_lost(steps in steps()) {
        let mut browser = Browser::default();
        let mut tabs = [browser.tab(TWO), browser.tab(TWO)];
        let mut seen = [0, 0];
        let mut truth = Truth::default();
        let mut delivered: Vec<usize> = Vec::new();
        let end = [Step::Hear(0), Step::Hear(1)].into_iter();
        for step in steps.into_iter().chain(end) {
            browser.pass(1_000);
            match step {
                Step::Choose(tab, bits) => {
                    let list: Vec<String> = (0..2).filter(|one| bits >> one & 1 == 1).map(|one| String::from(NAMES[one])).collect();
                    for (one, withdrawn) in truth.withdrawn.iter_mut().enumerate() {
                        *withdrawn += u32::from(bits >> one & 1 == 0);
                    }
                    truth.granted = bits;
                    tabs[tab].opt_in(&OptIn { event: "", purposes: Some(&list), ..OptIn::default() });
                }
                Step::Record(tab) => {
                    tabs[tab].hears();
                    for (one, name) in NAMES.iter().enumerate() {
                        let purpose = tabs[tab].purpose(name).unwrap();
                        tabs[tab].for_purpose(purpose);
                        tabs[tab].track(&format!("E{}", truth.recorded.len()), "{}");
                        truth.recorded.push((one, if truth.granted >> one & 1 == 1 { truth.withdrawn[one] } else { u32::MAX }));
                    }
                }
                Step::Ring(tab) => ring_tab(&mut tabs[tab]),
                Step::Answer(tab, status) => answer_tab(&mut tabs[tab], status),
                Step::Hear(tab) => tabs[tab].hears(),
                Step::Die(tab) => {
                    end_task(&mut tabs[tab]);
                    for event in looked(&tabs[tab], &mut seen[tab]) {
                        delivered.push(event);
                    }
                    tabs[tab] = browser.tab(TWO);
                    seen[tab] = 0;
                }
            }
            end_task(&mut tabs[0]);
            end_task(&mut tabs[1]);
            for tab in 0..2 {
                for event in looked(&tabs[tab], &mut seen[tab]) {
                    let (purpose, withdrawals) = truth.recorded[event];
                    prop_assert!(truth.granted >> purpose & 1 == 1, "E{event} of {} is sent", NAMES[purpose]);
                    prop_assert_eq!(withdrawals, truth.withdrawn[purpose], "E{} is from before", event);
                    delivered.push(event);
                }
            }
        }
        // What was recorded under the grant that stands arrives.
        for _ in 0..30 {
            for tab in &mut tabs {
                browser.pass(10_000);
                tab.claims_all();
                ring_tab(tab);
                answer_tab(tab, 200);
            }
        }
        for tab in 0..2 {
            delivered.extend(looked(&tabs[tab], &mut seen[tab]));
        }
        for (event, (purpose, withdrawals)) in truth.recorded.iter().enumerate() {
            let stands = truth.granted >> purpose & 1 == 1 && *withdrawals == truth.withdrawn[*purpose];
            prop_assert!(!stands || delivered.contains(&event), "E{event} of {} is lost", NAMES[*purpose]);
        }
    }
}

#[test]
fn a_refusal_of_everything_is_newer_than_a_purpose_withdrawn_by_a_clock_that_was_ahead() {
    let mut page = page(TWO);
    agree(&mut page, "");
    page.platform_mut().now += 10_000;
    page.opt_in(&OptIn { event: "", via: "banner", purposes: Some(&["analytics".into()]), ..OptIn::default() });
    page.platform_mut().now -= 3_600_000;
    page.platform_mut().cookie_health = Health::Throws; // it keeps the grant
    refuse(&mut page);
    page.platform_mut().cookie_health = Health::Works;
    assert_eq!(state(&reload(&page, TWO)), "denied/stored");
}
