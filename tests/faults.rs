#![cfg(not(target_arch = "wasm32"))]
//! Storage that throws, is full or is not there: a denial survives it, and nothing is ever granted
//! by it.

mod support;

use consentry::{Health, MemoryPlatform, Status, Store};
use support::*;

const EVERY: [Health; 4] = [Health::Works, Health::Throws, Health::Full, Health::Absent];

/// Every configured store, every health of both, and what may be stored already.
fn every_world() -> Vec<(Store, MemoryPlatform)> {
    let mut all = Vec::new();
    for configured in [Store::Local, Store::Cookie] {
        for local in EVERY {
            for cookie in EVERY {
                for before in [None, Some("1"), Some("0")] {
                    for holder in [Store::Local, Store::Cookie] {
                        let mut world = MemoryPlatform { local_health: local, cookie_health: cookie, ..MemoryPlatform::default() };
                        if let Some(flag) = before {
                            put(&mut world, holder, FLAG, flag);
                        }
                        all.push((configured, world));
                    }
                }
            }
        }
    }
    all
}

fn options(configured: Store) -> String {
    format!(r#"{{"consent":{{"storage":"{}"}}}}"#, configured.name())
}

fn describe(configured: Store, world: &MemoryPlatform) -> String {
    format!(
        "{} configured; localStorage {:?} {:?}; cookies {:?} {:?}",
        configured.name(),
        world.local_health,
        world.local,
        world.cookie_health,
        world.jar
    )
}

#[test]
fn a_denial_holds_on_its_page_whatever_storage_does() {
    for (configured, world) in every_world() {
        let what = describe(configured, &world);
        let mut page = page_on(world, &options(configured));
        page.track("Viewed", "{}");
        refuse(&mut page);
        let before = page.platform().sent.len();
        do_everything(&mut page);
        pass(&mut page, DAY);
        assert_eq!(page.status(), Status::Denied, "{what}");
        assert_eq!(page.platform().sent.len(), before, "{what}");
        assert!(page.platform().sent.iter().all(|sent| sent.aborted), "{what}");
    }
}

#[test]
fn a_denial_never_turns_into_a_grant_on_the_next_page() {
    for (configured, world) in every_world() {
        let what = describe(configured, &world);
        let mut page = page_on(world, &options(configured));
        refuse(&mut page);
        let next = reload(&page, &options(configured));
        assert_ne!(next.status(), Status::Granted, "the refusal was lost, and an older grant came back: {what}");
    }
}

#[test]
fn what_is_said_to_be_kept_is_found_on_the_next_page() {
    for (configured, world) in every_world() {
        for granted in [true, false] {
            let what = describe(configured, &world);
            let mut page = page_on(world.clone(), &options(configured));
            page.platform_mut().notices.clear();
            choose(&mut page, granted);
            let name = if granted { "granted" } else { "denied" };
            assert_eq!(page.status().name(), name, "{what}");
            let store = consent(&page).get("store").cloned();
            let complained = errors(&page).iter().any(|(code, _)| *code == "not_persisted");
            assert_eq!(store.is_none(), complained, "{what}");
            if store.is_some() {
                assert_eq!(state(&page), format!("{name}/visitor"), "{what}");
                assert_eq!(state(&reload(&page, &options(configured))), format!("{name}/stored"), "{what}");
            } else if !granted {
                assert_eq!(state(&page), "denied/fault", "{what}");
            }
        }
    }
}

#[test]
fn a_denial_goes_to_the_other_store_where_the_configured_one_fails() {
    for (configured, other) in [(Store::Local, Store::Cookie), (Store::Cookie, Store::Local)] {
        for health in [Health::Throws, Health::Full, Health::Absent] {
            let mut world = MemoryPlatform::default();
            set_health(&mut world, configured, health);
            let mut page = page_on(world, &options(configured));
            refuse(&mut page);
            assert_eq!(stored(&page, other, FLAG).as_deref(), Some("0"));
            assert_eq!(consent(&page)["store"], other.name());
            let next = reload(&page, &options(configured));
            assert_eq!(state(&next), "denied/stored");
            assert_eq!(consent(&next)["record"]["via"], "banner", "the proof went with it");
        }
    }
}

#[test]
fn a_refusal_counts_although_a_full_store_kept_the_record_of_one_that_has_expired() {
    for full in [Store::Local, Store::Cookie] {
        let options = format!(r#"{{"consent":{{"storage":"{}","maxAgeDays":1}}}}"#, full.name());
        let mut page = page(&options);
        refuse(&mut page);
        pass(&mut page, 2 * DAY);
        set_health(page.platform_mut(), full, Health::Full);
        refuse(&mut page);
        assert_eq!(state(&reload(&page, &options)), "denied/stored", "{}", full.name());
    }
}

#[test]
fn a_grant_goes_to_the_other_store_where_the_configured_one_is_full_or_missing() {
    for (configured, other) in [(Store::Local, Store::Cookie), (Store::Cookie, Store::Local)] {
        for health in [Health::Full, Health::Absent] {
            let mut world = MemoryPlatform::default();
            set_health(&mut world, configured, health);
            let mut page = page_on(world, &options(configured));
            agree(&mut page, "");
            assert_eq!(stored(&page, other, FLAG).as_deref(), Some("1"));
            assert_eq!(state(&reload(&page, &options(configured))), "granted/stored");
        }
    }
}

#[test]
fn a_grant_that_no_store_took_holds_for_its_page() {
    let world = MemoryPlatform { local_health: Health::Full, cookie_health: Health::Full, ..MemoryPlatform::default() };
    let mut page = page_on(world, "{}");
    agree(&mut page, "$opt_in");
    page.track("Viewed", "{}");
    delivered(&mut page);
    assert_eq!(event_names(&page), ["$opt_in", "Viewed"]);
    page.hears();
    assert_eq!(page.status(), Status::Granted);
    assert_eq!(state(&reload(&page, "{}")), "pending/default", "and for no other");
}

#[test]
fn a_grant_that_no_store_took_gives_way_to_a_refusal_elsewhere() {
    let world = MemoryPlatform { local_health: Health::Full, cookie_health: Health::Full, ..MemoryPlatform::default() };
    let mut page = page_on(world, "{}");
    agree(&mut page, "");
    page.track("Viewed", "{}");
    put(page.platform_mut(), Store::Cookie, FLAG, "0");
    page.flushes(1);
    assert_eq!(state(&page), "denied/stored");
    assert!(page.platform().sent.is_empty());
}

#[test]
fn a_denial_that_no_store_took_does_not_give_way_to_an_older_grant() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Throws;
    page.platform_mut().cookie_health = Health::Throws;
    refuse(&mut page);
    page.platform_mut().local_health = Health::Works; // the old grant can be read again
    page.hears();
    page.track("Viewed", "{}");
    page.flushes(1);
    assert_eq!((state(&page), page.platform().sent.len()), (String::from("denied/fault"), 0));
}

#[test]
fn forgetting_where_storage_fails_never_grants() {
    for (configured, world) in every_world() {
        let what = describe(configured, &world);
        let mut page = page_on(world, &options(configured));
        refuse(&mut page);
        page.reset_consent();
        assert_ne!(page.status(), Status::Granted, "{what}");
        assert_ne!(reload(&page, &options(configured)).status(), Status::Granted, "{what}");
    }
}

#[test]
fn an_unreadable_flag_stops_sending_and_drops_nothing() {
    for configured in [Store::Local, Store::Cookie] {
        let mut page = granted(&options(configured));
        page.track("Viewed", "{}");
        group(&mut page, "set", r#"{"colour":"red"}"#);
        set_health(page.platform_mut(), configured, Health::Throws);
        page.flushes(1);
        assert_eq!(flushed(&page, 1), Some((0, 0, 2)), "the flush ends");
        pass(&mut page, 10 * 60_000);
        page.page_hidden(false);
        assert!(page.platform().sent.is_empty());
        assert_eq!((page.status(), errors(&page).len()), (Status::Granted, 0));
        set_health(page.platform_mut(), configured, Health::Works);
        pass(&mut page, 2 * INTERVAL);
        assert_eq!(records(&page).len(), 2, "sent by itself once the flag can be read again");
    }
}

#[test]
fn an_unreadable_flag_does_not_cut_short_a_wait_the_server_asked_for() {
    let mut page = granted("{}");
    page.track("Viewed", "{}");
    page.flushes(1);
    page.answers(1, 503, 600_000, "");
    group(&mut page, "set", r#"{"colour":"red"}"#);
    page.platform_mut().local_health = Health::Throws;
    pass(&mut page, INTERVAL);
    page.platform_mut().local_health = Health::Works;
    pass(&mut page, 60_000);
    let again = page.platform().sent.iter().skip(1).filter(|sent| sent.url.contains("/track/")).count();
    assert_eq!(again, 0, "the server asked for ten minutes");
}

#[test]
fn an_unreadable_flag_does_not_hide_a_refusal_in_the_other_store() {
    let mut page = granted("{}");
    page.track("Viewed", "{}");
    page.platform_mut().local_health = Health::Throws;
    put(page.platform_mut(), Store::Cookie, FLAG, "0");
    ring(&mut page);
    assert_eq!((state(&page), page.platform().sent.len()), (String::from("denied/stored"), 0));
}

#[test]
fn identity_that_cannot_be_stored_lives_in_memory_and_is_reported() {
    let mut page = granted("{}");
    page.platform_mut().local_health = Health::Full;
    page.register(r#"{"plan":"pro"}"#, false);
    assert_eq!(errors(&page), [("storage_failed", String::new())]);
    page.track("Viewed", "{}");
    assert_eq!(event(&mut page, "Viewed")["plan"], "pro");
}

#[test]
fn a_client_starts_on_any_storage_without_writing() {
    for (configured, world) in every_world() {
        let what = describe(configured, &world);
        let decided = !world.local.is_empty() || !world.jar.is_empty();
        let page = page_on(world, &options(configured));
        assert!(decided || page.platform().writes == 0, "{what}");
        assert!(page.platform().sent.is_empty(), "{what}");
        let configured_health = if configured == Store::Local { page.platform().local_health } else { page.platform().cookie_health };
        assert!(configured_health != Health::Throws || page.status() == Status::Denied, "{what}");
    }
}
