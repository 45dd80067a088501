//! The saved mapping: which API field is mapped to what, with its policies.

use leptos::prelude::*;
use passmuster_core::wire::{directory::Catalog, integration::Integration};

use crate::{
    components::{
        badge::{Badge, Tone},
        button::Button,
        icon::Icon,
        match_table::label,
        policies,
    },
    page::{Page, Tab},
    pages::flow::download::save_text,
    text,
};

/// The tab.
#[component]
pub(crate) fn DataFormat(
    /// The integration.
    integration: Integration,
    /// What the workspace has defined.
    catalog: Catalog,
) -> impl IntoView {
    let mapping = integration.mapping;
    let document = mapping.to_json();
    let delimiter = mapping
        .delimiter
        .map_or_else(|| "found in each file".to_owned(), text::delimiter);
    let rows = mapping
        .fields
        .iter()
        .map(|field| {
            let required = field.target.field().required;
            let values = field
                .value_map
                .iter()
                .map(|(from, to)| view! { <li class="chip"><q>{from.clone()}</q>" → "{to.clone()}</li> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row" class="key" data-label="API Field"><code>{field.api_field.clone()}</code></th>
                    <td data-label="Field">
                        <span class="inline">
                            {label(&field.target, &catalog)}
                            {required.then(|| view! { <Badge tone=Tone::Neutral with=Icon::Lock text="Required" /> })}
                        </span>
                    </td>
                    <td data-label="Policies">
                        <div class="stack-small">
                            <span>{policies::summary(field)}</span>
                            {(!field.value_map.is_empty()).then(|| view! { <ul class="chips">{values}</ul> })}
                        </div>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let flow = Page::Integration(integration.id, Tab::CheckUpload).path();
    view! {
        <section class="card stack">
            <h2>"File Format"</h2>
            <dl class="facts">
                <div><dt>"Format"</dt><dd>{mapping.file_format.as_str().to_uppercase()}</dd></div>
                <div><dt>"Delimiter"</dt><dd>{delimiter}</dd></div>
                <div><dt>"Mapping version"</dt><dd>{text::number(integration.mapping_version)}</dd></div>
            </dl>
        </section>
        <section class="stack section">
            <div class="list-head">
                <h2>"API Field Mappings"</h2>
                <div class="actions">
                    <Button on_press=Callback::new(move |()| save_text("mapping.json", "application/json", &document))>
                        "Download mapping file"
                    </Button>
                    <a class="button" href=flow>"Change with a file"</a>
                </div>
            </div>
            <p class="hint">
                "API fields are the headers or keys of a file, upper and lower case included. "
                "To change them, match a file's columns and save them as the mapping."
            </p>
            <div class="table-box">
                <table class="cards" data-test="mapping">
                    <thead>
                        <tr>
                            <th scope="col">"API Field"</th>
                            <th scope="col">"Passmuster Field"</th>
                            <th scope="col">"Policies and value map"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
