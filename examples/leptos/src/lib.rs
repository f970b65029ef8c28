//! A page in Leptos that counts only what its visitor agreed to.

use consentry::web::Client;
use consentry::{BatchOptions, Error, OptIn, OptOut, Options, Status, track};
use leptos::prelude::*;

/// Starts the client of the page. On a server it is inert.
pub fn start() -> Result<Client, Error> {
    let soon = BatchOptions::default().flush_interval_ms(1_000);
    Client::start("EXAMPLE", Options::default().batch(soon))
}

#[component]
pub fn App() -> impl IntoView {
    match start() {
        Ok(client) => {
            provide_context(client);
            view! { <Page /> }.into_any()
        }
        Err(error) => view! { <p id="error">{error.to_string()}</p> }.into_any(),
    }
}

#[component]
fn Page() -> impl IntoView {
    let client: Client = expect_context();
    let status = RwSignal::new(client.consent().status);
    let asks = RwSignal::new(client.consent().status == Status::Pending);
    let problem = RwSignal::new(String::new());
    // Choices in other tabs are heard here too.
    let changes = client.on_consent_change(move |change| {
        status.set(change.after);
        asks.set(change.after == Status::Pending);
    });
    let errors = client.on_error(move |error| problem.set(error.to_string()));
    on_cleanup(move || drop((changes, errors)));

    let track = move |_| track!(client, "Pressed", place = "page");
    view! {
        <h1>"Consentry in Leptos"</h1>
        <p>"Status: " <output id="status">{move || status.get().name()}</output></p>
        <button id="track" on:click=track>"Press"</button>
        <button id="again" on:click=move |_| asks.set(true)>"Change my mind"</button>
        <Show when=move || asks.get()>
            <Banner asks />
        </Show>
        <p id="error">{problem}</p>
    }
}

#[component]
fn Banner(asks: RwSignal<bool>) -> impl IntoView {
    let client: Client = expect_context();
    let accept = move |_| {
        client.opt_in(OptIn { via: "banner", ..OptIn::default() });
        asks.set(false);
    };
    let refuse = move |_| {
        client.opt_out(OptOut { via: "banner", ..OptOut::default() });
        asks.set(false);
    };
    view! {
        <section id="banner" aria-label="Your choice">
            <p>"May we count what you press here?"</p>
            <button id="accept" on:click=accept>"Accept"</button>
            <button id="refuse" on:click=refuse>"Refuse"</button>
        </section>
    }
}
