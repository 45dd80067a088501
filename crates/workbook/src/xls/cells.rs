//! The cells of one sheet of .xls, as displayed.
//!
//! Excel writes cells row by row; other programs may not, so that cells are put in order before they are handed on.
// source: [MS-XLS] 2.4.90 (Dimensions ff.), 2.4.127 (Formula), 2.4.149 (LabelSst), 2.4.175 (MulRk), 2.5.217 (RkNumber)

use std::collections::HashSet;

use passmuster_core::read::sheet::{Builder, Refusal, Sheet, Shows, Span};

use super::compound::{u16_at, u32_at};
use super::strings::{self, Coding};
use super::{Globals, Styles, cut, kind, record};
use crate::bounds::{self, crossed, damaged};
use crate::filled::Filled;
use crate::format::Format;

/// A cell with its text.
struct Cell {
    /// From 0.
    row: u16,
    column: u16,
    shows: Shows,
    text: Span,
}

pub(super) struct Reader<'s> {
    builder: Builder,
    styles: &'s Styles,
    globals: &'s Globals,
    cells: Vec<Cell>,
    hidden_rows: HashSet<u16>,
    hidden_columns: Vec<(u16, u16)>,
    merged: u32,
    first_merged: String,
}

impl<'s> Reader<'s> {
    pub(super) fn new(builder: Builder, styles: &'s Styles, globals: &'s Globals) -> Self {
        Self {
            builder,
            styles,
            globals,
            cells: Vec::new(),
            hidden_rows: HashSet::new(),
            hidden_columns: Vec::new(),
            merged: 0,
            first_merged: String::new(),
        }
    }

    pub(super) fn read(&mut self, stream: &[u8], start: usize) -> Result<(), Refusal> {
        let first = record(stream, start).filter(|record| record.kind == kind::BEGIN);
        let first = first.ok_or_else(|| damaged("a sheet is not where it should be"))?;
        let mut at = first.next;
        // charts inside the sheet have records of their own
        let mut depth = 1;
        while depth > 0 {
            let record = record(stream, at).ok_or_else(cut)?;
            at = record.next;
            match record.kind {
                kind::BEGIN => depth += 1,
                kind::EOF => depth -= 1,
                kind::FORMULA if depth == 1 => {
                    let mut next = at;
                    self.formula(record.data, stream, &mut next)?;
                }
                _ if depth == 1 => self.record(record.kind, record.data).ok_or_else(cut)??,
                _ => {}
            }
        }
        Ok(())
    }

    /// One record other than a formula; `None`: it is too short.
    fn record(&mut self, kind: u16, data: &[u8]) -> Option<Result<(), Refusal>> {
        let is_bytes = self.globals.coding == Coding::Bytes;
        match kind {
            kind::ROW if u32_at(data, 12)? & 0x20 != 0 => {
                self.hidden_rows.insert(u16_at(data, 0)?);
            }
            kind::COLUMN if u16_at(data, 8)? & 1 == 1 && self.hidden_columns.len() < 256 => {
                self.hidden_columns.push((u16_at(data, 0)?, u16_at(data, 2)?));
            }
            kind::NUMBER => {
                let number = f64::from_le_bytes(data.get(6..14)?.try_into().ok()?);
                return Some(self.number(data, number));
            }
            kind::SMALL_NUMBER => {
                let number = small_number(u32_at(data, 6)?);
                return Some(self.number(data, number));
            }
            kind::NUMBERS => {
                let (row, first) = (u16_at(data, 0)?, u16_at(data, 2)?);
                let pairs = data.len().saturating_sub(6) / 6;
                for at in 0..pairs {
                    let (style, number) = (u16_at(data, 4 + 6 * at)?, small_number(u32_at(data, 6 + 6 * at)?));
                    let column = first.checked_add(at as u16)?;
                    if let Err(refusal) = self.number_at(row, column, style, number) {
                        return Some(Err(refusal));
                    }
                }
            }
            kind::SHARED_TEXT => {
                let text = self.globals.strings.get(u32_at(data, 6)? as usize).copied();
                let Some(text) = text else {
                    return Some(Err(damaged("a cell shows a text that is not there")));
                };
                let style = u16_at(data, 4)?;
                return Some(match self.format(style).changes_text() {
                    true => {
                        let (start, len) = (text.start as usize, text.len as usize);
                        let kept = self
                            .builder
                            .text()
                            .get(start..start + len)
                            .unwrap_or_default()
                            .to_owned();
                        self.text(data, &kept)
                    }
                    false => self.add(u16_at(data, 0)?, u16_at(data, 2)?, Shows::Text, text),
                });
            }
            kind::TEXT | kind::RICH_TEXT => {
                let text = if is_bytes {
                    strings::bytes_long(data.get(6..)?)?
                } else {
                    strings::long(data.get(6..)?)?
                };
                return Some(self.text(data, &text));
            }
            kind::BOOLEAN_OR_ERROR => {
                let (value, is_error) = (*data.get(6)?, *data.get(7)? == 1);
                return Some(self.truth_or_error(data, value, is_error));
            }
            kind::MERGED => {
                let ranges = usize::from(u16_at(data, 0)?);
                for at in 0..ranges {
                    let range = data.get(2 + 8 * at..10 + 8 * at)?;
                    if self.merged == 0 {
                        let [top, bottom, left, right] = [0, 2, 4, 6].map(|at| u16_at(range, at).unwrap_or_default());
                        let name = |column: u16, row: u16| {
                            let letters = passmuster_core::read::sheet::letters(usize::from(column));
                            format!("{letters}{}", u32::from(row) + 1)
                        };
                        self.first_merged = format!("{}:{}", name(left, top), name(right, bottom));
                    }
                    self.merged += 1;
                }
            }
            _ => {}
        }
        Some(Ok(()))
    }

    /// A formula with the value it had when it was saved; a text comes in a record of its own.
    fn formula(&mut self, data: &[u8], stream: &[u8], at: &mut usize) -> Result<(), Refusal> {
        let value: [u8; 8] = data
            .get(6..14)
            .and_then(|value| value.try_into().ok())
            .ok_or_else(cut)?;
        if value[6..] != [0xFF, 0xFF] {
            return self.number(data, f64::from_le_bytes(value));
        }
        match value[0] {
            1 => self.truth_or_error(data, value[2], false),
            2 => self.truth_or_error(data, value[2], true),
            3 => Ok(()),
            _ => {
                // shared formulas and arrays may stand between
                for _ in 0..4 {
                    let Some(next) = record(stream, *at) else { break };
                    *at = next.next;
                    if next.kind == kind::RESULT {
                        let text = match self.globals.coding {
                            Coding::Unicode => strings::long(next.data),
                            Coding::Bytes => strings::bytes_long(next.data),
                        };
                        return self.text(data, &text.ok_or_else(cut)?);
                    }
                    if matches!(next.kind, kind::FORMULA | kind::EOF | kind::ROW) {
                        break;
                    }
                }
                let text = self.builder.keep("=");
                let (row, column) = place(data)?;
                self.add(row, column, Shows::Formula, text)
            }
        }
    }

    fn format(&self, style: u16) -> &'s Format {
        self.styles.format(style).unwrap_or(&self.styles.general)
    }

    fn number(&mut self, data: &[u8], number: f64) -> Result<(), Refusal> {
        let (row, column) = place(data)?;
        let style = u16_at(data, 4).ok_or_else(cut)?;
        self.number_at(row, column, style, number)
    }

    fn number_at(&mut self, row: u16, column: u16, style: u16, number: f64) -> Result<(), Refusal> {
        let format = self.format(style);
        let start = self.builder.text().len();
        let shows = if format.write_number(number, self.globals.epoch, self.builder.text()) {
            Shows::Text
        } else {
            Shows::Error
        };
        let text = self.builder.since(start);
        self.add(row, column, shows, text)
    }

    fn text(&mut self, data: &[u8], text: &str) -> Result<(), Refusal> {
        let (row, column) = place(data)?;
        let format = self.format(u16_at(data, 4).ok_or_else(cut)?);
        let start = self.builder.text().len();
        format.write_text(text, self.builder.text());
        let text = self.builder.since(start);
        self.add(row, column, Shows::Text, text)
    }

    fn truth_or_error(&mut self, data: &[u8], value: u8, is_error: bool) -> Result<(), Refusal> {
        let (row, column) = place(data)?;
        let (shows, text) = match (is_error, value) {
            (false, 0) => (Shows::Text, "FALSE"),
            (false, _) => (Shows::Text, "TRUE"),
            (true, value) => (Shows::Error, error_name(value)),
        };
        let text = self.builder.keep(text);
        self.add(row, column, shows, text)
    }

    fn add(&mut self, row: u16, column: u16, shows: Shows, text: Span) -> Result<(), Refusal> {
        if self.cells.len() >= bounds::CELLS as usize {
            return Err(crossed("filled cells", u64::from(bounds::CELLS)));
        }
        if self.builder.text().len() > bounds::TEXT {
            return Err(crossed("bytes of text", bounds::TEXT as u64));
        }
        self.cells.push(Cell {
            row,
            column,
            shows,
            text,
        });
        Ok(())
    }

    pub(super) fn finish(mut self, name: String) -> Result<Sheet, Refusal> {
        let place = |cell: &Cell| (cell.row, cell.column);
        if !self.cells.is_sorted_by_key(place) {
            self.cells.sort_by_key(place);
        }
        let mut filled = Filled::new(self.builder);
        let mut last = None;
        // of two cells in one place the later counts
        let mut cells = self.cells.iter().peekable();
        while let Some(cell) = cells.next() {
            if cells.peek().is_some_and(|next| place(next) == place(cell)) {
                continue;
            }
            if last != Some(cell.row) {
                filled.row(u32::from(cell.row) + 1, self.hidden_rows.contains(&cell.row));
                last = Some(cell.row);
            }
            filled.shared(u32::from(cell.column), cell.shows, cell.text)?;
        }
        for (first, last) in self.hidden_columns {
            filled.hide_columns(u64::from(first), u64::from(last));
        }
        for _ in 0..self.merged {
            filled.merge(|| self.first_merged.clone());
        }
        filled.finish(name)
    }
}

fn place(data: &[u8]) -> Result<(u16, u16), Refusal> {
    u16_at(data, 0).zip(u16_at(data, 2)).ok_or_else(cut)
}

/// A number in four bytes: a whole one of 30 bits, or the upper 30 bits of a double; perhaps a hundredth of it.
fn small_number(packed: u32) -> f64 {
    let number = if packed & 2 != 0 {
        f64::from((packed as i32) >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 { number / 100.0 } else { number }
}

// source: [MS-XLS] 2.5.10 (BErr)
fn error_name(value: u8) -> &'static str {
    match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => "#ERROR",
    }
}
