//! Rows and columns of a file, however many rows: only those in view are in the document. Cells are written in place.
//!
//! A fixed number of row elements moves along with the view ([`row_element`]). An element can be only some ten million pixels
//! tall, less than a million rows are: past that, a drag of the scroll bar moves by its share of the whole, the wheel by its
//! pixels.

use leptos::{ev, prelude::*};
use passmuster_core::wire::worker::FileRow;
use web_sys::{Element, HtmlElement, wasm_bindgen::JsCast};

use super::{
    grid_copy,
    grid_editor::{Editor, End},
    grid_row::{active_cell, row_element},
    grid_view::{COLUMN, NUMBER_COLUMN, ROW, View},
    row_pages::RowPages,
};
use crate::text;

pub(crate) use super::grid_editor::SUGGESTIONS;
pub(crate) use super::grid_view::At;

/// Row elements: more than the tallest view has room for.
const ELEMENTS: u64 = 24;

/// The most columns that are shown.
const COLUMNS_SHOWN: usize = 40;

/// Rows are placed below one that changes only every so many rows, so that those that stay in view stay where they are.
const REBASED: u64 = 8192;

/// The cell that the keys move; its `id` leads those there who listen to the page.
pub(super) const ACTIVE: &str = "grid-active-cell";

/// What describes the active cell, when something was found in it.
pub(crate) const DETAILS: &str = "cell-details";

/// Texts longer than this are not whole in the page, and so not written in place.
const WHOLE: usize = 2_000;

/// What a person does in the grid, for whoever keeps the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GridAct {
    /// Texts for cells: row of the file from 1, column from 0.
    Write(Vec<(u32, u32, Option<String>)>),
    /// A row that can't be written cell by cell.
    Open(u64),
    /// On to the next problem, or back to the one before.
    Problem {
        /// Back.
        back: bool,
    },
    /// Take the last change back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Find and replace.
    Replace,
    /// Tell those who listen to the page.
    Say(String),
}

/// The grid.
#[component]
pub(crate) fn Grid(
    /// What its rows are, for those who listen to the page.
    label: &'static str,
    /// The names of the columns.
    columns: Vec<String>,
    /// The column by which a person knows a row; it stays in view.
    key: Option<usize>,
    /// Those at hand.
    pages: RowPages,
    /// Called with a page to fetch; the answer goes to `pages`.
    #[prop(into)]
    on_need: Callback<u64>,
    /// The active cell.
    active: RwSignal<At>,
    /// Where to go, and whether the grid takes the focus there.
    goto: RwSignal<Option<(At, bool)>>,
    /// What a person does.
    #[prop(into)]
    on_act: Callback<GridAct>,
) -> impl IntoView {
    let whole = columns.len();
    let columns: Vec<String> = columns.into_iter().take(COLUMNS_SHOWN).collect();
    let count = columns.len();
    let names = StoredValue::new(columns.clone());
    let rows = pages.count;
    let key = key.filter(|key| *key < count);
    let view = View::new(rows, count, key, active);
    let editor = Editor::new();
    let first = Memo::new(move |_| (view.top.get() / ROW) as u64);
    let base = Memo::new(move |_| first.get() / REBASED * REBASED);
    Effect::new(move || {
        let (first, rows) = (first.get(), rows.get());
        let last = (first + ELEMENTS).min(rows.saturating_sub(1));
        if let Some(page) = pages.next(first, last, rows) {
            on_need.run(page);
        }
    });
    let focus = move || {
        if let Some(node) = view.node.get_untracked() {
            // Fails only for elements that can't take the focus.
            let _ = node.focus();
        }
    };
    Effect::new(move || {
        if let Some((at, takes_focus)) = goto.get() {
            if at == (0, 0) {
                view.rewind();
            }
            view.choose(at, false);
            view.show(at);
            if takes_focus {
                focus();
            }
        }
    });
    let finish = Callback::new(move |end: End| {
        let Some(((row, column), text)) = editor.close() else {
            return;
        };
        if end != End::Away {
            focus();
        }
        if let (Some(text), Some(here), false) = (text, pages.row_now(row), end == End::Cancelled) {
            on_act.run(GridAct::Write(vec![(here.row as u32, column as u32, Some(text))]));
        }
        match end {
            End::Down => view.step(1, 0),
            End::Next(back) => view.step(0, if back { -1 } else { 1 }),
            End::Away | End::Cancelled => {}
        }
    });
    let edit = move |typed: Option<&str>| {
        let at = view.active.get_untracked();
        view.show(at);
        let Some(here) = pages.row_now(at.0) else { return };
        let text = text_of(&here, at.1);
        if here.left_out {
            on_act.run(GridAct::Say(
                "This row is left out; take it back to change it".to_owned(),
            ));
        } else if here.broken || text.chars().count() > WHOLE {
            on_act.run(GridAct::Open(here.row));
        } else if let Some(cell) = active_cell() {
            let name = names.with_value(|names| names.get(at.1).cloned().unwrap_or_default());
            let label = format!("{name}, row {}", text::number(here.row));
            editor.open(&cell, at, &label, &text, typed, finish);
        }
    };
    let write_chosen = move |texts: Vec<Vec<String>>| {
        let ((top, left), (bottom, right)) = view.chosen();
        let is_one = texts.len() == 1 && texts.first().is_some_and(|row| row.len() == 1);
        let (height, width) = if is_one {
            (bottom - top + 1, right - left + 1)
        } else {
            (texts.len() as u64, texts.iter().map(Vec::len).max().unwrap_or(0))
        };
        let mut cells = Vec::new();
        let mut missed = 0;
        for row in 0..height.min(rows.get_untracked().saturating_sub(top)) {
            let Some(here) = pages.row_now(top + row).filter(|here| !here.left_out && !here.broken) else {
                missed += 1;
                continue;
            };
            for column in 0..width.min(count - left) {
                let line = texts.get(if is_one { 0 } else { row as usize });
                let text = line.and_then(|line| line.get(if is_one { 0 } else { column }));
                let Some(text) = text.filter(|text| **text != text_of(&here, left + column)) else {
                    continue;
                };
                cells.push((here.row as u32, (left + column) as u32, Some(text.clone())));
            }
        }
        if missed > 0 {
            let rows = text::count(missed, "row", "rows");
            on_act.run(GridAct::Say(format!(
                "{rows} left as they are: not in view, left out, or not readable"
            )));
        }
        if !cells.is_empty() {
            on_act.run(GridAct::Write(cells));
        }
    };
    let press = move |event: ev::KeyboardEvent| {
        if editor.is_open() {
            return;
        }
        let far = event.ctrl_key() || event.meta_key();
        let act = match event.key().as_str() {
            "F8" => GridAct::Problem {
                back: event.shift_key(),
            },
            "z" | "Z" if far && event.shift_key() => GridAct::Redo,
            "y" if far => GridAct::Redo,
            "z" if far => GridAct::Undo,
            "h" if far => GridAct::Replace,
            "Enter" | "F2" => {
                event.prevent_default();
                return edit(None);
            }
            "Delete" | "Backspace" => {
                event.prevent_default();
                return write_chosen(vec![vec![String::new()]]);
            }
            key if !far && !event.alt_key() && key.chars().count() == 1 => {
                event.prevent_default();
                return edit(Some(key));
            }
            _ => {
                view.press(&event);
                return;
            }
        };
        event.prevent_default();
        on_act.run(act);
    };
    let copy = move |event: ev::ClipboardEvent| {
        if editor.is_open() {
            return;
        }
        let ((top, left), (bottom, right)) = view.chosen();
        let here = (top..=bottom).map_while(|row| pages.row_now(row));
        let texts: Vec<Vec<String>> = here
            .map(|row| (left..=right).map(|column| text_of(&row, column)).collect())
            .collect();
        let whole = texts.len() as u64 == bottom - top + 1;
        if let Some(data) = event.clipboard_data() {
            event.prevent_default();
            // Fails only for types that are none.
            let _ = data.set_data("text/plain", &grid_copy::to_text(&texts));
            let cells = text::count((texts.len() * (right - left + 1)) as u64, "cell", "cells");
            let cap = if whole {
                ""
            } else {
                ": only rows at hand, those further away are not"
            };
            on_act.run(GridAct::Say(format!("{cells} copied{cap}")));
        }
    };
    let paste = move |event: ev::ClipboardEvent| {
        if editor.is_open() {
            return;
        }
        if let Some(text) = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()) {
            // Pasted into cells, it is no file of its own.
            event.stop_propagation();
            event.prevent_default();
            write_chosen(grid_copy::from_text(&text));
        }
    };
    // Only what is in the document can be pointed at.
    let active_here = move || {
        let (first, (row, _)) = (first.get(), view.active.get());
        (first..first + ELEMENTS).contains(&row).then_some(ACTIVE)
    };
    let ((elements, numbers), keys): ((Vec<_>, Vec<_>), Vec<_>) = (0..ELEMENTS)
        .map(|element| {
            // Each element keeps its row as long as that is in view.
            let row = Memo::new(move |_| {
                let first = first.get();
                first + (element + ELEMENTS - first % ELEMENTS) % ELEMENTS
            });
            let (element, number, key) = row_element(view, row, base, pages);
            ((element, number), key)
        })
        .unzip();
    let key_name = key.and_then(|key| columns.get(key).cloned());
    let heads = columns
        .into_iter()
        .enumerate()
        .map(|(column, name)| {
            view! { <div role="columnheader" class="grid-cell" aria-colindex=(column + 2).to_string() title=name.clone()>{name.clone()}</div> }
        })
        .collect_view();
    let capped = (whole > count).then(|| {
        let words = format!(
            "The first {count} of {} are shown.",
            text::count(whole as u64, "column", "columns")
        );
        view! { <p class="hint">{words}</p> }
    });
    view! {
        {capped}
        <div
            class="grid"
            class:holds-key=view.is_held
            role="grid"
            tabindex="0"
            aria-label=label
            aria-rowcount=move || (rows.get() + 1).to_string()
            aria-colcount=(count + 1).to_string()
            aria-multiselectable="true"
            aria-activedescendant=active_here
            data-test="grid"
            node_ref=view.node
            on:scroll=move |_| {
                let before = view.top.get_untracked();
                view.scroll();
                if view.top.get_untracked() != before {
                    finish.run(End::Away);
                }
            }
            on:keydown=press
            on:copy=copy
            on:paste=paste
        >
            <div
                class="grid-whole"
                role="presentation"
                style:block-size=move || format!("{}px", view.scrolled() as u64)
                style:inline-size=format!("{}px", (NUMBER_COLUMN + count as f64 * COLUMN) as u64)
            >
                <div class="grid-view" role="presentation">
                    <div class="grid-row grid-head" role="row" aria-rowindex="1">
                        <div role="columnheader" class="grid-cell grid-number" aria-colindex="1">"Row"</div>
                        {key_name.map(|name| view! { <div class="grid-cell grid-key" aria-hidden="true">{name}</div> })}
                        {heads}
                    </div>
                    <div
                        class="grid-rows"
                        role="rowgroup"
                        style:transform=move || format!("translateY({}px)", base.get() as i64 * ROW as i64 - view.top.get() as i64)
                        on:mousedown=move |event| {
                            let held = held_row(&event).zip(key);
                            if let Some(at) = cell_of(&event).and_then(|cell| place_of(&cell)).or(held) {
                                if event.shift_key() {
                                    // else it would choose text
                                    event.prevent_default();
                                    focus();
                                }
                                view.choose(at, event.shift_key());
                            }
                        }
                        on:dblclick=move |event| {
                            if cell_of(&event).is_some() && !editor.is_open() {
                                edit(None);
                            }
                        }
                        on:mouseover=move |event| {
                            if let Some(cell) = cell_of(&event) {
                                tell_in_full(&cell);
                            }
                        }
                    >
                        <div class="grid-numbers" aria-hidden="true">{numbers}</div>
                        <div class="grid-keys" aria-hidden="true">{keys}</div>
                        {elements}
                    </div>
                </div>
            </div>
        </div>
    }
}

fn text_of(row: &FileRow, column: usize) -> String {
    row.cells.get(column).cloned().flatten().unwrap_or_default()
}

/// The cell that an event is about.
fn cell_of(event: &ev::MouseEvent) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[role='gridcell']").ok()??.dyn_into().ok()
}

/// The row whose held key an event is about, from 0.
fn held_row(event: &ev::MouseEvent) -> Option<u64> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let held = target.closest(".grid-keys > [data-row]").ok()??;
    held.get_attribute("data-row")?.parse().ok()
}

/// The row and the column of a cell, from 0, as the numbers say that those hear who listen to the page.
fn place_of(cell: &Element) -> Option<At> {
    let row = cell
        .parent_element()?
        .get_attribute("aria-rowindex")?
        .parse::<u64>()
        .ok()?;
    let column = cell.get_attribute("aria-colindex")?.parse::<usize>().ok()?;
    Some((row.checked_sub(2)?, column.checked_sub(2)?))
}

/// Tells who points at a cell all that it says, which may not fit into it; a cell with a problem tells that already.
fn tell_in_full(cell: &HtmlElement) {
    let text = cell.text_content().unwrap_or_default();
    let tells_more = cell
        .title()
        .strip_prefix(&text)
        .is_some_and(|rest| rest.starts_with('\n'));
    if !tells_more {
        cell.set_title(&text);
    }
}
