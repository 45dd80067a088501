//! The rows of a body as they came, with every cell, before anything is mapped.
//!
//! For requests that don't name users by their address: what their cells mean is said by the modules beside this one.

use std::collections::HashMap;

use crate::import::Options;
use crate::log::{At, Log};
use crate::mapping::FileFormat;
use crate::problem::Report;
use crate::read::scan::Batch;
use crate::read::table::{Opening, Table, Visit, each_row};
use crate::read::{Place, RawCell, Source};
use crate::rules::too_many_records;

/// The most rows, and the most cells that say something, of one request: a body of people has fewer.
const MOST_ROWS: usize = 500_000;
const MOST_CELLS: usize = 2_000_000;

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The record, from 1.
    pub row: u64,
    /// The physical line, from 1.
    pub line: u64,
    /// Where its cells begin among all.
    from: usize,
    /// How many of them are its.
    cells: usize,
    /// Cells of CSV that it has, the blank ones too; an object has those that are kept.
    width: usize,
}

/// A cell: its column, and its text within all.
#[derive(Debug, Clone, Copy)]
struct Cell {
    column: u32,
    start: u32,
    end: u32,
}

/// All rows of a body.
#[derive(Debug)]
pub struct Rows {
    /// Headers, or keys in the order in which they came up.
    pub columns: Vec<String>,
    /// Those that could be read.
    pub rows: Vec<Row>,
    /// How the body was read and what was wrong with it.
    pub report: Report,
    places: HashMap<String, u32>,
    cells: Vec<Cell>,
    text: String,
}

impl Rows {
    /// Reads a body of this format; of columns, only the `wanted` ones unless that is none.
    pub fn read(body: &[u8], format: FileFormat, wanted: &[&str], options: &Options) -> Self {
        let mut log = Log::new(format, options.problem_limit);
        let opening = Opening {
            format: Some(format),
            encoding: options.encoding,
            delimiter: options.delimiter,
            expected: &[],
        };
        let mut table = Table::open(body, &opening, &mut log);
        let mut kept = Kept {
            wanted,
            is_wanted: Vec::new(),
            rows: Vec::new(),
            cells: Vec::new(),
            text: String::new(),
            is_over: false,
        };
        let counted = table.read(&mut log, &mut kept);
        let columns = table.source.columns.clone();
        let file = table.facts();
        let places = columns.iter().zip(0_u32..);
        Self {
            places: places.map(|(name, at)| (name.clone(), at)).collect(),
            report: log.into_report(&table.source, file, counted.records, counted.blank_rows, 0),
            rows: kept.rows,
            cells: kept.cells,
            text: kept.text,
            columns,
        }
    }

    /// Whether the body has a column, or any object a key, of this name.
    pub fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// A cell of a row, trimmed: blank is `""`, absent `None`.
    pub fn cell(&self, row: &Row, column: &str) -> Option<&str> {
        let column = *self.places.get(column)?;
        let found = self.cells_of(row).iter().find(|cell| cell.column == column);
        match found {
            Some(cell) => Some(self.text_of(cell)),
            None if (column as usize) < row.width => Some(""),
            None => None,
        }
    }

    /// The cells that a row has, each with its column; blank ones of CSV say nothing.
    pub fn cells(&self, row: &Row) -> impl Iterator<Item = (&str, &str)> {
        let cells = self.cells_of(row).iter();
        cells.filter_map(|cell| Some((self.columns.get(cell.column as usize)?.as_str(), self.text_of(cell))))
    }

    /// Whether a row has a cell of another column, blank or not.
    pub fn has_beside(&self, row: &Row, column: &str) -> bool {
        row.width > 1 || self.cells(row).any(|(other, _)| other != column)
    }

    fn cells_of(&self, row: &Row) -> &[Cell] {
        self.cells.get(row.from..row.from + row.cells).unwrap_or_default()
    }

    fn text_of(&self, cell: &Cell) -> &str {
        self.text
            .get(cell.start as usize..cell.end as usize)
            .unwrap_or_default()
    }
}

/// What is kept while reading: what says something, whatever the body is padded with.
struct Kept<'w> {
    wanted: &'w [&'w str],
    /// By column, as far as they came up.
    is_wanted: Vec<bool>,
    rows: Vec<Row>,
    cells: Vec<Cell>,
    text: String,
    is_over: bool,
}

impl Visit for Kept<'_> {
    fn row(&mut self, log: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]) {
        if self.is_over {
            return;
        }
        if self.rows.len() >= MOST_ROWS || self.cells.len() >= MOST_CELLS {
            self.is_over = true;
            log.add(source, &too_many_records::RULE, place, At::Whole, || {
                too_many_records::words(self.rows.len())
            });
            return;
        }
        let known = self.is_wanted.len();
        let new = source.columns.iter().skip(known);
        let wanted = self.wanted;
        self.is_wanted
            .extend(new.map(|name| wanted.is_empty() || wanted.contains(&name.as_str())));
        let is_csv = source.format == FileFormat::Csv;
        let from = self.cells.len();
        for ((column, cell), is_wanted) in (0_u32..).zip(cells).zip(&self.is_wanted) {
            if !is_wanted || *cell == RawCell::ABSENT {
                continue;
            }
            let text = cell.text(&source.text);
            let text = text.trim();
            if is_csv && text.is_empty() {
                continue;
            }
            let start = self.text.len() as u32;
            self.text.push_str(text);
            let end = self.text.len() as u32;
            self.cells.push(Cell { column, start, end });
        }
        self.rows.push(Row {
            row: u64::from(place.row),
            line: u64::from(place.line),
            from,
            cells: self.cells.len() - from,
            width: if is_csv { cells.len() } else { 0 },
        });
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        each_row(self, log, source, first, batch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_column_in_both_formats() {
        for (format, body) in [
            (FileFormat::Csv, "a,b\n1, x \n\n2,\n"),
            (
                FileFormat::Json,
                "[{\"a\": 1, \"b\": \" x \"},\n\n{\"a\": \"2\", \"b\": null}]",
            ),
        ] {
            let rows = Rows::read(body.as_bytes(), format, &[], &Options::default());
            assert_eq!(rows.columns, ["a", "b"]);
            let said: Vec<_> = rows
                .rows
                .iter()
                .map(|row| (row.row, rows.cell(row, "a"), rows.cell(row, "b")))
                .collect();
            assert_eq!(said, [(1, Some("1"), Some("x")), (2, Some("2"), Some(""))]);
            assert_eq!((rows.cell(&rows.rows[0], "c"), rows.report.error_count), (None, 0));
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let rows = Rows::read(b"a,b\n1,2,3\n", FileFormat::Csv, &[], &Options::default());
        assert_eq!((rows.rows.len(), rows.report.error_count), (0, 1));
        let rows = Rows::read(b"[{\"a\": [1]}]", FileFormat::Json, &[], &Options::default());
        assert_eq!(rows.report.problems[0].rule, "nested_value");
    }

    #[test]
    fn padding_takes_no_memory() {
        // Each object has a key of its own, and each row of CSV a thousand blank cells.
        let objects: Vec<String> = (0..2000).map(|n| format!("{{\"k{n}\":1}}")).collect();
        let body = format!("[{}]", objects.join(","));
        let rows = Rows::read(body.as_bytes(), FileFormat::Json, &[], &Options::default());
        assert_eq!((rows.rows.len(), rows.cells.len()), (2000, 2000));
        let header: Vec<String> = (0..1000).map(|n| format!("c{n}")).collect();
        let body = format!("{}\n{}", header.join(","), format!("x{}\n", ",".repeat(999)).repeat(50));
        let rows = Rows::read(body.as_bytes(), FileFormat::Csv, &["c0", "c2"], &Options::default());
        assert_eq!((rows.rows.len(), rows.cells.len()), (50, 50));
        assert_eq!(
            (rows.cell(&rows.rows[49], "c0"), rows.cell(&rows.rows[49], "c2")),
            (Some("x"), Some(""))
        );
    }
}
