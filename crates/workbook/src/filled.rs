//! The filled cells of a sheet on their way to the core, counted while they come.

use passmuster_core::read::sheet::{Builder, Refusal, Sheet, Shows, Span};

use crate::bounds::{self, crossed};
use crate::format::{Epoch, Format};

/// The most ranges of hidden columns that are kept.
const HIDDEN_COLUMNS: usize = 1_024;
/// The most bytes of a range's name.
const RANGE: usize = 40;

/// A sheet that is being filled.
#[derive(Debug)]
pub(crate) struct Filled {
    builder: Builder,
    /// The row at hand, and whether it is hidden; it begins with its first filled cell.
    row: (u32, bool),
    is_begun: bool,
    cells: u32,
    rows: u64,
    /// Columns of the first filled row.
    width: u64,
    hidden_columns: Vec<(u32, u32)>,
    merged: u32,
    first_merged: String,
}

impl Filled {
    pub(crate) fn new(builder: Builder) -> Self {
        Self {
            builder,
            row: (0, false),
            is_begun: false,
            cells: 0,
            rows: 0,
            width: 0,
            hidden_columns: Vec::new(),
            merged: 0,
            first_merged: String::new(),
        }
    }

    /// Goes to a row, from 1, behind those before.
    pub(crate) fn row(&mut self, number: u32, is_hidden: bool) {
        self.row = (number, is_hidden);
        self.is_begun = false;
    }

    /// Adds a cell; `write` adds its text, and nothing for one that is not filled.
    pub(crate) fn cell(&mut self, column: u32, shows: Shows, write: impl FnOnce(&mut String)) -> Result<(), Refusal> {
        let start = self.builder.text().len();
        write(self.builder.text());
        let text = self.builder.since(start);
        self.add(column, shows, text)
    }

    /// Adds a cell with a text that was kept before.
    pub(crate) fn shared(&mut self, column: u32, shows: Shows, text: Span) -> Result<(), Refusal> {
        self.add(column, shows, text)
    }

    /// Adds a cell with a number.
    pub(crate) fn number(&mut self, column: u32, number: f64, format: &Format, epoch: Epoch) -> Result<(), Refusal> {
        let start = self.builder.text().len();
        let shows = if format.write_number(number, epoch, self.builder.text()) {
            Shows::Text
        } else {
            Shows::Error
        };
        let text = self.builder.since(start);
        self.add(column, shows, text)
    }

    /// A text that was kept before.
    pub(crate) fn kept(&mut self, text: Span) -> String {
        let (start, len) = (text.start as usize, text.len as usize);
        self.builder
            .text()
            .get(start..start + len)
            .unwrap_or_default()
            .to_owned()
    }

    fn add(&mut self, column: u32, shows: Shows, text: Span) -> Result<(), Refusal> {
        if text.len == 0 {
            return Ok(());
        }
        if self.builder.text().len() > bounds::TEXT {
            return Err(crossed("bytes of text", bounds::TEXT as u64));
        }
        self.cells += 1;
        if self.cells > bounds::CELLS {
            return Err(crossed("filled cells", u64::from(bounds::CELLS)));
        }
        if !self.is_begun {
            self.is_begun = true;
            self.rows += 1;
            if self.rows * self.width > bounds::AREA {
                return Err(crossed("cells between the header and the last row", bounds::AREA));
            }
            self.builder.begin_row(self.row.0, self.row.1);
        }
        if self.rows == 1 {
            self.width = u64::from(column) + 1;
        }
        self.builder.add_cell(column, shows, text);
        Ok(())
    }

    /// Notes hidden columns, from 0.
    pub(crate) fn hide_columns(&mut self, first: u64, last: u64) {
        if self.hidden_columns.len() < HIDDEN_COLUMNS && first <= last && first < u64::from(bounds::COLUMNS) {
            let last = last.min(u64::from(bounds::COLUMNS) - 1);
            self.hidden_columns.push((first as u32, last as u32));
        }
    }

    /// Notes a range of merged cells.
    pub(crate) fn merge(&mut self, range: impl FnOnce() -> String) {
        self.merged = self.merged.saturating_add(1);
        if self.merged == 1 {
            self.first_merged = range().chars().take(RANGE).collect();
        }
    }

    /// The sheet.
    pub(crate) fn finish(self, name: String) -> Result<Sheet, Refusal> {
        let mut sheet = self.builder.finish(name);
        sheet.hidden_columns = self.hidden_columns;
        sheet.merged = self.merged;
        sheet.first_merged = self.first_merged;
        Ok(sheet)
    }
}
