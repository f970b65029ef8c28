//! Requests.

use std::num::NonZeroU32;

use consentry::{Platform, RequestId};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

const URL: &str = "https://api.example.com/track/";

fn id(number: u32) -> RequestId {
    RequestId(NonZeroU32::new(number).unwrap())
}

#[wasm_bindgen_test]
async fn requests_carry_the_form_and_bring_their_answers() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("REQUESTS");
    let mut browser = side.browser();
    browser.send(id(7), URL, r#"[{"a":"ž&=%🦀"}]"#, false);
    assert_eq!(started(), 0, "it starts when the task has ended");
    Side::settled().await;
    for (name, value) in [
        ("url", URL),
        ("method", "POST"),
        ("body", "data=%5B%7B%22a%22%3A%22%C5%BE%26%3D%25%F0%9F%A6%80%22%7D%5D"),
        ("credentials", "omit"),
        ("cache", "no-store"),
        ("redirect", "manual"),
        ("referrerPolicy", "no-referrer"),
        ("keepalive", "false"),
    ] {
        assert_eq!(request(0, name), value, "{name}");
    }
    answer(0, 429, "2", "slow \"down\" 🦀");
    assert_eq!(side.heard().await, r#"["answered",7,429,"2","slow \"down\" 🦀"]"#);
    for retry_after in ["", "0", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "-5"] {
        browser.send(id(8), URL, "[]", false);
        Side::settled().await;
        answer(started() - 1, 200, retry_after, "1");
        assert_eq!(side.heard().await, format!(r#"["answered",8,200,"{retry_after}","1"]"#), "as it stands");
    }
    browser.send(id(9), URL, "[]", false);
    Side::settled().await;
    fail(started() - 1);
    assert_eq!(side.heard().await, r#"["answered",9,0,"",""]"#);
    Side::settled().await;
    assert!(side.heard_nothing(), "one answer each");
}

#[wasm_bindgen_test]
async fn keepalive_is_as_told_and_its_bytes_are_known_while_it_is_under_way() {
    let _clean = Clean::page();
    hold_fetch();
    let [side, other] = [Side::new("KEEPALIVE"), Side::new("OTHER")];
    let mut browser = side.browser();
    let data = "1".repeat(40_000);
    browser.send(id(1), URL, &data, true);
    browser.send(id(2), URL, &data, false);
    assert_eq!(other.browser().keepalive_bytes(), 40_005, "of all clients of the page");
    browser.send(id(3), URL, "[]", true);
    assert_eq!(browser.keepalive_bytes(), 40_005 + "data=%5B%5D".len());
    Side::settled().await;
    let kept: Vec<String> = (0..started()).map(|at| request(at, "keepalive")).collect();
    assert_eq!(kept, ["true", "false", "true"]);
    // Answered and aborted requests both make room again.
    answer(0, 200, "", "1");
    assert_eq!(side.heard().await, r#"["answered",1,200,"","1"]"#);
    browser.abort(id(3));
    Side::settled().await;
    assert_eq!(browser.keepalive_bytes(), 0);
    answer(1, 200, "", "1");
    assert_eq!(side.heard().await, r#"["answered",2,200,"","1"]"#);
    assert!(side.heard_nothing());
}

#[wasm_bindgen_test]
async fn an_aborted_request_is_never_answered() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("ABORTED");
    let mut browser = side.browser();
    for number in [1, 2] {
        browser.send(id(number), URL, "[]", false);
    }
    Side::settled().await;
    for number in [1, 1, 99] {
        browser.abort(id(number));
    }
    assert_eq!((request(0, "aborted").as_str(), request(1, "aborted").as_str()), ("true", "false"));
    answer(1, 200, "", "1");
    browser.abort(id(2)); // the answer is on its way, and must not arrive
    Side::settled().await;
    assert!(side.heard_nothing());
}

#[wasm_bindgen_test]
async fn a_request_aborted_in_its_own_task_never_starts() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("EARLY");
    let mut browser = side.browser();
    browser.send(id(1), URL, "[]", false);
    browser.abort(id(1));
    Side::settled().await;
    assert_eq!(started(), 0);
    assert!(side.heard_nothing());
}
