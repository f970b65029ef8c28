//! A page in Yew that counts only what its visitor agreed to.

use consentry::web::Client;
use consentry::{BatchOptions, OptIn, OptOut, Options, Status, track};
use yew::prelude::*;

fn main() {
    yew::Renderer::<App>::new().render();
}

#[component]
fn App() -> Html {
    let started = use_memo((), |()| {
        let soon = BatchOptions::default().flush_interval_ms(1_000);
        Client::start("EXAMPLE", Options::default().batch(soon))
    });
    match &*started {
        Ok(client) => html! { <ContextProvider<Client> context={*client}><Page /></ContextProvider<Client>> },
        Err(error) => html! { <p id="error">{ error.to_string() }</p> },
    }
}

#[component]
fn Page() -> Html {
    let Some(client) = use_context::<Client>() else { return html! {} };
    let status = use_state(|| client.consent().status);
    let asks = use_state(|| client.consent().status == Status::Pending);
    let problem = use_state(String::new);
    {
        let (status, asks, problem) = (status.clone(), asks.clone(), problem.clone());
        use_effect_with(client, move |client| {
            // Choices in other tabs are heard here too.
            let changes = client.on_consent_change({
                let asks = asks.clone();
                move |change| {
                    status.set(change.after);
                    asks.set(change.after == Status::Pending);
                }
            });
            let errors = client.on_error(move |error| problem.set(error.to_string()));
            move || drop((changes, errors))
        });
    }

    let track = move |_: MouseEvent| track!(client, "Pressed", place = "page");
    let again = {
        let asks = asks.clone();
        move |_: MouseEvent| asks.set(true)
    };
    let chosen = {
        let asks = asks.clone();
        move |()| asks.set(false)
    };
    html! {
        <>
            <h1>{ "Consentry in Yew" }</h1>
            <p>{ "Status: " }<output id="status">{ status.name() }</output></p>
            <button id="track" onclick={track}>{ "Press" }</button>
            <button id="again" onclick={again}>{ "Change my mind" }</button>
            if *asks {
                <Banner {chosen} />
            }
            <p id="error">{ &*problem }</p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct BannerProps {
    chosen: Callback<()>,
}

#[component]
fn Banner(BannerProps { chosen }: &BannerProps) -> Html {
    let Some(client) = use_context::<Client>() else { return html! {} };
    let accept = {
        let chosen = chosen.clone();
        move |_: MouseEvent| {
            client.opt_in(OptIn { via: "banner", ..OptIn::default() });
            chosen.emit(());
        }
    };
    let refuse = {
        let chosen = chosen.clone();
        move |_: MouseEvent| {
            client.opt_out(OptOut { via: "banner", ..OptOut::default() });
            chosen.emit(());
        }
    };
    html! {
        <section id="banner" aria-label="Your choice">
            <p>{ "May we count what you press here?" }</p>
            <button id="accept" onclick={accept}>{ "Accept" }</button>
            <button id="refuse" onclick={refuse}>{ "Refuse" }</button>
        </section>
    }
}
