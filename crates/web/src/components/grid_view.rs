//! What is seen of the rows of a grid: how far they are scrolled, which cells are chosen, and where keys lead.
//!
//! The number of a row and the cell of its key column, by which a person knows it, stay in view however far to the side it is
//! scrolled.

use leptos::{ev, html, prelude::*};

/// How tall a row is, and how wide a column; `grid.css` says the same.
pub(super) const ROW: f64 = 32.0;
pub(super) const COLUMN: f64 = 176.0;
pub(super) const NUMBER_COLUMN: f64 = 88.0;

/// In a view that is narrower than this, what stays in view is narrower too, so that there is room beside it.
const NARROW: f64 = 480.0;
const NARROW_NUMBER_COLUMN: f64 = 56.0;
const NARROW_KEY_COLUMN: f64 = 112.0;

/// What is scrolled is at most this tall: every browser can do that.
const TALLEST: f64 = 8_000_000.0;

/// A cell: its row among those shown and its column, from 0.
pub(crate) type At = (u64, usize);

/// What is seen of the rows.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) node: NodeRef<html::Div>,
    /// How many there are.
    pub(super) rows: RwSignal<u64>,
    /// How many columns are shown.
    pub(super) columns: usize,
    /// How far above the view the first row lies, in pixels of rows.
    pub(super) top: RwSignal<f64>,
    /// Where the scroll bar was last.
    bar: StoredValue<f64>,
    /// The active cell.
    pub(super) active: RwSignal<At>,
    /// The other corner of the chosen cells.
    pub(super) anchor: RwSignal<At>,
    /// The column by which a person knows a row.
    pub(super) key: Option<usize>,
    /// Whether that is scrolled out of view, so that it has to be held there.
    pub(super) is_held: RwSignal<bool>,
}

impl View {
    pub(super) fn new(rows: RwSignal<u64>, columns: usize, key: Option<usize>, active: RwSignal<At>) -> Self {
        Self {
            node: NodeRef::new(),
            rows,
            columns,
            top: RwSignal::new(0.0),
            bar: StoredValue::new(0.0),
            active,
            anchor: RwSignal::new(active.get_untracked()),
            key,
            is_held: RwSignal::new(false),
        }
    }

    /// How wide the number of a row and a held key are in a view of this width.
    fn held(width: f64) -> (f64, f64) {
        if width < NARROW {
            (NARROW_NUMBER_COLUMN, NARROW_KEY_COLUMN)
        } else {
            (NUMBER_COLUMN, COLUMN)
        }
    }

    /// The height of all rows, and of the element that is scrolled.
    fn whole(self) -> f64 {
        self.rows.get_untracked() as f64 * ROW
    }

    pub(super) fn scrolled(self) -> f64 {
        (self.rows.get() as f64 * ROW + ROW).min(TALLEST)
    }

    /// How far rows and scroll bar can go in a view of this height.
    fn ends(self, height: f64) -> (f64, f64) {
        let scrolled = (self.whole() + ROW).min(TALLEST);
        ((self.whole() - (height - ROW)).max(0.0), (scrolled - height).max(0.0))
    }

    /// The scroll bar was moved.
    pub(super) fn scroll(self) {
        let Some(node) = self.node.get_untracked() else { return };
        let left = f64::from(node.scroll_left());
        let is_held = self.key.is_some_and(|key| left > key as f64 * COLUMN);
        if self.is_held.get_untracked() != is_held {
            self.is_held.set(is_held);
        }
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

    /// Goes back to the first row: other rows are shown now.
    pub(super) fn rewind(self) {
        self.bar.set_value(0.0);
        self.top.set(0.0);
        if let Some(node) = self.node.get_untracked() {
            node.set_scroll_top(0);
        }
    }

    /// Makes a cell the active one.
    pub(super) fn choose(self, at: At, extend: bool) {
        self.active.set(at);
        if !extend {
            self.anchor.set(at);
        }
    }

    /// Brings a cell into view.
    pub(super) fn show(self, (row, column): At) {
        let Some(node) = self.node.get_untracked() else { return };
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
        let (number, key) = Self::held(f64::from(node.offset_width()));
        let start = column as f64 * COLUMN;
        let least = start
            - if self.key.is_some_and(|key| key < column) {
                key
            } else {
                0.0
            };
        let to = left.clamp((start + COLUMN + number - width).min(least), least);
        node.set_scroll_left(to as i32);
    }

    /// First and last row and column of the chosen cells.
    pub(super) fn chosen(self) -> (At, At) {
        let ((row, column), (other_row, other_column)) = (self.active.get(), self.anchor.get());
        (
            (row.min(other_row), column.min(other_column)),
            (row.max(other_row), column.max(other_column)),
        )
    }

    /// Moves by a row and a column.
    pub(super) fn step(self, rows: i64, columns: i64) {
        let (row, column) = self.active.get_untracked();
        let last_row = self.rows.get_untracked().saturating_sub(1);
        let at = (
            row.saturating_add_signed(rows).min(last_row),
            column
                .saturating_add_signed(columns as isize)
                .min(self.columns.saturating_sub(1)),
        );
        self.choose(at, false);
        self.show(at);
    }

    /// Where a key leads from the active cell; whether it leads anywhere.
    pub(super) fn press(self, event: &ev::KeyboardEvent) -> bool {
        let (row, column) = self.active.get_untracked();
        let height = self.node.get_untracked().map_or(0, |node| node.client_height());
        let page = (height / ROW as i32 - 2).max(1) as u64;
        let (last_row, last_column) = (
            self.rows.get_untracked().saturating_sub(1),
            self.columns.saturating_sub(1),
        );
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
            _ => return false,
        };
        event.prevent_default();
        let at = (row.min(last_row), column.min(last_column));
        self.choose(at, event.shift_key());
        self.show(at);
        true
    }
}
