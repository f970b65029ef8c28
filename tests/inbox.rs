#![cfg(not(target_arch = "wasm32"))]
//! Calls that come too thick: the first hundred of a second are carried out at once, the rest in
//! slices, as if each had been then.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{MemoryPlatform, OptIn, OptOut, Status, Store};
use proptest::prelude::*;
use serde_json::Value;
use support::segments::*;
use support::*;

const HOLD: &str = r#"{"consent":{"beforeDecision":"hold"}}"#;
/// Calls of a second that are carried out at once, and those of a slice.
const HUNDRED: usize = 100;
/// Milliseconds between slices.
const PAUSE: u64 = 4;

fn track(page: &mut Page, numbers: std::ops::Range<usize>) {
    numbers.for_each(|number| page.track(&format!("Event {number}"), "{}"));
}

fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("Event {number}")).collect()
}

/// How many records were carried out: they are stored when the task ends.
fn carried_out(page: &mut Page) -> usize {
    end_tick(page);
    stored_names(page).len()
}

/// A granted page on which 250 events came in one task, so that 150 wait.
fn busy() -> Page {
    let mut page = granted("{}");
    track(&mut page, 0..250);
    page
}

// ---- what waits, and for how long

#[test]
fn a_hundred_calls_of_a_second_are_carried_out_at_once_and_wait_for_nothing() {
    let mut page = granted("{}");
    track(&mut page, 0..HUNDRED);
    assert!(!page.platform().watches_unload);
    assert_eq!(carried_out(&mut page), HUNDRED);
    track(&mut page, HUNDRED..HUNDRED + 1);
    assert!(page.platform().watches_unload, "one more waits");
    assert_eq!(carried_out(&mut page), HUNDRED);
    pass(&mut page, PAUSE);
    assert_eq!((carried_out(&mut page), page.platform().watches_unload), (HUNDRED + 1, false));
}

#[test]
fn calls_that_keep_coming_do_not_put_off_those_that_wait() {
    let mut page = busy();
    for number in 250..260 {
        pass(&mut page, 1);
        track(&mut page, number..number + 1);
    }
    assert!(carried_out(&mut page) >= 250, "10 ms are two slices");
}

#[test]
fn what_waits_is_carried_out_a_hundred_every_four_milliseconds() {
    let mut page = granted("{}");
    track(&mut page, 0..350);
    let mut expected = HUNDRED;
    for slice in [100, 100, 50] {
        assert_eq!(carried_out(&mut page), expected);
        pass(&mut page, PAUSE - 1);
        assert_eq!(carried_out(&mut page), expected, "not a moment earlier");
        assert!(page.platform().watches_unload, "exactly while something waits");
        pass(&mut page, 1);
        expected += slice;
    }
    assert_eq!((carried_out(&mut page), page.platform().watches_unload), (350, false));
    delivered(&mut page);
    pass(&mut page, DAY);
    assert_eq!(event_names(&page), numbered(0..350));
    assert_eq!(page.platform().wake, None, "and nothing rings any more");
}

#[test]
fn a_new_second_brings_a_new_hundred() {
    let mut page = granted("{}");
    track(&mut page, 0..HUNDRED);
    pass(&mut page, 999);
    track(&mut page, HUNDRED..HUNDRED + 1);
    assert_eq!(carried_out(&mut page), HUNDRED, "a hundred were made in this second");
    pass(&mut page, PAUSE);
    track(&mut page, HUNDRED + 1..2 * HUNDRED + 1);
    assert_eq!((carried_out(&mut page), page.platform().watches_unload), (2 * HUNDRED + 1, false));
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_wait_longer() {
    let mut page = granted("{}");
    track(&mut page, 0..HUNDRED);
    page.platform_mut().now -= 3_600_000;
    track(&mut page, HUNDRED..2 * HUNDRED + 50);
    assert_eq!(carried_out(&mut page), 2 * HUNDRED, "a new second");
    page.platform_mut().now -= 3_600_000;
    track(&mut page, 2 * HUNDRED + 50..2 * HUNDRED + 60);
    assert_eq!(carried_out(&mut page), 2 * HUNDRED, "what came later does not overtake");
    pass(&mut page, PAUSE);
    assert_eq!(carried_out(&mut page), 2 * HUNDRED + 60);
    assert_eq!(stored_names(&page), numbered(0..2 * HUNDRED + 60));
}

#[test]
fn on_a_hidden_page_whose_timers_may_take_a_minute_nothing_waits() {
    let mut page = busy();
    page.platform_mut().hidden = true;
    track(&mut page, 250..500);
    assert_eq!((carried_out(&mut page), page.platform().watches_unload), (500, false));
    assert_eq!(stored_names(&page), numbered(0..500), "what waited went first");
}

#[test]
fn more_than_ten_thousand_calls_do_not_wait() {
    let mut world = MemoryPlatform::default();
    world.facts.iter_mut().for_each(|facts| *facts = "{}".into());
    let mut page = page_on(world, "{}");
    agree(&mut page, "");
    track(&mut page, 0..10_100);
    assert!(page.platform().watches_unload && page.platform().local.keys().all(|key| !key.starts_with(SEGMENTS)));
    assert_eq!(dropped(&page, "queue_full"), 0);
    page.track("One too many", "{}");
    assert_eq!((dropped(&page, "queue_full"), page.platform().watches_unload), (101, false), "the queue holds ten thousand");
    end_tick(&mut page);
    let over = dropped(&page, "queue_full") - 101;
    assert_eq!(stored_names(&page).len() + over, 10_000, "storage takes less of it");
    assert_eq!(stored_names(&page).last().unwrap(), "One too many");
}

// ---- as if each had been carried out then

#[test]
fn what_waited_keeps_its_order_its_time_and_its_address() {
    let mut page = granted("{}");
    track(&mut page, 0..HUNDRED);
    let at = page.platform().now;
    for (number, place) in ["first", "second", "third"].iter().enumerate() {
        page.platform_mut().now = at + number as u64;
        page.platform_mut().address += 1;
        page.platform_mut().facts[1] = format!(r#"{{"$current_url":"https://shop.example.com/{place}"}}"#);
        page.track(place, "{}");
        page.register(&format!(r#"{{"last":"{place}"}}"#), false);
        group(&mut page, "set", &format!(r#"{{"place":"{place}"}}"#));
    }
    page.unregister("last");
    page.track("fourth", "{}");
    pass(&mut page, PAUSE);
    let all = delivered(&mut page);
    let told = |name: &str| {
        let properties = &all.iter().find(|record| record["event"] == name).unwrap()["properties"];
        (properties["time"].clone(), properties["$current_url"].clone(), properties["last"].clone())
    };
    let url = |place: &str| Value::from(format!("https://shop.example.com/{place}"));
    let time = |later: u64| Value::from((at + later) as f64 / 1_000.0);
    assert_eq!(told("first"), (time(0), url("first"), Value::Null));
    assert_eq!(told("second"), (time(1), url("second"), "first".into()));
    assert_eq!(told("third"), (time(2), url("third"), "second".into()));
    assert_eq!(told("fourth"), (time(2), url("third"), Value::Null));
    let places: Vec<&Value> = all.iter().filter_map(|record| record["$set"].get("place")).collect();
    assert_eq!(places, ["first", "second", "third"]);
    assert_eq!(event_names(&page)[HUNDRED..], ["first", "second", "third", "fourth"]);
}

#[test]
fn a_call_from_before_the_client_that_has_to_wait_keeps_the_time_and_address_it_was_made_at() {
    let mut page = granted("{}");
    track(&mut page, 0..HUNDRED);
    let at = page.platform().now - 1_500;
    page.as_of(at, r#"{"$current_url":"https://shop.example.com/early"}"#);
    page.track("Early", "{}");
    pass(&mut page, PAUSE);
    let properties = event(&mut page, "Early");
    assert_eq!(properties["time"], at as f64 / 1_000.0);
    assert_eq!(properties["$current_url"], "https://shop.example.com/early");
}

#[test]
fn a_choice_from_before_the_client_is_proven_with_the_time_it_was_made_at() {
    let proof = |page: &Page| -> Value { serde_json::from_str(&stored(page, Store::Local, RECORD).unwrap()).unwrap() };
    let mut page = page("{}");
    let at = page.platform().now - 1_500;
    page.as_of(at, "{}");
    page.opt_in(&OptIn::default());
    assert_eq!(proof(&page)["decidedAt"], at);
    assert_eq!(event(&mut page, "$opt_in")["time"], at as f64 / 1_000.0);
    page.as_of(at + 500, "{}");
    page.opt_out(&OptOut::default());
    assert_eq!(proof(&page)["decidedAt"], at + 500);
    page.opt_in(&OptIn::default());
    assert_eq!(proof(&page)["decidedAt"], page.platform().now, "made now");
}

#[test]
fn what_waited_is_of_the_visitor_who_was_there() {
    let mut page = busy();
    page.identify("user-1");
    assert!(!page.platform().watches_unload, "identify hands on what waits");
    track(&mut page, 250..260);
    page.reset();
    assert!(!page.platform().watches_unload, "and so does reset");
    track(&mut page, 260..270);
    pass(&mut page, PAUSE);
    let all = delivered(&mut page);
    let users: Vec<(usize, Option<&str>)> = all
        .iter()
        .filter_map(|record| {
            let number = record["event"].as_str()?.strip_prefix("Event ")?.parse().ok()?;
            Some((number, record["properties"]["$user_id"].as_str()))
        })
        .collect();
    let expected: Vec<_> = (0..270).map(|number| (number, (250..260).contains(&number).then_some("user-1"))).collect();
    assert_eq!(users, expected);
}

#[test]
fn what_waits_for_a_decision_and_came_too_thick_is_all_there_at_the_grant() {
    let mut page = page(HOLD);
    let at = page.platform().now;
    track(&mut page, 0..250);
    page.platform_mut().now += 2;
    agree(&mut page, "$opt_in");
    assert!(!page.platform().watches_unload);
    let all = delivered(&mut page);
    assert_eq!(event_names(&page), [numbered(0..250), vec!["$opt_in".into()]].concat());
    assert!(all[..250].iter().all(|record| record["properties"]["time"] == at as f64 / 1_000.0));
    assert_eq!(all[250]["properties"]["time"], (at + 2) as f64 / 1_000.0);
}

#[test]
fn where_nobody_agreed_and_nothing_is_held_no_record_waits() {
    for options in ["{}", r#"{"consent":{"default":"denied"}}"#] {
        let mut page = page(options);
        track(&mut page, 0..250);
        assert_eq!((page.platform().watches_unload, page.platform().wake), (false, None), "{options}");
        agree(&mut page, "");
        assert!(delivered(&mut page).is_empty(), "{options}");
    }
}

// ---- a page that is left

#[test]
fn what_waits_is_stored_before_the_page_is_left() {
    let ways: [fn(&mut Page); 3] = [|page| page.page_hidden(false), |page| page.page_hidden(true), |page| page.unloading()];
    for (number, way) in ways.into_iter().enumerate() {
        let mut page = busy();
        way(&mut page);
        assert_eq!((stored_names(&page), page.platform().watches_unload), (numbered(0..250), false), "{number}");
        let mut next = heir(&page, "{}");
        assert_eq!(delivered(&mut next).len(), 250, "{number}");
    }
}

// ---- flushes

#[test]
fn a_flush_waits_for_what_was_called_before_it() {
    let mut page = busy();
    page.flushes(1);
    track(&mut page, 250..260);
    pass(&mut page, 2 * PAUSE);
    answer_all(&mut page);
    assert_eq!(flushed(&page, 1), Some((250, 0, 10)), "what came after it still waits");
}

#[test]
fn a_flush_that_waits_counts_from_when_it_was_called() {
    let mut page = granted("{}");
    track(&mut page, 0..30);
    page.flushes(1);
    track(&mut page, 30..HUNDRED + 10);
    answer_last(&mut page, 200, "1");
    page.flushes(2);
    answer_last(&mut page, 400, "");
    pass(&mut page, PAUSE);
    answer_all(&mut page);
    let ends = (flushed(&page, 1), flushed(&page, 2));
    assert_eq!(
        ends,
        (Some((30, 0, 69)), Some((30, 50, 0))),
        "the first is about the 30 that were there; they were sent before the second was called"
    );
}

// ---- a withdrawal

/// Something that ends what was recorded until then, by name.
type End = (&'static str, fn(&mut Page));

/// Another tab refuses.
fn refused_elsewhere(page: &mut Page) {
    put(page.platform_mut(), Store::Local, FLAG, "0");
}

const ENDS: [End; 6] = [
    ("a refusal", refuse),
    ("a purge", |page| page.purge()),
    ("a reset of the consent", |page| page.reset_consent()),
    ("a refusal that is heard of", |page| {
        refused_elsewhere(page);
        page.hears();
    }),
    ("a refusal of which the storage tells", |page| {
        refused_elsewhere(page);
        page.storage_changed(Some(FLAG));
    }),
    ("a refusal that is found in storage", |page| {
        refused_elsewhere(page);
        pass(page, PAUSE);
    }),
];

#[test]
fn a_withdrawal_drops_what_waits_and_counts_it() {
    for (name, end) in ENDS {
        let mut page = busy();
        profile(&mut page, "set", r#"{"a":1}"#);
        page.register(r#"{"super":1}"#, false);
        page.flushes(1);
        end(&mut page);
        assert_eq!(flushed(&page, 1), Some((0, 251, 0)), "{name}: the flush ends, and all is lost");
        assert!(!page.platform().watches_unload, "{name}");
        assert!(page.platform().sent.iter().all(|sent| sent.aborted), "{name}");
        pass(&mut page, DAY);
        let before = page.platform().sent.len();
        agree(&mut page, "");
        pass(&mut page, DAY);
        page.track("Afterwards", "{}");
        assert!(event(&mut page, "Afterwards").get("super").is_none(), "{name}");
        assert_eq!(page.platform().sent.len(), before + 1, "{name}");
    }
}

#[test]
fn what_waits_for_a_decision_is_dropped_at_a_refusal_and_counted() {
    for (name, end) in ENDS {
        if name.ends_with("found in storage") {
            continue; // before a grant nothing is asked of storage
        }
        let mut page = page(HOLD);
        track(&mut page, 0..250);
        page.flushes(1);
        end(&mut page);
        assert_eq!(flushed(&page, 1), Some((0, 250, 0)), "{name}");
        agree(&mut page, "");
        pass(&mut page, DAY);
        assert_eq!((delivered(&mut page).len(), page.status()), (0, Status::Granted), "{name}");
    }
}

// ---- any sequence

#[derive(Clone, Debug)]
enum Step {
    Track(usize),
    Register,
    Pass(u64),
    Moves,
    Flush,
    Identify,
    Hide,
    Unload,
    Answer,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => prop::sample::select(vec![1_usize, 30, 120, 300]).prop_map(Step::Track),
        3 => Just(Step::Register),
        4 => prop::sample::select(vec![0_u64, 1, 4, 9, 1_000, 5_000]).prop_map(Step::Pass),
        2 => Just(Step::Moves),
        1 => Just(Step::Flush),
        1 => Just(Step::Identify),
        1 => Just(Step::Hide),
        1 => Just(Step::Unload),
        1 => Just(Step::Answer),
    ];
    prop::collection::vec(step, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_page_does_each_event_says_what_was_so_when_it_was_called(steps in steps(), held in any::<bool>()) {
        let mut page = page(HOLD);
        if !held {
            agree(&mut page, "");
        }
        let (mut number, mut place, mut last) = (0, 0, Value::Null);
        let mut expected = Vec::new();
        for step in steps {
            match step {
                Step::Track(count) => for _ in 0..count {
                    let url = if place == 0 { "https://shop.example.com/".into() } else { format!("https://shop.example.com/{place}") };
                    expected.push((format!("Event {number}"), page.platform().now as f64 / 1_000.0, url, last.clone()));
                    track(&mut page, number..number + 1);
                    number += 1;
                },
                Step::Register => {
                    last = Value::from(number);
                    page.register(&format!(r#"{{"last":{number}}}"#), false);
                }
                Step::Pass(milliseconds) => pass(&mut page, milliseconds),
                Step::Moves => {
                    place += 1;
                    page.platform_mut().address += 1;
                    page.platform_mut().facts[1] = format!(r#"{{"$current_url":"https://shop.example.com/{place}"}}"#);
                }
                Step::Flush => page.flushes(100 + number as u32),
                Step::Identify => page.identify("user-1"),
                Step::Hide => page.page_hidden(false),
                Step::Unload => page.unloading(),
                Step::Answer => answer_all(&mut page),
            }
        }
        agree(&mut page, "");
        page.page_hidden(false);
        answer_all(&mut page);
        pass(&mut page, INTERVAL);
        // What is held is bounded, and the oldest go first.
        let lost = dropped(&page, "queue_full");
        prop_assert!(held || lost == 0);
        let found: Vec<_> = delivered(&mut page)
            .into_iter()
            .filter(|record| record["event"] != "$identify")
            .map(|record| {
                let text = |value: &Value| String::from(value.as_str().unwrap());
                let properties = &record["properties"];
                (text(&record["event"]), properties["time"].as_f64().unwrap(), text(&properties["$current_url"]), properties["last"].clone())
            })
            .collect();
        let all = if held { expected.split_off(expected.len().min(expected.len().saturating_sub(found.len()))) } else { expected };
        prop_assert_eq!(found, all);
        prop_assert!(!page.platform().watches_unload);
    }
}

#[test]
fn a_choice_from_before_the_wasm_ran_revives_nothing_that_was_withdrawn_in_the_meantime() {
    let mut slept = page("{}");
    let early = slept.platform().now;
    pass(&mut slept, 1_000);
    agree(&mut slept, "");
    slept.track("Before", "{}");
    let mut other = reload(&slept, "{}");
    other.reset_consent();
    // A page whose visitor agreed at the beginning gets its wasm only now.
    let mut late = reload(&other, "{}");
    late.platform_mut().now = slept.platform().now + 1_000;
    late.as_of(early, "{}");
    agree(&mut late, "");
    slept.platform_mut().local = late.platform().local.clone();
    pass(&mut slept, 60_000);
    assert_eq!(slept.platform().sent, []);
}
