//! Many rows at once, column by column: cells that are plainly good are kept as they stand.
//!
//! What is plain is told here in a few instructions. Every other cell goes the way of all cells, by [`Cells::present`],
//! which alone knows what is right and what is to be said: a cell is plain only if it would be kept there without a word.

use crate::field::{Kind, NAME_CHARACTERS};
use crate::log::Log;
use crate::mapping::OnBlank;
use crate::read::scan::Batch;
use crate::read::{Escapes, Place, RawCell, Source};
use crate::record::Code;
use crate::value;

use super::cell::{Cells, Here, ID_CHARACTERS, stands_as_it_is};

/// The rows at hand.
struct Rows<'b, 's> {
    source: &'b Source<'s>,
    first: Place,
    batch: &'b Batch,
    /// How many of the batch are read.
    room: usize,
}

impl Rows<'_, '_> {
    /// The cell in a column of each row as it stands, without its quotes: the row, where the record begins, where the
    /// cell begins, its bytes, and whether they are all there is to it.
    #[inline]
    fn cells(&self, column: usize) -> impl Iterator<Item = (usize, usize, usize, &[u8], bool)> {
        let bytes = self.source.text.as_bytes();
        let cells = self.batch.cells(column).take(self.room).enumerate();
        cells.map(move |(row, (record, begin, end))| {
            let cell = bytes.get(begin..end).unwrap_or_default();
            match cell {
                [b'"', inner @ .., b'"'] => (row, record, begin + 1, inner, !inner.contains(&b'"')),
                _ => (row, record, begin, cell, true),
            }
        })
    }

    fn place(&self, row: usize, record: usize) -> Place {
        Place {
            row: self.first.row + row as u32,
            line: self.first.line + row as u32,
            start: record as u32,
        }
    }
}

impl Cells<'_> {
    /// Reads the first `room` rows of a batch; `columns` tells which cell belongs to which field.
    pub fn read_batch(
        &mut self,
        log: &mut Log,
        source: &Source<'_>,
        first: Place,
        batch: &Batch,
        room: usize,
        columns: &[Option<usize>],
    ) {
        let rows = Rows {
            source,
            first,
            batch,
            room,
        };
        // usernames are held against addresses
        let email = self.fields.iter().position(|field| field.kind == Kind::Email);
        let others = (0..columns.len()).filter(|index| Some(*index) != email);
        for index in email.into_iter().chain(others) {
            let Some(column) = columns[index] else {
                for row in 0..room {
                    let place = rows.place(row, batch.cell(row, 0).0);
                    let code = self.absent(index, None, log, source, place);
                    self.cells[index].push(code);
                }
                continue;
            };
            if !self.fields[index].api.value_map.is_empty() {
                self.each(index, column, &rows, log, |_| false);
                continue;
            }
            match self.fields[index].kind {
                Kind::Email => self.each(index, column, &rows, log, value::email::is_plain),
                Kind::Username => self.usernames(index, column, email.and_then(|email| columns[email]), &rows, log),
                Kind::Manager => self.each(index, column, &rows, log, |cell| {
                    !matches!(cell[0], b'm' | b'M') || !cell.contains(&b':')
                }),
                Kind::Name | Kind::GroupList | Kind::List => self.each(index, column, &rows, log, |cell| {
                    cell.len() <= NAME_CHARACTERS && value::text::is_plain(cell)
                }),
                Kind::IntegrationId => self.each(index, column, &rows, log, |cell| {
                    let is_word = cell[0].is_ascii_alphabetic() || !cell.iter().any(|byte| byte | 0x20 == b'e');
                    is_word && cell.len() <= ID_CHARACTERS && value::text::is_plain(cell)
                }),
                Kind::Attribute => self.each(index, column, &rows, log, value::text::is_plain),
                Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => self.forms(index, column, &rows, log),
            }
        }
        self.hash(&source.text, batch.starts().take(room));
    }

    /// Kinds of which every record may say something else. `is_plain` is asked of cells that are not blank and need no
    /// trimming.
    #[inline]
    fn each(
        &mut self,
        index: usize,
        column: usize,
        rows: &Rows<'_, '_>,
        log: &mut Log,
        is_plain: impl Fn(&[u8]) -> bool,
    ) {
        let keeps_blank = self.keeps_blank(index);
        for (row, record, begin, cell, is_all) in rows.cells(column) {
            let code = if cell.is_empty() && keeps_blank {
                Some(Code::ABSENT)
            } else if is_all && stands_as_it_is(cell) && is_plain(cell) {
                Code::near(begin - record, cell.len())
            } else {
                None
            };
            let code =
                code.unwrap_or_else(|| self.by_itself(index, column, rows, (row, record, begin, cell, is_all), log));
            self.cells[index].push(code);
        }
    }

    /// Usernames that are the user's own address, to the letter, are as good as the address.
    fn usernames(&mut self, index: usize, column: usize, email: Option<usize>, rows: &Rows<'_, '_>, log: &mut Log) {
        let Some(email) = email else {
            self.each(index, column, rows, log, |_| false);
            return;
        };
        let keeps_blank = self.keeps_blank(index);
        let records = self.cells[index].len();
        let emails = self.email_field();
        for (item, address) in rows.cells(column).zip(rows.cells(email)) {
            let (row, record, begin, cell, _) = item;
            // nothing was cut from an address that is as long as its cell
            let whole = Code::near(address.2 - record, address.3.len());
            let code = if cell.is_empty() && keeps_blank {
                Some(Code::ABSENT)
            } else if cell == address.3 && whole.is_some() && whole == self.cells[emails].code(records + row) {
                Code::near(begin - record, cell.len())
            } else {
                None
            };
            let code = code.unwrap_or_else(|| {
                let address = self.cells[emails].cell(records + row, record as u32);
                self.address = address.range();
                self.by_itself(index, column, rows, item, log)
            });
            self.cells[index].push(code);
        }
    }

    /// Kinds with few different texts.
    fn forms(&mut self, index: usize, column: usize, rows: &Rows<'_, '_>, log: &mut Log) {
        let keeps_blank = self.keeps_blank(index);
        for (row, record, begin, cell, is_all) in rows.cells(column) {
            let is_plain = is_all && stands_as_it_is(cell);
            let known = if is_plain {
                self.fields[index].seen.find(cell)
            } else {
                None
            };
            let code = match known {
                Some(code) => code,
                None if cell.is_empty() && keeps_blank => Code::ABSENT,
                None => self.by_itself(index, column, rows, (row, record, begin, cell, is_all), log),
            };
            self.cells[index].push(code);
        }
    }

    /// Whether a blank cell says nothing, and nothing is said of it.
    fn keeps_blank(&self, index: usize) -> bool {
        let api = self.fields[index].api;
        api.on_blank == OnBlank::Keep && api.value_map.is_empty()
    }

    /// A cell that is not plain.
    #[inline(never)]
    fn by_itself(
        &mut self,
        index: usize,
        column: usize,
        rows: &Rows<'_, '_>,
        (row, record, begin, cell, is_all): (usize, usize, usize, &[u8], bool),
        log: &mut Log,
    ) -> Code {
        let raw = RawCell {
            start: begin,
            end: begin + cell.len(),
            escapes: if is_all { Escapes::None } else { Escapes::Quotes },
        };
        let here = Here {
            log,
            source: rows.source,
            place: rows.place(row, record),
            column,
            mapped: None,
        };
        self.present(index, raw, here)
    }
}
