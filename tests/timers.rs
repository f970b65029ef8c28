#![cfg(not(target_arch = "wasm32"))]
//! No timer outlives its work: a page with nothing to do sets none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Answer, FlushId, Message, OptOut, RequestId};
use std::num::NonZeroU32;
use support::*;

const FLUSH: FlushId = FlushId(NonZeroU32::MIN);

fn taken() -> Answer<'static> {
    Answer { status: 200, body: r#"{"status":1}"#, ..Answer::default() }
}

fn last(page: &Page) -> RequestId {
    page.platform().sent.last().unwrap().id
}

#[test]
fn after_an_answer_none_is_left() {
    for options in ["{}", r#"{"persistence":"memory"}"#] {
        for status in [200, 400] {
            let mut page = granted(options);
            page.track("Seen", "{}");
            page.flushes(1);
            assert!(page.platform().wake.is_some(), "for an answer that never comes");
            page.answered(last(&page), Answer { status, ..taken() });
            assert_eq!(page.platform().wake, None, "{options} {status}");
        }
    }
}

#[test]
fn after_a_flush_of_nothing_none_is_left() {
    let mut page = granted("{}");
    page.flush(FLUSH);
    assert_eq!(page.platform().wake, None);
}

#[test]
fn after_the_answer_to_a_deletion_none_is_left() {
    let mut page = granted("{}");
    page.identify("u1");
    pass(&mut page, INTERVAL);
    page.answered(last(&page), taken());
    page.opt_out(&OptOut { delete_profile: true, ..OptOut::default() });
    assert_eq!(page.platform().wake, Some(90_000));
    page.answered(last(&page), taken());
    assert_eq!(page.platform().wake, None);
}

#[test]
fn a_grant_that_ended_elsewhere_leaves_none() {
    let mut page = granted("{}");
    page.track("Seen", "{}");
    page.flush(FLUSH);
    page.platform_mut().local.insert(FLAG.into(), "0".into());
    page.heard(Message::Changed);
    assert_eq!(page.platform().wake, None);
}

#[test]
fn an_answer_that_leaves_work_leaves_its_timer() {
    let mut page = granted("{}");
    page.track("Seen", "{}");
    page.flushes(1);
    page.answered(last(&page), Answer { status: 503, ..Answer::default() });
    assert!(page.platform().wake.is_some());
    pass(&mut page, 20_000);
    assert_eq!(page.platform().sent.len(), 2);
}

#[test]
fn a_flush_waits_for_no_timer_that_the_clock_has_left_behind() {
    let mut page = granted("{}");
    page.track("Seen", "{}");
    page.flushes(1);
    answer_last(&mut page, 503, "");
    assert!(page.platform().wake.unwrap() > 1_000, "the wait after a failure");
    // The machine slept, or the clock was set forward: the browser's timer does not know.
    page.platform_mut().now += 3_600_000;
    page.flush(FLUSH);
    assert_eq!(page.platform().wake, Some(1));
}
