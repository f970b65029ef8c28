//! Channel and locks between the clients of a token.

use consentry::{Message, Platform, QueueId};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

fn queue(number: u32) -> QueueId {
    QueueId::new(number).unwrap()
}

/// Gets the lock of a queue that nobody holds; browsers may take a moment to give back what was.
async fn gets(side: &Side, number: u32) {
    for _ in 0..100 {
        side.browser().lock(queue(number));
        if side.heard().await == format!(r#"["locked",{number},true]"#) {
            return;
        }
        Side::settled().await;
    }
    panic!("somebody holds it");
}

#[wasm_bindgen_test]
async fn others_of_the_same_token_are_told() {
    let [teller, listener] = [Side::new("SHARED"), Side::new("SHARED")];
    let stranger = Side::new("SHARED2");
    teller.browser().post(Message::Asks(queue(u32::MAX)));
    assert!(listener.heard_nothing(), "nobody is told before the call has returned");
    teller.returned();
    teller.returned();
    assert_eq!(listener.heard().await, r#"["heard",4294967295]"#, "as a client of the page");
    assert_eq!(listener.heard().await, r#"["heard",4294967295]"#, "and by the channel, as another tab");
    // A message the stranger gets after this one would have come before it.
    let neighbour = Side::new("SHARED2");
    neighbour.browser().post(Message::Changed);
    assert_eq!(stranger.heard().await, r#"["heard",0]"#);
    assert!(stranger.heard_nothing() && teller.heard_nothing() && listener.heard_nothing());
}

#[wasm_bindgen_test]
async fn a_lock_is_held_by_one_and_given_back() {
    let [first, second] = [Side::new("LOCKS"), Side::new("LOCKS")];
    first.browser().lock(queue(7));
    assert!(first.heard_nothing(), "no answer before the call has returned");
    assert_eq!(first.heard().await, r#"["locked",7,true]"#);
    second.browser().lock(queue(7));
    assert_eq!(second.heard().await, r#"["locked",7,false]"#);
    let other = Side::new("LOCKS2");
    other.browser().lock(queue(7));
    assert_eq!(other.heard().await, r#"["locked",7,true]"#, "another token");
    other.browser().unlock(queue(7));
    first.browser().unlock(queue(7));
    first.browser().unlock(queue(8));
    gets(&second, 7).await;
    second.browser().unlock(queue(7));
    Side::settled().await;
    assert!(first.heard_nothing() && second.heard_nothing() && other.heard_nothing());
}

#[wasm_bindgen_test]
async fn a_request_for_a_lock_that_was_taken_back_holds_nothing() {
    let [first, second] = [Side::new("BACK"), Side::new("BACK")];
    first.browser().lock(queue(7));
    first.browser().unlock(queue(7));
    Side::settled().await;
    assert!(first.heard_nothing());
    gets(&second, 7).await;
    second.browser().unlock(queue(7));
}

#[wasm_bindgen_test]
async fn where_there_are_no_locks_the_answer_says_so() {
    let _clean = Clean::page();
    take_locks_away();
    let side = Side::new("NONE");
    side.browser().lock(queue(7));
    assert!(side.heard_nothing());
    assert_eq!(side.heard().await, r#"["locked",7,null]"#);
}
