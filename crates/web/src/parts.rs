//! What of the page is fetched when it is first looked at: each use of [`open!`] begins there.
//!
//! Parts of the same name are fetched together. What several need goes into files between them, and what the first page
//! needs into the one that every visit loads; which is which is worked out when the page is built.

use std::{future::Future, pin::Pin};

use leptos::{
    prelude::*,
    reactive::computed::ScopedFuture,
    wasm_split::{SplitLoaderError, wasm_split},
};
use passmuster_core::wire::{directory::Catalog, integration::Integration};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{badge::Tone, banner::Banner, button::Button},
    pages::flow::{kept::Kept, view::FlowView},
};

/// A part, or why it didn't come.
pub(crate) type Part = Result<AnyView, SplitLoaderError>;

/// What helps where a part didn't come.
pub(crate) const MISSING: &str = "Check the connection and try again. If the server was just updated, reload the page.";

/// A part that is on its way.
pub(crate) type Coming = Pin<Box<dyn Future<Output = Part>>>;

/// A component without properties as a part: `open!(FILE NAME => COMPONENT)`. The name is the part's own.
macro_rules! open {
    ($file:ident $name:ident => $component:ident) => {
        || {
            #[leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> $crate::parts::Part {
                Ok(view! { <$component /> }.into_any())
            }
            $crate::parts::later(|| Box::pin($name()))
        }
    };
}
pub(crate) use open;

/// The flow from a file to an upload, of an integration.
pub(crate) fn flow_view(kept: Kept, integration: Integration, catalog: Catalog) -> AnyView {
    later(move || Box::pin(flow_of(kept, integration.clone(), catalog.clone())))
}

#[wasm_split(checking, wasm_split_path = leptos::wasm_split, fallible)]
fn flow_of(kept: Kept, integration: Integration, catalog: Catalog) -> Part {
    let flow = kept.flow(&integration.id);
    Ok(view! { <FlowView flow=flow integration=Some(integration) catalog=catalog /> }.into_any())
}

/// Whether a part is here.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Coming,
    Here,
    Missing,
}

/// Shows a part once it is here; it gets the contexts of the place where this is called.
pub(crate) fn later(part: impl Fn() -> Coming + 'static) -> AnyView {
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
                <p>{MISSING}</p>
                <Button on_press=again>"Try again"</Button>
            </Banner>
        }
        .into_any(),
    })
    .into_any()
}
