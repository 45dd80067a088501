//! One row element of the grid: made once, then written into as rows come into view and leave it.
//!
//! Its cells are written by hand and not by a signal each, and only where they differ: while a person scrolls, hundreds of
//! cells change with every frame.

use leptos::{html, prelude::*};
use passmuster_core::problem::Severity;
use web_sys::{HtmlElement, Text, wasm_bindgen::JsCast};

use super::{
    grid::{ACTIVE, Mark, ROW, View},
    row_pages::{Row, RowPages},
};
use crate::text;

/// A row and, for the column of numbers that stays in view, its number. `row` is the one to show, counted from 0; `base` the
/// one whose top is at 0.
pub(super) fn row_element(
    view: View,
    row: Memo<u64>,
    base: Memo<u64>,
    pages: RowPages,
    marks: StoredValue<Vec<Mark>>,
) -> (AnyView, AnyView) {
    let (node, number) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let here = Memo::new(move |_| pages.row(row.get()));
    let active = Memo::new(move |_| {
        let (active, column) = view.active.get();
        (active == row.get()).then_some(column)
    });
    Effect::new(move |drawn: Option<Option<Drawn>>| {
        let mut drawn = match drawn.flatten() {
            Some(drawn) => drawn,
            None => {
                let (node, number) = (node.get()?, number.get()?);
                Drawn::of(&node, &number)?
            }
        };
        let row = row.get();
        drawn.place(row, base.get(), view.rows);
        here.with(|here| marks.with_value(|marks| drawn.write(row, here, marks)));
        drawn.activate(active.get());
        Some(drawn)
    });
    let cells = (0..view.columns)
        .map(|column| {
            view! { <div role="gridcell" class=CELL aria-colindex=(column + 2).to_string()></div> }
        })
        .collect_view();
    let element = view! {
        <div class="grid-row" role="row" node_ref=node>
            <div role="rowheader" class="grid-cell grid-number" aria-colindex="1"></div>
            {cells}
        </div>
    };
    let number = view! { <div class="grid-cell grid-number" node_ref=number></div> };
    (element.into_any(), number.into_any())
}

/// The class of a cell.
const CELL: &str = "grid-cell";

/// How a cell looks.
#[derive(Clone, Copy, Default, PartialEq)]
struct Look {
    severity: Option<Severity>,
    is_active: bool,
}

impl Look {
    fn class(self) -> String {
        let severity = match self.severity {
            Some(Severity::Error) => " bad",
            Some(Severity::Warning) => " notice",
            _ => "",
        };
        format!("{CELL}{severity}{}", if self.is_active { " active" } else { "" })
    }
}

/// A cell, and what is in it.
struct Cell {
    element: HtmlElement,
    text: Text,
    look: Look,
    /// Whether it says more to who points at it.
    has_title: bool,
}

impl Cell {
    fn of(element: HtmlElement) -> Option<Self> {
        let text = document().create_text_node("");
        element.append_child(&text).ok()?;
        Some(Self {
            element,
            text,
            look: Look::default(),
            has_title: false,
        })
    }

    fn set_look(&mut self, look: Look) {
        if self.look == look {
            return;
        }
        self.element.set_class_name(&look.class());
        // Setting an attribute fails only for names that are none.
        let is_bad = |look: Look| look.severity == Some(Severity::Error);
        if is_bad(look) && !is_bad(self.look) {
            let _ = self.element.set_attribute("aria-invalid", "true");
        } else if is_bad(self.look) && !is_bad(look) {
            let _ = self.element.remove_attribute("aria-invalid");
        }
        if look.is_active && !self.look.is_active {
            self.element.set_id(ACTIVE);
        } else if self.look.is_active && !look.is_active {
            let _ = self.element.remove_attribute("id");
        }
        self.look = look;
    }
}

/// A row element, and what is in it.
struct Drawn {
    element: HtmlElement,
    header: Text,
    /// The number that stays in view.
    number: HtmlElement,
    number_text: Text,
    cells: Vec<Cell>,
    /// Which row it shows, and below which one; `None`: none yet.
    place: Option<(u64, u64)>,
    /// What it says of the row, and which row that is.
    shown: Option<(u64, Option<Row>)>,
}

impl Drawn {
    fn of(element: &HtmlElement, number: &HtmlElement) -> Option<Self> {
        let children = element.children();
        let mut children = (0..children.length()).filter_map(|place| children.item(place)?.dyn_into().ok());
        let header = Cell::of(children.next()?)?;
        Some(Self {
            element: element.clone(),
            header: header.text,
            number: number.clone(),
            number_text: Cell::of(number.clone())?.text,
            cells: children.filter_map(Cell::of).collect(),
            place: None,
            shown: None,
        })
    }

    /// Moves it to where a row belongs.
    fn place(&mut self, row: u64, base: u64, rows: u64) {
        if self.place == Some((row, base)) {
            return;
        }
        let was_absent = self.place.is_some_and(|(row, _)| row >= rows);
        self.place = Some((row, base));
        let top = format!("{}px", row.saturating_sub(base) * ROW as u64);
        for element in [&self.element, &self.number] {
            // Fails only for properties that can't be written.
            let _ = element.style().set_property("top", &top);
        }
        let number = text::number(row + 1);
        self.header.set_data(&number);
        self.number_text.set_data(&number);
        let _ = self.element.set_attribute("aria-rowindex", &(row + 2).to_string());
        let is_absent = row >= rows;
        if is_absent != was_absent {
            let absent = if is_absent { " absent" } else { "" };
            self.element.set_class_name(&format!("grid-row{absent}"));
            self.number.set_class_name(&format!("grid-cell grid-number{absent}"));
        }
    }

    /// Writes what a row says: `None`, its page isn't here yet.
    fn write(&mut self, row: u64, here: &Option<Row>, marks: &[Mark]) {
        if self
            .shown
            .as_ref()
            .is_some_and(|(shown, said)| *shown == row && said == here)
        {
            return;
        }
        let said = self.shown.take().and_then(|(_, said)| said);
        let is_first = said.is_none();
        for (column, cell) in self.cells.iter_mut().enumerate() {
            let now = cell_text(here, column);
            if is_first || now != cell_text(&said, column) {
                cell.text.set_data(now);
            }
            let mark = marks
                .iter()
                .find(|(at, in_column, ..)| *at == row + 1 && *in_column == column);
            if mark.is_some() || cell.has_title {
                let title = mark.map(|(.., severity, why)| format!("{now}\n{}: {why}", severity.as_str()));
                cell.element.set_title(title.as_deref().unwrap_or_default());
                cell.has_title = mark.is_some();
            }
            cell.set_look(Look {
                severity: mark.map(|(.., severity, _)| *severity),
                ..cell.look
            });
        }
        self.shown = Some((row, here.clone()));
    }

    /// Makes a cell the active one, if one of this row is.
    fn activate(&mut self, active: Option<usize>) {
        for (column, cell) in self.cells.iter_mut().enumerate() {
            cell.set_look(Look {
                is_active: active == Some(column),
                ..cell.look
            });
        }
    }
}

/// What a cell says; of a row that isn't here yet, or can't be read, the first one says so.
fn cell_text(row: &Option<Row>, column: usize) -> &str {
    match row {
        None if column == 0 => "…",
        Some(None) if column == 0 => "This row can't be read",
        Some(Some(row)) => row.cells.get(column).and_then(Option::as_deref).unwrap_or_default(),
        _ => "",
    }
}
