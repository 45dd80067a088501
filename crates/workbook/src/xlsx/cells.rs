//! The cells of one sheet, as displayed.
// source: ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.73 (row), 18.3.1.13 (col), 18.3.1.55 (mergeCell), 18.18.11 (ST_CellType)

use passmuster_core::read::sheet::{Builder, Refusal, Sheet, Shows, Span};

use super::strings;
use super::styles::Styles;
use crate::bounds::{self, crossed, damaged};
use crate::filled::Filled;
use crate::format::{self, Epoch};
use crate::xml::{Attributes, Piece, Xml, parse};

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Shared,
    Inline,
    /// The text that a formula gave.
    Text,
    Boolean,
    Error,
    Date,
}

/// The cell at hand.
struct Cell {
    column: u32,
    kind: Kind,
    style: usize,
    has_formula: bool,
    has_value: bool,
}

pub(super) struct Reader<'s> {
    filled: Filled,
    styles: &'s Styles,
    strings: &'s [Span],
    epoch: Epoch,
    /// The value of the cell at hand, and its formula.
    value: String,
    formula: String,
}

impl<'s> Reader<'s> {
    pub(super) fn new(builder: Builder, styles: &'s Styles, strings: &'s [Span], epoch: Epoch) -> Self {
        Self {
            filled: Filled::new(builder),
            styles,
            strings,
            epoch,
            value: String::new(),
            formula: String::new(),
        }
    }

    pub(super) fn finish(self, name: String) -> Result<Sheet, Refusal> {
        self.filled.finish(name)
    }

    pub(super) fn read(&mut self, mut xml: Xml<'_, '_>) -> Result<(), Refusal> {
        let mut is_root = true;
        loop {
            match xml.next()? {
                Piece::Start { name, .. } if is_root => {
                    if name != b"worksheet" {
                        return Err(damaged("its sheet is no worksheet"));
                    }
                    is_root = false;
                }
                Piece::Start {
                    name: b"col",
                    attributes,
                    ..
                } => self.column(attributes),
                Piece::Start {
                    name: b"sheetData",
                    is_empty: false,
                    ..
                } => self.rows(&mut xml)?,
                Piece::Start {
                    name: b"mergeCell",
                    attributes,
                    ..
                } => {
                    let reference = attributes.text(b"ref").unwrap_or_default();
                    if reference.contains(':') {
                        self.filled.merge(|| reference);
                    }
                }
                Piece::Eof if is_root => return Err(damaged("its sheet is empty")),
                Piece::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn column(&mut self, attributes: Attributes<'_>) {
        let numbers = (attributes.number(b"min"), attributes.number(b"max"));
        if let (true, (Some(first @ 1..), Some(last))) = (attributes.is_true(b"hidden"), numbers) {
            self.filled.hide_columns(first - 1, last.saturating_sub(1));
        }
    }

    fn rows(&mut self, xml: &mut Xml<'_, '_>) -> Result<(), Refusal> {
        let mut last = 0;
        loop {
            match xml.next()? {
                Piece::Start {
                    name: b"row",
                    attributes,
                    is_empty,
                } => {
                    let number = match attributes.get(b"r") {
                        Some(digits) => parse(digits).ok_or_else(|| damaged("a row of it has no number"))?,
                        None => last + 1,
                    };
                    if number <= last {
                        return Err(damaged(format!("row {number} comes behind row {last}")));
                    }
                    if number > u64::from(bounds::ROWS) {
                        return Err(crossed("rows", u64::from(bounds::ROWS)));
                    }
                    last = number;
                    self.filled.row(number as u32, attributes.is_true(b"hidden"));
                    if !is_empty {
                        self.cells(xml, number)?;
                    }
                }
                Piece::End(b"sheetData") | Piece::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn cells(&mut self, xml: &mut Xml<'_, '_>, row: u64) -> Result<(), Refusal> {
        let mut next = 0;
        loop {
            match xml.next()? {
                Piece::Start {
                    name: b"c",
                    attributes,
                    is_empty,
                } => {
                    let cell = cell(attributes, next, row)?;
                    if cell.column < next {
                        return Err(damaged(format!("the cells of row {row} are not in their order")));
                    }
                    if cell.column >= bounds::COLUMNS {
                        return Err(crossed("columns", u64::from(bounds::COLUMNS)));
                    }
                    next = cell.column + 1;
                    if !is_empty {
                        self.cell(xml, cell)?;
                    }
                }
                Piece::End(b"row") | Piece::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn cell(&mut self, xml: &mut Xml<'_, '_>, mut cell: Cell) -> Result<(), Refusal> {
        self.value.clear();
        self.formula.clear();
        let (mut is_value, mut is_formula) = (false, false);
        loop {
            match xml.next()? {
                Piece::Text(text) if is_value => strings::add(text, &mut self.value)?,
                Piece::Text(text) if is_formula => strings::add(text, &mut self.formula)?,
                Piece::Verbatim(text) if is_value => {
                    self.value.push_str(&String::from_utf8_lossy(text));
                }
                Piece::Start {
                    name: b"v", is_empty, ..
                } => {
                    is_value = !is_empty;
                    cell.has_value = true;
                }
                Piece::End(b"v") => is_value = false,
                Piece::Start {
                    name: b"f", is_empty, ..
                } => {
                    is_formula = !is_empty;
                    cell.has_formula = true;
                }
                Piece::End(b"f") => is_formula = false,
                Piece::Start {
                    name: b"is",
                    is_empty: false,
                    ..
                } => {
                    strings::read_item(xml, b"is", &mut self.value)?;
                    cell.has_value = true;
                    cell.kind = Kind::Inline;
                }
                Piece::End(b"c") | Piece::Eof => break,
                _ => {}
            }
        }
        self.show(&cell)
    }

    fn show(&mut self, cell: &Cell) -> Result<(), Refusal> {
        let format = self.styles.format(cell.style);
        // a text that a formula gave may be empty; a number can't be
        let is_calculated =
            cell.has_value && (!self.value.is_empty() || matches!(cell.kind, Kind::Text | Kind::Inline));
        if cell.has_formula && !is_calculated {
            let formula = &self.formula;
            return self.filled.cell(cell.column, Shows::Formula, |text| {
                text.push('=');
                text.push_str(formula);
            });
        }
        let value = &mut self.value;
        match cell.kind {
            Kind::Shared if value.is_empty() => Ok(()),
            Kind::Shared => {
                let index = parse(value.trim().as_bytes()).and_then(|index| usize::try_from(index).ok());
                let text = index.and_then(|index| self.strings.get(index));
                let text = text.ok_or_else(|| damaged(format!("a cell shows text {value}, and there is none")))?;
                if format.changes_text() {
                    let kept = self.filled.kept(*text);
                    self.filled
                        .cell(cell.column, Shows::Text, |into| format.write_text(&kept, into))
                } else {
                    self.filled.shared(cell.column, Shows::Text, *text)
                }
            }
            Kind::Text | Kind::Inline => {
                if cell.kind == Kind::Text {
                    strings::decode(0, value);
                }
                self.filled
                    .cell(cell.column, Shows::Text, |into| format.write_text(value, into))
            }
            Kind::Boolean => {
                let text = match value.trim() {
                    "" => "",
                    "0" | "false" => "FALSE",
                    _ => "TRUE",
                };
                self.filled.cell(cell.column, Shows::Text, |into| into.push_str(text))
            }
            Kind::Error => self.filled.cell(cell.column, Shows::Error, |into| into.push_str(value)),
            Kind::Number if value.is_empty() => Ok(()),
            Kind::Number => {
                let digits = value.trim();
                if format.is_general() && is_plain(digits) {
                    return self.filled.cell(cell.column, Shows::Text, |into| into.push_str(digits));
                }
                let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
                let number =
                    number.ok_or_else(|| damaged(format!("a cell has the number \"{digits}\", which is none")))?;
                self.filled.number(cell.column, number, format, self.epoch)
            }
            Kind::Date => match format::serial(value.trim(), self.epoch) {
                Some(number) if !format.is_general() => self.filled.number(cell.column, number, format, self.epoch),
                _ => self.filled.cell(cell.column, Shows::Text, |into| into.push_str(value)),
            },
        }
    }
}

/// Whether digits are shown as they are: a whole number of at most 15 digits without leading zeros.
fn is_plain(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    (1..=15).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) && (bytes[0] != b'0' || bytes.len() == 1)
}

fn cell(attributes: Attributes<'_>, next: u32, row: u64) -> Result<Cell, Refusal> {
    let mut cell = Cell {
        column: next,
        kind: Kind::Number,
        style: 0,
        has_formula: false,
        has_value: false,
    };
    for (name, value) in attributes {
        match name {
            b"r" => {
                cell.column = column(value).ok_or_else(|| damaged(format!("row {row} has a cell that is nowhere")))?;
            }
            b"s" => cell.style = parse(value).and_then(|style| usize::try_from(style).ok()).unwrap_or(0),
            b"t" => {
                cell.kind = match value {
                    b"s" => Kind::Shared,
                    b"inlineStr" => Kind::Inline,
                    b"str" => Kind::Text,
                    b"b" => Kind::Boolean,
                    b"e" => Kind::Error,
                    b"d" => Kind::Date,
                    _ => Kind::Number,
                }
            }
            _ => {}
        }
    }
    Ok(cell)
}

/// The column of a reference such as `XFD1048576`, from 0.
fn column(reference: &[u8]) -> Option<u32> {
    let letters = reference.iter().take_while(|letter| letter.is_ascii_alphabetic());
    let mut column = 0_u32;
    for (at, letter) in letters.enumerate() {
        if at == 6 {
            return None;
        }
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    column.checked_sub(1)
}
