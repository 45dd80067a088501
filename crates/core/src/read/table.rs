//! A body as a table: opened once, then read record by record.

use std::borrow::Cow;

use crate::log::{At, Log};
use crate::mapping::FileFormat;
use crate::problem::FileFacts;
use crate::rules;

use super::csv::{QuoteFault, Rows};
use super::decode::{Encoding, decode};
use super::grid::Grid;
use super::scan::{Batch, Batches};
use super::{Place, RawCell, Source, csv, dialect, json, sniff};

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
    undecodable: Vec<usize>,
    /// Where the first record of a CSV body begins.
    pub(super) data: Place,
    /// Blank rows above the header.
    pub(super) blank_rows: u64,
    /// Whether the header is one that rows can be read by.
    pub(super) readable: bool,
    /// What is known of it besides, when it is a sheet.
    pub(super) grid: Option<Grid>,
}

/// What reading all records counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counted {
    /// Records visited.
    pub records: u64,
    /// Blank rows skipped.
    pub blank_rows: u64,
}

/// Rows of a CSV body that follow one another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Where the next row begins that is to be read.
    pub next: Place,
    /// What was read so far.
    pub counted: Counted,
    /// Whether more of the body follows the text at hand, which ends behind a line end: its last row may go on.
    pub goes_on: bool,
}

/// What is told of each record, with the columns known so far.
pub trait Visit {
    /// A record, where it is, and its cells by column.
    fn row(&mut self, log: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]);

    /// Records of one line each that follow one another, where the first of them is, and their cells.
    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch);
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
        if let Some(grid) = &self.grid {
            return self.read_grid(grid, log, visit);
        }
        match self.source.format {
            FileFormat::Csv => self.read_csv(log, visit),
            FileFormat::Json => self.read_json(log, visit),
        }
    }

    fn read_csv(&self, log: &mut Log, visit: &mut dyn Visit) -> Counted {
        let mut part = self.first_part();
        self.read_part(&mut part, usize::MAX, log, visit);
        part.counted
    }

    /// The rows of a CSV body before any of them was read.
    pub(crate) fn first_part(&self) -> Part {
        Part {
            next: self.data,
            counted: Counted {
                records: 0,
                blank_rows: self.blank_rows,
            },
            goes_on: false,
        }
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
        }
    }

    /// Where parts of the rows of a CSV body may begin that are at least so long, at most so many of them: behind line
    /// ends that are probably not within quotes. The first one begins where the rows do; its rows and lines are counted
    /// from the beginning of the body, those of the others from their own.
    pub(crate) fn parts(&self, most: usize, shortest: usize) -> Vec<Part> {
        let mut parts = vec![self.first_part()];
        let text = self.source.text.as_bytes();
        let first = self.data.start as usize;
        let is_plain = self.source.format == FileFormat::Csv && self.grid.is_none() && self.undecodable.is_empty();
        if !is_plain || !self.readable || self.source.columns.is_empty() {
            return parts;
        }
        let count = most.min((text.len() - first) / shortest.max(1));
        let (mut known, mut within) = (first, false);
        for part in 1..count {
            let wanted = first + (text.len() - first) / count * part;
            let Some(between) = text.get(known..wanted) else {
                continue;
            };
            within ^= memchr::memchr_iter(b'"', between).count() % 2 == 1;
            known = text.len();
            for at in memchr::memchr2_iter(b'"', b'\n', &text[wanted..]) {
                if text[wanted + at] == b'"' {
                    within = !within;
                } else if !within {
                    known = wanted + at + 1;
                    break;
                }
            }
            if known == text.len() {
                break;
            }
            parts.push(Part {
                next: Place {
                    row: 0,
                    line: 1,
                    start: known as u32,
                },
                counted: Counted::default(),
                goes_on: false,
            });
        }
        parts
    }

    /// Reads the rows of a part of a CSV body that begin before `until`.
    pub(crate) fn read_part(&self, part: &mut Part, until: usize, log: &mut Log, visit: &mut dyn Visit) {
        let Part {
            next: mut place,
            mut counted,
            goes_on,
        } = *part;
        let source = &self.source;
        let text: &str = &source.text;
        let until = until.min(text.len());
        let width = source.columns.len();
        if width == 0 || !self.readable {
            return;
        }
        let rows = Rows::new(source.delimiter);
        let mut undecodable = self.undecodable.iter().copied().peekable();
        let mut cells = Vec::with_capacity(width);
        let mut batches = Batches::new(
            source.delimiter,
            width,
            place.start as usize,
            self.undecodable.is_empty(),
        );
        while (place.start as usize) < until {
            while let Some(batch) = batches.read(&text.as_bytes()[..until], place.start as usize) {
                let read = batch.len() as u32;
                let first = Place {
                    row: counted.records as u32 + 1,
                    ..place
                };
                visit.rows(log, source, first, batch);
                counted.records += u64::from(read);
                place = Place {
                    row: 0,
                    line: place.line + read,
                    start: batch.next as u32,
                };
            }
            let blank = csv::blank_lines(text.as_bytes().get(place.start as usize..until).unwrap_or_default());
            counted.blank_rows += blank.lines as u64;
            place.line += blank.lines as u32;
            place.start += blank.bytes as u32;
            if place.start as usize >= until {
                break;
            }
            let Some(end) = rows.read(text, place.start as usize, width, &mut cells) else {
                break;
            };
            if goes_on && end.next == text.len() && end.fault.is_some() {
                break;
            }
            let here = Place {
                row: counted.records as u32 + 1,
                ..place
            };
            place = Place {
                row: 0,
                line: place.line + end.lines as u32,
                start: end.next as u32,
            };
            if is_blank_row(&cells, end.cells, width, text) {
                counted.blank_rows += 1;
                continue;
            }
            counted.records += 1;
            let mut broken = false;
            while let Some(at) = undecodable.next_if(|at| *at < end.next) {
                broken = true;
                log.add(
                    source,
                    &rules::undecodable_bytes::RULE,
                    here,
                    column_at(&cells, at),
                    || rules::undecodable_bytes::words(self.encoding.name()),
                );
            }
            match end.fault {
                None => {}
                Some(QuoteFault::Unclosed(index)) => {
                    broken = true;
                    log.add(
                        source,
                        &rules::unclosed_quote::RULE,
                        here,
                        At::Column(index.min(width)),
                        rules::unclosed_quote::words,
                    );
                }
                Some(QuoteFault::TextBehind(index)) => {
                    broken = true;
                    log.add(
                        source,
                        &rules::text_after_quote::RULE,
                        here,
                        At::Column(index.min(width)),
                        rules::text_after_quote::words,
                    );
                }
                Some(QuoteFault::Stray(index)) => {
                    log.add(
                        source,
                        &rules::stray_quote::RULE,
                        here,
                        At::Column(index.min(width)),
                        rules::stray_quote::words,
                    );
                }
            }
            if end.cells > width && !broken {
                let behind = behind_the_header(&rows, source, here, width);
                if behind.is_blank {
                    log.add(source, &rules::extra_blank_cells::RULE, here, At::Whole, || {
                        rules::extra_blank_cells::words(end.cells, width)
                    });
                } else {
                    broken = true;
                    log.add(source, &rules::ragged_row::RULE, here, At::Whole, || {
                        rules::ragged_row::words(end.cells, width, behind.first)
                    });
                }
            } else if end.cells < width && !broken {
                log.add(source, &rules::short_row::RULE, here, At::Whole, || {
                    rules::short_row::words(end.cells, width, &source.columns[end.cells..])
                });
            }
            if !broken {
                visit.row(log, source, here, &cells);
            }
        }
        *part = Part {
            next: place,
            counted,
            goes_on,
        };
    }

    fn read_json(&mut self, log: &mut Log, visit: &mut dyn Visit) -> Counted {
        let mut counted = Counted::default();
        let body = self.source.text.clone();
        let mut source = Source {
            format: FileFormat::Json,
            text: body.clone(),
            delimiter: b',',
            columns: Vec::new(),
            header: Place::default(),
            rows: None,
            again: None,
        };
        let is_list = body.trim_start().starts_with('[');
        let mut keys = json::Keys::default();
        let mut row = json::Row::default();
        let mut is_hopeless = false;
        let mut undecodable = self.undecodable.iter().copied().peekable();
        let outcome = json::records(&body, &mut keys, &mut row, &mut |element, keys, row| {
            counted.records += 1;
            if is_hopeless {
                return;
            }
            let here = Place {
                row: counted.records as u32,
                line: element.lines as u32 + 1,
                start: element.start as u32,
            };
            let mut broken = false;
            while let Some(at) = undecodable.next_if(|at| *at < element.end) {
                broken = true;
                log.add(&source, &rules::undecodable_bytes::RULE, here, At::Byte(at), || {
                    rules::undecodable_bytes::words(self.encoding.name())
                });
            }
            if source.columns.len() < keys.names.len() {
                source.columns.extend_from_slice(&keys.names[source.columns.len()..]);
            }
            match element.read {
                Ok(()) if !broken => visit.row(log, &source, here, &row.cells),
                Ok(()) => {}
                Err(json::Fault::NotAnObject(found)) => {
                    let here = if is_list { here } else { Place { row: 0, ..here } };
                    counted.records -= u64::from(!is_list);
                    log.add(&source, &rules::not_a_list::RULE, here, At::Whole, || {
                        rules::not_a_list::words(found)
                    });
                }
                Err(json::Fault::DuplicateKey { column, byte }) => {
                    let at = At::Cell { column, byte };
                    log.add(&source, &rules::duplicate_key::RULE, here, at, || {
                        rules::duplicate_key::words(&keys.names[column])
                    });
                }
                Err(json::Fault::Nested { column, byte }) => {
                    let at = At::Cell { column, byte };
                    log.add(&source, &rules::nested_value::RULE, here, at, || {
                        let is_wrapper = !is_list && body.as_bytes().get(byte) == Some(&b'[');
                        rules::nested_value::words(&keys.names[column], is_wrapper)
                    });
                }
                Err(json::Fault::BadEscape { byte }) => {
                    log.add(&source, &rules::invalid_json::RULE, here, At::Byte(byte), || {
                        rules::invalid_json::words("a \\u escape that is half of a character")
                    });
                }
                Err(json::Fault::TooManyKeys) => {
                    is_hopeless = true;
                    log.add(&source, &rules::too_many_columns::RULE, here, At::Whole, || {
                        rules::too_many_columns::words(None)
                    });
                }
                Err(json::Fault::TooDeep) => {
                    log.add(&source, &rules::too_deep::RULE, here, At::Whole, rules::too_deep::words);
                }
            }
        });
        if let Err(error) = outcome {
            let byte = byte_of(&body, error.line, error.character);
            let place = Place {
                row: counted.records as u32 + 1,
                line: error.line as u32,
                start: byte as u32,
            };
            if json::depth(&body[..byte]) > json::DEPTH_LIMIT {
                log.add(
                    &source,
                    &rules::too_deep::RULE,
                    place,
                    At::Whole,
                    rules::too_deep::words,
                );
            } else {
                log.add(&source, &rules::invalid_json::RULE, place, At::Byte(byte), || {
                    rules::invalid_json::words(&error.message)
                });
            }
        }
        self.source = source;
        counted
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

struct Behind {
    is_blank: bool,
    first: String,
}

/// What stands in the cells of a row for which the header has no name.
fn behind_the_header(rows: &Rows, source: &Source<'_>, place: Place, width: usize) -> Behind {
    let mut cells = Vec::new();
    rows.read(&source.text, place.start as usize, COLUMN_LIMIT, &mut cells);
    let behind = cells.get(width..).unwrap_or_default();
    let filled = behind.iter().find(|cell| !is_blank(cell, &source.text));
    Behind {
        is_blank: filled.is_none() && cells.len() < COLUMN_LIMIT,
        first: filled
            .map(|cell| cell.text(&source.text).into_owned())
            .unwrap_or_default(),
    }
}

fn column_at(cells: &[RawCell], byte: usize) -> At {
    match cells
        .iter()
        .position(|cell| cell.start <= byte && byte < cell.end.max(cell.start + 1))
    {
        Some(index) => At::Column(index),
        None => At::Whole,
    }
}

pub(super) fn is_blank(cell: &RawCell, text: &str) -> bool {
    cell.text(text).trim().is_empty()
}

fn is_blank_row(cells: &[RawCell], count: usize, width: usize, text: &str) -> bool {
    match cells.first() {
        Some(first) if first.end > first.start && text.as_bytes()[first.start] > b' ' => false,
        _ => count <= width && cells.iter().all(|cell| is_blank(cell, text)),
    }
}

fn byte_of(text: &str, line: u64, character: u64) -> usize {
    let line_start = match line {
        0 | 1 => 0,
        _ => memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(line as usize - 2)
            .map_or(text.len(), |at| at + 1),
    };
    let rest = &text[line_start..];
    rest.char_indices()
        .nth(character as usize - 1)
        .map_or(text.len(), |(at, _)| line_start + at)
}
