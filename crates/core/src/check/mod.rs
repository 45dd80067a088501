//! Checking a body by itself: columns, then cell by cell, then over all rows.

use crate::field::Target;
use crate::index::Index;
use crate::log::{At, Log};
use crate::mapping::{FileFormat, Mapping};
use crate::problem::FileFacts;
use crate::read::scan::Batch;
use crate::read::table::{Counted, Table, Visit, each_row};
use crate::read::{Place, RawCell, Source};
use crate::record::{Code, Places, Records};
use crate::rules;

mod batch;
mod canonical;
mod cell;
mod columns;
mod kept;
mod parts;
pub(crate) mod pieces;
mod repeated;
mod rows;
mod seen;
mod short;
pub mod told;

use cell::Finished;
pub use parts::{SideBySide, Together};
use told::{Tell, Told};

/// A body that was read and checked by itself.
#[derive(Debug)]
pub struct Checked<'a> {
    /// Its records.
    pub records: Records<'a>,
    /// How it was read.
    pub file: FileFacts,
    /// How much was read.
    pub counted: Counted,
    /// Records that repeat an earlier one exactly.
    pub collapsed: u64,
    /// The records by their address.
    pub(crate) emails: Index,
}

/// What the records of a body may occupy, in bytes, or as many times its own size.
const RECORDS_MEMORY: usize = 88 * 1024 * 1024;
const RECORDS_MEMORY_FACTOR: usize = 6;

/// The most records that are kept of a body of `bytes` with as many mapped fields: memory is bounded before it is taken.
/// A record has the first byte of its place, a code for each cell, a mark and its share of an index that is never fuller than four fifths, nor emptier
/// than two.
fn most_records(bytes: usize, fields: usize) -> usize {
    let record = size_of::<u32>() + fields * size_of::<Code>() + 1 + 24;
    RECORDS_MEMORY.max(bytes.saturating_mul(RECORDS_MEMORY_FACTOR)) / record
}

/// Reads all records of an opened body and checks them, many rows at once where it can unless it is to go `row_by_row`,
/// and in parts `side_by_side` if it can be cut. What it finds goes to the log; how far it has come is told on the way of
/// a body that is read as a whole.
pub fn check<'a>(
    mut table: Table<'a>,
    mapping: &'a Mapping,
    row_by_row: bool,
    side_by_side: Option<SideBySide>,
    tell: Option<&mut Tell<'_>>,
    log: &mut Log,
) -> Checked<'a> {
    let columns = columns::find(&table.source, mapping, log);
    let most = most_records(table.source.text.len(), mapping.fields.len());
    let expected = table.expected_records().min(most);
    let mut reading = Reading {
        mapping,
        // without its required columns no row has a chance; one problem says it all
        is_hopeless: log.has_errors(),
        known: table.source.columns.len(),
        columns,
        places: Places::with_capacity(expected),
        cells: cell::Cells::new(mapping, table.source.text.len(), expected, row_by_row),
        most,
        is_over: false,
        row_by_row,
    };
    let in_parts = side_by_side
        .filter(|_| !reading.is_hopeless && tell.is_none())
        .and_then(|how| parts::read(&table, &mut reading, how, log));
    let counted = match (in_parts, tell) {
        (Some(counted), _) => counted,
        (None, None) => table.read(log, &mut reading),
        (None, Some(tell)) => {
            let visit = &mut reading;
            table.read(log, &mut Told { visit, tell, untold: 0 })
        }
    };
    conclude(table, mapping, reading, counted, log)
}

/// Checks what was read over all rows.
fn conclude<'a>(
    table: Table<'a>,
    mapping: &'a Mapping,
    reading: Reading<'a>,
    counted: Counted,
    log: &mut Log,
) -> Checked<'a> {
    let Reading {
        mut columns,
        places,
        cells,
        ..
    } = reading;
    let nowhere = Place::default();
    if cells.is_full() {
        log.add(&table.source, &rules::file_too_large::RULE, nowhere, At::Whole, || {
            rules::file_too_large::words_of_texts()
        });
    }
    if counted.blank_rows > 0 {
        log.add(&table.source, &rules::blank_rows::RULE, nowhere, At::Whole, || {
            rules::blank_rows::words(counted.blank_rows)
        });
    }
    if counted.records == 0 && !log.has_errors() {
        let format = table.source.format;
        log.add(&table.source, &rules::no_records::RULE, nowhere, At::Whole, || {
            rules::no_records::words(format)
        });
    }
    if table.source.format == FileFormat::Json && counted.records > 0 {
        columns = columns::by_name(&table.source, mapping);
        columns::report_json(&table.source, mapping, &columns, log);
    }
    let file = table.facts();
    let Finished {
        side,
        cells,
        hasher,
        hashes,
        usernames_are_addresses,
        has_foreign_addresses,
    } = cells.finish();
    let dropped = vec![false; places.len()];
    let email = mapping
        .fields
        .iter()
        .position(|field| field.target == Target::Email)
        .expect("a mapping has an e-mail");
    let mut records = Records {
        email,
        mapping,
        source: table.source,
        side,
        places,
        cells,
        hasher,
        hashes,
        columns,
        dropped,
    };
    let (emails, collapsed) = rows::check(&mut records, usernames_are_addresses, has_foreign_addresses, log);
    Checked {
        records,
        file,
        counted,
        collapsed,
        emails,
    }
}

/// The records read so far.
struct Reading<'m> {
    mapping: &'m Mapping,
    is_hopeless: bool,
    /// How many columns the body had so far.
    known: usize,
    /// Which of them each field is in.
    columns: Vec<Option<usize>>,
    places: Places,
    cells: cell::Cells<'m>,
    most: usize,
    is_over: bool,
    row_by_row: bool,
}

impl<'m> Reading<'m> {
    /// None read yet, of the same body, about as many and at most so many.
    fn more(&self, expected: usize, most: usize) -> Self {
        Self {
            mapping: self.mapping,
            columns: self.columns.clone(),
            places: Places::with_capacity(expected),
            cells: self.cells.more(self.mapping, expected),
            most,
            ..*self
        }
    }

    /// Whether there is no room for another record; says so once.
    fn is_over(&mut self, log: &mut Log, source: &Source<'_>, place: Place) -> bool {
        if self.places.len() == self.most && !self.is_over {
            self.is_over = true;
            log.add(source, &rules::too_many_records::RULE, place, At::Whole, || {
                rules::too_many_records::words(self.most)
            });
        }
        self.is_over
    }
}

impl Visit for Reading<'_> {
    fn row(&mut self, log: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]) {
        if source.format == FileFormat::Json && source.columns.len() != self.known {
            self.known = source.columns.len();
            self.columns = columns::by_name(source, self.mapping);
        }
        if self.is_hopeless || self.is_over(log, source, place) {
            return;
        }
        self.places.push(place);
        // of CSV only rows that leave a question come here
        let cell_by_cell = self.row_by_row || source.format == FileFormat::Csv;
        self.cells.read(log, source, place, cells, &self.columns, cell_by_cell);
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        if self.is_hopeless {
            return;
        }
        if self.row_by_row {
            each_row(self, log, source, first, batch);
            return;
        }
        let room = (self.most - self.places.len()).min(batch.len());
        self.places.extend(first, batch.starts().take(room));
        self.cells.read_batch(log, source, first, batch, room, &self.columns);
        if room < batch.len() {
            let (row, line) = (first.row + room as u32, first.line + room as u32);
            let start = batch.cell(room, 0).0 as u32;
            self.is_over(log, source, Place { row, line, start });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_fit_into_the_largest_body_however_short() {
        let body = 15 * 1024 * 1024;
        assert!(most_records(body, 3) >= body / "a@b.co,A,B\n".len());
        // Thirteen columns take room in the body too.
        assert!(most_records(body, 13) >= body / "ann@a.co,Ann,Smith,,,,,,,,,,\n".len());
        assert!(most_records(4 << 30, 13) > 100_000_000);
    }
}
