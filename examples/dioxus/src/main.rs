//! A page in Dioxus that counts only what its visitor agreed to.

use std::rc::Rc;

use consentry::web::Client;
use consentry::{BatchOptions, OptIn, OptOut, Options, Status, track};
use dioxus::prelude::*;

fn main() {
    dioxus::launch(App);
}

#[component]
fn App() -> Element {
    let started = use_hook(|| {
        let soon = BatchOptions::default().flush_interval_ms(1_000);
        Rc::new(Client::start("EXAMPLE", Options::default().batch(soon)))
    });
    match &*started {
        Ok(client) => rsx! { Page { client: *client } },
        Err(error) => rsx! { p { id: "error", "{error}" } },
    }
}

#[component]
fn Page(client: Client) -> Element {
    use_context_provider(|| client);
    let status = use_signal(|| client.consent().status);
    let mut asks = use_signal(|| client.consent().status == Status::Pending);
    let problem = use_signal(String::new);
    // Choices in other tabs are heard here too. A hook's value is dropped with the component.
    use_hook(|| {
        let changes = client.on_consent_change(move |change| {
            let (mut status, mut asks) = (status, asks);
            status.set(change.after);
            asks.set(change.after == Status::Pending);
        });
        let errors = client.on_error(move |error| {
            let mut problem = problem;
            problem.set(error.to_string());
        });
        Rc::new((changes, errors))
    });

    rsx! {
        h1 { "Consentry in Dioxus" }
        p { "Status: ", output { id: "status", {status().name()} } }
        button { id: "track", onclick: move |_| track!(client, "Pressed", place = "page"), "Press" }
        button { id: "again", onclick: move |_| asks.set(true), "Change my mind" }
        if asks() {
            Banner { asks }
        }
        p { id: "error", "{problem}" }
    }
}

#[component]
fn Banner(mut asks: Signal<bool>) -> Element {
    let client: Client = use_context();
    let accept = move |_: MouseEvent| {
        client.opt_in(OptIn { via: "banner", ..OptIn::default() });
        asks.set(false);
    };
    let refuse = move |_: MouseEvent| {
        client.opt_out(OptOut { via: "banner", ..OptOut::default() });
        asks.set(false);
    };
    rsx! {
        section { id: "banner", aria_label: "Your choice",
            p { "May we count what you press here?" }
            button { id: "accept", onclick: accept, "Accept" }
            button { id: "refuse", onclick: refuse, "Refuse" }
        }
    }
}
