//! One row element of the grid: made once, then written into as rows come into view and leave it.
//!
//! Its cells are written by hand and not by a signal each, and only where they differ: while a person scrolls, hundreds of
//! cells change with every frame.

use leptos::{html, prelude::*};
use passmuster_core::problem::Severity;
use web_sys::{HtmlElement, Text, wasm_bindgen::JsCast};

use super::{
    grid::{ACTIVE, DETAILS},
    grid_view::{ROW, View},
    row_pages::{Row, RowPages},
};
use crate::text;

/// A row and, for the columns that stay in view, its number and its key. `row` is the one to show, counted from 0; `base` the
/// one whose top is at 0.
pub(super) fn row_element(view: View, row: Memo<u64>, base: Memo<u64>, pages: RowPages) -> (AnyView, AnyView, AnyView) {
    let (node, number, key) = (
        NodeRef::<html::Div>::new(),
        NodeRef::<html::Div>::new(),
        NodeRef::<html::Div>::new(),
    );
    let here = Memo::new(move |_| pages.row(row.get()));
    let active = Memo::new(move |_| {
        let (active, column) = view.active.get();
        (active == row.get()).then_some(column)
    });
    let chosen = Memo::new(move |_| {
        let ((first, left), (last, right)) = view.chosen();
        let is_many = (first, left) != (last, right);
        (is_many && (first..=last).contains(&row.get())).then_some((left, right))
    });
    Effect::new(move |drawn: Option<Option<Drawn>>| {
        let mut drawn = match drawn.flatten() {
            Some(drawn) => drawn,
            None => {
                let (node, number) = (node.get()?, number.get()?);
                let key = match view.key {
                    Some(column) => Some((column, key.get()?)),
                    None => None,
                };
                Drawn::of(&node, &number, key.as_ref().map(|(column, key)| (*column, &**key)))?
            }
        };
        let row = row.get();
        drawn.place(row, base.get(), view.rows.get());
        here.with(|here| drawn.write(row, here));
        drawn.activate(active.get(), chosen.get());
        drawn.hold_key();
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
    let key = view
        .key
        .map(|_| view! { <div class="grid-cell grid-key" node_ref=key></div> });
    (element.into_any(), number.into_any(), key.into_any())
}

/// The class of a cell.
const CELL: &str = "grid-cell";

/// How a cell looks.
#[derive(Clone, Copy, Default, PartialEq)]
struct Look {
    severity: Option<Severity>,
    /// Whether a person changed it.
    is_changed: bool,
    is_active: bool,
    is_chosen: bool,
}

impl Look {
    fn class(self) -> String {
        let severity = match self.severity {
            Some(Severity::Error) => " bad",
            Some(Severity::Warning) => " notice",
            _ => "",
        };
        let changed = if self.is_changed { " changed" } else { "" };
        let active = if self.is_active { " active" } else { "" };
        let chosen = if self.is_chosen { " chosen" } else { "" };
        format!("{CELL}{severity}{changed}{active}{chosen}")
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
        let describes = |look: Look| look.is_active && look.severity.is_some();
        if describes(look) && !describes(self.look) {
            let _ = self.element.set_attribute("aria-describedby", DETAILS);
        } else if describes(self.look) && !describes(look) {
            let _ = self.element.remove_attribute("aria-describedby");
        }
        if look.is_chosen != self.look.is_chosen {
            let _ = self
                .element
                .set_attribute("aria-selected", if look.is_chosen { "true" } else { "false" });
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
    /// The key that stays in view, and its column.
    key: Option<Key>,
    cells: Vec<Cell>,
    /// Which row it shows, below which one, and of how many; `None`: none yet.
    place: Option<(u64, u64, u64)>,
    /// What it says of the row, and which row that is.
    shown: Option<(u64, Option<Row>)>,
    class: String,
}

/// The cell of the key column once more, held in view.
struct Key {
    column: usize,
    element: HtmlElement,
    text: Text,
    look: Look,
}

impl Drawn {
    fn of(element: &HtmlElement, number: &HtmlElement, key: Option<(usize, &HtmlElement)>) -> Option<Self> {
        let children = element.children();
        let mut children = (0..children.length()).filter_map(|place| children.item(place)?.dyn_into().ok());
        let header = Cell::of(children.next()?)?;
        Some(Self {
            element: element.clone(),
            header: header.text,
            number: number.clone(),
            number_text: Cell::of(number.clone())?.text,
            key: match key {
                Some((column, key)) => Some(Key {
                    column,
                    element: key.clone(),
                    text: Cell::of(key.clone())?.text,
                    look: Look::default(),
                }),
                None => None,
            },
            cells: children.filter_map(Cell::of).collect(),
            place: None,
            shown: None,
            class: String::new(),
        })
    }

    /// Moves it to where a row belongs.
    fn place(&mut self, row: u64, base: u64, rows: u64) {
        if self.place == Some((row, base, rows)) {
            return;
        }
        self.place = Some((row, base, rows));
        let top = format!("{}px", row.saturating_sub(base) * ROW as u64);
        let key = self.key.iter().map(|key| &key.element);
        for element in [&self.element, &self.number].into_iter().chain(key) {
            // Fails only for properties that can't be written.
            let _ = element.style().set_property("top", &top);
        }
        if let Some(key) = &self.key {
            let _ = key.element.set_attribute("data-row", &row.to_string());
            key.element.set_hidden(row >= rows);
        }
        let _ = self.element.set_attribute("aria-rowindex", &(row + 2).to_string());
    }

    /// Writes what a row says: `None`, its page isn't here yet.
    fn write(&mut self, row: u64, here: &Option<Row>) {
        let is_absent = self.place.is_none_or(|(row, _, rows)| row >= rows);
        self.classes(is_absent, here);
        if self
            .shown
            .as_ref()
            .is_some_and(|(shown, said)| *shown == row && said == here)
        {
            return;
        }
        let number = here.as_ref().map_or(row + 1, |here| here.row);
        let mut said_number = text::number(number);
        if here.as_ref().is_some_and(|here| here.left_out) {
            said_number.push_str(" – left out");
        }
        self.header.set_data(&said_number);
        self.number_text.set_data(&text::number(number));
        let said = self.shown.take().and_then(|(_, said)| said);
        let is_first = said.is_none();
        for (column, cell) in self.cells.iter_mut().enumerate() {
            let now = cell_text(here, column);
            if is_first || now != cell_text(&said, column) {
                cell.text.set_data(now);
            }
            let problems = here.iter().flat_map(|here| &here.problems);
            let mut mine = problems.filter(|problem| problem.column.unwrap_or_default() as usize == column);
            let worst = mine.clone().map(|problem| problem.severity).min();
            let before = here.as_ref().and_then(|here| {
                let mut all = here.before.iter();
                all.find(|(changed, _)| *changed as usize == column)
                    .map(|(_, text)| text)
            });
            let title = match (mine.next(), before) {
                (Some(problem), _) => Some(format!("{now}\n{}: {}", problem.severity.as_str(), problem.message)),
                (None, Some(before)) => Some(format!("{now}\nbefore: {before}")),
                (None, None) => None,
            };
            if title.is_some() || cell.has_title {
                cell.element.set_title(title.as_deref().unwrap_or_default());
                cell.has_title = title.is_some();
            }
            cell.set_look(Look {
                severity: worst,
                is_changed: before.is_some(),
                ..cell.look
            });
        }
        self.shown = Some((row, here.clone()));
    }

    /// Lets the held key say what the cell of the key column says.
    fn hold_key(&mut self) {
        let Some(key) = &mut self.key else { return };
        let Some(cell) = self.cells.get(key.column) else { return };
        let text = cell.text.data();
        if key.text.data() != text {
            key.text.set_data(&text);
        }
        if key.look != cell.look {
            key.look = cell.look;
            key.element.set_class_name(&format!("{} grid-key", cell.look.class()));
        }
    }

    fn classes(&mut self, is_absent: bool, here: &Option<Row>) {
        let state = match here {
            _ if is_absent => " absent",
            Some(row) if row.left_out => " left-out",
            Some(row) if row.problems.iter().any(|problem| problem.severity == Severity::Error) => " bad-row",
            _ => "",
        };
        if self.class != state || self.element.class_name().is_empty() {
            self.class = state.to_owned();
            self.element.set_class_name(&format!("grid-row{state}"));
            self.number.set_class_name(&format!("grid-cell grid-number{state}"));
        }
    }

    /// Makes a cell the active one, if one of this row is, and those from a column to another chosen ones.
    fn activate(&mut self, active: Option<usize>, chosen: Option<(usize, usize)>) {
        for (column, cell) in self.cells.iter_mut().enumerate() {
            cell.set_look(Look {
                is_active: active == Some(column),
                is_chosen: chosen.is_some_and(|(left, right)| (left..=right).contains(&column)),
                ..cell.look
            });
        }
    }
}

/// What a cell says; of a row that isn't here yet the first one says so.
fn cell_text(row: &Option<Row>, column: usize) -> &str {
    match row {
        None if column == 0 => "…",
        Some(row) => row.cells.get(column).and_then(Option::as_deref).unwrap_or_default(),
        None => "",
    }
}

/// The element of a cell that is in view.
pub(super) fn active_cell() -> Option<HtmlElement> {
    document().get_element_by_id(ACTIVE)?.dyn_into().ok()
}
