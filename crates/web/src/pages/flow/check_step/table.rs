//! The rows as a plain table, fifty at a time: the same as the grid, for whoever reads it better.

use leptos::prelude::*;

use super::super::state::Flow;
use crate::{
    components::{button::Button, problems::severity_badge},
    text,
};

/// Rows of a page.
const ROWS: u64 = 50;

/// The table.
#[component]
pub(super) fn PlainTable(
    flow: Flow,
    columns: Vec<String>,
    /// The column by which a person knows a row; it stays in view.
    key: Option<usize>,
) -> impl IntoView {
    let mending = flow.mending;
    let rows = flow.rows;
    let page = RwSignal::new(0_u64);
    let first = Memo::new(move |_| {
        mending.show.track();
        (page.get() * ROWS).min(rows.count.get().saturating_sub(1) / ROWS * ROWS)
    });
    let last = Memo::new(move |_| (first.get() + ROWS).min(rows.count.get()));
    Effect::new(move || {
        let (first, last) = (first.get(), last.get());
        if let Some(page) = rows.next(first, last.saturating_sub(1), last) {
            flow.ask_for_rows(page);
        }
    });
    let heads = columns
        .iter()
        .enumerate()
        .map(|(column, name)| view! { <th scope="col" class:held=key == Some(column)>{name.clone()}</th> })
        .collect_view();
    let lines = move || {
        let here = (first.get()..last.get()).filter_map(|place| Some((place, rows.row(place)?)));
        let lines =
            here.map(|(place, row)| {
                let number = row.row;
                let problems = row.problems.iter().map(|problem| {
                    view! {
                        <li>{severity_badge(problem.severity)} " " {problem.message.clone()}</li>
                    }
                });
                let problems = problems.collect_view();
                let cells =
                    row.cells.iter().cloned().enumerate().map(
                        |(column, cell)| view! { <td class:held=key == Some(column)>{cell.unwrap_or_default()}</td> },
                    );
                view! {
                    <tr class:left-out=row.left_out>
                        <th scope="row" class="number">{text::number(number)}</th>
                        <td class="plain-problems">
                            {row.left_out.then_some("Left out")}
                            <ul>{problems}</ul>
                            <button
                                type="button"
                                class="button quiet"
                                aria-label=format!("Edit row {number}")
                                on:click=move |_| {
                                    mending.active.set((place, 0));
                                    mending.open_row.set(Some(number));
                                }
                            >
                                "Edit"
                            </button>
                        </td>
                        {cells.collect_view()}
                    </tr>
                }
            });
        lines.collect_view()
    };
    let told = move || {
        format!(
            "Rows {} to {} of {}",
            text::number((first.get() + 1).min(last.get())),
            text::number(last.get()),
            text::number(rows.count.get())
        )
    };
    let is_first = Signal::derive(move || first.get() == 0);
    let is_last = Signal::derive(move || last.get() >= rows.count.get());
    view! {
        <div class="stack-small">
            <div class="table-box" tabindex="0" role="region" aria-label="Rows of the file">
                <table class="plain-rows" data-test="plain-table">
                    <thead>
                        <tr>
                            <th scope="col" class="number">"Row"</th>
                            <th scope="col">"Problems"</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            <div class="actions">
                <Button disabled=is_first on_press=Callback::new(move |()| page.set((first.get_untracked() / ROWS).saturating_sub(1)))>"Previous"</Button>
                <p role="status">{told}</p>
                <Button disabled=is_last on_press=Callback::new(move |()| page.set(first.get_untracked() / ROWS + 1))>"Next"</Button>
            </div>
        </div>
    }
}
