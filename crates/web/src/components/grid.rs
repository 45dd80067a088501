//! Rows and columns of a file, however many rows: only those in view are in the document.
//!
//! A fixed number of row elements moves along with the view ([`row_element`]). An element can be only some ten million pixels
//! tall, less than a million rows are: past that, a drag of the scroll bar moves by its share of the whole, the wheel by its
//! pixels.

use leptos::{ev, html, prelude::*};
use passmuster_core::problem::Severity;

use web_sys::{Element, HtmlElement, wasm_bindgen::JsCast};

use super::{grid_row::row_element, row_pages::RowPages};
use crate::text;

/// How tall a row is, and how wide a column; `grid.css` says the same.
pub(super) const ROW: f64 = 32.0;
const COLUMN: f64 = 176.0;
const NUMBER_COLUMN: f64 = 88.0;

/// What is scrolled is at most this tall: every browser can do that.
const TALLEST: f64 = 8_000_000.0;

/// Row elements: more than the tallest view has room for.
const ELEMENTS: u64 = 24;

/// The most columns that are shown.
const COLUMNS_SHOWN: usize = 40;

/// Rows are placed below one that changes only every so many rows, so that those that stay in view stay where they are.
const REBASED: u64 = 8192;

/// The cell that the keys move; its `id` leads those there who listen to the page.
pub(super) const ACTIVE: &str = "grid-active-cell";

/// A cell that is spoken of: its row from 1, its column from 0, how bad it is, and why.
pub(crate) type Mark = (u64, usize, Severity, String);

/// What is seen of the rows.
#[derive(Clone, Copy)]
pub(super) struct View {
    node: NodeRef<html::Div>,
    /// How many there are, and how many columns are shown.
    pub(super) rows: u64,
    pub(super) columns: usize,
    /// How far above the view the first row lies, in pixels of rows.
    top: RwSignal<f64>,
    /// Where the scroll bar was last.
    bar: StoredValue<f64>,
    /// The active cell's row and column, from 0.
    pub(super) active: RwSignal<(u64, usize)>,
}

impl View {
    /// The height of all rows, and of the element that is scrolled.
    fn whole(self) -> f64 {
        self.rows as f64 * ROW
    }

    fn scrolled(self) -> f64 {
        (self.whole() + ROW).min(TALLEST)
    }

    /// How far rows and scroll bar can go in a view of this height.
    fn ends(self, height: f64) -> (f64, f64) {
        (
            (self.whole() - (height - ROW)).max(0.0),
            (self.scrolled() - height).max(0.0),
        )
    }

    /// The scroll bar was moved.
    fn scroll(self) {
        let Some(node) = self.node.get_untracked() else { return };
        let (height, bar) = (f64::from(node.client_height()), f64::from(node.scroll_top()));
        let (last, end) = self.ends(height);
        let moved = bar - self.bar.get_value();
        let now = self.top.get_untracked();
        let top = if last <= end {
            bar
        } else if bar <= 0.0 {
            0.0
        } else if bar >= end - 1.0 {
            last
        } else if moved.abs() <= height {
            now + moved
        } else {
            bar / end * last
        };
        self.bar.set_value(bar);
        let top = top.clamp(0.0, last).round();
        if top != now {
            self.top.set(top);
        }
    }

    /// Makes a cell the active one and brings it into view.
    fn go(self, row: u64, column: usize) {
        let Some(node) = self.node.get_untracked() else { return };
        self.active.set((row, column));
        let height = f64::from(node.client_height());
        let (last, end) = self.ends(height);
        let (above, below) = (row as f64 * ROW, (row + 1) as f64 * ROW - (height - ROW));
        let now = self.top.get_untracked();
        let top = now.clamp(below.min(above), above).clamp(0.0, last);
        if top != now {
            let bar = if last <= end { top } else { (top / last * end).round() };
            self.bar.set_value(bar);
            self.top.set(top);
            node.set_scroll_top(bar as i32);
        }
        let (left, width) = (f64::from(node.scroll_left()), f64::from(node.client_width()));
        let start = column as f64 * COLUMN;
        let to = left.clamp((start + COLUMN + NUMBER_COLUMN - width).min(start), start);
        node.set_scroll_left(to as i32);
    }

    /// Where a key leads from the active cell.
    fn press(self, event: &ev::KeyboardEvent) {
        let (row, column) = self.active.get_untracked();
        let height = self.node.get_untracked().map_or(0, |node| node.client_height());
        let page = (height / ROW as i32 - 2).max(1) as u64;
        let (last_row, last_column) = (self.rows.saturating_sub(1), self.columns.saturating_sub(1));
        let far = event.ctrl_key() || event.meta_key();
        let (row, column) = match event.key().as_str() {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => (row + 1, column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, column + 1),
            "PageUp" => (row.saturating_sub(page), column),
            "PageDown" => (row + page, column),
            "Home" if far => (0, 0),
            "End" if far => (last_row, last_column),
            "Home" => (row, 0),
            "End" => (row, last_column),
            _ => return,
        };
        event.prevent_default();
        self.go(row.min(last_row), column.min(last_column));
    }
}

/// The grid.
#[component]
pub(crate) fn Grid(
    /// What its rows are, for those who listen to the page.
    label: &'static str,
    /// The names of the columns.
    columns: Vec<String>,
    /// How many rows there are.
    rows: u64,
    /// Those at hand.
    pages: RowPages,
    /// Called with a page to fetch; the answer goes to `pages`.
    #[prop(into)]
    on_need: Callback<u64>,
    /// Cells that are spoken of.
    marks: Vec<Mark>,
) -> impl IntoView {
    let whole = columns.len();
    let columns: Vec<String> = columns.into_iter().take(COLUMNS_SHOWN).collect();
    let count = columns.len();
    let view = View {
        node: NodeRef::new(),
        rows,
        columns: count,
        top: RwSignal::new(0.0),
        bar: StoredValue::new(0.0),
        active: RwSignal::new((0, 0)),
    };
    let first = Memo::new(move |_| (view.top.get() / ROW) as u64);
    let base = Memo::new(move |_| first.get() / REBASED * REBASED);
    Effect::new(move || {
        let first = first.get();
        let last = (first + ELEMENTS).min(rows.saturating_sub(1));
        if let Some(page) = pages.next(first, last, rows) {
            on_need.run(page);
        }
    });
    // Only what is in the document can be pointed at.
    let active_here = move || {
        let (first, (row, _)) = (first.get(), view.active.get());
        (first..first + ELEMENTS).contains(&row).then_some(ACTIVE)
    };
    let marks = StoredValue::new(marks);
    let (elements, numbers): (Vec<_>, Vec<_>) = (0..ELEMENTS.min(rows))
        .map(|element| {
            // Each element keeps its row as long as that is in view.
            let row = Memo::new(move |_| {
                let first = first.get();
                first + (element + ELEMENTS - first % ELEMENTS) % ELEMENTS
            });
            row_element(view, row, base, pages, marks)
        })
        .unzip();
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
            role="grid"
            tabindex="0"
            aria-label=label
            aria-rowcount=(rows + 1).to_string()
            aria-colcount=(count + 1).to_string()
            aria-activedescendant=active_here
            data-test="grid"
            node_ref=view.node
            on:scroll=move |_| view.scroll()
            on:keydown=move |event| view.press(&event)
        >
            <div
                class="grid-whole"
                role="presentation"
                style:block-size=format!("{}px", view.scrolled() as u64)
                style:inline-size=format!("{}px", (NUMBER_COLUMN + count as f64 * COLUMN) as u64)
            >
                <div class="grid-view" role="presentation">
                    <div class="grid-row grid-head" role="row" aria-rowindex="1">
                        <div role="columnheader" class="grid-cell grid-number" aria-colindex="1">"Row"</div>
                        {heads}
                    </div>
                    <div
                        class="grid-rows"
                        role="rowgroup"
                        style:transform=move || format!("translateY({}px)", base.get() as i64 * ROW as i64 - view.top.get() as i64)
                        on:click=move |event| {
                            if let Some((row, column)) = cell_of(&event).and_then(|cell| place_of(&cell)) {
                                view.active.set((row, column));
                            }
                        }
                        on:mouseover=move |event| {
                            if let Some(cell) = cell_of(&event) {
                                tell_in_full(&cell);
                            }
                        }
                    >
                        <div class="grid-numbers" aria-hidden="true">{numbers}</div>
                        {elements}
                    </div>
                </div>
            </div>
        </div>
    }
}

/// The cell that an event is about.
fn cell_of(event: &ev::MouseEvent) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[role='gridcell']").ok()??.dyn_into().ok()
}

/// The row and the column of a cell, from 0, as the numbers say that those hear who listen to the page.
fn place_of(cell: &Element) -> Option<(u64, usize)> {
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
