//! Records: what the rows of a body say of each mapped field, checked and in canonical form.
//!
//! Cells are slices of the decoded body, or of a side text where their canonical form differs; a
//! record costs one to four bytes a field and four for its place, and no allocation. File rows, JSON objects
//! and the page's forms all become records.

use crate::field::Target;
use crate::index::{Compare, Hash, Hasher};
use crate::log::At;
use crate::mapping::{ApiField, Mapping};
use crate::read::{Place, Source};

mod column;

pub use column::Cell;
pub(crate) use column::{Code, Column, TextKey};

/// Where the records are: the first byte of each, and stretches of records whose rows and lines count on evenly.
#[derive(Debug, Default)]
pub struct Places {
    starts: Vec<u32>,
    stretches: Vec<Stretch>,
    /// Where the records are in the body, when `starts` tell where they are in what is kept of it.
    in_body: Vec<u32>,
}

/// Records from `first` on, each `step` lines behind the one before.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    first: u32,
    row: u32,
    line: u32,
    step: u32,
}

impl Places {
    /// Room for as many records.
    pub(crate) fn with_capacity(records: usize) -> Self {
        Self {
            starts: Vec::with_capacity(records),
            stretches: Vec::new(),
            in_body: Vec::new(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Adds the next record's.
    pub(crate) fn push(&mut self, place: Place) {
        self.note(place);
        self.starts.push(place.start);
    }

    /// Adds records of one line each that follow one another, the first of them in this row and line.
    pub(crate) fn extend(&mut self, first: Place, starts: impl ExactSizeIterator<Item = u32>) {
        let more = starts.len() as u32;
        self.note(first);
        self.starts.extend(starts);
        if more > 1
            && let Some(last) = self.stretches.last().copied()
            && last.step != 1
        {
            // the stretch that the first one belongs to doesn't go on line by line
            self.stretches.push(Stretch {
                first: self.starts.len() as u32 - more + 1,
                row: first.row + 1,
                line: first.line + 1,
                step: 1,
            });
        }
    }

    /// Adds the records behind these, whose rows and lines were counted from these on.
    pub(crate) fn join(&mut self, behind: Self, rows: u32, lines: u32) {
        self.join_stretches(&behind, self.starts.len() as u32, rows, lines);
        self.starts.extend(behind.starts);
    }

    /// The first byte of each.
    pub(crate) fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, records: usize) {
        // without it they find their room later
        let _ = self.starts.try_reserve_exact(records);
        let _ = self.in_body.try_reserve_exact(records);
    }

    /// Adds the first byte of the next record in what is kept of the body; [`Places::join_moved`] tells the rest.
    pub(crate) fn starts_at(&mut self, start: u32) {
        self.starts.push(start);
    }

    /// Where the records are in the body for which [`Places::starts_at`] was told last, by a piece that begins here.
    pub(crate) fn join_moved(&mut self, piece: &Self, begin: u32) {
        self.join_stretches(piece, self.in_body.len() as u32, 0, 0);
        self.in_body.extend(piece.starts.iter().map(|start| start + begin));
    }

    fn join_stretches(&mut self, behind: &Self, records: u32, rows: u32, lines: u32) {
        self.stretches.extend(behind.stretches.iter().map(|stretch| Stretch {
            first: stretch.first + records,
            row: stretch.row + rows,
            line: stretch.line + lines,
            ..*stretch
        }));
    }

    fn note(&mut self, place: Place) {
        let record = self.starts.len() as u32;
        if let Some(last) = self.stretches.last_mut() {
            let behind = record - last.first;
            if behind == 1 && place.row == last.row + 1 && place.line >= last.line {
                last.step = place.line - last.line;
                return;
            }
            let line = u64::from(last.line) + u64::from(behind) * u64::from(last.step);
            if place.row == last.row + behind && u64::from(place.line) == line {
                return;
            }
        }
        self.stretches.push(Stretch {
            first: record,
            row: place.row,
            line: place.line,
            step: 1,
        });
    }

    /// Where a record is.
    pub fn get(&self, record: usize) -> Place {
        let behind = self
            .stretches
            .partition_point(|stretch| stretch.first as usize <= record);
        let Some(stretch) = behind.checked_sub(1).and_then(|at| self.stretches.get(at)) else {
            return Place::default();
        };
        let steps = record as u32 - stretch.first;
        Place {
            row: stretch.row + steps,
            line: stretch.line + steps * stretch.step,
            start: *self.in_body.get(record).unwrap_or(&self.starts[record]),
        }
    }

    /// The first byte of a record.
    #[inline]
    pub(crate) fn start(&self, record: usize) -> u32 {
        self.starts[record]
    }

    /// Where each record is.
    pub fn iter(&self) -> impl Iterator<Item = Place> + '_ {
        (0..self.len()).map(|record| self.get(record))
    }
}

/// What a record says of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<'r> {
    /// Nothing, or nothing that can be used: what the directory has stays.
    Nothing,
    /// To clear it.
    Clear,
    /// This, in canonical form.
    Text(&'r str),
}

impl<'r> Said<'r> {
    /// The text, if one was said.
    pub fn text(self) -> Option<&'r str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The records of one body.
#[derive(Debug)]
pub struct Records<'a> {
    /// The field that is the key.
    pub email: usize,
    /// The mapping they were read with.
    pub mapping: &'a Mapping,
    /// The body.
    pub source: Source<'a>,
    /// The side text.
    pub(crate) side: String,
    /// Where each record is.
    pub places: Places,
    /// Field by field, record by record: most questions are about one field of all records.
    pub(crate) cells: Vec<Column>,
    /// What the texts were hashed with.
    pub(crate) hasher: Hasher,
    /// The hashes of the texts of fields by which records are found, record by record; empty for the others.
    pub(crate) hashes: Vec<Vec<Hash>>,
    /// Which column of the file each field is in.
    pub columns: Vec<Option<usize>>,
    /// Records that repeat an earlier one or have no valid key; they say nothing more.
    pub dropped: Vec<bool>,
}

impl<'a> Records<'a> {
    /// How many there are, dropped ones included.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The indices of those that were not dropped.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(|record| !self.dropped[*record])
    }

    /// Where a record is.
    pub fn place(&self, record: usize) -> Place {
        self.places.get(record)
    }

    /// The text that a record says of a field; nothing if it says none.
    pub(crate) fn text(&self, record: usize, field: usize) -> &str {
        self.text_of(self.cell(record, field)).unwrap_or_default()
    }

    /// The bytes of that text.
    #[inline]
    pub(crate) fn bytes(&self, record: usize, field: usize) -> &[u8] {
        self.bytes_of(self.cell(record, field))
    }

    /// The bytes of a cell's text.
    #[inline]
    pub(crate) fn bytes_of(&self, cell: Cell) -> &[u8] {
        let Some(range) = cell.range() else {
            return b"";
        };
        let body = self.source.text.as_bytes();
        let bytes = match range.start.checked_sub(body.len()) {
            Some(start) => self.side.as_bytes().get(start..range.end - body.len()),
            None => body.get(range),
        };
        bytes.unwrap_or_default()
    }

    /// Hashes the texts of a field that were not hashed when they were read.
    pub(crate) fn hash(&self, field: usize, compare: Compare) -> Vec<Hash> {
        let texts = (0..self.len()).map(|record| self.text_of(self.cell(record, field)));
        texts
            .map(|text| text.map_or(Hash::NONE, |text| self.hasher.hash(compare, text.as_bytes())))
            .collect()
    }

    /// Where what a record says of a field stands.
    #[inline]
    pub fn cell(&self, record: usize, field: usize) -> Cell {
        self.cells[field].cell(record, self.places.starts[record])
    }

    /// What a record says of a field.
    pub fn said(&self, record: usize, field: usize) -> Said<'_> {
        let cell = self.cell(record, field);
        match self.text_of(cell) {
            Some(text) => Said::Text(text),
            None if cell == Cell::CLEAR => Said::Clear,
            None => Said::Nothing,
        }
    }

    /// Whether a record clears a field.
    pub(crate) fn is_clear(&self, record: usize, field: usize) -> bool {
        self.cells[field].code(record) == Some(Code::CLEAR)
    }

    /// What tells the texts of a field apart.
    pub(crate) fn text_keys(&self, field: usize) -> impl Fn(usize) -> Option<TextKey> + '_ {
        let column = &self.cells[field];
        move |record| {
            let code = column.code(record)?;
            match code.entry() {
                Some(entry) => Some(TextKey::Entry(entry)),
                None => code.is_near().then_some(TextKey::Own(record)),
            }
        }
    }

    /// The text of a cell; `None` for the two states without text.
    pub(crate) fn text_of(&self, cell: Cell) -> Option<&str> {
        let range = cell.range()?;
        let body: &str = &self.source.text;
        match range.start.checked_sub(body.len()) {
            Some(start) => self.side.get(start..range.end - body.len()),
            None => body.get(range),
        }
    }

    /// What each record says of a field of truths, asked for without looking at texts.
    pub(crate) fn truths(&self, field: usize) -> impl Fn(usize) -> Option<bool> + '_ {
        let column = &self.cells[field];
        let entries = column.entries().iter().map(|cell| self.text_of(*cell) == Some("True"));
        let entries: Vec<bool> = entries.collect();
        move |record| entries.get(column.code(record)?.entry()?).copied()
    }

    /// The index of the field that is mapped to a target.
    pub fn field(&self, target: &Target) -> Option<usize> {
        self.mapping.fields.iter().position(|field| field.target == *target)
    }

    /// The fields whose target satisfies, with their indices.
    pub fn fields(&self, satisfies: impl Fn(&Target) -> bool) -> impl Iterator<Item = (usize, &'a ApiField)> {
        self.mapping
            .fields
            .iter()
            .enumerate()
            .filter(move |(_, field)| satisfies(&field.target))
    }

    /// Where a field's problems are.
    pub fn at(&self, field: usize) -> At {
        match self.columns[field] {
            Some(column) => At::Column(column),
            None => At::Named(self.mapping.fields[field].api_field.clone()),
        }
    }
}
