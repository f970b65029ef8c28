//! The origin's storage is the site's: all queues of a token keep within their part of it, and give
//! way.

mod support;

use consentry::Notice;
use support::tabs::{Browser, Manner, Tab, answer_tab, codes, decide, end_task, names, ring_tab};
use support::*;

/// What browsers give an origin, and what of it may be ours.
const QUOTA: usize = 5 * 1024 * 1024;
const OURS: usize = 2_621_440;

/// A browser with so many tabs, where the visitor agreed and no server is reached.
fn tabs(count: usize) -> (Browser, Vec<Tab>) {
    let mut browser = Browser::default();
    browser.shared().manner = Manner::Holds(QUOTA);
    let mut first = browser.tab("{}");
    decide(&mut first, true);
    let mut all = vec![first];
    all.extend((1..count).map(|_| browser.tab("{}")));
    (browser, all)
}

/// Records what dropped it, as the page was told.
fn told(tab: &Tab, code: &str) -> usize {
    let dropped = |notice: &Notice| match notice {
        Notice::Error(error) if error.code() == code => error.dropped,
        Notice::Error(_)
        | Notice::Consent(..)
        | Notice::Flushed(..)
        | Notice::Deleted(..)
        | Notice::AnsweredAlone(..)
        | Notice::Record(_) => 0,
    };
    tab.platform().page.notices.iter().map(dropped).sum()
}

/// The events that arrive from now on, each once.
fn delivered(browser: &Browser, tabs: &mut [Tab]) -> Vec<String> {
    browser.pass(600_000);
    let mut all = Vec::new();
    for tab in tabs {
        let before = names(tab).len();
        tab.flushes(9_999);
        answer_tab(tab, 200);
        all.extend(names(tab).split_off(before));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// An event of some kB.
fn large(tab: &mut Tab, name: &str) {
    let properties: Vec<String> = (0..16).map(|at| format!(r#""p{at}":"{}""#, "x".repeat(250))).collect();
    tab.track(name, &format!("{{{}}}", properties.join(",")));
    end_task(tab);
}

#[test]
fn three_tabs_leave_the_site_its_room_and_every_loss_is_told() {
    let (browser, mut all) = tabs(3);
    for number in 0..800 {
        let tab = &mut all[number % 3];
        large(tab, &format!("Event {number}"));
        answer_tab(tab, 0);
        browser.pass(20);
        let ours: usize = browser.shared().units();
        assert!(ours <= OURS + 3 * 65_536 + 20_000, "{ours} units after {number}");
    }
    assert!(browser.shared().site_stores("site", 100_000));
    assert!(browser.shared().site_stores("more", 1_000_000));
    assert!(all.iter().all(|tab| codes(tab).iter().all(|code| ["queue_full", "unreachable"].contains(code))));
    let told: usize = all.iter().map(|tab| told(tab, "queue_full")).sum();
    assert!(told > 0);
    assert_eq!(delivered(&browser, &mut all).len() + told, 800, "each arrives or is told");
}

#[test]
fn the_oldest_of_a_tab_go_first() {
    let (browser, mut all) = tabs(1);
    for number in 100..780 {
        large(&mut all[0], &format!("Event {number}"));
        answer_tab(&mut all[0], 0);
        browser.pass(20);
    }
    let told = told(&all[0], "queue_full");
    assert!(told > 50, "{told}");
    let kept: Vec<String> = (100 + told..780).map(|number| format!("Event {number}")).collect();
    assert_eq!(delivered(&browser, &mut all), kept);
}

#[test]
fn texts_of_any_language_are_counted_as_browsers_do() {
    let (browser, mut all) = tabs(1);
    for number in 0..460 {
        let text = "\u{65e5}".repeat(250);
        let properties: Vec<String> = (0..8).map(|at| format!(r#""p{at}":"{text}""#)).collect();
        all[0].track(&format!("Event {number}"), &format!("{{{}}}", properties.join(",")));
        end_task(&mut all[0]);
        browser.pass(20);
    }
    let ours = browser.shared().units();
    assert!(ours <= OURS + 65_536, "{ours}");
}

#[test]
fn one_page_after_the_other_keeps_within_the_bound() {
    let (mut browser, _) = tabs(1);
    for view in 0..75 {
        let mut tab = browser.tab("{}");
        for number in 0..10 {
            large(&mut tab, &format!("View {view}.{number}"));
            browser.pass(20);
        }
        // It has no time to adopt what the others left.
        tab.page_hidden(true);
    }
    let ours = browser.shared().units();
    assert!(ours <= OURS + 65_536, "{ours}");
}

#[test]
fn a_queue_gives_way_where_the_site_needs_room_and_comes_back() {
    let (browser, mut all) = tabs(1);
    let tab = &mut all[0];
    for number in 0..100 {
        large(tab, &format!("Event {number}"));
        browser.pass(20);
    }
    answer_tab(tab, 0);
    let free = QUOTA - browser.shared().units();
    assert!(browser.shared().site_stores("site", free - 10));
    assert!(!browser.shared().site_stores("more", 50_000));
    large(tab, "One more");
    assert_eq!(codes(tab), ["storage_failed"]);
    assert!(browser.shared().site_stores("more", 50_000), "there is room now");
    browser.shared().world.local.remove("site");
    for _ in 0..3 {
        ring_tab(tab);
        answer_tab(tab, 0);
    }
    let stored: usize =
        browser.shared().world.local.iter().filter(|(key, _)| key.contains("_q_")).map(|(_, text)| text.matches("\"event\"").count()).sum();
    assert_eq!(stored, 101, "what went back into memory is stored again");
    assert_eq!(delivered(&browser, &mut all).len(), 101);
}

#[test]
fn what_gave_way_is_stored_when_the_page_is_left() {
    let (mut browser, mut all) = tabs(1);
    let mut tab = all.remove(0);
    for number in 0..20 {
        large(&mut tab, &format!("Event {number}"));
    }
    answer_tab(&mut tab, 0);
    let free = QUOTA - browser.shared().units();
    assert!(browser.shared().site_stores("site", free - 10));
    large(&mut tab, "One more");
    browser.shared().world.local.remove("site");
    tab.page_hidden(true);
    drop(tab);
    browser.pass(600_000);
    let mut heir = browser.tab("{}");
    heir.claims_all();
    assert_eq!(delivered(&browser, &mut [heir]).len(), 21);
}

#[test]
fn what_is_stored_is_measured_seldom() {
    let (browser, mut all) = tabs(1);
    let reads = |tab: &mut Tab| {
        browser.count();
        for number in 0..1_000 {
            tab.track(&format!("Small {number}"), "{}");
            end_task(tab);
            browser.pass(20);
        }
        browser.counted().0
    };
    let (first, then) = (reads(&mut all[0]), reads(&mut all[0]));
    assert!(then < first + 4_000, "{first} reads, then {then}");
}
