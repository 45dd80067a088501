//! The rows of a body as they came, with every cell, before anything is mapped.
//!
//! For requests that don't name users by their address: what their cells mean is said by the modules beside this one.

use std::collections::HashMap;

use crate::import::Options;
use crate::log::Log;
use crate::mapping::FileFormat;
use crate::problem::Report;
use crate::read::scan::Batch;
use crate::read::table::{Opening, Table, Visit, each_row};
use crate::read::{Place, RawCell, Source};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The record, from 1.
    pub row: u64,
    /// The physical line, from 1.
    pub line: u64,
    /// Its cells by place in [`Rows::columns`], trimmed; `None` for a key that an object doesn't have.
    cells: Vec<Option<String>>,
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
    places: HashMap<String, usize>,
}

impl Rows {
    /// Reads a body of this format.
    pub fn read(body: &[u8], format: FileFormat, options: &Options) -> Self {
        let mut log = Log::new(format, options.problem_limit);
        let opening = Opening {
            format: Some(format),
            encoding: options.encoding,
            delimiter: options.delimiter,
            expected: &[],
        };
        let mut table = Table::open(body, &opening, &mut log);
        let mut kept = Kept::default();
        let counted = table.read(&mut log, &mut kept);
        let columns = table.source.columns.clone();
        let file = table.facts();
        let places = columns.iter().enumerate();
        Self {
            places: places.map(|(at, name)| (name.clone(), at)).collect(),
            report: log.into_report(&table.source, file, counted.records, counted.blank_rows, 0),
            rows: kept.0,
            columns,
        }
    }

    /// Whether the body has a column, or any object a key, of this name.
    pub fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// A cell of a row: blank is `""`, absent `None`.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        row.cells.get(*self.places.get(column)?)?.as_deref()
    }

    /// The cells that a row has, each with its column.
    pub fn cells<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = (&'r str, &'r str)> {
        let cells = self.columns.iter().zip(&row.cells);
        cells.filter_map(|(column, cell)| Some((column.as_str(), cell.as_deref()?)))
    }
}

#[derive(Default)]
struct Kept(Vec<Row>);

impl Visit for Kept {
    fn row(&mut self, _: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]) {
        let text = |cell: &RawCell| (*cell != RawCell::ABSENT).then(|| cell.text(&source.text).trim().to_owned());
        self.0.push(Row {
            row: u64::from(place.row),
            line: u64::from(place.line),
            cells: cells.iter().map(text).collect(),
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
            let rows = Rows::read(body.as_bytes(), format, &Options::default());
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
        let rows = Rows::read(b"a,b\n1,2,3\n", FileFormat::Csv, &Options::default());
        assert_eq!((rows.rows.len(), rows.report.error_count), (0, 1));
        let rows = Rows::read(b"[{\"a\": [1]}]", FileFormat::Json, &Options::default());
        assert_eq!(rows.report.problems[0].rule, "nested_value");
    }
}
