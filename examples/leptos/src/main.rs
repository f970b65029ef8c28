//! The page, in the browser.

fn main() {
    leptos::mount::mount_to_body(leptos_example::App);
}
