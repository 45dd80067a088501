//! Find and replace: how many cells it would change is told before it does.

use leptos::prelude::*;
use passmuster_core::{mend::replacing::Find, wire::worker::Act};

use super::super::state::{Flow, mending::quoted};
use crate::{
    components::{
        button::{Button, Weight},
        dialog::Dialog,
    },
    text,
};

/// The dialog.
#[component]
pub(super) fn Replace(flow: Flow, columns: Vec<String>) -> impl IntoView {
    let mending = flow.mending;
    let columns = StoredValue::new(columns);
    let (find, with) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let column = RwSignal::new(None::<u32>);
    let (whole, case) = (RwSignal::new(true), RwSignal::new(true));
    let asked = move || Find {
        text: find.get(),
        column: column.get(),
        whole: whole.get(),
        case: case.get(),
    };
    // What is counted follows what is asked, and nothing else.
    Effect::new(move || {
        let (find, with) = (asked(), with.get());
        if mending.replacing.get() {
            mending.finds.set(None);
            flow.count_finds(find, with);
        }
    });
    // It begins with the cell that the person is at.
    Effect::new(move |was: Option<bool>| {
        let is_open = mending.replacing.get();
        if is_open && was != Some(true) {
            let (place, at) = mending.active.get_untracked();
            let text = flow
                .rows
                .row_now(place)
                .and_then(|row| row.cells.get(at).cloned().flatten());
            find.set(text.unwrap_or_default());
            with.set(String::new());
            column.set(Some(at as u32));
        }
        is_open
    });
    let counted = move || match mending.finds.get() {
        None => "Counting…".to_owned(),
        Some((0, _)) => "No cell would change".to_owned(),
        Some((cells, rows)) => format!(
            "{} in {} would change",
            text::count(cells, "cell", "cells"),
            text::count(rows, "row", "rows")
        ),
    };
    let is_idle = Signal::derive(move || mending.finds.get().is_none_or(|(cells, _)| cells == 0));
    let go = move || {
        let asked = untrack(asked);
        let (cells, _) = mending.finds.get_untracked().unwrap_or_default();
        let words = format!(
            "{}: {} → {}",
            text::count(cells, "cell replaced", "cells replaced"),
            quoted(&asked.text),
            quoted(&with.get_untracked())
        );
        flow.mend(words, Act::Replace(asked, with.get_untracked()));
        mending.replacing.set(false);
    };
    view! {
        <Dialog open=mending.replacing on_close=move |()| mending.replacing.set(false) title="Find and replace">
            <form
                class="stack-small replace-form"
                on:submit=move |event| {
                    event.prevent_default();
                    if !is_idle.get_untracked() {
                        go();
                    }
                }
            >
                <div class="field">
                    <label for="find-text">"Find"</label>
                    <input id="find-text" autocomplete="off" spellcheck="false" prop:value=find on:input=move |event| find.set(event_target_value(&event)) />
                </div>
                <div class="field">
                    <label for="replace-with">"Replace with"</label>
                    <input id="replace-with" autofocus autocomplete="off" spellcheck="false" prop:value=with on:input=move |event| with.set(event_target_value(&event)) />
                </div>
                <div class="field">
                    <label for="find-column">"In"</label>
                    <select
                        id="find-column"
                        prop:value=move || column.get().map(|column| column.to_string()).unwrap_or_default()
                        on:change=move |event| column.set(event_target_value(&event).parse().ok())
                    >
                        <option value="" selected=move || column.get().is_none()>"All columns"</option>
                        {columns.with_value(|columns| {
                            columns
                                .iter()
                                .enumerate()
                                .map(|(index, name)| view! {
                                    <option value=index.to_string() selected=move || column.get() == Some(index as u32)>{name.clone()}</option>
                                })
                                .collect_view()
                        })}
                    </select>
                </div>
                <label class="check">
                    <input type="checkbox" prop:checked=whole on:change=move |event| whole.set(event_target_checked(&event)) />
                    "The whole cell"
                </label>
                <label class="check">
                    <input type="checkbox" prop:checked=case on:change=move |event| case.set(event_target_checked(&event)) />
                    "Capitals matter"
                </label>
                <p role="status" data-test="find-count">{counted}</p>
                <div class="actions end">
                    <Button on_press=Callback::new(move |()| mending.replacing.set(false))>"Cancel"</Button>
                    <Button weight=Weight::Primary submit=true disabled=is_idle test="replace-now">
                        {move || match mending.finds.get() {
                            Some((cells, _)) if cells > 0 => format!("Replace {}", text::count(cells, "cell", "cells")),
                            _ => "Replace".to_owned(),
                        }}
                    </Button>
                </div>
            </form>
        </Dialog>
    }
}
