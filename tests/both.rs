//! Both hosts on one page, as where a page of the npm package and one of a Rust application have the same
//! origin: they share decision, identity and queue, in both directions.
#![cfg(target_arch = "wasm32")]
// Helpers of tests fail by panicking.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "npm/host.rs"]
#[allow(dead_code)] // shared with the tests of each host
mod host;
#[path = "npm/side.rs"]
#[allow(dead_code)] // shared with the tests of each host
mod side;

use consentry::web::Client;
use consentry::{Facts, OptIn, OptOut, Options, Platform, Shown, SignalMode, Status, track};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use crate::side::*;

wasm_bindgen_test_configure!(run_in_browser);

const SAID_NOTHING: Shown<'static> = Shown { policy_fingerprint: "", language: "", region: "" };
const AGREED: OptIn<'static> = OptIn { event: "", properties: "{}", via: "banner", purposes: None, shown: SAID_NOTHING };
const REFUSED: OptOut<'static> = OptOut { delete_profile: false, via: "footer", purposes: None, shown: SAID_NOTHING };

/// The browser at hand may send signals.
fn options() -> Options {
    let mut options = Options::default();
    (options.consent.gpc, options.consent.dnt) = (SignalMode::Ignore, SignalMode::Ignore);
    options
}

#[wasm_bindgen_test]
async fn what_is_decided_on_a_page_of_the_package_holds_in_an_application() {
    let _clean = Clean::page();
    hold_fetch();
    let side = Side::new("PACKAGE_FIRST");
    let mut package = side.client(&options());
    package.opt_in(&AGREED);
    package.identify("user-7");
    package.register(r#"{"plan":"pro"}"#, false);

    let application = Client::start("PACKAGE_FIRST", options()).unwrap();
    let consent = application.consent();
    assert_eq!((consent.status, consent.via.as_deref()), (Status::Granted, Some("banner")));
    assert_eq!(consent.decided_at, package.view().decided_at);
    assert_eq!(application.distinct_id().as_deref(), Some("user-7"));

    // A refusal in the application is the package's, and the other way round.
    application.opt_out(REFUSED);
    package.storage_changed(Some("__mp_opt_in_out_PACKAGE_FIRST"));
    assert_eq!((package.status(), package.view().via.as_deref()), (Status::Denied, Some("footer")));
    package.opt_in(&AGREED);
    let again = Client::start("PACKAGE_FIRST", options()).unwrap();
    assert_eq!(again.consent().status, Status::Granted);
    package.opt_out(&REFUSED);
}

#[wasm_bindgen_test]
async fn what_an_application_queued_is_sent_by_a_page_of_the_package() {
    let _clean = Clean::page();
    hold_fetch();
    let application = Client::start("APPLICATION_FIRST", options()).unwrap();
    application.opt_in(AGREED);
    application.identify("user-7");
    application.close(); // what identify recorded is sent elsewhere
    let writer = Client::start("APPLICATION_FIRST", options()).unwrap();
    track!(writer, "Queued by the application");
    Side::settled().await;
    writer.close();
    assert!(keys().contains("consentry_APPLICATION_FIRST_q_"), "{}", keys());

    let side = Side::new("APPLICATION_FIRST");
    let mut package = side.client(&options());
    assert_eq!((package.status(), package.distinct_id()), (Status::Granted, r#""user-7""#));
    while !(0..started()).any(|at| request(at, "body").contains("Queued")) {
        match consentry_input(&side.heard().await) {
            Heard::Woke => package.woke(),
            Heard::Locked(queue, lock) => package.locked(queue, lock),
            Heard::Other => {}
        }
    }
    package.opt_out(&REFUSED);
}

enum Heard {
    Woke,
    Locked(consentry::QueueId, consentry::Lock),
    Other,
}

fn consentry_input(line: &str) -> Heard {
    if line == r#"["woke"]"# {
        return Heard::Woke;
    }
    let Some(rest) = line.strip_prefix(r#"["locked","#).and_then(|rest| rest.strip_suffix(']')) else { return Heard::Other };
    let (queue, held) = rest.split_once(',').unwrap();
    let lock = if held == "true" { consentry::Lock::Held } else { consentry::Lock::Taken };
    Heard::Locked(consentry::QueueId::new(queue.parse().unwrap()).unwrap(), lock)
}

/// Both say the same of the page.
#[wasm_bindgen_test]
fn both_hosts_tell_the_same_facts() {
    use consentry::web::host;
    let ours = host::Browser::new(std::rc::Rc::new(host::Side::new("TOKEN", Default::default(), "mp_TOKEN_mixpanel".into(), |_| {})));
    for address in ["/?utm_source=a%22%5C%0A%F0%9F%A6%80&gclid=1&utm_id=", "/"] {
        visit(address);
        for facts in [Facts::Page, Facts::Address, Facts::Arrival] {
            let [ours, theirs] = [ours.facts(facts), browser().facts(facts)];
            for name in [
                "$os",
                "$browser",
                "$browser_version",
                "$device",
                "$screen_width",
                "$screen_height",
                "mp_lib",
                "$current_url",
                "utm_source",
                "utm_id",
                "gclid",
                "$initial_referrer",
                "$initial_referring_domain",
                "$referrer",
                "$search_engine",
            ] {
                assert_eq!(member(&ours, name), member(&theirs, name), "{name} of {ours} and {theirs}");
            }
        }
    }
    restore();
}
