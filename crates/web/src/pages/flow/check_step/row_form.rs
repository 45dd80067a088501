//! One row as a form: every cell it has, also those for which the header has no name, to be written or joined.

use leptos::prelude::*;
use passmuster_core::wire::worker::Act;

use super::super::state::Flow;
use crate::{
    components::{
        button::{Button, Weight},
        dialog::Dialog,
    },
    text,
};

/// The dialog of the row that is open.
#[component]
pub(super) fn RowForm(flow: Flow, columns: Vec<String>) -> impl IntoView {
    let mending = flow.mending;
    let columns = StoredValue::new(columns);
    let cells = RwSignal::new(Vec::<RwSignal<String>>::new());
    let delimiter = flow.report.with_untracked(|report| {
        let delimiter = report.as_ref().and_then(|report| report.file.delimiter);
        delimiter.unwrap_or(' ').to_string()
    });
    let delimiter = StoredValue::new(delimiter);
    let here = move || {
        let row = mending.open_row.get()?;
        let place = mending.active.get_untracked().0;
        let near = (place.saturating_sub(64)..place + 65).filter_map(|place| flow.rows.row_now(place));
        near.into_iter().find(|here| here.row == row)
    };
    Effect::new(move || {
        if let Some(row) = here() {
            let texts = row.cells.iter().cloned().map(Option::unwrap_or_default);
            cells.set(texts.map(RwSignal::new).collect());
        }
    });
    let width = columns.with_value(Vec::len);
    let join = move |index: usize| {
        cells.update(|cells| {
            if index + 1 < cells.len() {
                let next = cells.remove(index + 1);
                let delimiter = delimiter.get_value();
                let joined = format!("{}{delimiter}{}", cells[index].get_untracked(), next.get_untracked());
                cells[index].set(joined);
            }
        });
    };
    let save = move || {
        let Some(row) = mending.open_row.get_untracked() else {
            return;
        };
        let texts = cells.get_untracked().iter().map(|cell| cell.get_untracked()).collect();
        flow.mend(
            format!("Row {} written", text::number(row)),
            Act::Row(row as u32, Some(texts)),
        );
        mending.open_row.set(None);
    };
    let lines = move || {
        let all = cells.get();
        let count = all.len();
        let lines = all.into_iter().enumerate().map(|(index, cell)| {
            let name = columns.with_value(|columns| columns.get(index).cloned());
            let label = name.clone().unwrap_or_else(|| format!("Cell {} (no header)", index + 1));
            let id = format!("row-cell-{index}");
            view! {
                <div class="field row-field" class:extra=name.is_none()>
                    <label for=id.clone()>{label.clone()}</label>
                    <div class="field-box">
                        <input id=id autocomplete="off" spellcheck="false" prop:value=cell on:input=move |event| cell.set(event_target_value(&event)) />
                        {(count > width && index + 1 < count)
                            .then(|| view! {
                                <button
                                    type="button"
                                    class="button quiet"
                                    aria-label=format!("Join {label} with the next cell")
                                    data-test=format!("join-{index}")
                                    on:click=move |_| join(index)
                                >
                                    "Join with next"
                                </button>
                            })}
                    </div>
                </div>
            }
        });
        lines.collect_view()
    };
    let counted = move || {
        let count = cells.with(Vec::len);
        if count == width {
            "As many cells as the header has".to_owned()
        } else {
            format!(
                "{}, the header has {}",
                text::count(count as u64, "cell", "cells"),
                text::number(width as u64)
            )
        }
    };
    let open = Signal::derive(move || mending.open_row.get().is_some());
    view! {
        <Dialog open=open on_close=move |()| mending.open_row.set(None) title="Edit a row">
            <form
                class="stack-small row-form"
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <p class="hint">
                    {move || mending.open_row.get().map(|row| format!("Row {} of the file. ", text::number(row)))}
                    "A text that was cut in two where it holds the delimiter is joined again."
                </p>
                <p role="status" data-test="cell-count">{counted}</p>
                <div class="row-fields">{lines}</div>
                <div class="actions end">
                    <Button on_press=Callback::new(move |()| mending.open_row.set(None))>"Cancel"</Button>
                    <Button weight=Weight::Primary submit=true test="save-row">"Save the row"</Button>
                </div>
            </form>
        </Dialog>
    }
}
