//! What every file needs, and an example that fits the mapping as it stands on the page.

use leptos::prelude::*;
use passmuster_core::{field::Target, mapping::FileFormat, template::template};

use super::draft::Draft;
use crate::{
    components::{
        button::Button,
        copy_button::CopyButton,
        curl::{Call, CopyAs, Mode, Sent},
    },
    pages::flow::download::save_text,
};

/// The panel.
#[component]
pub(super) fn Example(
    /// The mapping as it is being changed.
    draft: Draft,
) -> impl IntoView {
    let mapping = Memo::new(move |_| draft.mapping());
    let file = Memo::new(move |_| draft.opened.catalog.with(|catalog| template(&mapping.get(), catalog)));
    let endpoint = Memo::new(move |_| draft.opened.integration.with(|now| now.endpoint.clone()));
    let call = Memo::new(move |_| Call {
        endpoint: endpoint.get(),
        mode: Mode::Plan,
        format: mapping.with(|mapping| mapping.file_format),
        body: Sent::Text(file.get()),
    });
    let download = Callback::new(move |()| {
        let format = mapping.with_untracked(|mapping| mapping.file_format);
        let media = match format {
            FileFormat::Csv => "text/csv",
            FileFormat::Json => "application/json",
        };
        save_text(&format!("example.{}", format.as_str()), media, &file.get_untracked());
    });
    let required = move || {
        mapping.with(|mapping| {
            Target::REQUIRED
                .iter()
                .map(|target| {
                    let name = mapping
                        .field_of(target)
                        .map(|field| field.api_field.clone())
                        .unwrap_or_default();
                    view! { <li><code>{name}</code><span class="hint">{target.label()}</span></li> }
                })
                .collect_view()
        })
    };
    view! {
        <div class="example">
            <section class="card stack" aria-labelledby="required">
                <h2 id="required">"Required API Fields"</h2>
                <p class="hint">"Every row of every file has a value for each of these."</p>
                <ul class="required-fields" data-test="required-fields">{required}</ul>
            </section>
            <section class="card stack" aria-labelledby="example">
                <div class="list-head">
                    <h2 id="example">"Example file"</h2>
                    <div class="actions">
                        <CopyButton name="Example file" text=file />
                        <Button small=true on_press=download test="download-example">"Download"</Button>
                    </div>
                </div>
                <pre class="json" tabindex="0" role="group" aria-label="Example file"><code data-test="example">{file}</code></pre>
                <CopyAs label="See what it would change" call=call />
            </section>
        </div>
    }
}
