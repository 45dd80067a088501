//! Many rows at once, column by column: cells that are plainly good are kept as they stand.
//!
//! What is plain is told here in a few instructions. Every other cell goes the way of all cells, by [`Cells::present`],
//! which alone knows what is right and what is to be said: a cell is plain only if it would be kept there without a word.

use crate::field::{Kind, NAME_CHARACTERS};
use crate::index::{Compare, Hash};
use crate::log::Log;
use crate::mapping::OnBlank;
use crate::read::scan::{BATCH, Batch};
use crate::read::{Escapes, Place, RawCell, Source};
use crate::record::{Cell, Code};
use crate::value;

use super::cell::{Cells, Here, ID_CHARACTERS, stands_as_it_is};
use super::repeated;
use super::short::{self, Short, are_same};

/// The rows at hand.
struct Rows<'b, 's> {
    source: &'b Source<'s>,
    first: Place,
    batch: &'b Batch,
    /// How many of the batch are read.
    room: usize,
}

/// A cell of the batch.
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
    /// Without its quotes.
    #[inline(always)]
    fn without_quotes(mut self) -> Self {
        if let [b'"', inner @ .., b'"'] = self.bytes {
            self.begin += 1;
            self.bytes = inner;
            self.is_escaped = has_quote(inner);
        }
        self
    }

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
    /// The cells in a column, as they stand.
    #[inline(always)]
    fn column(&self, column: usize) -> impl Iterator<Item = Item<'b>> + '_ {
        let all = self.source.text.as_bytes();
        let cells = self.batch.column(column).take(self.room).enumerate();
        cells.map(|(row, (record, begin, end))| Item {
            row,
            record,
            begin,
            bytes: all.get(begin..end).unwrap_or_default(),
            is_escaped: false,
        })
    }

    /// The cell in a column of a row, without its quotes.
    #[inline(always)]
    fn item(&self, column: usize, row: usize) -> Item<'b> {
        let (record, begin, end) = self.batch.span(row, column);
        let bytes = self.source.text.as_bytes().get(begin..end).unwrap_or_default();
        let is_escaped = false;
        Item {
            row,
            record,
            begin,
            bytes,
            is_escaped,
        }
        .without_quotes()
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
                self.each(index, column, &rows, log, |_| false);
                continue;
            }
            match self.fields[index].kind {
                Kind::Email => self.each(index, column, &rows, log, |item| value::email::is_plain(item.bytes)),
                Kind::Username => match email.and_then(|email| Some((email, columns[email]?))) {
                    Some((email, address)) => self.usernames([index, email], [column, address], &rows, log),
                    None => self.each(index, column, &rows, log, |_| false),
                },
                Kind::Manager => self.repeated_cells(index, column, &rows, log, |item| is_plain_manager(item.bytes)),
                Kind::GroupList => self.repeated_cells(index, column, &rows, log, |item| is_plain_name(item, all)),
                Kind::Name | Kind::List => self.each(index, column, &rows, log, |item| is_plain_name(item, all)),
                Kind::IntegrationId => self.each(index, column, &rows, log, |item| {
                    is_word(item.bytes) && is_plain(item, all)
                }),
                Kind::Attribute => self.each(index, column, &rows, log, |item| is_plain(item, all)),
                Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => {
                    self.seen_cells(index, column, &rows, log);
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
            Kind::Name | Kind::GroupList | Kind::List => is_plain_name(&item, all),
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
        match field.kind {
            Kind::Email => self.address = Some(raw.start..raw.end),
            Kind::Manager | Kind::GroupList => {
                let cell = Cell::slice(raw.start, bytes.len());
                return Some(self.repeated(index, cell, text, record));
            }
            _ => {}
        }
        item.code()
    }

    /// Reads a column. `is_plain` is asked of cells that are not blank and need no trimming; those that are plainly good
    /// are kept as they stand.
    #[inline(never)]
    fn each(
        &mut self,
        index: usize,
        column: usize,
        rows: &Rows<'_, '_>,
        log: &mut Log,
        is_plain: impl Fn(&Item<'_>) -> bool,
    ) {
        let blank = self.silent_blank(index);
        let mut codes = [Code::ABSENT; BATCH];
        for (code, item) in codes.iter_mut().zip(rows.column(column)) {
            // a cell that begins with its quote doesn't stand as it is
            *code = match stands_as_it_is(item.bytes) && is_plain(&item) {
                true => item.code(),
                false => None,
            }
            .unwrap_or_else(|| self.quoted_or_odd(index, column, rows, item, log, blank, &is_plain));
        }
        self.cells[index].extend(&codes[..rows.room]);
    }

    /// A cell that is not plain as it stands.
    #[expect(clippy::too_many_arguments, reason = "a piece of `each` that is seldom needed")]
    #[inline(never)]
    fn quoted_or_odd(
        &mut self,
        index: usize,
        column: usize,
        rows: &Rows<'_, '_>,
        item: Item<'_>,
        log: &mut Log,
        blank: Option<Code>,
        is_plain: &dyn Fn(&Item<'_>) -> bool,
    ) -> Code {
        let item = item.without_quotes();
        let known = match item.bytes.is_empty() {
            true => blank,
            false if !item.is_escaped && stands_as_it_is(item.bytes) && is_plain(&item) => item.code(),
            false => None,
        };
        known.unwrap_or_else(|| self.by_itself(index, column, rows, &item, log))
    }

    /// Reads a column of a kind with few different texts.
    #[inline(never)]
    fn seen_cells(&mut self, index: usize, column: usize, rows: &Rows<'_, '_>, log: &mut Log) {
        let all = rows.source.text.as_bytes();
        let blank = self.silent_blank(index);
        let mut codes = [Code::ABSENT; BATCH];
        let mut others = [0; BATCH];
        let mut count = 0;
        let seen = &self.fields[index].seen;
        for ((row, code), item) in codes.iter_mut().enumerate().zip(rows.column(column)) {
            let find = || seen.find(&item.short(all)?);
            let known = match item.bytes.is_empty() {
                true => blank,
                false => find(),
            };
            match known {
                Some(known) => *code = known,
                None => {
                    others[count] = row;
                    count += 1;
                }
            }
        }
        for row in &others[..count] {
            let item = rows.item(column, *row);
            let find = || self.fields[index].seen.find(&item.short(all)?);
            let known = match item.bytes.is_empty() {
                true => blank,
                false if item.is_escaped || !stands_as_it_is(item.bytes) => None,
                false => find(),
            };
            codes[*row] = match known {
                Some(known) => known,
                None => self.by_itself(index, column, rows, &item, log),
            };
        }
        self.cells[index].extend(&codes[..rows.room]);
    }

    /// Reads a column of texts that several records say; `is_plain` is asked as in [`Cells::each`].
    #[inline(never)]
    fn repeated_cells(
        &mut self,
        index: usize,
        column: usize,
        rows: &Rows<'_, '_>,
        log: &mut Log,
        is_plain: impl Fn(&Item<'_>) -> bool,
    ) {
        if self.fields[index].repeated.is_hopeless() {
            return self.each(index, column, rows, log, is_plain);
        }
        let text: &str = &rows.source.text;
        let blank = self.silent_blank(index);
        let mut codes = [Code::ABSENT; BATCH];
        let nothing = Item {
            row: 0,
            record: 0,
            begin: 0,
            bytes: b"",
            is_escaped: false,
        };
        let mut items = [nothing; BATCH];
        let mut hashes = [Hash::NONE; BATCH];
        let mut entries = [repeated::NOTHING; BATCH];
        let mut kept: [&[u8]; BATCH] = [b""; BATCH];
        let mut count = 0;
        for (code, item) in codes.iter_mut().zip(rows.column(column)) {
            let item = item.without_quotes();
            if item.bytes.is_empty()
                && let Some(blank) = blank
            {
                *code = blank;
            } else if !item.is_escaped && stands_as_it_is(item.bytes) && is_plain(&item) {
                items[count] = item;
                hashes[count] = self.hasher.hash(Compare::Exactly, item.bytes);
                count += 1;
            } else {
                *code = self.by_itself(index, column, rows, &item, log);
            }
        }
        // which text it probably is, then where that stands: each step waits for its memory together
        let (cells, repeated) = (self.cells[index].entries(), &self.fields[index].repeated);
        for (entry, hash) in entries.iter_mut().zip(&hashes[..count]) {
            *entry = repeated.likely(*hash);
        }
        for (kept, entry) in kept.iter_mut().zip(&entries[..count]) {
            let range = cells.get(*entry as usize).and_then(|cell| cell.range());
            *kept = range
                .and_then(|range| {
                    self.side
                        .as_bytes()
                        .get(range.start.checked_sub(self.body)?..range.end - self.body)
                })
                .unwrap_or_default();
        }
        let mut others = 0;
        for at in 0..count {
            let item = items[at];
            if item.bytes == kept[at] {
                codes[item.row] = Code::of_entry(entries[at]);
            } else {
                items[others] = item;
                others += 1;
            }
        }
        for item in &items[..others] {
            let cell = Cell::slice(item.begin, item.bytes.len());
            codes[item.row] = self.repeated(index, cell, text, item.record);
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
        let cells = rows.column(column).zip(rows.column(address));
        for (code, (item, address)) in codes.iter_mut().zip(cells) {
            let kept = self.cells[email].code(first + item.row);
            // nothing was cut from an address that is as long as its cell, not even quotes
            let is_whole = |address: &Item<'_>| kept.is_some() && address.code() == kept;
            let is_same = |item: &Item<'_>, address: &Item<'_>| {
                let len = item.bytes.len();
                let same = || are_same(all, item.begin, address.begin, len);
                len == address.bytes.len() && same().unwrap_or_else(|| item.bytes == address.bytes)
            };
            *code = match item.code() {
                Some(known) if is_whole(&address) && is_same(&item, &address) => known,
                _ => {
                    let (item, address) = (item.without_quotes(), address.without_quotes());
                    let known = match item.bytes.is_empty() {
                        true => blank,
                        false if is_whole(&address) && is_same(&item, &address) => item.code(),
                        false => None,
                    };
                    match known {
                        Some(known) => known,
                        None => {
                            let address = self.cells[email].cell(first + item.row, item.record as u32);
                            self.address = address.range();
                            self.by_itself(index, column, rows, &item, log)
                        }
                    }
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
    memchr::memchr(b'"', inner).is_some()
}

/// Whether a cell plainly has no oddity.
#[inline(always)]
fn is_plain(item: &Item<'_>, all: &[u8]) -> bool {
    short::is_plain(all, item.begin, item.bytes.len()) || value::text::is_plain(item.bytes)
}

/// Whether a name, or a list of names, plainly has none that is too long.
#[inline(always)]
fn is_plain_name(item: &Item<'_>, all: &[u8]) -> bool {
    item.bytes.len() <= NAME_CHARACTERS && is_plain(item, all)
}

/// Whether an address is no link to it.
fn is_plain_manager(bytes: &[u8]) -> bool {
    !bytes
        .get(..7)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"mailto:"))
}

/// Whether an ID is neither too long nor a number in scientific notation.
fn is_word(bytes: &[u8]) -> bool {
    let is_word = bytes[0].is_ascii_alphabetic() || !bytes.iter().any(|byte| byte | 0x20 == b'e');
    is_word && bytes.len() <= ID_CHARACTERS
}
