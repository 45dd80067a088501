//! The page of Passmuster: starts the application in the browser.

mod api;
mod app;
mod components;
mod page;
mod pages;
mod session;
mod text;
mod worker;

fn main() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    if let Some(loading) = leptos::prelude::document().get_element_by_id("loading") {
        loading.remove();
    }
    leptos::mount::mount_to_body(app::App);
}
