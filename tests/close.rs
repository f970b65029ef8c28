#![cfg(not(target_arch = "wasm32"))]
//! `close()` ends a client: what it recorded is stored for another, and nothing of it goes on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Answer, Code, FlushId, Health, Lock, Notice, OptOut, QueueId};
use std::num::NonZeroU32;
use support::segments::*;
use support::*;

fn errors_of(page: &Page) -> Vec<(Code, usize)> {
    let error = |notice: &Notice| match notice {
        Notice::Error(error) => Some((error.kind, error.dropped)),
        Notice::Consent(..) | Notice::Flushed(..) | Notice::Deleted(..) | Notice::AnsweredAlone(..) | Notice::Record(_) => None,
    };
    page.platform().notices.iter().filter_map(error).collect()
}

#[test]
fn what_was_called_is_stored_and_the_next_client_sends_it() {
    let mut page = granted("{}");
    page.track("Under way", "{}");
    page.flushes(1);
    for number in 0..300 {
        page.track(&format!("Burst {number}"), "{}");
    }
    page.close();
    let world = page.platform();
    assert_eq!((world.wake, &world.locks, world.watches_unload), (None, &vec![], false));
    assert!(world.sent.iter().all(|sent| sent.aborted));
    assert!(world.notices.contains(&Notice::Flushed(FlushId(NonZeroU32::MIN), 0, 0, 301)), "{:?}", world.notices);
    assert_eq!(errors_of(&page), []);
    let (writes, sent) = (world.writes, world.sent.len());
    page.answered(page.platform().sent[0].id, Answer { status: 200, body: r#"{"status":1}"#, ..Answer::default() });
    page.woke();
    assert_eq!((page.platform().writes, page.platform().sent.len(), page.platform().wake), (writes, sent, None));

    let mut next = reload(&page, "{}");
    for queue in next.platform().locks.clone() {
        next.locked(queue, consentry::Lock::Held);
    }
    pass(&mut next, INTERVAL);
    assert!(next.platform().sent[0].data.contains("Under way"));
}

#[test]
fn what_no_store_has_is_told_as_dropped() {
    for (options, dropped) in [(r#"{"persistence":"memory"}"#, 2), ("{}", 0)] {
        let mut page = granted(options);
        page.track("One", "{}");
        page.track("Two", "{}");
        page.flush(FlushId(NonZeroU32::MIN));
        page.close();
        let expected = if dropped > 0 { vec![(Code::Closed, dropped)] } else { vec![] };
        assert_eq!(errors_of(&page), expected, "{options}");
        assert!(page.platform().notices.contains(&Notice::Flushed(FlushId(NonZeroU32::MIN), 0, dropped, 2 - dropped)));
        assert_eq!(page.platform().wake, None);
    }
    let mut page = page(r#"{"consent":{"beforeDecision":"hold"}}"#);
    page.track("Held", "{}");
    page.close();
    assert_eq!(errors_of(&page), [(Code::Closed, 1)]);
    assert_eq!(page.platform().writes, 0);
}

#[test]
fn a_refusal_that_was_not_heard_of_is_followed_by_no_write() {
    let mut page = granted("{}");
    page.track("Late", "{}");
    page.platform_mut().local.insert(FLAG.into(), "0".into());
    page.close();
    assert!(page.platform().local.keys().all(|key| !key.contains("_q_")));
    assert!(page.platform().sent.is_empty());
}

#[test]
fn the_deletion_of_a_profile_goes_on_and_its_end_is_told() {
    for answered in [true, false] {
        let mut page = granted("{}");
        page.identify("u1");
        page.opt_out(&OptOut { delete_profile: true, ..OptOut::default() });
        page.close();
        let sent = page.platform().sent.last().unwrap().clone();
        assert!(!sent.aborted && sent.data.contains("$delete"));
        if answered {
            page.answered(sent.id, Answer { status: 200, body: r#"{"status":1}"#, ..Answer::default() });
        } else {
            pass(&mut page, 90_000);
        }
        assert!(page.platform().notices.contains(&Notice::Deleted(1, answered)));
        assert_eq!(page.platform().wake, None);
    }
}

#[test]
fn another_client_of_the_page_takes_the_queue_over() {
    let mut page = granted("{}");
    let mut other = reload(&page, "{}");
    page.track("Left", "{}");
    page.close();
    assert_eq!(page.platform().told, 1, "the other is told");
    other.platform_mut().local = page.platform().local.clone();
    other.heard(consentry::Message::Changed);
    pass(&mut other, 10_000);
    for queue in other.platform().locks.clone() {
        other.locked(queue, consentry::Lock::Held);
    }
    pass(&mut other, INTERVAL);
    assert!(other.platform().sent.iter().any(|sent| sent.data.contains("Left")));
}

#[test]
fn where_storage_is_full_no_timer_is_left() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    page.track("Kept nowhere", "{}");
    end_tick(&mut page);
    for queue in own_queues(page.platform()) {
        page.locked(QueueId::new(queue).unwrap(), Lock::Unsupported);
    }
    page.close();
    assert_eq!(page.platform().wake, None);
}
