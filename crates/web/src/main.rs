//! The page of Passmuster: starts the application in the browser.

mod api;
mod app;
mod components;
mod help;
mod page;
mod pages;
#[macro_use]
mod parts;
mod preferences;
mod query;
mod session;
mod text;
mod worker;

fn main() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // The page's parts use its memory and its functions. Setting a property of the window can't fail.
    let _ = js_sys::Reflect::set(&js_sys::global(), &"passmusterExports".into(), &wasm_bindgen::exports());
    if let Some(loading) = leptos::prelude::document().get_element_by_id("loading") {
        loading.remove();
    }
    leptos::mount::mount_to_body(app::App);
}
