//! Where a file comes in: drop it, choose it, or paste rows from a spreadsheet.

use js_sys::Array;
use leptos::{ev, html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, File, FileList, FilePropertyBag};

use super::icon::{Icon, icon};

/// A place to drop a file on, that is also a button. A file dropped beside it is taken too, so that the browser doesn't
/// open it in the place of the page.
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
    let told = RwSignal::new(None::<String>);
    let take = move |files: Option<FileList>| {
        let Some(files) = files else { return };
        if files.length() > 1 {
            told.set(Some(format!(
                "These are {} files; one is checked at a time.",
                files.length()
            )));
        } else if let Some(file) = files.get(0) {
            told.set(None);
            on_file.run(file);
        }
    };
    let take_text = move |text: &str| match pasted_file(text) {
        Ok(file) => {
            told.set(None);
            on_file.run(file);
        }
        Err(why) => told.set(Some(why.to_owned())),
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            take(input.files());
            // So that the same file, mended, can be chosen again.
            input.set_value("");
        }
    };
    let dragging = window_event_listener(ev::dragover, move |event| {
        event.prevent_default();
        over.set(true);
    });
    // Without a related element the pointer has left the window.
    let leaving = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let dropping = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    });
    let pasting = window_event_listener(ev::paste, move |event| {
        let is_typing = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|element| {
                element
                    .closest("input:not([type='file']), textarea, select, dialog")
                    .is_ok_and(|found| found.is_some())
            });
        let Some(data) = event.clipboard_data().filter(|_| !is_typing) else {
            return;
        };
        match data.files().filter(|files| files.length() > 0) {
            Some(files) => take(Some(files)),
            None => take_text(&data.get_data("text/plain").unwrap_or_default()),
        }
    });
    on_cleanup(move || {
        dragging.remove();
        leaving.remove();
        dropping.remove();
        pasting.remove();
    });
    let paste = move |_| {
        spawn_local(async move {
            let read = JsFuture::from(window().navigator().clipboard().read_text()).await;
            match read.ok().and_then(|text| text.as_string()) {
                Some(text) => take_text(&text),
                None => told.set(Some(
                    "The browser doesn't hand over what was copied. Press Ctrl+V (on a Mac ⌘V) here instead."
                        .to_owned(),
                )),
            }
        });
    };
    view! {
        <div class="drop-zone" class:over=over data-test="drop-zone">
            <span class="drop-sign">{icon(Icon::Upload)}</span>
            <p class="drop-title">{move || if over.get() { "Let go to check this file" } else { "Drop a file here" }}</p>
            <div class="actions">
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
                <button type="button" class="button" data-test="paste" on:click=paste>
                    {icon(Icon::Copy)}
                    "Paste rows"
                </button>
            </div>
            <p class="hint">{takes}</p>
            <p class="drop-told" role="status">{move || told.get()}</p>
        </div>
    }
}

/// What was copied, as a file; or why it is none.
fn pasted_file(text: &str) -> Result<File, &'static str> {
    if text.trim().is_empty() {
        return Err("Nothing that could be pasted was copied. Copy the header and the rows in your spreadsheet first.");
    }
    let is_json = text.trim_start().starts_with(['[', '{']);
    if !is_json && !text.trim_end().contains(['\n', '\r']) {
        return Err("Only one line was copied. Copy the header together with the rows below it.");
    }
    let (name, media_type) = match (is_json, text.contains('\t')) {
        (true, _) => ("pasted.json", "application/json"),
        (false, true) => ("pasted.tsv", "text/tab-separated-values"),
        (false, false) => ("pasted.csv", "text/csv"),
    };
    let options = FilePropertyBag::new();
    options.set_type(media_type);
    File::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), name, &options)
        .map_err(|_| "This browser can't make a file of what was copied. Save it as a file and choose that.")
}
