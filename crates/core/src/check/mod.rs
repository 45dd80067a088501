//! Checking a body by itself: columns, then cell by cell, then over all rows.

use crate::field::Target;
use crate::index::Index;
use crate::log::{At, Log};
use crate::mapping::{FileFormat, Mapping};
use crate::problem::FileFacts;
use crate::read::table::{Counted, Table};
use crate::read::{Place, RawCell, Source};
use crate::record::Records;
use crate::rules;

mod cell;
mod columns;
mod rows;

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

/// Reads all records of an opened body and checks them. What it finds goes to the log.
pub fn check<'a>(mut table: Table<'a>, mapping: &'a Mapping, log: &mut Log) -> Checked<'a> {
    let mut columns = columns::find(&table.source, mapping, log);
    // without its required columns no row has a chance; one problem says it all
    let hopeless = log.has_errors();
    let expected = table.expected_records();
    let mut cells = cell::Cells::new(mapping, table.source.text.len(), expected);
    let mut places = Vec::with_capacity(expected);
    let mut known = table.source.columns.len();
    let mut visit = |log: &mut Log, source: &Source<'_>, place: Place, row: &[RawCell]| {
        if source.format == FileFormat::Json && source.columns.len() != known {
            known = source.columns.len();
            columns = columns::by_name(source, mapping);
        }
        if hopeless {
            return;
        }
        places.push(place);
        cells.read(log, source, place, row, &columns);
    };
    let counted = table.read(log, &mut visit);
    let nowhere = Place::default();
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
    let (side, cells, usernames_are_addresses) = cells.finish();
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
        columns,
        dropped,
    };
    let (emails, collapsed) = rows::check(&mut records, usernames_are_addresses, log);
    Checked {
        records,
        file,
        counted,
        collapsed,
        emails,
    }
}
