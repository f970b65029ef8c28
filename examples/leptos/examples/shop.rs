//! The page of docs/rust.md, as it stands there.

use consentry::{OptIn, OptOut, Options, Residency, Status, track, web::Client};
use leptos::prelude::*;

fn main() {
    match Client::start("PROJECT_TOKEN", Options::default().residency(Residency::Eu)) {
        Ok(client) => leptos::mount::mount_to_body(move || view! { <App client/> }),
        Err(error) => leptos::logging::error!("{error}"),
    }
}

#[component]
fn App(client: Client) -> impl IntoView {
    provide_context(client);
    let (status, set_status) = signal(client.consent().status);
    let subscription = client.on_consent_change(move |change| set_status.set(change.after));
    on_cleanup(move || drop(subscription));
    view! {
        <Show when=move || status.get() == Status::Pending>
            <p>
                "May we count what you do here? "
                <button on:click=move |_| { client.opt_in(OptIn { via: "banner", ..OptIn::default() }); }>"Yes"</button>
                <button on:click=move |_| { client.opt_out(OptOut { via: "banner", ..OptOut::default() }); }>"No"</button>
            </p>
        </Show>
        <button on:click=move |_| track!(client, "Ordered", plan = "pro")>"Order"</button>
    }
}
