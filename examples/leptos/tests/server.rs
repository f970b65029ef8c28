//! The page as a server renders it: the client is there and does nothing.

use consentry::web::Client;
use consentry::{OptIn, Status, track};
use leptos::prelude::*;

#[test]
fn a_server_renders_the_page_and_asks_nobody() {
    let page = Owner::new().with(|| view! { <leptos_example::App /> }.to_html());
    assert!(page.contains(r#"<output id="status">pending</output>"#), "{page}");
    for id in ["track", "again", "banner", "accept", "refuse"] {
        assert!(page.contains(&format!(r#"id="{id}""#)), "no {id} in {page}");
    }
}

#[test]
fn on_a_server_a_choice_is_nobodys() {
    let client: Client = leptos_example::start().unwrap();
    let consent = client.opt_in(OptIn { via: "banner", ..OptIn::default() });
    track!(client, "Pressed", place = "page");
    assert_eq!((consent.status, consent.persisted()), (Status::Pending, false));
    assert_eq!(client.distinct_id(), None);
    // The next request's page is as the first's.
    let page = Owner::new().with(|| view! { <leptos_example::App /> }.to_html());
    assert!(page.contains(">pending<"), "{page}");
}
