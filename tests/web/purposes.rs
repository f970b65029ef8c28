//! Records of another purpose than `analytics`.

use consentry::web::{Client, properties};
use consentry::{OptIn, Options};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{AGREED, REFUSED, bodies, consent_options, errors, requests, start};
use crate::side::*;

fn with_two(token: &str) -> Client {
    Client::start(token, Options::default().consent(consent_options().purposes(["functional"]))).unwrap()
}

/// One of each kind for the other purpose, and one for `analytics`.
fn everything(client: Client) {
    client.identify("ada");
    client.track_for("functional", "Saved", &());
    client.people().for_purpose("functional").set("theme", &"calm");
    client.group("company", "acme").for_purpose("functional").set("plan", &"pro");
    client.people().set("age", &36);
    client.track("Viewed", &properties());
}

#[wasm_bindgen_test]
async fn what_is_of_a_purpose_that_was_refused_is_not_recorded() {
    let _clean = Clean::page();
    hold_fetch();
    let client = with_two("SOME");
    let agreed = [String::from("analytics")];
    client.opt_in(OptIn { purposes: Some(&agreed), ..AGREED });
    everything(client);
    let _flush = client.flush();
    requests(2).await;
    let said = bodies();
    assert!(said.contains("Viewed") && said.contains("age"), "{said}");
    assert!(!said.contains("Saved") && !said.contains("calm") && !said.contains("acme"), "{said}");
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn what_is_of_one_that_was_granted_is() {
    let _clean = Clean::page();
    hold_fetch();
    let client = with_two("OTHER_ONE");
    let agreed = [String::from("functional")];
    client.opt_in(OptIn { purposes: Some(&agreed), ..AGREED });
    everything(client);
    let _flush = client.flush();
    requests(3).await;
    let said = bodies();
    assert!(said.contains("Saved") && said.contains("calm") && said.contains("acme"), "{said}");
    assert!(!said.contains("Viewed") && !said.contains("age"), "{said}");
    client.opt_out(REFUSED);
}

#[wasm_bindgen_test]
async fn of_one_that_the_site_does_not_have_nothing_is_recorded_and_that_is_told() {
    let _clean = Clean::page();
    hold_fetch();
    let client = start("NO_SUCH");
    let heard = errors(client);
    client.opt_in(AGREED);
    client.people().for_purpose("other").set("theme", &"calm");
    client.group("company", "acme").for_purpose("other").set("plan", &"pro");
    Side::settled().await;
    let told: Vec<String> = heard.borrow().iter().map(|error| format!("{} {}", error.code(), error.about)).collect();
    assert_eq!(told, ["invalid_argument $set"], "each thing once");
    assert!(!keys().contains("_q_"), "{}", keys());
    client.opt_out(REFUSED);
}
