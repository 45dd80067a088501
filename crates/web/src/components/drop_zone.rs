//! Where a file comes in: drop it, choose it, or paste rows from a spreadsheet.

use js_sys::Array;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::{File, FilePropertyBag};

use super::icon::{Icon, icon};

/// A place to drop a file on, that is also a button.
#[component]
pub(crate) fn DropZone(
    /// What is taken, in a few words.
    #[prop(into)]
    takes: String,
    /// Gets the file.
    #[prop(into)]
    on_file: Callback<File>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                on_file.run(file);
            }
            // So that the same file, mended, can be chosen again.
            input.set_value("");
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = event
            .data_transfer()
            .and_then(|data| data.files())
            .and_then(|files| files.get(0))
        {
            on_file.run(file);
        }
    };
    let pasting = window_event_listener(ev::paste, move |event| {
        let Some(data) = event.clipboard_data() else { return };
        if let Some(file) = data.files().and_then(|files| files.get(0)) {
            on_file.run(file);
        } else if let Ok(text) = data.get_data("text/plain")
            && text.contains('\n')
            && let Some(file) = pasted_file(&text)
        {
            on_file.run(file);
        }
    });
    on_cleanup(move || pasting.remove());
    view! {
        <div
            class="drop-zone"
            class:over=over
            data-test="drop-zone"
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <span class="drop-sign">{icon(Icon::Upload)}</span>
            <p class="drop-title">"Drop a file here"</p>
            <label class="button primary">
                "Choose a file"
                <input
                    node_ref=input
                    type="file"
                    class="visually-hidden"
                    data-test="file-input"
                    accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xlsx,.xls,text/csv,application/json"
                    on:change=chosen
                />
            </label>
            <p class="hint">{takes}</p>
        </div>
    }
}

fn pasted_file(text: &str) -> Option<File> {
    let options = FilePropertyBag::new();
    options.set_type("text/csv");
    File::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), "Pasted rows.csv", &options).ok()
}
