//! Choosing a file, and the facts of the one that was chosen.

use leptos::prelude::*;
use passmuster_core::{mapping::Mapping, problem::Report};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::state::{Flow, Reading};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::Button,
        drop_zone::DropZone,
        icon::{Icon, icon},
        problems::Problems,
        progress::Progress,
    },
    text,
};

/// Encodings that a person may choose: their names, and their labels.
const ENCODINGS: [(&str, &str); 4] = [
    ("UTF-8", "utf-8"),
    ("Windows-1252", "windows-1252"),
    ("UTF-16LE", "utf-16le"),
    ("UTF-16BE", "utf-16be"),
];

/// The step.
#[component]
pub(super) fn UploadStep(flow: Flow) -> impl IntoView {
    let label = Memo::new(move |_| match flow.reading.get() {
        Some(Reading::Bytes(read, total)) => format!("Reading {} of {}", text::bytes(read), text::bytes(total)),
        _ => "Finding rows and columns…".to_owned(),
    });
    let done = Memo::new(move |_| match flow.reading.get() {
        Some(Reading::Bytes(read, total)) => Some((read, total)),
        Some(Reading::Looking(done, total)) if total > 0 => Some((done, total)),
        _ => None,
    });
    let is_reading = Memo::new(move |_| flow.reading.with(Option::is_some));
    move || {
        if is_reading.get() {
            view! {
                <div class="card">
                    <Progress label=label done=done on_cancel=Callback::new(move |()| flow.close()) />
                </div>
            }
            .into_any()
        } else {
            view! {
                {move || flow.failed.get().map(|message| {
                    view! { <Banner tone=Tone::Bad title="The file could not be read"><p>{message}</p></Banner> }
                })}
                {move || unreadable(flow)}
                <DropZone takes=takes(flow) on_file=move |file| flow.open(file) />
                <p class="privacy">
                    {icon(Icon::Lock)}
                    {if flow.is_local() {
                        "The file never leaves this browser: this page sends nothing at all."
                    } else {
                        "The file stays in this browser until you ask for the plan."
                    }}
                </p>
                {flow.is_local().then(|| view! { <MappingFile flow=flow /> })}
            }
            .into_any()
        }
    }
}

fn takes(flow: Flow) -> String {
    let format = flow.saved.with_untracked(|saved| {
        saved
            .as_ref()
            .map(|mapping| mapping.file_format.as_str().to_uppercase())
    });
    let format = match format {
        Some(format) if !flow.is_local() && format == "CSV" => "CSV or Excel".to_owned(),
        Some(format) if !flow.is_local() => format,
        _ => "CSV, Excel or JSON".to_owned(),
    };
    format!("{format}, up to 15 MB. Rows copied from a spreadsheet can be pasted here, too.")
}

/// What keeps the file from being used, when something does.
fn unreadable(flow: Flow) -> Option<AnyView> {
    let preview = flow.preview.get()?;
    if flow.draft.with(Option::is_some) {
        return None;
    }
    let problems = preview.problems.clone();
    let mut report = Report {
        version: 1,
        file: preview.file,
        records: preview.records,
        blank_rows: 0,
        collapsed_rows: 0,
        error_count: 0,
        warning_count: 0,
        info_count: 0,
        problem_limit: problems.len() as u64,
        problems_capped: false,
        summary: Vec::new(),
        problems: Vec::new(),
    };
    super::check_step::tally(&mut report, problems);
    Some(
        view! {
            <Banner tone=Tone::Bad title="The file can't be used as it is">
                <p>"Mend what is listed below, then choose the file again. Nothing was sent."</p>
            </Banner>
            <Problems report=report />
        }
        .into_any(),
    )
}

/// A mapping file in the place of a saved mapping.
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

/// The chosen file in one line, at every step.
#[component]
pub(super) fn FileBar(flow: Flow) -> impl IntoView {
    let facts = move || {
        flow.preview.with(|preview| {
            preview
                .as_ref()
                .filter(|preview| !preview.columns.is_empty())
                .map(|preview| {
                    let mut facts = vec![
                        text::count(preview.records, "row", "rows"),
                        text::count(preview.file.columns.len() as u64, "column", "columns"),
                        match &preview.file.sheet {
                            Some(_) => format!("Excel (.{})", preview.file.encoding),
                            None => preview.file.format.to_uppercase(),
                        },
                    ];
                    facts.extend(
                        preview
                            .file
                            .sheet
                            .as_ref()
                            .filter(|_| preview.file.sheets.len() < 2)
                            .map(|sheet| format!("sheet “{sheet}”")),
                    );
                    facts.extend(preview.file.delimiter.map(text::delimiter));
                    facts
                })
        })
    };
    let encodings = move || {
        let found = flow.preview.with(|preview| {
            preview
                .as_ref()
                .filter(|preview| preview.file.sheet.is_none())
                .map(|preview| preview.file.encoding.clone())
        });
        found.filter(|_| flow.result.with(Option::is_none)).map(|found| {
            let chosen = flow.encoding.get();
            let automatic = if chosen.is_none() {
                format!("{found} (found)")
            } else {
                "Find it".to_owned()
            };
            let options = ENCODINGS
                .into_iter()
                .map(|(name, label)| {
                    let selected = chosen.as_deref() == Some(label);
                    view! { <option value=label prop:selected=selected>{name}</option> }
                })
                .collect_view();
            view! {
                <label class="encoding">
                    <span class="visually-hidden">"Encoding"</span>
                    <select on:change=move |event| {
                        flow.set_encoding(Some(event_target_value(&event)).filter(|label| !label.is_empty()));
                    }>
                        <option value="" prop:selected=chosen.is_none()>{automatic}</option>
                        {options}
                    </select>
                </label>
            }
        })
    };
    let sheets = move || {
        let file = flow
            .preview
            .with(|preview| preview.as_ref().map(|preview| preview.file.clone()))?;
        let read = file
            .sheet
            .filter(|_| file.sheets.len() > 1 && flow.result.with(Option::is_none))?;
        let options = file.sheets.into_iter().map(|name| {
            let selected = name == read;
            view! { <option value=name.clone() prop:selected=selected>{name.clone()}</option> }
        });
        let options = options.collect_view();
        Some(view! {
            <label class="encoding">
                <span class="visually-hidden">"Sheet"</span>
                <select data-test="sheet" on:change=move |event| flow.set_sheet(event_target_value(&event))>{options}</select>
            </label>
        })
    };
    move || {
        flow.chosen.get().map(|chosen| {
            view! {
                <div class="file-bar" data-test="file-bar">
                    {icon(Icon::File)}
                    <strong class="cell-text">{chosen.name}</strong>
                    <ul class="file-facts">
                        <li>{text::bytes(chosen.size)}</li>
                        {move || {
                            facts()
                                .map(|facts| facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view())
                        }}
                        {move || encodings().map(|select| view! { <li>{select}</li> })}
                        {move || sheets().map(|select| view! { <li>{select}</li> })}
                    </ul>
                    {move || {
                        (flow.reading.with(Option::is_none) && flow.preview.with(Option::is_some))
                            .then(|| {
                                view! {
                                    <Button on_press=Callback::new(move |()| flow.close()) test="other-file">
                                        "Choose another file"
                                    </Button>
                                }
                            })
                    }}
                </div>
            }
        })
    }
}
