//! Checking a body by itself: columns, then cell by cell, then over all rows.

use crate::field::Target;
use crate::index::Index;
use crate::log::{At, Log};
use crate::mapping::{FileFormat, Mapping};
use crate::problem::FileFacts;
use crate::read::table::{Counted, Table};
use crate::read::{Place, RawCell, Source};
use crate::record::{Cell, Records};
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

/// What the records of a body may occupy, in bytes, or as many times its own size.
const RECORDS_MEMORY: usize = 88 * 1024 * 1024;
const RECORDS_MEMORY_FACTOR: usize = 6;

/// The most records that are kept of a body of `bytes` with as many mapped fields: memory is bounded before it is taken.
/// A record has its place, its cells, a mark and its share of an index that is never fuller than four fifths, nor emptier
/// than two.
fn most_records(bytes: usize, fields: usize) -> usize {
    let record = size_of::<Place>() + fields * size_of::<Cell>() + 1 + 24;
    RECORDS_MEMORY.max(bytes.saturating_mul(RECORDS_MEMORY_FACTOR)) / record
}

/// Reads all records of an opened body and checks them. What it finds goes to the log.
pub fn check<'a>(mut table: Table<'a>, mapping: &'a Mapping, log: &mut Log) -> Checked<'a> {
    let mut columns = columns::find(&table.source, mapping, log);
    // without its required columns no row has a chance; one problem says it all
    let hopeless = log.has_errors();
    let most = most_records(table.source.text.len(), mapping.fields.len());
    let expected = table.expected_records().min(most);
    let mut cells = cell::Cells::new(mapping, table.source.text.len(), expected);
    let mut places = Vec::with_capacity(expected);
    let mut known = table.source.columns.len();
    let mut is_over = false;
    let mut visit = |log: &mut Log, source: &Source<'_>, place: Place, row: &[RawCell]| {
        if source.format == FileFormat::Json && source.columns.len() != known {
            known = source.columns.len();
            columns = columns::by_name(source, mapping);
        }
        if hopeless {
            return;
        }
        if places.len() == most && !is_over {
            is_over = true;
            log.add(source, &rules::too_many_records::RULE, place, At::Whole, || {
                rules::too_many_records::words(most)
            });
        }
        if is_over {
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
