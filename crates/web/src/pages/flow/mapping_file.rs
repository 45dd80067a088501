//! A mapping file in the place of a saved mapping, where no workspace can be asked.

use leptos::prelude::*;
use passmuster_core::mapping::Mapping;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::state::Flow;
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        icon::{Icon, icon},
    },
    text,
};

/// Loads a mapping file.
#[component]
pub(super) fn MappingFile(flow: Flow) -> impl IntoView {
    let refused = RwSignal::new(None::<String>);
    let chosen = move |event: leptos::ev::Event| {
        let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        else {
            return;
        };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        input.set_value("");
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            match Mapping::parse(text.unwrap_or_default().as_bytes()) {
                Ok(mapping) => {
                    refused.set(None);
                    flow.use_mapping(mapping);
                }
                Err(error) => refused.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <div class="mapping-file">
            {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="The mapping file can't be used"><p class="lines">{text}</p></Banner> })}
            <label class="button">
                {icon(Icon::File)}
                "Load a mapping file"
                <input
                    type="file"
                    class="visually-hidden"
                    accept=".json,application/json"
                    data-test="mapping-input"
                    on:change=chosen
                />
            </label>
            <span class="hint">
                {move || {
                    flow.saved
                        .with(|saved| match saved {
                            Some(mapping) => {
                                format!("A mapping of {} is used.", text::count(mapping.fields.len() as u64, "field", "fields"))
                            }
                            None => "Optional: the JSON document of an integration, or one saved here.".to_owned(),
                        })
                }}
            </span>
        </div>
    }
}
