use proptest::prelude::{ProptestConfig, Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::{Action, Leases, Lock, Message, QueueId};

const NOW: u64 = 1_790_000_000_000;

fn queue(number: u32) -> QueueId {
    QueueId::new(number).unwrap()
}

/// A client that has looked, found nothing, and begun queue 1.
fn with_own(locks: bool) -> Leases {
    let mut leases = Leases::default();
    leases.start(NOW);
    assert_eq!(leases.take(), [Action::Look]);
    leases.begin(queue(1), NOW);
    assert_eq!(leases.take(), [Action::Lock(queue(1))]);
    leases.locked(queue(1), if locks { Lock::Held } else { Lock::Unsupported }, NOW, 0);
    assert_eq!((leases.take(), leases.due(NOW)), (vec![], None), "a new queue is ours at once, and nothing is to be read of it");
    leases
}

#[test]
fn a_left_queue_is_adopted_as_soon_as_its_lock_is_had() {
    let mut leases = with_own(true);
    for found in [queue(1), queue(2), queue(2)] {
        leases.found(found, NOW, 0);
    }
    assert_eq!(leases.take(), [Action::Lock(queue(2))]);
    leases.locked(queue(2), Lock::Held, NOW, 0);
    assert_eq!((leases.take(), leases.due(NOW)), (vec![Action::Adopt(queue(2))], None));
}

#[test]
fn a_queue_that_somebody_has_is_looked_for_again_in_five_to_ten_seconds() {
    for (random, seconds) in [(0, 5_000), (u32::MAX, 9_999)] {
        let mut leases = with_own(true);
        leases.found(queue(2), NOW, 0);
        leases.take();
        leases.locked(queue(2), Lock::Taken, NOW, random);
        assert_eq!((leases.take(), leases.due(NOW)), (vec![], Some(NOW + seconds)));
        leases.stored_elsewhere(NOW + 1, u32::MAX);
        assert_eq!(leases.due(NOW), Some(NOW + seconds), "one look is enough");
        leases.woke(NOW + seconds - 1);
        assert_eq!(leases.take(), []);
        leases.woke(NOW + seconds);
        assert_eq!((leases.take(), leases.due(NOW)), (vec![Action::Look], None));
    }
}

#[test]
fn without_locks_five_seconds_of_silence_free_a_queue() {
    let mut leases = with_own(false);
    leases.found(queue(2), NOW, 0);
    assert_eq!((leases.take(), leases.due(NOW)), (vec![Action::Post(Message::Asks(queue(2)))], Some(NOW + 5_000)));
    leases.heard(Message::Has(queue(3)), NOW, 0);
    leases.woke(NOW + 4_999);
    assert_eq!(leases.take(), []);
    leases.woke(NOW + 5_000);
    assert_eq!((leases.take(), leases.due(NOW)), (vec![Action::Adopt(queue(2))], None));
    leases.heard(Message::Has(queue(2)), NOW + 6_000, 0);
    leases.heard(Message::Asks(queue(2)), NOW + 6_000, 0);
    assert_eq!(leases.take(), [Action::Post(Message::Has(queue(2)))]);
    leases.disown();
    leases.heard(Message::Asks(queue(2)), NOW + 6_000, 0);
    let given_back = [1, 2].map(|number| Action::Unlock(queue(number)));
    assert_eq!(leases.take(), given_back, "a lock from before would be given back, and from now on silence");
}

#[test]
fn without_locks_a_client_answers_for_what_it_has_and_for_what_it_asks() {
    let mut leases = with_own(false);
    leases.found(queue(2), NOW, 0);
    leases.take();
    for asked in [1, 2, 3] {
        leases.heard(Message::Asks(queue(asked)), NOW, 0);
    }
    assert_eq!(leases.take(), [Action::Post(Message::Has(queue(1))), Action::Post(Message::Has(queue(2)))]);
    leases.heard(Message::Has(queue(2)), NOW + 1, 0);
    leases.woke(NOW + 5_000);
    assert_eq!((leases.take(), leases.due(NOW)), (vec![], Some(NOW + 5_001)), "it is somebody's, so it is asked for later");
}

#[test]
fn what_was_given_back_is_unlocked_when_its_lock_comes_late_and_never_adopted() {
    let mut leases = with_own(true);
    leases.found(queue(2), NOW, 0);
    leases.take();
    leases.stop();
    assert_eq!(leases.take(), [Action::Unlock(queue(1)), Action::Unlock(queue(2))]);
    leases.locked(queue(2), Lock::Held, NOW, 0);
    assert_eq!(leases.take(), [Action::Unlock(queue(2))]);
    leases.locked(queue(2), Lock::Taken, NOW, 0);
    leases.stored_elsewhere(NOW, 0);
    leases.found(queue(3), NOW, 0);
    assert_eq!((leases.take(), leases.due(NOW), leases.own()), (vec![], None, None), "and nothing more is wanted");
}

#[test]
fn a_client_that_stops_looks_no_more() {
    let mut leases = Leases::default();
    leases.start(NOW);
    leases.stop();
    assert_eq!(leases.take(), []);
    leases.start(NOW);
    leases.stored_elsewhere(NOW, 0);
    leases.stop();
    assert_eq!((leases.take(), leases.due(NOW)), (vec![], None));
}

#[test]
fn a_queue_begun_before_the_start_is_asked_for_with_it() {
    let mut leases = Leases::default();
    leases.begin(queue(1), NOW);
    assert_eq!(leases.take(), []);
    leases.start(NOW);
    assert_eq!(leases.take(), [Action::Lock(queue(1)), Action::Look]);
}

#[test]
fn our_own_queue_is_given_back_before_its_lock_is_had() {
    let mut leases = with_own(true);
    leases.disown();
    leases.take();
    leases.begin(queue(2), NOW);
    leases.disown();
    assert_eq!(leases.take(), [Action::Lock(queue(2)), Action::Unlock(queue(2))]);
}

#[test]
fn with_nothing_stored_a_client_holds_no_lock_and_still_gets_what_it_asked_for() {
    let mut leases = with_own(true);
    for found in [queue(2), queue(3)] {
        leases.found(found, NOW, 0);
    }
    leases.locked(queue(2), Lock::Held, NOW, 0);
    leases.take();
    leases.disown();
    assert_eq!((leases.take(), leases.own()), (vec![Action::Unlock(queue(1)), Action::Unlock(queue(2))], None));
    leases.locked(queue(3), Lock::Held, NOW, 0);
    assert_eq!(leases.take(), [Action::Adopt(queue(3))]);
    leases.disown();
    leases.disown();
    assert_eq!(leases.take(), [Action::Unlock(queue(3))]);
}

#[test]
fn a_queue_that_was_to_be_adopted_is_not_after_it_was_given_back() {
    let mut leases = with_own(true);
    leases.found(queue(2), NOW, 0);
    leases.take();
    leases.locked(queue(2), Lock::Held, NOW, 0);
    leases.stop();
    assert_eq!(leases.take(), [Action::Unlock(queue(1)), Action::Unlock(queue(2))]);
}

#[test]
fn a_page_that_comes_back_looks_anew_and_gets_its_old_queue_if_nobody_took_it() {
    let mut leases = with_own(true);
    leases.stop();
    leases.begin(queue(5), NOW); // stored while the page was being put away: nobody must wait for that
    leases.take();
    leases.disown();
    leases.start(NOW);
    leases.start(NOW);
    assert_eq!(leases.take(), [Action::Look]);
    for found in [queue(1), queue(5)] {
        leases.found(found, NOW, 0);
    }
    assert_eq!(leases.take(), [Action::Lock(queue(1)), Action::Lock(queue(5))]);
    leases.locked(queue(1), Lock::Held, NOW, 0);
    assert_eq!(leases.take(), [Action::Adopt(queue(1))]);
}

#[test]
fn our_own_queue_is_asked_for_again_where_somebody_was_faster_and_is_never_read() {
    let mut leases = with_own(true);
    leases.disown();
    leases.begin(queue(2), NOW);
    leases.locked(queue(2), Lock::Taken, NOW, 0);
    assert_eq!((leases.own(), leases.due(NOW)), (Some(queue(2)), Some(NOW + 5_000)));
    leases.take();
    leases.heard(Message::Asks(queue(2)), NOW, 0);
    assert_eq!(leases.take(), [Action::Post(Message::Has(queue(2)))], "we write to it all the same");
    leases.found(queue(2), NOW + 5_000, 0);
    leases.locked(queue(2), Lock::Held, NOW + 5_000, 0);
    assert_eq!(leases.take(), [Action::Lock(queue(2))]);
}

#[test]
fn of_a_thousand_left_queues_a_hundred_are_asked_for_and_the_others_later() {
    let mut leases = Leases::default();
    leases.start(NOW);
    leases.take();
    for found in (1..=1_000).map(queue) {
        leases.found(found, NOW, 0);
    }
    assert_eq!((leases.take().len(), leases.due(NOW)), (100, Some(NOW + 5_000)));
    (1..=100).for_each(|number| leases.locked(queue(number), Lock::Held, NOW, 0));
    leases.disown();
    leases.take();
    for found in (101..=1_000).map(queue) {
        leases.found(found, NOW + 5_000, 0);
    }
    assert_eq!(leases.take().len(), 100);
    leases.woke(NOW + 5_000);
    leases.take();
    for found in (101..=200).map(queue) {
        leases.found(found, NOW + 5_000, 0);
    }
    assert_eq!((leases.take(), leases.due(NOW + 5_000)), (vec![], None), "these are all known");
}

#[test]
fn numbers_of_queues_are_read_from_keys() {
    for (text, number) in [
        ("7_1", Some(7)),
        ("4294967295_2", Some(u32::MAX)),
        ("0_1", None),
        ("4294967296_1", None),
        ("x_1", None),
        ("", None),
        ("7", None),
        ("7_", None),
    ] {
        assert_eq!(QueueId::before_segment(text).map(QueueId::get), number, "{text}");
    }
    assert_eq!([0, 6, 7].map(|bits| QueueId::of_random(bits).get()), [1, 7, 7]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_message_has_a_number_and_every_number_at_most_one_message(number in prop_oneof![any::<f64>(), (-5_000_000_000_i64..5_000_000_000).prop_map(|whole| whole as f64), any::<u32>().prop_map(f64::from)]) {
        match Message::numbered(number) {
            Some(message) => prop_assert_eq!(message.number(), number),
            None => prop_assert!(number.fract() != 0.0 || !number.is_finite() || number.abs() > f64::from(u32::MAX)),
        }
    }
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_wait_longer() {
    let mut leases = Leases::default();
    leases.start(NOW);
    leases.stored_elsewhere(NOW, u32::MAX);
    assert_eq!(leases.due(NOW), Some(NOW + 9_999));
    let before = NOW - 3_600_000;
    assert_eq!(leases.due(before), Some(before + 10_000), "an hour is not waited for");
    leases.woke(before + 10_000);
    assert_eq!(leases.take(), [Action::Look, Action::Look]);
    leases.locked(queue(2), Lock::Unsupported, NOW, 0);
    leases.found(queue(2), NOW, 0);
    leases.locked(queue(2), Lock::Unsupported, NOW, 0);
    assert_eq!(leases.due(before), Some(before + 5_000));
    leases.woke(before + 5_000);
    assert_eq!(leases.take().last(), Some(&Action::Adopt(queue(2))));
}

#[test]
fn who_rests_wants_nothing_until_it_looks_again_or_stores() {
    let mut leases = with_own(true);
    leases.found(queue(2), NOW, 0);
    leases.take();
    leases.rest(NOW);
    leases.rest(NOW);
    assert_eq!((leases.take(), leases.due(NOW)), (vec![Action::Unlock(queue(1)), Action::Unlock(queue(2))], Some(NOW + 10_000)));
    leases.found(queue(3), NOW, 0);
    assert!(leases.take().is_empty() && !leases.claims(queue(1)));
    let mut stores = leases.clone();
    stores.begin(queue(4), NOW);
    assert_eq!(stores.take(), [Action::Lock(queue(4)), Action::Look], "nobody else may have what it stores");
    leases.woke(NOW + 10_000);
    assert_eq!(leases.take(), [Action::Look]);
    leases.rest(NOW + 10_000);
    assert_eq!(leases.due(NOW + 10_000), None, "a look that fails again, with nothing to give back, is left to whoever stores");
    let mut heard = leases.clone();
    heard.stored_elsewhere(NOW + 20_000, 0);
    assert_eq!(heard.due(NOW + 20_000), Some(NOW + 25_000));
    leases.begin(queue(5), NOW + 20_000);
    assert_eq!(leases.take(), [Action::Lock(queue(5)), Action::Look]);
    leases.stop();
    leases.rest(NOW);
    assert_eq!(leases.due(NOW), None, "a page that was put away does not begin again by itself");
}
