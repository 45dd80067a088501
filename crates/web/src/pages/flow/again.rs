//! An upload that was received, opened as if its file were chosen: where the address names one.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use passmuster_core::mapping::FileFormat;
use wasm_bindgen_futures::spawn_local;

use super::{AGAIN, state::Flow};
use crate::{
    api,
    components::{badge::Tone, banner::Banner},
    page::{Page, Tab},
    query::use_query,
};

/// Fetches it, says so, and says why it didn't come.
#[component]
pub(super) fn Again(flow: Flow) -> impl IntoView {
    let id = use_query(&[AGAIN]).with_untracked(|query| query.get(AGAIN).to_owned());
    let integration = flow.integration().filter(|_| !id.is_empty())?;
    // Once: not when somebody comes back to choose another file.
    let here = Page::Integration(integration, Tab::CheckUpload).path();
    let options = NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    };
    use_navigate()(&here, options);
    let format = flow
        .saved
        .with_untracked(|saved| saved.as_ref().map(|mapping| mapping.file_format));
    let name = format!("upload-{id}.{}", format.unwrap_or(FileFormat::Csv).as_str());
    let failed = RwSignal::new(None::<String>);
    spawn_local(async move {
        match api::original(&id, &name).await {
            // Whoever went to another page meanwhile doesn't want it any more.
            Ok(file) if !failed.is_disposed() => flow.open(file),
            Ok(_) => {}
            Err(fault) => {
                failed.try_set(Some(fault.message()));
            }
        }
    });
    Some(move || match failed.get() {
        Some(why) => {
            view! { <Banner tone=Tone::Bad title="The upload could not be opened"><p>{why}</p></Banner> }.into_any()
        }
        None => view! { <p class="loading" role="status">"Fetching what was received…"</p> }.into_any(),
    })
}
