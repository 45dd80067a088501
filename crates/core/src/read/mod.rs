//! Bytes to cells with their place: sniffing, decoding, CSV, JSON, the sheet of a workbook.
//!
//! Knows nothing of users; what a cell means is told by [`crate::value`] and [`crate::rules`].

use std::borrow::Cow;

use crate::mapping::FileFormat;

pub mod again;
pub(crate) use grid::row_of_sheet;

pub mod csv;
pub mod decode;
pub mod dialect;
mod grid;
pub mod heading;
pub mod json;
pub mod scan;
pub mod sheet;
pub mod sniff;
pub mod table;

/// How the text of a cell is escaped where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// Not at all.
    None,
    /// Doubled quotes (CSV).
    Quotes,
    /// Backslashes (JSON).
    Backslashes,
}

/// A cell as it stands in the text: without its outer quotes, with its escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawCell {
    /// Where its text begins, in bytes.
    pub start: usize,
    /// Where its text ends.
    pub end: usize,
    /// How it is escaped.
    pub escapes: Escapes,
}

impl RawCell {
    /// No such cell: a key that a JSON object doesn't have.
    pub const ABSENT: Self = Self {
        start: usize::MAX,
        end: usize::MAX,
        escapes: Escapes::None,
    };

    /// A cell of CSV that leaves no question: plain, or in quotes with nothing but doubled ones in them.
    fn between(text: &str, start: usize, end: usize) -> Self {
        match text.as_bytes().get(start..end) {
            Some([b'"', inner @ .., b'"']) => Self {
                start: start + 1,
                end: end - 1,
                escapes: if inner.contains(&b'"') {
                    Escapes::Quotes
                } else {
                    Escapes::None
                },
            },
            _ => Self {
                start,
                end,
                escapes: Escapes::None,
            },
        }
    }

    /// The text that the cell means; nothing for an absent one.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let raw = text.get(self.start..self.end).unwrap_or_default();
        match self.escapes {
            Escapes::None => Cow::Borrowed(raw),
            Escapes::Quotes => Cow::Owned(csv::unescape(raw)),
            Escapes::Backslashes => Cow::Owned(json::unescape(raw)),
        }
    }
}

/// Where a record is: its number, its line, and its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The record, from 1; 0: none.
    pub row: u32,
    /// The physical line, from 1, or the row of the sheet; 0: none.
    pub line: u32,
    /// Its first byte in the text, or, of a sheet, in the packed rows.
    pub start: u32,
}

/// Where exactly a cell is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The physical line, from 1.
    pub line: u64,
    /// The character in the line, from 1; a sheet has none.
    pub character: Option<u64>,
    /// The text that the cell means, uncut.
    pub text: String,
}

/// A decoded body and how it is cut into cells: enough to find any cell again.
#[derive(Debug)]
pub struct Source<'a> {
    /// What it is.
    pub format: FileFormat,
    /// Its text.
    pub text: Cow<'a, str>,
    /// The delimiter, of a CSV body.
    pub delimiter: u8,
    /// Headers, or keys in order of appearance.
    pub columns: Vec<String>,
    /// Where the header of a CSV body is.
    pub header: Place,
    /// The packed rows of a sheet, whose cells are pieces of `text`.
    pub rows: Option<Vec<u8>>,
    /// Where a body of CSV is read again of which `text` is only what was kept.
    pub(crate) again: Option<again::Again<'a>>,
}

impl Source<'_> {
    /// Finds a cell of a record again, by the index of its column.
    pub fn locate(&self, place: Place, column: usize) -> Option<Located> {
        if let Some(again) = &self.again {
            let (row, place) = again.row(self, place);
            return row.locate(place, column);
        }
        let start = place.start as usize;
        if let Some(rows) = &self.rows {
            let text = grid::text_of(rows, start, column, &self.text);
            return Some(Located {
                line: u64::from(place.line),
                character: None,
                text: text.to_owned(),
            });
        }
        let cell = match self.format {
            FileFormat::Csv => {
                let mut cells = Vec::new();
                csv::Rows::new(self.delimiter).read(&self.text, start, column + 1, &mut cells)?;
                *cells.get(column)?
            }
            FileFormat::Json => json::find(&self.text, start, self.columns.get(column)?)?,
        };
        // a quoted cell begins with its quote
        let quoted = cell.start > start && self.text.as_bytes()[cell.start - 1] == b'"';
        let (line, character) = self.position(place, cell.start - usize::from(quoted));
        Some(Located {
            line,
            character: Some(character),
            text: cell.text(&self.text).into_owned(),
        })
    }

    /// All cells of a record, in the order of the columns: for JSON `None` where the object has no such key, for CSV
    /// as many as the row has, for a sheet all of them.
    pub fn cells(&self, place: Place) -> Vec<Option<String>> {
        if let Some(again) = &self.again {
            let (row, place) = again.row(self, place);
            return row.cells(place);
        }
        let start = place.start as usize;
        if let Some(rows) = &self.rows {
            let texts = grid::texts_of(rows, start, self.columns.len(), &self.text);
            return texts.into_iter().map(Some).collect();
        }
        let text = |cell: RawCell| cell.text(&self.text).into_owned();
        match self.format {
            FileFormat::Csv => {
                let mut cells = Vec::new();
                csv::Rows::new(self.delimiter).read(&self.text, start, usize::MAX, &mut cells);
                cells.into_iter().map(|cell| Some(text(cell))).collect()
            }
            FileFormat::Json => {
                let cells = json::find_all(&self.text, start, &self.columns).into_iter();
                cells
                    .map(|cell| (cell != RawCell::ABSENT).then(|| text(cell)))
                    .collect()
            }
        }
    }

    /// Line and character of a byte that lies in a record or behind it.
    pub fn position(&self, place: Place, at: usize) -> (u64, u64) {
        let bytes = self.text.as_bytes();
        let at = at.min(bytes.len());
        let before = &bytes[(place.start as usize).min(at)..at];
        let line = u64::from(place.line.max(1)) + csv::count_line_ends(before) as u64;
        let line_start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |found| found + 1);
        let character = self.text.get(line_start..at).map_or(0, |text| text.chars().count()) as u64 + 1;
        (line, character)
    }
}
