//! Ids that become hashes before the client has them.

use consentry::web::Client;
use consentry::{ConsentOptions, OptIn, Options, SignalMode, Status, hash_id};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::side::*;

#[wasm_bindgen_test]
async fn ids_of_users_and_groups_are_hashes_wherever_they_go() {
    let _clean = Clean::page();
    hold_fetch();
    let consent = ConsentOptions::default().gpc(SignalMode::Ignore).dnt(SignalMode::Ignore).default_status(Status::Pending);
    let client = Client::start("HASHES", Options::default().consent(consent).anonymize_ids("salt")).unwrap();
    client.opt_in(OptIn { event: "", via: "banner", ..OptIn::default() });
    client.identify("jane@x");
    let hash = hash_id("jane@x", "salt").unwrap();
    assert_eq!(client.distinct_id().as_deref(), Some(&*hash));
    client.identify(&hash);
    assert_eq!(client.distinct_id().as_deref(), Some(&*hash), "what is a hash already stays one");
    let group = client.group("company", "acme corp");
    assert!(!format!("{group:?}").contains("acme corp"));
    group.set("plan", &"pro");
    client.identify("undefined");
    assert_eq!(client.distinct_id().as_deref(), Some(&*hash));
    let flush = client.flush();
    for _ in 0..200 {
        if started() >= 2 {
            break;
        }
        Side::settled().await;
    }
    let bodies: String = (0..started()).map(|at| String::from(js_sys::decode_uri_component(&request(at, "body")).unwrap())).collect();
    assert!(bodies.contains(&hash) && bodies.contains(&hash_id("acme corp", "salt").unwrap()), "{bodies}");
    assert!(!bodies.contains("jane@x") && !bodies.contains("acme corp"), "{bodies}");
    drop(flush);
    client.close();
}
