//! Cookies that were written with other attributes than today's, those of sibling hosts, and a
//! decision that is made while another page writes an older one again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use consentry::{Notice, Status};
use support::jar::{DOMAIN, Jar, Place, decide};
use support::{DAY, FLAG, IDENTITY, RECORD};

const HERE: &str = "a.shop.example";
const SIBLING: &str = "b.shop.example";
const PLACES: [Place; 4] = [(HERE, false), (HERE, true), (DOMAIN, false), (DOMAIN, true)];
const COOKIE: &str = r#"{"persistence":"memory","consent":{"storage":"cookie","maxAgeDays":180}}"#;
const FOR_EVER: &str = r#"{"persistence":"memory","consent":{"storage":"cookie"}}"#;
const NOW: u64 = 1_790_000_000_000;

fn value(granted: bool) -> &'static str {
    if granted { "1" } else { "0" }
}

/// A decision as it was stored there so many days ago; without a number mixpanel-js stored it.
fn plant(jar: &Jar, place: Place, granted: bool, ago: Option<u64>) {
    jar.put(place, FLAG, Some(value(granted)));
    if let Some(days) = ago {
        let (status, at) = (if granted { "granted" } else { "denied" }, NOW - days * DAY);
        let epoch = at + u64::from(!granted);
        jar.put(place, RECORD, Some(&format!(r#"{{"status":"{status}","decidedAt":{at},"via":"banner","epoch":{epoch}}}"#)));
    }
}

#[test]
fn a_refusal_with_other_attributes_counts_and_ends_with_the_next_decision() {
    for (today, stood) in PLACES.iter().flat_map(|today| PLACES.map(|stood| (*today, stood))) {
        for ago in [None, Some(3)] {
            let jar = Jar::default();
            plant(&jar, stood, false, ago);
            for _ in 0..2 {
                assert_eq!(jar.visit(HERE, today, COOKIE).status(), Status::Denied);
                assert_eq!(jar.values(HERE, FLAG), ["0"], "it became no second one");
            }
            let mut page = jar.visit(HERE, today, COOKIE);
            decide(&mut page, true);
            assert_eq!(page.consent_parts().2.map(|store| store.name()), Some("cookie"));
            assert_eq!((jar.values(HERE, FLAG), jar.at(today, FLAG).as_deref()), (vec!["1".to_string()], Some("1")));
            assert_eq!(jar.values(HERE, RECORD).len(), 1);
            assert_eq!(jar.visit(HERE, today, COOKIE).status(), Status::Granted);
        }
    }
}

#[test]
fn of_two_cookies_the_newer_decision_counts_and_a_refusal_without_a_date() {
    for (one, other, expected) in [
        ((false, Some(3)), (true, Some(1)), Status::Granted),
        ((false, Some(1)), (true, Some(3)), Status::Denied),
        ((false, Some(2)), (true, Some(2)), Status::Denied),
        ((false, None), (true, Some(1)), Status::Denied),
        ((false, Some(3)), (true, None), Status::Denied),
        ((false, Some(190)), (true, Some(1)), Status::Granted),
        ((true, Some(190)), (false, Some(200)), Status::Pending), // it has expired, as the refusal has
    ] {
        for (one, other) in [(one, other), (other, one)] {
            for places in [[(HERE, false), (DOMAIN, false)], [(DOMAIN, false), (HERE, true)]] {
                let jar = Jar::default();
                plant(&jar, places[0], one.0, one.1);
                plant(&jar, places[1], other.0, other.1);
                for today in PLACES {
                    let page = jar.visit(HERE, today, COOKIE);
                    assert_eq!(page.status(), expected, "{one:?} {other:?}");
                }
            }
        }
    }
}

#[test]
fn a_grant_dated_in_the_future_keeps_counting_beside_an_older_refusal() {
    let jar = Jar::default();
    plant(&jar, (DOMAIN, false), false, Some(3));
    jar.put((HERE, false), FLAG, Some("1"));
    jar.put((HERE, false), RECORD, Some(&format!(r#"{{"status":"granted","decidedAt":{},"epoch":{}}}"#, NOW + DAY, NOW + DAY)));
    for _ in 0..2 {
        assert_eq!(jar.visit(HERE, (HERE, false), COOKIE).status(), Status::Granted);
    }
}

#[test]
fn a_refusal_for_the_domain_becomes_no_cookie_that_contradicts_a_later_grant() {
    for ago in [None, Some(3)] {
        let jar = Jar::default();
        plant(&jar, (DOMAIN, false), false, ago);
        assert_eq!(jar.visit(HERE, (HERE, false), COOKIE).status(), Status::Denied);
        decide(&mut jar.visit(SIBLING, (DOMAIN, false), COOKIE), true);
        assert_eq!(jar.visit(HERE, (HERE, false), COOKIE).status(), Status::Granted);
    }
}

#[test]
fn an_old_refusal_of_the_host_does_not_outlast_a_newer_grant_for_the_domain() {
    let jar = Jar::default();
    plant(&jar, (HERE, false), false, Some(3));
    decide(&mut jar.visit(SIBLING, (DOMAIN, false), COOKIE), true);
    for today in PLACES {
        assert_eq!(jar.visit(HERE, today, COOKIE).status(), Status::Granted);
    }
    decide(&mut jar.visit(SIBLING, (DOMAIN, false), COOKIE), false);
    assert_eq!(jar.visit(HERE, (HERE, false), COOKIE).status(), Status::Denied);
}

#[test]
fn a_page_that_renews_writes_over_nothing_that_is_decided_meanwhile() {
    for granted in [true, false] {
        for ago in [None, Some(3), Some(0)] {
            let options = if ago.is_some() { COOKIE } else { FOR_EVER };
            let mut steps = 0;
            loop {
                let jar = Jar::default();
                plant(&jar, (HERE, false), granted, ago);
                jar.meanwhile(steps, move |jar| decide(&mut jar.visit(HERE, (HERE, false), options), !granted));
                let page = jar.visit(HERE, (HERE, false), options);
                if !jar.happened() {
                    break;
                }
                let (found, cookies) = (jar.status(HERE, options), jar.cookies.borrow());
                // A grant may have lost its proof, and is asked for again.
                let right = if granted { found == Status::Denied } else { found != Status::Denied };
                assert!(right, "{granted} {ago:?}, after {steps}: {cookies:?}");
                drop((page, cookies));
                steps += 1;
            }
            assert!(steps > 5, "{granted} {ago:?}: {steps}");
        }
    }
}

#[test]
fn a_page_that_renews_brings_nothing_back_that_is_forgotten_meanwhile() {
    for granted in [true, false] {
        let mut steps = 0;
        loop {
            let jar = Jar::default();
            plant(&jar, (HERE, false), granted, Some(3));
            jar.meanwhile(steps, |jar| jar.visit(HERE, (HERE, false), COOKIE).reset_consent());
            drop(jar.visit(HERE, (HERE, false), COOKIE));
            if !jar.happened() {
                break;
            }
            assert!(jar.status(HERE, COOKIE) != Status::Granted, "after {steps}: {:?}", jar.cookies.borrow());
            steps += 1;
        }
    }
}

#[test]
fn a_page_that_mends_a_date_writes_over_nothing_that_is_decided_meanwhile() {
    for options in [COOKIE, r#"{"persistence":"memory","consent":{"maxAgeDays":180}}"#] {
        let mut steps = 0;
        loop {
            let jar = Jar::default();
            let mut first = jar.visit(HERE, (HERE, false), options);
            first.platform_mut().page.now += 3 * DAY;
            decide(&mut first, true);
            jar.meanwhile(steps, move |jar| decide(&mut jar.visit(HERE, (HERE, false), options), false));
            drop(jar.visit(HERE, (HERE, false), options));
            if !jar.happened() {
                break;
            }
            assert_eq!(jar.status(HERE, options), Status::Denied, "{options}, after {steps}: {:?}", jar.cookies.borrow());
            steps += 1;
        }
    }
}

#[test]
fn a_refusal_removes_the_identity_of_the_host_however_it_was_written() {
    for (today, ours) in [((HERE, false), &PLACES[..2]), ((DOMAIN, false), &PLACES[..])] {
        for persistence in ["localStorage", "cookie"] {
            let jar = Jar::default();
            PLACES.iter().for_each(|place| jar.put(*place, IDENTITY, Some(r#"{"distinct_id":"u"}"#)));
            let options = options_for(today, persistence);
            let mut page = jar.visit(HERE, today, &options);
            decide(&mut page, false);
            let left: Vec<Place> = jar.cookies.borrow().iter().filter(|cookie| cookie.key == IDENTITY).map(|cookie| cookie.place).collect();
            assert_eq!(left, PLACES.into_iter().filter(|place| !ours.contains(place)).collect::<Vec<_>>());
            let told = page.platform().page.notices.iter().any(|notice| matches!(notice, Notice::Error(error) if error.about == IDENTITY));
            assert_eq!(told, !left.is_empty(), "what is left is told");
        }
    }
}

fn options_for(today: Place, persistence: &str) -> String {
    let domain = today.0 == DOMAIN;
    format!(r#"{{"persistence":"{persistence}","consent":{{"storage":"cookie","cookie":{{"crossSubdomain":{domain}}}}}}}"#)
}

#[test]
fn a_host_leaves_the_identity_alone_that_its_sibling_keeps_for_the_domain() {
    for persistence in ["localStorage", "cookie"] {
        let jar = Jar::default();
        let sibling = options_for((DOMAIN, false), "cookie");
        let mut theirs = jar.visit(SIBLING, (DOMAIN, false), &sibling);
        decide(&mut theirs, true);
        theirs.identify("sibling");
        let kept = jar.at((DOMAIN, false), IDENTITY).unwrap();
        let own = options_for((HERE, false), persistence);
        let mut page = jar.visit(HERE, (HERE, false), &own);
        decide(&mut page, true);
        page.identify("here");
        page.register(r#"{"plan":"pro"}"#, false);
        let mut page = jar.visit(HERE, (HERE, false), &own);
        assert_eq!(page.distinct_id(), "\"here\"", "the next page knows its own visitor, {persistence}");
        page.reset();
        decide(&mut page, false);
        assert_eq!(jar.values(HERE, IDENTITY), [kept], "{persistence}");
        // The flag is one for the token, wherever it can be seen.
        assert_eq!(jar.values(HERE, FLAG), ["0"]);
    }
}
