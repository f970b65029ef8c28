//! Facts, signals, clock, timer, and what happens around a page.

use consentry::{Code, Facts, Message, Platform, QueueId, RequestId, Signals, Status, Store};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

#[wasm_bindgen_test]
fn facts_are_json() {
    let _clean = Clean::page();
    let browser = browser();
    let fact = |which, name| member(&browser.facts(which), name);
    assert_eq!(fact(Facts::Page, "mp_lib").as_deref(), Some(r#""web""#));
    assert!(fact(Facts::Page, "$screen_width").is_some_and(|width| width.parse::<u32>().is_ok()));
    let name = fact(Facts::Page, "$browser");
    assert!(matches!(name.as_deref(), Some(r#""Chrome""# | r#""Firefox""#)), "{name:?}");
    for address in ["/?utm_source=a%22%5C%0A%F0%9F%A6%80&gclid=1", "/?utm_source=b", "/?utm_source="] {
        visit(address);
        let url = fact(Facts::Address, "$current_url");
        assert!(url.as_ref().is_some_and(|url| url.ends_with(&format!("{address}\""))), "{url:?} is not {address}");
        let source = match address {
            "/?utm_source=b" => Some(r#""b""#),
            "/?utm_source=" => None,
            _ => Some(r#""a\"\\\n🦀""#),
        };
        assert_eq!(fact(Facts::Address, "utm_source").as_deref(), source);
        assert_eq!(fact(Facts::Arrival, "utm_source").as_deref(), source);
    }
    assert!(fact(Facts::Arrival, "$initial_referrer").is_some());
}

#[wasm_bindgen_test]
fn random_varies_and_the_clock_is_of_today() {
    let mut browser = browser();
    // More than one pool of them. Two alike among so many come once in 200,000 runs, three pairs
    // never.
    let mut numbers: Vec<u32> = (0..200).map(|_| browser.random()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() > 197, "{} of 200 differ", numbers.len());
    let (ones, zeros) = numbers.iter().fold((0, 0), |(ones, zeros), number| (ones | number, zeros | !number));
    assert_eq!((ones, zeros), (u32::MAX, u32::MAX), "every bit varies");
    let earlier = browser.now();
    assert!(earlier > 1_750_000_000_000 && browser.now() >= earlier);
}

#[wasm_bindgen_test]
fn signals_are_read_when_asked_for() {
    let _clean = Clean::page();
    for (gpc, dnt, expected) in [
        (Some("true"), None, Signals { gpc: true, dnt: false }),
        (Some("\"1\""), Some("0"), Signals { gpc: true, dnt: false }),
        (Some("false"), Some("1"), Signals { gpc: false, dnt: true }),
        (Some("1"), Some("yes"), Signals { gpc: true, dnt: true }),
        (Some("null"), Some("unspecified"), Signals { gpc: false, dnt: false }),
        (None, None, Signals { gpc: false, dnt: false }),
    ] {
        set_signals(gpc, dnt);
        assert_eq!(browser().signals(), expected, "{gpc:?} {dnt:?}");
    }
}

#[wasm_bindgen_test]
fn the_number_of_an_address_changes_with_it() {
    let _clean = Clean::page();
    let browser = browser();
    let first = browser.address();
    assert_eq!(browser.address(), first);
    visit("/?other");
    let second = browser.address();
    assert_ne!(second, first);
    let said = member(&browser.facts(Facts::Address), "$current_url");
    assert!(said.is_some_and(|url| url.ends_with("/?other\"")));
    assert_eq!(browser.address(), second);
}

#[wasm_bindgen_test]
async fn the_timer_rings_once_and_can_be_cancelled() {
    let [rings, cancelled, far] = ["RINGS", "CANCELLED", "FAR"].map(Side::new);
    cancelled.browser().wake_after(Some(1));
    cancelled.browser().wake_after(None);
    far.browser().wake_after(Some(u32::MAX)); // more than a browser's timer takes
    rings.browser().wake_after(Some(3_600_000));
    rings.browser().wake_after(Some(1));
    rings.browser().wake_after(Some(5));
    assert!(rings.heard_nothing(), "a wish never rings before it has returned");
    assert_eq!(rings.heard().await, r#"["woke"]"#);
    Side::settled().await;
    assert!(rings.heard_nothing() && cancelled.heard_nothing() && far.heard_nothing());
    far.browser().wake_after(None);
}

#[wasm_bindgen_test]
async fn what_happens_around_the_page_is_told() {
    let side = Side::new("AROUND");
    let mut browser = side.browser();
    for (event, line) in [
        ("online", Some(r#"["online"]"#)),
        ("hidden", Some(r#"["pageHidden",false]"#)),
        ("beforeunload", None),
        ("pagehide", Some(r#"["pageHidden",true]"#)),
        ("hidden", None), // a page that is left is hidden afterwards
        ("shown again", Some(r#"["returned"]"#)),
        ("hidden", Some(r#"["pageHidden",false]"#)),
    ] {
        happens(event);
        match line {
            Some(line) => assert_eq!(side.heard().await, line),
            None => assert!(side.heard_nothing(), "{event}"),
        }
    }
    browser.watch_unload(true);
    happens("beforeunload");
    assert_eq!(side.heard().await, r#"["unloading"]"#);
    browser.watch_unload(false);
    happens("beforeunload");
    assert!(side.heard_nothing());
    for (key, line) in [
        ("__mp_opt_in_out_AROUND", r#"["storageChanged","__mp_opt_in_out_AROUND"]"#),
        ("consentry_AROUND_q_7_1", r#"["storageChanged","consentry_AROUND_q_7_1"]"#),
        ("", r#"["storageChanged"]"#),
    ] {
        happens("stored somebody else's");
        happens(&format!("stored {key}"));
        assert_eq!(side.heard().await, line, "{key}");
    }
    assert!(side.heard_nothing());
}

#[wasm_bindgen_test]
fn the_page_is_told_when_the_core_has_returned() {
    let side = Side::new("TOLD");
    let mut browser = side.browser();
    browser.report(Code::QueueFull, "name", 2);
    browser.changed(Status::Pending, Status::Granted);
    browser.deleted(1, true);
    let code = Code::QueueFull as u32;
    assert_eq!(side.notices(), format!(r#"[["report",{code},"name",2],["changed","pending","granted"],["deleted",1,true]]"#));
    browser.recording(false);
    assert!(!side.records());
    browser.recording(true);
    assert!(side.records());
}

#[wasm_bindgen_test]
async fn whatever_the_browser_throws_the_core_hears_a_fault() {
    let _clean = Clean::page();
    let side = Side::new("BROKEN");
    let mut browser = side.browser();
    let queue = QueueId::new(7).unwrap();
    let id = RequestId::FIRST;
    break_everything();
    assert_eq!(browser.now(), 0);
    let numbers: std::collections::BTreeSet<u32> = (0..600).map(|_| browser.random()).collect();
    assert!(numbers.len() > 590, "{} of 600 differ", numbers.len());
    assert_eq!(browser.signals(), Signals { gpc: false, dnt: false });
    assert!(!browser.hidden());
    for facts in [Facts::Page, Facts::Arrival] {
        assert_eq!(browser.facts(facts), "{}");
    }
    member(&browser.facts(Facts::Address), "$current_url").unwrap_or_default();
    assert_eq!(browser.address(), browser.address());
    assert_eq!(browser.keys("consentry_"), "");
    for store in Store::ALL {
        browser.write(store, "key", Some("value"));
        browser.write(store, "key", None);
        assert!(browser.read(store, "key").is_err());
    }
    browser.wake_after(Some(5));
    browser.wake_after(None);
    browser.watch_unload(true);
    browser.lock(queue);
    browser.post(Message::Changed);
    browser.send(id, "https://api.example.com/track/", "[]", true);
    restore();
    let mut lines = [side.heard().await, side.heard().await];
    lines.sort();
    assert_eq!(lines, [r#"["answered",1,0,"",""]"#, r#"["locked",7,null]"#]);
    assert_eq!(browser.keepalive_bytes(), 0);
    browser.abort(id);
    browser.unlock(queue);
    assert!(side.heard_nothing());
}
