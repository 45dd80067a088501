//! API fields from the headers of a file: it is read in the worker, nothing of it is sent.

use super::{chosen::file_of, draft::Draft};
use crate::{
    components::{
        badge::{Badge, Tone},
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
        icon::{Icon, icon},
        match_table::label,
    },
    parts::{Part, later},
    session::Shell,
    text,
    worker::Checker,
};
use leptos::{prelude::*, wasm_split::wasm_split};
use passmuster_core::{
    mapping::ApiField,
    suggest::{Match, Suggestion, suggest},
    wire::worker::{FromWorker, ToWorker},
};
use web_sys::File;

/// A column with what it probably means, and whether it is to be taken.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    suggestion: Suggestion,
    sample: String,
    taken: bool,
}

/// What is known of the file.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Reading,
    Failed(String),
    Read(Vec<Found>),
}

/// The button that chooses a file, and the dialog that shows what its headers mean.
#[component]
pub(super) fn FromFile(
    /// The mapping that is added to.
    draft: Draft,
) -> impl IntoView {
    let may_edit = draft.opened.may_edit;
    // The file whose headers are shown.
    let (file, name) = (StoredValue::new_local(None::<File>), RwSignal::new(None::<String>));
    let open = Signal::derive(move || name.with(Option::is_some));
    let close = Callback::new(move |()| name.set(None));
    let title = Signal::derive(move || {
        name.with(|name| {
            name.as_ref()
                .map_or_else(String::new, |name| format!("Add from {name}"))
        })
    });
    let body = move || {
        name.track();
        let file = file.get_value().filter(|_| open.get_untracked())?;
        Some(later(move || Box::pin(headers(draft, file.clone(), close))))
    };
    view! {
        <label class="button" class:disabled=!may_edit>
            {icon(Icon::File)}
            "Add from a file…"
            <input
                type="file"
                class="visually-hidden"
                data-test="from-file"
                disabled=!may_edit
                accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xlsx,.xls,text/csv,application/json"
                on:change=move |event| {
                    if let Some(chosen) = file_of(&event) {
                        let called = chosen.name();
                        file.set_value(Some(chosen));
                        name.set(Some(called));
                    }
                }
            />
        </label>
        <Dialog open=open on_close=close title=title wide=true>
            {body}
        </Dialog>
    }
}

#[wasm_split(headers, wasm_split_path = leptos::wasm_split, fallible)]
fn headers(draft: Draft, file: File, close: Callback<()>) -> Part {
    Ok(view! { <Headers draft=draft file=file close=close /> }.into_any())
}

#[component]
fn Headers(draft: Draft, file: File, close: Callback<()>) -> impl IntoView {
    let shell = Shell::here();
    let state = RwSignal::new(State::Reading);
    let checker = StoredValue::new_local(None::<Checker>);
    let take = move |message: FromWorker, _| match message {
        FromWorker::Opened { preview, .. } => {
            let columns: Vec<String> = preview.columns.iter().map(|column| column.name.clone()).collect();
            if columns.is_empty() {
                let why = preview
                    .problems
                    .first()
                    .map(|problem| format!("{} {}", problem.message, problem.hint));
                state.try_set(State::Failed(
                    why.unwrap_or_else(|| "The file has no headers.".to_owned()),
                ));
            } else {
                let mapping = untrack(|| draft.mapping());
                let catalog = draft.opened.catalog.get_untracked();
                let found = suggest(&columns, Some(&mapping), &catalog)
                    .into_iter()
                    .zip(preview.columns);
                let found = found.map(|(suggestion, column)| Found {
                    taken: suggestion.matched == Match::Alias,
                    sample: column.samples.first().cloned().unwrap_or_default(),
                    suggestion,
                });
                state.try_set(State::Read(found.collect()));
            }
            checker.try_set_value(None);
        }
        FromWorker::Failed { message } => {
            state.try_set(State::Failed(message));
            checker.try_set_value(None);
        }
        _ => {}
    };
    // The worker ends with the dialog.
    let worker = Checker::start(take);
    match &worker {
        Some(worker) => {
            let open = ToWorker::Open {
                expected: None,
                encoding: None,
                delimiter: None,
                sheet: None,
                header: None,
            };
            worker.send(&open, Some(&file));
        }
        None => state.set(State::Failed("This browser can't start the checker.".to_owned())),
    }
    checker.set_value(worker);
    let add = Callback::new(move |()| {
        let State::Read(found) = state.get_untracked() else {
            return;
        };
        let mut added = 0;
        for Suggestion { column, target, .. } in found
            .into_iter()
            .filter(|found| found.taken)
            .map(|found| found.suggestion)
        {
            let Some(target) = target else { continue };
            added += 1;
            match untrack(|| draft.line_of(&target)) {
                Some(line) => draft.set(
                    line.number,
                    ApiField {
                        api_field: column,
                        ..line.field
                    },
                ),
                None => {
                    draft.add(ApiField::new(column, target));
                }
            }
        }
        shell.say(format!(
            "{} taken over. Not saved yet.",
            text::count(added, "API field", "API fields")
        ));
        close.run(());
    });
    let chosen = move || match state.get() {
        State::Read(found) => found.iter().filter(|found| found.taken).count() as u64,
        _ => 0,
    };
    view! {
        <div class="stack">
            <p class="hint">"The headers were read here in the browser. Nothing of the file is sent."</p>
            {move || match state.get() {
                State::Reading => view! { <p role="status">"Reading the headers…"</p> }.into_any(),
                State::Failed(why) => {
                    view! { <Banner tone=Tone::Bad title="The file could not be read"><p>{why}</p></Banner> }.into_any()
                }
                State::Read(found) => table(&found, draft, state).into_any(),
            }}
            <div class="actions dialog-foot">
                <Button on_press=close>"Cancel"</Button>
                <Button
                    weight=Weight::Primary
                    disabled=Signal::derive(move || chosen() == 0)
                    on_press=add
                    test="take-fields"
                >
                    {move || format!("Take over {}", text::count(chosen(), "API field", "API fields"))}
                </Button>
            </div>
        </div>
    }
}

fn table(found: &[Found], draft: Draft, state: RwSignal<State>) -> impl IntoView + use<> {
    let catalog = draft.opened.catalog.get_untracked();
    let rows = found
        .iter()
        .enumerate()
        .map(|(index, found)| {
            let Suggestion { column, target, matched, percent } = found.suggestion.clone();
            let badge = match matched {
                Match::Exact => view! { <Badge tone=Tone::Good with=Icon::Tick text="There already" /> },
                Match::Alias => view! { <Badge tone=Tone::Accent with=Icon::Tick text="Alias" /> },
                Match::Similar => view! { <Badge tone=Tone::Notice with=Icon::Warning text=format!("Similar {percent} %") /> },
                Match::None => view! { <Badge tone=Tone::Neutral with=Icon::Off text="No field for it" /> },
            };
            let former = target
                .as_ref()
                .and_then(|target| untrack(|| draft.line_of(target)))
                .map(|line| line.field.api_field)
                .filter(|former| *former != column)
                .map(|former| view! { <span class="hint">"in the place of "<code>{former}</code></span> });
            let can = target.is_some() && matched != Match::Exact;
            let taken = found.taken;
            let choose = move |event| {
                let is_taken = event_target_checked(&event);
                state.update(|state| {
                    if let State::Read(found) = state
                        && let Some(found) = found.get_mut(index)
                    {
                        found.taken = is_taken;
                    }
                });
            };
            let spoken = column.clone();
            view! {
                <tr>
                    <td data-label="Take over">
                        {can
                            .then(|| {
                                view! {
                                    <input
                                        type="checkbox"
                                        aria-label=format!("Take over {spoken}")
                                        data-column=spoken.clone()
                                        checked=taken
                                        prop:checked=taken
                                        on:change=choose
                                    />
                                }
                            })}
                    </td>
                    <td data-label="Column"><code>{column}</code></td>
                    <td data-label="Sample" class="cell-text hint">{found.sample.clone()}</td>
                    <td data-label="Field"><div class="two-lines">{target.map(|target| label(&target, &catalog))}{former}</div></td>
                    <td data-label="Match">{badge}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-box flat tall">
            <table class="cards" data-test="from-file-columns">
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">"Take over"</span></th>
                        <th scope="col">"Column in the file"</th>
                        <th scope="col">"Sample"</th>
                        <th scope="col">"Passmuster Field"</th>
                        <th scope="col">"Match"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
