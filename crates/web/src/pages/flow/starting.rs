//! What helps to begin: an example file for this mapping, the users there are, a file to try it with.

use js_sys::Array;
use leptos::prelude::*;
use passmuster_core::{
    mapping::{FileFormat, Mapping},
    template::template,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::{download::save_text, state::Flow};
use crate::{
    api,
    components::{
        button::Button,
        icon::{Icon, icon},
    },
};

/// The name of the sample.
const SAMPLE: &str = "hris-export.csv";

/// The three of them, as far as they make sense here.
#[component]
pub(super) fn Starting(flow: Flow) -> impl IntoView {
    let failed = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let try_it = Callback::new(move |()| {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let sample = api::sample().await;
            busy.set(false);
            let file = sample.map(|text| File::new_with_str_sequence(&Array::of1(&JsValue::from_str(&text)), SAMPLE));
            match file {
                Ok(Ok(file)) => flow.open(file),
                Ok(Err(_)) => failed.set(Some("This browser can't make a file of the sample.".to_owned())),
                Err(fault) => failed.set(Some(fault.message())),
            }
        });
    });
    let save = Callback::new(move |()| {
        let mapping = flow.saved.get_untracked();
        let mapping = mapping.unwrap_or_else(|| Mapping::on_enabling(FileFormat::Csv));
        let text = flow.catalog.with_untracked(|catalog| template(&mapping, catalog));
        match mapping.file_format {
            FileFormat::Csv => save_text("template.csv", "text/csv", &text),
            FileFormat::Json => save_text("template.json", "application/json", &text),
        }
    });
    let takes_csv = move || {
        flow.saved.with(|saved| {
            saved
                .as_ref()
                .is_none_or(|mapping| mapping.file_format == FileFormat::Csv)
        })
    };
    let export = flow.integration().map(|id| api::export_address(&id));
    view! {
        <section class="starting" aria-label="To begin with">
            <div>
                <h3>"No file at hand?"</h3>
                <ul>
                    <li>
                        <Button on_press=save test="template">"Download template"</Button>
                        <span class="hint">"The headers of this mapping, with two example rows that pass."</span>
                    </li>
                    {export
                        .map(|address| view! {
                            <li>
                                <a class="button" href=address download data-test="current-users" rel="external">
                                    "Download current users"
                                </a>
                                <span class="hint">"Everybody, in these headers. Uploaded unchanged, it changes nothing."</span>
                            </li>
                        })}
                    {move || takes_csv().then(|| view! {
                        <li>
                            <Button busy=busy on_press=try_it test="sample">"Try a sample file"</Button>
                            <span class="hint">"An export of 200 people with the faults such files really have."</span>
                        </li>
                    })}
                </ul>
            </div>
            {move || failed.get().map(|why| view! { <p class="field-error" role="alert">{icon(Icon::Error)} {why}</p> })}
        </section>
    }
}
