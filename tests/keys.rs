//! Names of keys: what is one token's is never another's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use consentry::{Client, Code, Lock, MemoryPlatform, Notice, Options, QueueId, Status, Store};
use support::*;

/// Tokens of which one begins with the other's names.
const TOKENS: [&str; 15] = [
    "A",
    "A_q_history",
    "A_history",
    "A_",
    "A_q",
    "A_q_",
    "A_q_1",
    "A_q_7_1",
    "A_q_7_1_q_7_1",
    "A_q_wait0",
    "A_q_record",
    "A_record",
    "A_ev",
    "consentry_A",
    "_q_7",
];

fn client(world: MemoryPlatform, token: &str) -> Page {
    Client::new(world, token, &Options::default()).unwrap()
}

fn own_decision(token: &str) -> [String; 3] {
    [format!("__mp_opt_in_out_{token}"), format!("consentry_{token}_record"), format!("consentry_{token}_history")]
}

/// All that a client of this token stores, and mixpanel-js before it.
fn stored_by(token: &str) -> BTreeMap<String, String> {
    let mut page = client(MemoryPlatform::default(), token);
    agree(&mut page, "");
    page.track("One", "{}");
    page.woke();
    page.page_hidden(true); // what is under way is noted beside the queue
    for (key, value) in [("7_1", "segment"), ("7_0", "1\n1\n"), ("wait0", "1\n1\n")] {
        put(page.platform_mut(), Store::Local, &format!("consentry_{token}_q_{key}"), value);
    }
    for queue in ["ev", "pp", "gr", "ev:X", "pp:Y"] {
        put(page.platform_mut(), Store::Local, &format!("__mpq_{token}_{queue}"), "[]");
    }
    page.platform().local.clone()
}

/// A device on which every token has been used.
fn shared() -> MemoryPlatform {
    let mut world = MemoryPlatform::default();
    for token in TOKENS {
        for (key, value) in stored_by(token) {
            assert_eq!(world.local.insert(key.clone(), value), None, "{key} is of two tokens");
        }
    }
    world
}

#[test]
fn no_two_tokens_have_a_name_in_common() {
    assert!(shared().local.len() >= TOKENS.len() * 10);
}

#[test]
fn a_refusal_removes_what_its_token_stored_and_nothing_of_another() {
    for token in TOKENS {
        let mut page = client(shared(), token);
        refuse(&mut page);
        let mut expected = shared().local;
        let decision = own_decision(token);
        expected.retain(|key, _| decision.contains(key) || !stored_by(token).contains_key(key));
        let left: Vec<_> = page.platform().local.keys().collect();
        assert_eq!(left, expected.keys().collect::<Vec<_>>(), "token {token}");
    }
}

#[test]
fn a_search_for_left_queues_leaves_those_of_other_tokens_alone() {
    for token in TOKENS {
        let mut page = client(shared(), token);
        assert_eq!(page.status(), Status::Granted);
        while let Some(queue) = page.platform().locks.first().copied() {
            page.platform_mut().locks.remove(0);
            page.locked(queue, Lock::Held);
        }
        let others = shared().local.into_iter().filter(|(key, _)| !stored_by(token).contains_key(key));
        for (key, value) in others {
            assert_eq!(page.platform().local.get(&key), Some(&value), "token {token} took {key}");
        }
        let queue_of = |key: &String| key.strip_prefix(&format!("consentry_{token}_q_"))?.split('_').next()?.parse().ok();
        let own: Vec<u32> = stored_by(token).keys().filter_map(queue_of).collect();
        assert!(page.platform().asked.iter().all(|asked| own.contains(&asked.get())), "token {token} asked for a lock of another");
    }
}

#[test]
fn a_key_of_somebody_with_a_line_feed_costs_no_other_key() {
    let mut world = MemoryPlatform::default();
    let keys = ["consentry_A_q_7_1\nbasket", "consentry_A_q_7_1\n", "__mpq_A_ev\nbasket", "basket", "", "consentry_A_q_\n"];
    for key in keys {
        world.local.insert(key.into(), "the site's".into());
    }
    let mut page = client(world, "A");
    agree(&mut page, "");
    page.locked(QueueId::new(7).unwrap(), Lock::Held);
    refuse(&mut page);
    for key in keys {
        assert!(page.platform().local.contains_key(key), "{key:?} is gone");
    }
    let corrupt = |notice: &&Notice| matches!(notice, Notice::Error(error) if error.kind == Code::StorageCorrupt);
    assert_eq!(page.platform().notices.iter().find(corrupt), None);
}

#[test]
fn a_refusal_of_another_token_stands_whatever_this_one_decides() {
    for other in TOKENS {
        for token in TOKENS.into_iter().filter(|token| *token != other) {
            let mut theirs = client(shared(), other);
            refuse(&mut theirs);
            let mut page = client(theirs.platform().clone(), token);
            agree(&mut page, "");
            refuse(&mut page);
            page.reset_consent();
            let theirs = client(page.platform().clone(), other);
            assert_eq!(state(&theirs), "denied/stored", "{token} undid {other}");
            let [_, record, _] = own_decision(other);
            assert!(page.platform().local.contains_key(&record), "{token} took the proof of {other}");
        }
    }
}

#[test]
fn a_prefix_cannot_make_a_name_that_is_something_elses() {
    for (prefix, token) in [
        ("consentry_", "A_record"),
        ("consentry_A_", "record"),
        ("consentry_A_", "history"),
        ("consentry__record", "_record"),
        ("consentry_A_q_7_", "1"),
        ("consentry_A_q_wait", "0"),
        ("mp_", "A_mixpanel"),
        ("mp_A_", "mixpanel"),
        ("__mpq_", "A_ev"),
        ("__mpq_A_", "ev"),
    ] {
        let mut options = Options::default();
        options.consent.prefix = prefix.into();
        let error = Client::new(MemoryPlatform::default(), token, &options).expect_err(prefix);
        assert_eq!((error.kind, &*error.about), (Code::InvalidOption, "consent.prefix"), "{prefix}{token}");
    }
    for (prefix, token) in
        [("consentry_", "A"), ("mp_", "A"), ("consentry_A_", "B"), ("__mp_opt_in_out_", "A_record"), ("my mp_", "A_mixpanel")]
    {
        let mut options = Options::default();
        options.consent.prefix = prefix.into();
        assert!(Client::new(MemoryPlatform::default(), token, &options).is_ok(), "{prefix}{token}");
    }
}

#[test]
fn what_storage_events_say_is_found_whatever_the_token() {
    for token in TOKENS {
        let mut page = client(shared(), token);
        let mut other = client(page.platform().clone(), token);
        refuse(&mut other);
        page.platform_mut().local = other.platform().local.clone();
        page.storage_changed(Some(&own_decision(token)[0]));
        assert_eq!(page.status(), Status::Denied, "{token}");
    }
}
