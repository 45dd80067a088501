//! Whether bodies are CSV or JSON, and what CSV is divided by.

use leptos::prelude::*;
use passmuster_core::mapping::{FileFormat, Mapping};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        button::{Button, Weight},
        error_summary::{ErrorSummary, FormError},
        radio_option::RadioOption,
    },
    pages::tabs::opened::Opened,
    session::Shell,
    text,
};

/// What CSV can be divided by.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The card.
#[component]
pub(super) fn FileFormatCard(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let shell = Shell::here();
    let saved = Memo::new(move |_| {
        opened
            .integration
            .with(|now| (now.mapping.file_format, now.mapping.delimiter))
    });
    let (first_format, first_delimiter) = saved.get_untracked();
    let format = RwSignal::new(first_format);
    let delimiter = RwSignal::new(first_delimiter);
    let busy = RwSignal::new(false);
    let errors = RwSignal::new(Vec::<FormError>::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        errors.set(Vec::new());
        let (version, mapping) = opened.integration.with_untracked(|now| {
            let format = format.get_untracked();
            let mapping = Mapping {
                file_format: format,
                delimiter: delimiter.get_untracked().filter(|_| format == FileFormat::Csv),
                ..now.mapping.clone()
            };
            (now.mapping_version, mapping)
        });
        spawn_local(async move {
            let answer = api::save_mapping_over(&opened.id(), version, &mapping).await;
            busy.try_set(false);
            match answer {
                Ok(now) => {
                    shell.say(format!(
                        "The File Format is {} now",
                        now.mapping.file_format.as_str().to_ascii_uppercase()
                    ));
                    opened.integration.try_set(now);
                }
                Err(fault) => {
                    errors.try_set(vec![(None, fault.message())]);
                }
            }
        });
    };
    let choice = move |value: FileFormat, title: &'static str, text: &'static str| {
        view! {
            <RadioOption
                name="file-format"
                value=value.as_str()
                title=title
                hint=text
                chosen=Signal::derive(move || format.get() == value)
                on_choose=move |()| format.set(value)
            />
        }
    };
    let delimiters = move || {
        DELIMITERS
            .into_iter()
            .map(|value| {
                view! {
                    <option value=value.to_string() prop:selected=move || delimiter.get() == Some(value)>
                        {text::delimiter(value)}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <form class="card form" novalidate aria-labelledby="file-format" on:submit=submit>
            <h2 id="file-format">"File Format"</h2>
            <ErrorSummary errors=errors title="The File Format was not saved" />
            <fieldset class="form" disabled=!opened.may_edit>
                <legend class="visually-hidden">"File Format"</legend>
                <div class="options two">
                    {choice(FileFormat::Csv, "CSV", "Text with a header line. Excel workbooks are taken too.")}
                    {choice(FileFormat::Json, "JSON", "A list of flat objects, or one object a line.")}
                </div>
                <Show when=move || format.get() == FileFormat::Csv>
                    <div class="field short-field">
                        <label for="delimiter">"Delimiter"</label>
                        <select
                            id="delimiter"
                            on:change=move |event| delimiter.set(event_target_value(&event).chars().next())
                        >
                            <option value="" prop:selected=move || delimiter.get().is_none()>"Found in each file"</option>
                            {delimiters}
                        </select>
                    </div>
                </Show>
                <div class="actions">
                    <Button weight=Weight::Primary submit=true busy=busy test="save-format">"Save File Format"</Button>
                </div>
            </fieldset>
        </form>
    }
}
