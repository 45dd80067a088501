//! Records: what the rows of a body say of each mapped field, checked and in canonical form.
//!
//! Cells are slices of the decoded body, or of a side text where their canonical form differs; a
//! record costs eight bytes a field and no allocation. File rows, JSON objects and the page's forms
//! all become records.

use crate::field::Target;
use crate::log::At;
use crate::mapping::{ApiField, Mapping};
use crate::read::{Place, Source};

/// A slice of the body or of the side text, or one of the two states without text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    start: u32,
    len: u32,
}

impl Cell {
    /// Says nothing of the field.
    pub const ABSENT: Self = Self {
        start: u32::MAX,
        len: 0,
    };
    /// Was refused; a problem tells why.
    pub const REFUSED: Self = Self {
        start: u32::MAX - 2,
        len: 0,
    };
    /// Clears the field.
    pub const CLEAR: Self = Self {
        start: u32::MAX - 1,
        len: 0,
    };

    /// What tells texts apart that were understood once and kept once; `None` for the states without text.
    pub(crate) fn key(self) -> Option<u32> {
        (self.start < Self::REFUSED.start).then_some(self.start)
    }

    /// Where its text is.
    pub(crate) fn range(self) -> Option<std::ops::Range<usize>> {
        self.key()
            .map(|start| start as usize..start as usize + self.len as usize)
    }

    /// A slice; offsets behind the body's end point into the side text.
    pub fn slice(start: usize, len: usize) -> Self {
        Self {
            start: start as u32,
            len: len as u32,
        }
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
    pub places: Vec<Place>,
    /// Field by field, record by record: most questions are about one field of all records.
    pub(crate) cells: Vec<Vec<Cell>>,
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

    /// The cells of one field, by record.
    pub fn column(&self, field: usize) -> &[Cell] {
        &self.cells[field]
    }

    /// What a record says of a field.
    pub fn said(&self, record: usize, field: usize) -> Said<'_> {
        let cell = self.cells[field][record];
        match self.text_of(cell) {
            Some(text) => Said::Text(text),
            None if cell == Cell::CLEAR => Said::Clear,
            None => Said::Nothing,
        }
    }

    /// The text of a cell; `None` for the two states without text.
    pub(crate) fn text_of(&self, cell: Cell) -> Option<&str> {
        if cell.start >= Cell::REFUSED.start {
            return None;
        }
        let (start, len) = (cell.start as usize, cell.len as usize);
        let body: &str = &self.source.text;
        match start.checked_sub(body.len()) {
            Some(start) => self.side.get(start..start + len),
            None => body.get(start..start + len),
        }
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
