//! What of the page is fetched when it is first looked at: each function here begins a WebAssembly file of its own.
//!
//! Functions of the same name in `wasm_split(…)` share a file. What several need goes into files between them, and what
//! the first page needs into the one that every visit loads; which is which is worked out when the page is built.

use std::{future::Future, pin::Pin};

use leptos::{
    prelude::*,
    reactive::computed::ScopedFuture,
    wasm_split::{SplitLoaderError, wasm_split},
};
use passmuster_core::{mapping::Mapping, wire::directory::Catalog};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{badge::Tone, banner::Banner, button::Button},
    pages::{
        check::Check,
        enable_integration::EnableIntegration,
        flow::{state::Flow, view::FlowView},
        integration::IntegrationPage,
        integrations::Integrations,
        setup::SetUp,
        upload::UploadPage,
        users::Users,
    },
};

/// A part, or why it didn't come.
type Part = Result<AnyView, SplitLoaderError>;

/// A part that is on its way.
type Coming = Pin<Box<dyn Future<Output = Part>>>;

/// Checking without signing in.
pub(crate) fn check_page() -> AnyView {
    later(|| Box::pin(check()))
}

/// The flow from a file to an upload, of an integration.
pub(crate) fn flow_view(flow: Flow, saved: Option<Mapping>, catalog: Catalog) -> AnyView {
    later(move || Box::pin(flow_of(flow, saved.clone(), catalog.clone())))
}

/// One integration.
pub(crate) fn integration_page() -> AnyView {
    later(|| Box::pin(integration()))
}

/// All integrations.
pub(crate) fn integrations_page() -> AnyView {
    later(|| Box::pin(integrations()))
}

/// Enabling an integration.
pub(crate) fn enable_integration_page() -> AnyView {
    later(|| Box::pin(enable_integration()))
}

/// One upload.
pub(crate) fn upload_page() -> AnyView {
    later(|| Box::pin(upload()))
}

/// All users.
pub(crate) fn users_page() -> AnyView {
    later(|| Box::pin(users()))
}

/// The first admin.
pub(crate) fn setup_page() -> AnyView {
    later(|| Box::pin(set_up()))
}

#[wasm_split(checking, wasm_split_path = leptos::wasm_split, fallible)]
fn check() -> Part {
    Ok(view! { <Check /> }.into_any())
}

#[wasm_split(checking, wasm_split_path = leptos::wasm_split, fallible)]
fn flow_of(flow: Flow, saved: Option<Mapping>, catalog: Catalog) -> Part {
    Ok(view! { <FlowView flow=flow saved=saved catalog=catalog /> }.into_any())
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, fallible)]
fn integration() -> Part {
    Ok(view! { <IntegrationPage /> }.into_any())
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, fallible)]
fn integrations() -> Part {
    Ok(view! { <Integrations /> }.into_any())
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, fallible)]
fn enable_integration() -> Part {
    Ok(view! { <EnableIntegration /> }.into_any())
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, fallible)]
fn upload() -> Part {
    Ok(view! { <UploadPage /> }.into_any())
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, fallible)]
fn users() -> Part {
    Ok(view! { <Users /> }.into_any())
}

#[wasm_split(administration, wasm_split_path = leptos::wasm_split, fallible)]
fn set_up() -> Part {
    Ok(view! { <SetUp /> }.into_any())
}

/// Whether a part is here.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Coming,
    Here,
    Missing,
}

/// Shows a part once it is here; it gets the contexts of the place where this is called.
fn later(part: impl Fn() -> Coming + 'static) -> AnyView {
    show(Box::new(part))
}

fn show(part: Box<dyn Fn() -> Coming>) -> AnyView {
    let part = StoredValue::new_local(part);
    let view = StoredValue::new_local(None::<AnyView>);
    let state = RwSignal::new(State::Coming);
    let fetch = move || {
        let Some(coming) = part.try_with_value(|part| part()) else {
            return;
        };
        spawn_local(ScopedFuture::new_untracked(async move {
            let part = coming.await;
            // Whoever went to another page meanwhile has taken the values with them.
            let now = if part.is_ok() { State::Here } else { State::Missing };
            view.try_update_value(|view| *view = part.ok());
            state.try_set(now);
        }));
    };
    fetch();
    let again = Callback::new(move |()| {
        state.set(State::Coming);
        fetch();
    });
    (move || match state.get() {
        State::Coming => view! { <p class="loading" role="status">"Loading…"</p> }.into_any(),
        State::Here => view.try_update_value(Option::take).flatten().into_any(),
        State::Missing => view! {
            <Banner tone=Tone::Bad title="This part of the page could not be loaded">
                <p>"Check the connection and try again. If the server was just updated, reload the page."</p>
                <Button on_press=again>"Try again"</Button>
            </Banner>
        }
        .into_any(),
    })
    .into_any()
}
