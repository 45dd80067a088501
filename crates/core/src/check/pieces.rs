//! A large body of CSV, checked piece by piece: the same records, the same problems, of which only what is held against
//! other records stays in memory.
//!
//! A piece ends behind a line end; what may not be a whole row is left to the next one. What else a record says is read
//! again when it is asked for.

use std::borrow::Cow;

use crate::field::Kind;
use crate::log::Log;
use crate::mapping::{FileFormat, Mapping};
use crate::read::again::{Again, ReadAt};
use crate::read::table::{Opening, Table};
use crate::read::{RawCell, csv, dialect};
use crate::record::{Cell, Column, Places, Records};

use super::cell::Finished;
use super::kept::Kept;
use super::{Checked, Reading, cell, columns, conclude, most_records};

/// The first piece is at least as long: what a body is shows in so many bytes.
const HEAD: usize = 2 << 10;

/// A body with a longer row is read as a whole: where its quotes are not closed, all of it is one row.
const LONGEST: usize = 64 << 20;

/// The pieces of a body, one after the other.
struct Pieces<'a> {
    body: &'a dyn ReadAt,
    /// How many bytes are read at a time.
    size: usize,
    /// Bytes that were read and not handed out.
    rest: Vec<u8>,
    /// How many were read.
    read: u64,
    /// Whether the piece handed out last ends where the body does.
    is_last: bool,
}

impl Pieces<'_> {
    /// The next piece; `None` if it isn't UTF-8 or has no end.
    fn next(&mut self) -> Option<String> {
        loop {
            let (before, wanted) = (
                self.rest.len(),
                if self.read == 0 { self.size.max(HEAD) } else { self.size },
            );
            self.rest.resize(before + wanted, 0);
            let got = self.body.read_at(self.read, &mut self.rest[before..]);
            self.rest.truncate(before + got);
            self.read += got as u64;
            self.is_last = got < wanted;
            let end = match memchr::memrchr(b'\n', &self.rest) {
                _ if self.is_last => self.rest.len(),
                Some(at) => at + 1,
                None if self.rest.len() > LONGEST => return None,
                None => continue,
            };
            let behind = self.rest.split_off(end);
            return String::from_utf8(std::mem::replace(&mut self.rest, behind)).ok();
        }
    }

    /// Takes back what was not read of the piece handed out last, for the next one to begin with.
    fn take_back(&mut self, piece: &str, read: usize) -> Option<()> {
        let unread = piece.as_bytes().get(read..)?;
        self.rest.splice(..0, unread.iter().copied());
        (self.rest.len() <= LONGEST).then_some(())
    }
}

/// Reads and checks a body of so many `bytes`, about `size` of them at a time; `None` if it has to be read as a whole: it isn't CSV in UTF-8, is odd at its
/// beginning, or has a row that is too long. What was logged until then is to be forgotten.
pub fn check<'a>(
    body: &'a dyn ReadAt,
    bytes: u64,
    size: usize,
    mapping: &'a Mapping,
    opening: &Opening<'_>,
    log: &mut Log,
) -> Option<Checked<'a>> {
    let mut pieces = Pieces {
        body,
        size: size.max(1),
        rest: Vec::new(),
        read: 0,
        is_last: false,
    };
    let head = pieces.next()?;
    let (mut table, mark) = open(&head, bytes, opening, log)?;
    let is_settled = opening.delimiter.is_some() || dialect::is_settled(&table.source.text);
    if !(pieces.is_last || is_settled && table.has_rows()) {
        return None;
    }
    let columns = columns::find(&table.source, mapping, log);
    if log.has_errors() {
        return None;
    }
    let expected = table.expected_records();
    let most = most_records(usize::try_from(bytes).ok()?, mapping.fields.len());
    let mut reading = Reading {
        mapping,
        is_hopeless: false,
        known: table.source.columns.len(),
        columns,
        places: Places::with_capacity(expected),
        cells: cell::Cells::new(mapping, Cell::SIDE, expected, false),
        most,
        is_over: false,
        row_by_row: false,
    };
    let pieces_expected = bytes / table.source.text.len().max(1) as u64;
    reading.cells.expected = expected.saturating_mul(usize::try_from(pieces_expected).ok()?);
    let mut kept = Kept::new(mapping);
    let mut part = table.first_part();
    // where in the text the piece at hand begins
    let mut begin = 0;
    loop {
        part.goes_on = !pieces.is_last;
        table.read_part(&mut part, usize::MAX, log, &mut reading);
        kept.add(&table.source.text, begin, &mut reading);
        if reading.is_over || kept.len() >= most || kept.is_full() || reading.cells.is_full() {
            return None;
        }
        if pieces.is_last {
            break;
        }
        let read = part.next.start;
        if begin == 0 && read > 0 {
            kept.expect(bytes / u64::from(read));
        }
        begin = begin.checked_add(read)?;
        pieces.take_back(&table.source.text, read as usize)?;
        table.source.text = Cow::Owned(pieces.next()?);
        // bytes are counted up to 2³²
        begin.checked_add(u32::try_from(table.source.text.len()).ok()?)?;
        part.next.start = 0;
    }
    table.source.text = Cow::Owned(kept.finish(&mut reading));
    table.source.again = Some(Again {
        body,
        begin: mark as u64,
    });
    let mut checked = conclude(table, mapping, reading, part.counted, log);
    for (column, api) in checked.records.cells.iter_mut().zip(&mapping.fields) {
        // nobody asks for them any more
        if matches!(api.target.field().kind, Kind::Username | Kind::IntegrationId) {
            *column = Column::of_own(0);
        }
    }
    Some(checked)
}

/// Opens a body by its first piece; also returns how many bytes stand before its text.
fn open<'a>(head: &str, bytes: u64, opening: &Opening<'_>, log: &mut Log) -> Option<(Table<'a>, usize)> {
    let table = Table::open(head.as_bytes(), opening, log);
    let is_plain = table.source.format == FileFormat::Csv && matches!(table.source.text, Cow::Borrowed(_));
    let mark = head.len().checked_sub(table.source.text.len())?;
    let text = head.get(mark..)?.to_owned();
    let is_plain = is_plain && !log.has_errors() && text == table.source.text;
    is_plain.then(|| (table.over(text, bytes), mark))
}

/// What a record says of a field, read again.
#[derive(PartialEq, Eq)]
enum SaidAgain {
    Nothing,
    Clear,
    Text(String),
}

/// The first field in which two records differ, read again; the e-mail's case is no difference.
pub(super) fn difference(records: &Records<'_>, again: Again<'_>, first: usize, second: usize) -> Option<usize> {
    let [first, second] = [first, second].map(|record| said_again(records, again, record));
    let mut both = first.into_iter().zip(second).enumerate();
    let found = both.find(|(field, both)| match both {
        (SaidAgain::Text(a), SaidAgain::Text(b)) if *field == records.email => !a.eq_ignore_ascii_case(b),
        (a, b) => a != b,
    });
    found.map(|(field, _)| field)
}

/// What a record says of each field, in canonical form.
fn said_again(records: &Records<'_>, again: Again<'_>, record: usize) -> Vec<SaidAgain> {
    let (source, place) = again.row(&records.source, records.place(record));
    let mut row: Vec<RawCell> = Vec::new();
    csv::Rows::new(source.delimiter).read(&source.text, 0, source.columns.len(), &mut row);
    let body = source.text.len();
    let mut cells = cell::Cells::new(records.mapping, body, 1, true);
    let mut log = Log::new(source.format, 0);
    cells.read(&mut log, &source, place, &row, &records.columns, true);
    let Finished { side, cells, .. } = cells.finish();
    let said = |column: &Column| {
        let cell = column.cell(0, 0);
        let text = cell.range().and_then(|range| match range.start.checked_sub(body) {
            Some(start) => side.get(start..range.end - body),
            None => source.text.get(range),
        });
        match text {
            Some(text) => SaidAgain::Text(text.to_owned()),
            None if cell == Cell::CLEAR => SaidAgain::Clear,
            None => SaidAgain::Nothing,
        }
    };
    cells.iter().map(said).collect()
}
