//! Many rows at once, column by column: cells that are plainly good are kept as they stand.
//!
//! What is plain is told here in a few instructions. Every other cell goes the way of all cells, by [`Cells::present`],
//! which alone knows what is right and what is to be said: a cell is plain only if it would be kept there without a word.

use crate::field::{Kind, NAME_CHARACTERS};
use crate::log::Log;
use crate::mapping::OnBlank;
use crate::read::scan::{BATCH, Batch};
use crate::read::{Escapes, Place, RawCell, Source};
use crate::record::Code;
use crate::value;

use super::cell::{Cells, Here, ID_CHARACTERS, stands_as_it_is};
use super::short::Short;

/// The rows at hand.
struct Rows<'b, 's> {
    source: &'b Source<'s>,
    first: Place,
    batch: &'b Batch,
    /// How many of the batch are read.
    room: usize,
}

/// A cell of the batch, without its quotes.
#[derive(Clone, Copy)]
struct Item<'b> {
    row: usize,
    /// Where its record begins.
    record: usize,
    /// Where it begins.
    begin: usize,
    bytes: &'b [u8],
    /// Whether it holds doubled quotes, so that its text is another one.
    is_escaped: bool,
}

impl Item<'_> {
    /// All of it, if it is short.
    #[inline]
    fn short(&self, all: &[u8]) -> Option<Short> {
        Short::read(all, self.begin, self.bytes.len())
    }

    /// Its code as it stands.
    #[inline]
    fn code(&self) -> Option<Code> {
        Code::near(self.begin - self.record, self.bytes.len())
    }
}

impl<'b> Rows<'b, '_> {
    /// The cell in a column of a row.
    #[inline(always)]
    fn item(&self, column: usize, row: usize) -> Item<'b> {
        let (record, mut begin, end) = self.batch.span(row, column);
        let mut bytes = self.source.text.as_bytes().get(begin..end).unwrap_or_default();
        let mut is_escaped = false;
        if let [b'"', inner @ .., b'"'] = bytes {
            begin += 1;
            bytes = inner;
            is_escaped = has_quote(inner);
        }
        Item {
            row,
            record,
            begin,
            bytes,
            is_escaped,
        }
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
            let all = source.text.as_bytes();
            if !self.fields[index].api.value_map.is_empty() {
                self.each(index, column, &rows, log, |_, _| None);
                continue;
            }
            match self.fields[index].kind {
                Kind::Email => self.each(index, column, &rows, log, |_, item| {
                    value::email::is_plain(item.bytes).then(|| item.code())?
                }),
                Kind::Username => match email.and_then(|email| Some((email, columns[email]?))) {
                    Some((email, address)) => self.usernames([index, email], [column, address], &rows, log),
                    None => self.each(index, column, &rows, log, |_, _| None),
                },
                Kind::Manager => self.each(index, column, &rows, log, |_, item| {
                    is_plain_manager(item.bytes).then(|| item.code())?
                }),
                Kind::Name | Kind::GroupList | Kind::List => self.each(index, column, &rows, log, |_, item| {
                    (item.bytes.len() <= NAME_CHARACTERS && is_plain(item, all)).then(|| item.code())?
                }),
                Kind::IntegrationId => self.each(index, column, &rows, log, |_, item| {
                    (is_word(item.bytes) && is_plain(item, all)).then(|| item.code())?
                }),
                Kind::Attribute => {
                    self.each(index, column, &rows, log, |_, item| {
                        is_plain(item, all).then(|| item.code())?
                    });
                }
                Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => {
                    self.each(index, column, &rows, log, |cells, item| {
                        cells.fields[index].seen.find(&item.short(all)?)
                    });
                }
            }
        }
        self.hash(&source.text, batch.starts().take(room));
    }

    /// The code of a cell of a JSON object that begins at `record`, if it is plain.
    pub(super) fn plain(&mut self, index: usize, raw: RawCell, text: &str, record: usize) -> Option<Code> {
        let field = &self.fields[index];
        if raw.escapes != Escapes::None || !field.api.value_map.is_empty() {
            return None;
        }
        let all = text.as_bytes();
        let bytes = all.get(raw.start..raw.end).filter(|bytes| stands_as_it_is(bytes))?;
        let item = Item {
            row: 0,
            record,
            begin: raw.start,
            bytes,
            is_escaped: false,
        };
        let is_good = match field.kind {
            Kind::Email => value::email::is_plain(bytes),
            Kind::Username => self.address.clone().and_then(|range| all.get(range)) == Some(bytes),
            Kind::Manager => is_plain_manager(bytes),
            Kind::Name | Kind::GroupList | Kind::List => bytes.len() <= NAME_CHARACTERS && is_plain(&item, all),
            // of a number is asked whether it has all its digits
            Kind::IntegrationId => {
                all.get(raw.start.wrapping_sub(1)) == Some(&b'"') && is_word(bytes) && is_plain(&item, all)
            }
            Kind::Attribute => is_plain(&item, all),
            Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => return field.seen.find(&item.short(all)?),
        };
        if !is_good {
            return None;
        }
        if field.kind == Kind::Email {
            self.address = Some(raw.start..raw.end);
        }
        item.code()
    }

    /// Reads a column. `plain` is asked of cells that are not blank and need no trimming; it gives the code of those that
    /// are plainly good.
    #[inline(never)]
    fn each(
        &mut self,
        index: usize,
        column: usize,
        rows: &Rows<'_, '_>,
        log: &mut Log,
        plain: impl Fn(&Self, &Item<'_>) -> Option<Code>,
    ) {
        let blank = self.silent_blank(index);
        let mut codes = [Code::ABSENT; BATCH];
        for (row, code) in codes.iter_mut().enumerate().take(rows.room) {
            let item = rows.item(column, row);
            let known = if item.bytes.is_empty() {
                blank
            } else if !item.is_escaped && stands_as_it_is(item.bytes) {
                plain(self, &item)
            } else {
                None
            };
            *code = match known {
                Some(known) => known,
                None => self.by_itself(index, column, rows, &item, log),
            };
        }
        self.cells[index].extend(&codes[..rows.room]);
    }

    /// Usernames that are the user's own address, to the letter, are as good as the address.
    #[inline(never)]
    fn usernames(
        &mut self,
        [index, email]: [usize; 2],
        [column, address]: [usize; 2],
        rows: &Rows<'_, '_>,
        log: &mut Log,
    ) {
        let all = rows.source.text.as_bytes();
        let blank = self.silent_blank(index);
        let first = self.cells[index].len();
        let mut codes = [Code::ABSENT; BATCH];
        for (row, code) in codes.iter_mut().enumerate().take(rows.room) {
            let (item, address) = (rows.item(column, row), rows.item(address, row));
            let is_same = || match (item.short(all), address.short(all)) {
                (Some(username), Some(address)) => username == address,
                _ => item.bytes == address.bytes,
            };
            // nothing was cut from an address that is as long as its cell
            let is_whole = || address.code().is_some() && address.code() == self.cells[email].code(first + item.row);
            let known = if item.bytes.is_empty() {
                blank
            } else if is_same() && is_whole() {
                item.code()
            } else {
                None
            };
            *code = match known {
                Some(known) => known,
                None => {
                    let address = self.cells[email].cell(first + item.row, item.record as u32);
                    self.address = address.range();
                    self.by_itself(index, column, rows, &item, log)
                }
            };
        }
        self.cells[index].extend(&codes[..rows.room]);
    }

    /// What a blank cell comes to, if nothing is said of it.
    fn silent_blank(&self, index: usize) -> Option<Code> {
        let api = self.fields[index].api;
        match api.on_blank {
            _ if !api.value_map.is_empty() => None,
            OnBlank::Keep => Some(Code::ABSENT),
            OnBlank::Clear => Some(Code::CLEAR),
            OnBlank::Error => None,
        }
    }

    /// A cell that is not plain.
    #[inline(never)]
    fn by_itself(&mut self, index: usize, column: usize, rows: &Rows<'_, '_>, item: &Item<'_>, log: &mut Log) -> Code {
        let raw = RawCell {
            start: item.begin,
            end: item.begin + item.bytes.len(),
            escapes: if item.is_escaped {
                Escapes::Quotes
            } else {
                Escapes::None
            },
        };
        let here = Here {
            log,
            source: rows.source,
            place: rows.place(item.row, item.record),
            column,
            mapped: None,
        };
        self.present(index, raw, here)
    }
}

/// Whether a quoted cell has quotes in it; they are few.
#[inline(never)]
fn has_quote(inner: &[u8]) -> bool {
    inner.contains(&b'"')
}

/// Whether a cell plainly has no oddity.
#[inline(always)]
fn is_plain(item: &Item<'_>, all: &[u8]) -> bool {
    match item.short(all) {
        Some(short) if short.is_plain() => true,
        _ => value::text::is_plain(item.bytes),
    }
}

/// Whether an address is no link to it.
fn is_plain_manager(bytes: &[u8]) -> bool {
    !matches!(bytes[0], b'm' | b'M') || !bytes.contains(&b':')
}

/// Whether an ID is neither too long nor a number in scientific notation.
fn is_word(bytes: &[u8]) -> bool {
    let is_word = bytes[0].is_ascii_alphabetic() || !bytes.iter().any(|byte| byte | 0x20 == b'e');
    is_word && bytes.len() <= ID_CHARACTERS
}
