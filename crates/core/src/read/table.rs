//! A body as a table: opened once, then read record by record.

use std::borrow::Cow;

use crate::log::{At, Log};
use crate::mapping::FileFormat;
use crate::problem::FileFacts;
use crate::rules;

use super::csv::{QuoteFault, Rows};
use super::decode::{Encoding, decode};
use super::grid::Grid;
use super::scan::Batch;
use super::{Place, RawCell, Source, csv, dialect, sniff};

pub(crate) use rows::Part;

mod objects;
mod rows;

/// The most columns that a body may have.
pub const COLUMN_LIMIT: usize = 16_384;

/// The most columns that a report lists.
const COLUMNS_SHOWN: usize = 1_000;

/// A body that was opened: decoded, its delimiter found, its header read.
#[derive(Debug)]
pub struct Table<'a> {
    /// The text and how it is cut.
    pub source: Source<'a>,
    /// Bytes received.
    pub(super) bytes: u64,
    encoding: Encoding,
    /// Where in the text something could not be decoded.
    pub(crate) undecodable: Vec<usize>,
    /// Where the first record of a CSV body begins.
    pub(super) data: Place,
    /// Blank rows above the header.
    pub(super) blank_rows: u64,
    /// Whether the header is one that rows can be read by.
    pub(super) readable: bool,
    /// What is known of it besides, when it is a sheet.
    pub(super) grid: Option<Grid>,
    /// Rows that are numbered and nothing else, in rising order.
    pub(crate) left_out: Vec<u32>,
}

/// What reading all records counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted {
    /// Records visited.
    pub records: u64,
    /// Blank rows skipped.
    pub blank_rows: u64,
}

/// What is told of each record, with the columns known so far.
pub trait Visit {
    /// A record, where it is, and its cells by column.
    fn row(&mut self, log: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]);

    /// Records of one line each that follow one another, where the first of them is, and their cells.
    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch);

    /// A record that is broken in itself, and where it is.
    fn broken(&mut self, _place: Place) {}
}

/// Tells of the records of a batch one by one.
pub fn each_row(visit: &mut dyn Visit, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
    let mut cells = Vec::new();
    for row in 0..batch.len() {
        batch.row(row, &source.text, &mut cells);
        let place = Place {
            row: first.row + row as u32,
            line: first.line + row as u32,
            start: batch.cell(row, 0).0 as u32,
        };
        visit.row(log, source, place, &cells);
    }
}

/// How a body is to be opened.
#[derive(Debug)]
pub struct Opening<'o> {
    /// What it should be; `None`: what it looks like.
    pub format: Option<FileFormat>,
    /// Its encoding, when it is known.
    pub encoding: Option<Encoding>,
    /// Its delimiter, when it is known.
    pub delimiter: Option<char>,
    /// Headers that it probably has.
    pub expected: &'o [&'o str],
}

impl<'a> Table<'a> {
    /// A table of this text, before its header is read.
    pub(super) fn of(text: Cow<'a, str>, format: FileFormat, bytes: u64) -> Self {
        Self {
            bytes,
            encoding: Encoding::Utf8,
            undecodable: Vec::new(),
            data: Place::default(),
            source: Source {
                format,
                text,
                delimiter: b',',
                columns: Vec::new(),
                header: Place::default(),
                rows: None,
                again: None,
            },
            blank_rows: 0,
            readable: true,
            grid: None,
            left_out: Vec::new(),
        }
    }

    /// Opens a body. What keeps it from being read is an error in the log, and the table has no records then.
    pub fn open(body: &'a [u8], opening: &Opening<'_>, log: &mut Log) -> Self {
        let foreign = sniff::foreign_type(body);
        let too_large = u32::try_from(body.len()).is_err() || body.len() > u32::MAX as usize - (1 << 28);
        let readable = if foreign.is_some() || too_large {
            &body[..0]
        } else {
            body
        };
        let decoded = decode(readable, opening.encoding);
        let looks_like_json = sniff::begins_as_json(&decoded.text);
        let format = opening.format.unwrap_or(if looks_like_json {
            FileFormat::Json
        } else {
            FileFormat::Csv
        });
        log.set_format(format);
        let mut table = Self {
            encoding: decoded.encoding,
            undecodable: decoded.undecodable,
            ..Self::of(decoded.text, format, body.len() as u64)
        };
        let nowhere = Place::default();
        if let Some(name) = foreign {
            log.add(
                &table.source,
                &rules::unknown_file_type::RULE,
                nowhere,
                At::Whole,
                || rules::unknown_file_type::words(name, format),
            );
        } else if too_large {
            log.add(
                &table.source,
                &rules::file_too_large::RULE,
                nowhere,
                At::Whole,
                rules::file_too_large::words,
            );
        } else if table.source.text.trim_start().is_empty() {
            log.add(
                &table.source,
                &rules::empty_file::RULE,
                nowhere,
                At::Whole,
                rules::empty_file::words,
            );
            table.source.text = "".into();
        } else if format == FileFormat::Csv && looks_like_json {
            log.add(&table.source, &rules::wrong_format::RULE, nowhere, At::Whole, || {
                rules::wrong_format::words(format)
            });
            table.source.text = "".into();
        } else if format == FileFormat::Csv {
            if decoded.guessed && decoded.encoding == Encoding::Windows1252 {
                log.add(
                    &table.source,
                    &rules::guessed_encoding::RULE,
                    nowhere,
                    At::Whole,
                    rules::guessed_encoding::words,
                );
            }
            table.read_header(opening, log);
        }
        table
    }

    fn read_header(&mut self, opening: &Opening<'_>, log: &mut Log) {
        let text = &self.source.text;
        let (delimiter, start) = match (dialect::separator_line(text), opening.delimiter) {
            (Some((delimiter, start)), _) => (delimiter, start),
            (None, Some(delimiter)) if delimiter.is_ascii() => (delimiter as u8, 0),
            (None, _) => (dialect::detect(text, opening.expected), 0),
        };
        let rows = Rows::new(delimiter);
        let mut place = Place {
            row: 0,
            line: 1 + csv::count_line_ends(&text.as_bytes()[..start]) as u32,
            start: start as u32,
        };
        let mut cells = Vec::new();
        let mut columns = Vec::new();
        let mut header = place;
        let mut faults = Vec::new();
        let mut spaced = Vec::new();
        while let Some(end) = rows.read(text, place.start as usize, COLUMN_LIMIT, &mut cells) {
            header = place;
            place = Place {
                row: 0,
                line: place.line + end.lines as u32,
                start: end.next as u32,
            };
            if cells.iter().all(|cell| is_blank(cell, text)) {
                self.blank_rows += 1;
                continue;
            }
            for (column, cell) in cells.iter().enumerate() {
                let written = cell.text(text);
                if written.trim().len() != written.len() && !written.trim().is_empty() {
                    spaced.push(column);
                }
                columns.push(written.trim().to_owned());
            }
            if end.cells > COLUMN_LIMIT {
                faults.push((
                    &rules::too_many_columns::RULE,
                    rules::too_many_columns::words(Some(end.cells)),
                ));
            }
            if let Some(QuoteFault::Unclosed(_)) = end.fault {
                faults.push((&rules::unclosed_quote::RULE, rules::unclosed_quote::words()));
            }
            break;
        }
        self.source.delimiter = delimiter;
        self.source.columns = columns;
        self.source.header = header;
        self.data = place;
        for column in spaced {
            log.add(
                &self.source,
                &rules::surrounding_space::RULE,
                header,
                At::Column(column),
                rules::surrounding_space::words,
            );
        }
        if self.source.columns.is_empty() {
            let nowhere = Place::default();
            log.add(
                &self.source,
                &rules::no_header::RULE,
                nowhere,
                At::Whole,
                rules::no_header::words,
            );
        }
        for (rule, words) in faults {
            log.add(&self.source, rule, header, At::Whole, || words);
            self.readable = false;
        }
    }

    /// Reads every record: its place, the columns known so far, and its cells by the index of their column.
    ///
    /// A record that is broken in itself is logged, not visited.
    pub fn read(&mut self, log: &mut Log, visit: &mut dyn Visit) -> Counted {
        let mut counted = match (&self.grid, self.source.format) {
            (Some(grid), _) => self.read_grid(grid, log, visit),
            (None, FileFormat::Csv) => self.read_csv(log, visit),
            (None, FileFormat::Json) => self.read_json(log, visit),
        };
        counted.records -= self.left_out.partition_point(|row| u64::from(*row) <= counted.records) as u64;
        counted
    }

    /// Whether a row is only numbered.
    pub(super) fn is_left_out(&self, row: u32) -> bool {
        !self.left_out.is_empty() && self.left_out.binary_search(&row).is_ok()
    }

    /// Whether anything stands behind the header of a CSV body.
    pub(crate) fn has_rows(&self) -> bool {
        (self.data.start as usize) < self.source.text.len()
    }

    /// The same table over another text of a body of so many bytes.
    pub(crate) fn over<'t>(self, text: String, bytes: u64) -> Table<'t> {
        Table {
            bytes,
            encoding: self.encoding,
            undecodable: self.undecodable,
            data: self.data,
            source: Source {
                format: self.source.format,
                text: Cow::Owned(text),
                delimiter: self.source.delimiter,
                columns: self.source.columns,
                header: self.source.header,
                rows: None,
                again: None,
            },
            blank_rows: self.blank_rows,
            readable: self.readable,
            grid: None,
            left_out: self.left_out,
        }
    }

    /// About how many records there are, judged by the first lines; to reserve room once.
    pub fn expected_records(&self) -> usize {
        if let Some(grid) = &self.grid {
            return grid.row_count;
        }
        let text = self.source.text.as_bytes();
        let sample = &text[..text.len().min(1 << 16)];
        let lines = match self.source.format {
            FileFormat::Csv => csv::count_line_ends(sample),
            FileFormat::Json => memchr::memchr_iter(b'}', sample).count(),
        };
        if sample.is_empty() {
            0
        } else {
            (lines + 1) * (text.len() / sample.len() + 1)
        }
    }

    /// How the body was read, for the report.
    pub fn facts(&self) -> FileFacts {
        let grid = self.grid.as_ref();
        let has_delimiter = self.source.format == FileFormat::Csv && !self.source.columns.is_empty() && grid.is_none();
        FileFacts {
            format: self.source.format.as_str().to_owned(),
            bytes: self.bytes,
            encoding: grid
                .map_or(self.encoding.name(), |grid| grid.container.as_str())
                .to_owned(),
            sheet: grid.and_then(|grid| grid.sheet.clone()),
            sheets: grid.map(Grid::visible).unwrap_or_default(),
            delimiter: has_delimiter.then_some(char::from(self.source.delimiter)),
            columns: self
                .source
                .columns
                .iter()
                .take(COLUMNS_SHOWN)
                .map(|column| crate::log::cut(column))
                .collect(),
        }
    }
}

pub(super) fn is_blank(cell: &RawCell, text: &str) -> bool {
    cell.text(text).trim().is_empty()
}
