//! One cell: from its text to its canonical form, by the policies of its field.
//!
//! On the good path a cell costs no allocation: it stays a slice of the body.

use std::borrow::Cow;
use std::ops::Range;

use crate::field::Kind;
use crate::index::{Compare, Hash, Hasher};
use crate::log::{At, Log};
use crate::mapping::{ApiField, FileFormat, Mapping, OnBlank};
use crate::problem::Severity;
use crate::read::{Escapes, Place, RawCell, Source};
use crate::record::{Cell, Code, Column};
use crate::rules::{self, Rule, Words};
use crate::value;

use super::repeated::{self, Repeated};
pub(super) use super::seen::{Form, Seen};

/// The most characters of an integration ID, and of a word of a list.
pub(super) const ID_CHARACTERS: usize = 255;

/// The most bytes of body and side text together.
const ADDRESSED: u64 = u32::MAX as u64;

/// The cells read so far, in canonical form.
pub struct Cells<'m> {
    pub(super) fields: Vec<Field<'m>>,
    /// Length of the body: where the side text begins.
    pub(super) body: usize,
    pub(super) side: String,
    /// Whether every cell is to be read in full and kept by itself.
    row_by_row: bool,
    pub(super) cells: Vec<Column>,
    pub(super) hasher: Hasher,
    pub(super) hashes: Vec<Vec<Hash>>,
    /// About how many records there will be of a body that is read piece by piece.
    pub(super) expected: usize,
    /// The address of the row at hand, once it was read and found good.
    pub(super) address: Option<Range<usize>>,
    /// Whether every username so far is the user's own address.
    pub(super) usernames_are_addresses: bool,
    /// Whether an address has other letters than ASCII.
    pub(super) has_foreign_addresses: bool,
    /// Whether there was a text that found no room in what can be addressed; it was left out.
    is_full: bool,
}

/// What was read of all records.
pub struct Finished {
    /// The side text.
    pub side: String,
    /// The cells, field by field.
    pub cells: Vec<Column>,
    /// What the texts were hashed with.
    pub hasher: Hasher,
    /// The hashes of the texts of fields by which records are found.
    pub hashes: Vec<Vec<Hash>>,
    /// Whether every username is the user's own address.
    pub usernames_are_addresses: bool,
    /// Whether an address has other letters than ASCII.
    pub has_foreign_addresses: bool,
}

/// How the texts of a kind are compared by which records are found; usernames are mostly addresses, and managers are kept
/// once for all who have them.
fn found_by(kind: Kind) -> Option<Compare> {
    match kind {
        Kind::Email => Some(Compare::Folded),
        Kind::IntegrationId => Some(Compare::Exactly),
        _ => None,
    }
}

pub(super) struct Field<'m> {
    pub(super) api: &'m ApiField,
    pub(super) kind: Kind,
    /// The texts seen before, of a kind with few different ones.
    pub(super) seen: Seen,
    /// The texts kept once, of a kind with several records to each.
    pub(super) repeated: Repeated,
}

impl Field<'_> {
    /// Whether `<clear>` may stand in its cells.
    fn clearable(&self) -> bool {
        !self.api.target.field().required && self.kind != Kind::Boolean
    }
}

/// Where the cell at hand is.
pub(super) struct Here<'h, 's> {
    pub(super) log: &'h mut Log,
    pub(super) source: &'h Source<'s>,
    pub(super) place: Place,
    pub(super) column: usize,
    /// What the value map made of the cell, if it made anything of it.
    pub(super) mapped: Option<&'h str>,
}

impl Here<'_, '_> {
    pub(super) fn add(&mut self, rule: &'static Rule, words: impl FnOnce() -> Words) {
        let mapped = self.mapped;
        self.log.add(
            self.source,
            rule,
            self.place,
            At::Column(self.column),
            || match mapped {
                Some(to) if rule.severity == Severity::Error => words().because_of_value_map(to),
                _ => words(),
            },
        );
    }
}

impl<'m> Cells<'m> {
    /// No cells yet, of a body with this many bytes of text and about this many records.
    pub fn new(mapping: &'m Mapping, body: usize, expected: usize, row_by_row: bool) -> Self {
        let fields = mapping.fields.iter().map(|api| Field {
            api,
            kind: api.target.field().kind,
            seen: Seen::default(),
            repeated: Repeated::default(),
        });
        Self {
            fields: fields.collect(),
            body,
            side: String::new(),
            row_by_row,
            expected: 0,
            address: None,
            usernames_are_addresses: true,
            has_foreign_addresses: false,
            is_full: false,
            hasher: Hasher::new(),
            hashes: mapping
                .fields
                .iter()
                .map(|api| match found_by(api.target.field().kind) {
                    Some(_) => Vec::with_capacity(expected),
                    None => Vec::new(),
                })
                .collect(),
            cells: mapping
                .fields
                .iter()
                .map(|api| match api.target.field().kind {
                    Kind::Email | Kind::Username | Kind::Name | Kind::IntegrationId | Kind::List | Kind::Attribute => {
                        Column::of_own(expected)
                    }
                    Kind::Manager | Kind::GroupList | Kind::TimeZone | Kind::Boolean | Kind::Role | Kind::Group => {
                        Column::of_repeated(expected)
                    }
                })
                .collect(),
        }
    }

    /// No cells yet, of the same body and with the same hashes, for about this many records.
    pub(super) fn more(&self, mapping: &'m Mapping, expected: usize) -> Self {
        Self {
            hasher: self.hasher,
            ..Self::new(mapping, self.body, expected, self.row_by_row)
        }
    }

    /// Whether body and side text are more than can be addressed.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether what was read of the records behind these can be added.
    pub(super) fn has_room_for(&self, behind: &Self) -> bool {
        !behind.is_full && self.body as u64 + (self.side.len() + behind.side.len()) as u64 <= ADDRESSED
    }

    /// Adds what was read of the records behind these.
    pub(super) fn join(&mut self, behind: Self) {
        for (column, more) in self.cells.iter_mut().zip(behind.cells) {
            column.join(more, self.body, self.side.len());
        }
        for (hashes, more) in self.hashes.iter_mut().zip(behind.hashes) {
            hashes.extend(more);
        }
        self.side.push_str(&behind.side);
        self.usernames_are_addresses &= behind.usernames_are_addresses;
        self.has_foreign_addresses |= behind.has_foreign_addresses;
    }

    /// What was read.
    pub fn finish(self) -> Finished {
        Finished {
            side: self.side,
            cells: self.cells,
            hasher: self.hasher,
            hashes: self.hashes,
            usernames_are_addresses: self.usernames_are_addresses,
            has_foreign_addresses: self.has_foreign_addresses,
        }
    }

    /// Hashes what the records that begin at `starts`, the last ones, say of fields by which records are found.
    #[inline(never)]
    pub(super) fn hash(&mut self, text: &str, starts: impl Iterator<Item = u32> + Clone) {
        let fields = self.fields.iter().zip(&self.cells).zip(&mut self.hashes);
        for ((field, column), hashes) in fields {
            let Some(compare) = found_by(field.kind) else {
                continue;
            };
            let first = hashes.len();
            hashes.extend(starts.clone().enumerate().map(|(at, start)| {
                let Some(range) = column.cell(first + at, start).range() else {
                    return Hash::NONE;
                };
                let text = match range.start.checked_sub(self.body) {
                    Some(start) => self.side.as_bytes().get(start..range.end - self.body),
                    None => text.as_bytes().get(range),
                };
                text.map_or(Hash::NONE, |text| self.hasher.hash(compare, text))
            }));
        }
    }

    /// Reads one row; `columns` tells which cell belongs to which field.
    pub fn read(
        &mut self,
        log: &mut Log,
        source: &Source<'_>,
        place: Place,
        row: &[RawCell],
        columns: &[Option<usize>],
        cell_by_cell: bool,
    ) {
        self.address = None;
        for (index, column) in columns.iter().enumerate() {
            let raw = column
                .and_then(|column| row.get(column))
                .filter(|raw| **raw != RawCell::ABSENT);
            if !cell_by_cell
                && let Some(raw) = raw
                && let Some(code) = self.plain(index, *raw, &source.text, place.start as usize)
            {
                self.cells[index].push(code);
                continue;
            }
            let code = match raw {
                Some(raw) => {
                    let column = column.unwrap_or_default();
                    let mapped = None;
                    self.present(
                        index,
                        *raw,
                        Here {
                            log,
                            source,
                            place,
                            column,
                            mapped,
                        },
                    )
                }
                None => self.absent(index, *column, log, source, place),
            };
            self.cells[index].push(code);
        }
        self.hash(&source.text, std::iter::once(place.start));
    }

    pub(super) fn absent(
        &self,
        index: usize,
        column: Option<usize>,
        log: &mut Log,
        source: &Source<'_>,
        place: Place,
    ) -> Code {
        let api = self.fields[index].api;
        let line = api.target.field();
        // a row that ends before the column has no value in it either
        let cut_off = line.every_cell && source.format == FileFormat::Csv && column.is_some();
        if line.required || cut_off {
            let at = column.map_or_else(|| At::Named(api.api_field.clone()), At::Column);
            log.add(source, &rules::missing_value::RULE, place, at, || {
                let near = column
                    .is_none()
                    .then(|| super::columns::near(source, &api.api_field))
                    .flatten();
                rules::missing_value::words(&api.target.label(), true, self.fields[index].clearable(), near)
            });
        }
        Code::ABSENT
    }

    pub(super) fn present<'h>(&mut self, index: usize, raw: RawCell, mut here: Here<'h, '_>) -> Code
    where
        'm: 'h,
    {
        let text: &str = &here.source.text;
        if raw.escapes == Escapes::None
            && self.fields[index].api.value_map.is_empty()
            && let Some(said) = text.get(raw.start..raw.end)
            && stands_as_it_is(said.as_bytes())
        {
            return self.canonical(index, said, Some(raw.start), &mut here);
        }
        self.cleaned(index, raw, here)
    }

    /// A cell that needs trimming, unescaping or its value map, or that is blank.
    #[inline(never)]
    fn cleaned<'h>(&mut self, index: usize, raw: RawCell, mut here: Here<'h, '_>) -> Code
    where
        'm: 'h,
    {
        let source = here.source;
        let text: &str = &source.text;
        let written = raw.text(text);
        let trimmed = value::trim(&written);
        if trimmed.len() != written.len() && !trimmed.is_empty() {
            here.add(&rules::surrounding_space::RULE, rules::surrounding_space::words);
        }
        let said = value::unguard(trimmed);
        if said.len() != trimmed.len() {
            here.add(&rules::formula_guard::RULE, rules::formula_guard::words);
        }
        let api = self.fields[index].api;
        if !api.value_map.is_empty() {
            here.mapped = api.value_map.get(said).map(|to| value::trim(to));
        }
        let said = here.mapped.unwrap_or(said);
        if said.is_empty() {
            return self.blank(index, &mut here);
        }
        if said == value::CLEAR {
            return self.clear(index, &mut here);
        }
        if said.eq_ignore_ascii_case(value::CLEAR) {
            here.add(&rules::almost_clear::RULE, || rules::almost_clear::words(said));
        }
        // where the text stands in the body, if it stands there as it is
        let stands = here.mapped.is_none() && matches!(written, Cow::Borrowed(_));
        let slice = stands.then(|| said.as_ptr() as usize - text.as_ptr() as usize);
        self.canonical(index, said, slice, &mut here)
    }

    fn blank(&self, index: usize, here: &mut Here<'_, '_>) -> Code {
        let api = self.fields[index].api;
        match api.on_blank {
            OnBlank::Keep => Code::ABSENT,
            OnBlank::Clear => Code::CLEAR,
            OnBlank::Error => {
                here.add(&rules::missing_value::RULE, || {
                    rules::missing_value::words(&api.target.label(), false, self.fields[index].clearable(), None)
                });
                Code::REFUSED
            }
        }
    }

    fn clear(&self, index: usize, here: &mut Here<'_, '_>) -> Code {
        let field = &self.fields[index];
        if !field.clearable() {
            here.add(&rules::not_clearable::RULE, || {
                rules::not_clearable::words(&field.api.target.label())
            });
            return Code::REFUSED;
        }
        Code::CLEAR
    }

    /// The code of a text that several records may say: kept once, beside the body, as long as that pays.
    pub(super) fn repeated(&mut self, index: usize, cell: Cell, body: &str, record: usize) -> Code {
        let (side, column, repeated) = (&self.side, &self.cells[index], &mut self.fields[index].repeated);
        let bytes = |range: Range<usize>| match range.start.checked_sub(self.body) {
            Some(start) => side.as_bytes().get(start..range.end - self.body),
            None => body.as_bytes().get(range),
        };
        let is_sought = !self.row_by_row && !repeated.is_hopeless();
        let text = cell.range().filter(|_| is_sought).and_then(bytes);
        let Some(text) = text.filter(|text| text.len() <= repeated::LONGEST) else {
            return self.cells[index].keep_near(cell, record, self.body);
        };
        let hash = self.hasher.hash(Compare::Exactly, text);
        let is_it = |entry: u32| column.entries()[entry as usize].range().and_then(bytes) == Some(text);
        if let Some(entry) = repeated.find(hash, is_it) {
            return Code::of_entry(entry);
        }
        if !repeated.has_room(column.room().max(self.expected), side.len()) {
            return self.cells[index].keep_near(cell, record, self.body);
        }
        repeated.add(hash, column.entries().len() as u32);
        let beside = match cell.range().filter(|range| range.end <= body.len()) {
            Some(range) => self.keep(&body[range], None),
            None => cell,
        };
        self.cells[index].keep(beside)
    }

    /// A text that was kept in the side text.
    pub(super) fn side_text(&self, cell: Cell) -> &str {
        cell.range()
            .and_then(|range| self.side.get(range.start - self.body..range.end - self.body))
            .unwrap_or_default()
    }

    /// Keeps a text: where it stands in the body, or in the side text.
    pub(super) fn keep(&mut self, text: &str, slice: Option<usize>) -> Cell {
        match slice {
            Some(start) => Cell::slice(start, text.len()),
            None => {
                let start = self.body + self.side.len();
                if start as u64 + text.len() as u64 > ADDRESSED {
                    self.is_full = true;
                    return Cell::slice(self.body, 0);
                }
                self.side.push_str(text);
                Cell::slice(start, text.len())
            }
        }
    }
}

/// Whether a text is neither blank nor `<clear>`, and has no space around it nor an apostrophe before it: most texts.
pub(super) fn stands_as_it_is(text: &[u8]) -> bool {
    // the letters of two bytes: none of them is a space
    let letters = 0xC3..=0xD7;
    match text {
        [first, .., before, last] => {
            let begins = (b'('..0x7F).contains(first) && *first != b'<' || letters.contains(first);
            begins && ((b'!'..0x7F).contains(last) || (*last >= 0x80 && letters.contains(before)))
        }
        [first, last] => (b'('..0x7F).contains(first) && *first != b'<' && (b'!'..0x7F).contains(last),
        [only] => only.is_ascii_alphanumeric(),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_finds_no_room_is_left_out_and_told() {
        let names = [
            ("First Name", "user.first_name"),
            ("Last Name", "user.last_name"),
            ("Email", "user.email"),
        ];
        let fields = names.map(|(name, target)| serde_json::json!({"api_field": name, "target": target}));
        let document = serde_json::json!({"version": 1, "file_format": "csv", "fields": fields});
        let mapping = Mapping::parse(document.to_string().as_bytes()).expect("sound");
        let cells = |body| Cells::new(&mapping, body, 1, false);
        let body = usize::try_from(ADDRESSED - 5).expect("fits");
        let mut near_the_end = cells(body);
        assert_eq!(near_the_end.keep("12345", None), Cell::slice(body, 5));
        assert!(!near_the_end.is_full());
        assert_eq!(near_the_end.keep("6", None).range().map(|range| range.len()), Some(0));
        assert!(near_the_end.is_full());
        assert!(!cells(9).has_room_for(&near_the_end));

        let (mut first, mut second) = (cells(body), cells(body));
        first.keep("123", None);
        second.keep("45", None);
        assert!(first.has_room_for(&second));
        second.keep("6", None);
        assert!(!first.has_room_for(&second));
    }
}
