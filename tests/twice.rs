#![cfg(not(target_arch = "wasm32"))]
//! Pages that are left before they hear of what they sent: nothing goes out more than twice.

// The helpers of tests fail by panicking, as the tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use support::segments::*;
use support::*;

/// A visit of pages that are open so long, each with an event made at once, and a server that answers
/// everything after a while; then a page that stays. How often each event arrived.
fn arrivals(pages: u32, open: u64, answers_after: u64) -> BTreeMap<String, usize> {
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    let mut page = granted("{}");
    for number in 0..=pages {
        let last = number == pages;
        if !last {
            page.track(&format!("Page {number}"), "{}");
        }
        end_tick(&mut page);
        let end = page.platform().now + if last { 40 * 60_000 } else { open };
        let mut sent_at: Vec<u64> = Vec::new();
        let mut answered = 0;
        while page.platform().now < end {
            let now = page.platform().now;
            sent_at.resize(page.platform().sent.len(), now);
            while sent_at.get(answered).is_some_and(|at| at + answers_after <= now) {
                let id = page.platform().sent[answered].id;
                page.answers(id, 200, 0, "1");
                sent_at.resize(page.platform().sent.len(), now);
                answered += 1;
            }
            pass(&mut page, if last { 100 } else { 10 }.min(end - now));
        }
        page.page_hidden(true);
        if last {
            assert!(arrived.values().all(|times| *times <= 2), "{open} {answers_after}: {arrived:?}");
        }
        for name in event_names(&page) {
            *arrived.entry(name).or_default() += 1;
        }
        if last {
            assert_eq!(keys_of_segments(&page), Vec::<String>::new(), "{open} {answers_after}: all of it is settled");
        }
        page = heir(&page, "{}");
    }
    assert_eq!(arrived.len(), pages as usize, "{open} {answers_after}: all of it arrives");
    arrived
}

#[test]
fn what_a_left_page_sent_arrives_twice_at_most() {
    for answers_after in [20, 100, 200, 340, 360, 600, 680, 710, 1_000, 1_500, 3_000] {
        let arrived = arrivals(13, 700, answers_after);
        // Where no page was open for as long as an answer takes, the one that stays has to ask.
        let most = if answers_after < 700 { 2 } else { 3 };
        assert!(arrived.values().all(|times| *times <= most), "{answers_after}: {arrived:?}");
    }
}
