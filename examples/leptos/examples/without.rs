//! The same page without the crate, to measure what the crate adds: `cargo xtask examples --size`.

use leptos::prelude::*;

fn main() {
    leptos::mount::mount_to_body(Page);
}

#[component]
fn Page() -> impl IntoView {
    let status = RwSignal::new("pending");
    let asks = RwSignal::new(true);
    let problem = RwSignal::new(String::new());
    let track = move |_| problem.set(String::from("Nothing is counted here."));
    view! {
        <h1>"Leptos alone"</h1>
        <p>"Status: " <output id="status">{move || status.get()}</output></p>
        <button id="track" on:click=track>"Press"</button>
        <button id="again" on:click=move |_| asks.set(true)>"Change my mind"</button>
        <Show when=move || asks.get()>
            <Banner status asks />
        </Show>
        <p id="error">{problem}</p>
    }
}

#[component]
fn Banner(status: RwSignal<&'static str>, asks: RwSignal<bool>) -> impl IntoView {
    let accept = move |_| {
        status.set("granted");
        asks.set(false);
    };
    let refuse = move |_| {
        status.set("denied");
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
