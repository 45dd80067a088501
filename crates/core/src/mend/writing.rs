//! The file as it is now: to be checked, with every row in its place, and to be sent, without those left out.
//!
//! What nobody touched keeps its bytes where it can.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::order;
use crate::read::csv;
use crate::read::row_of_sheet;
use crate::read::sheet::{Builder, Opened, Shows, rows_of, spans_of};

use super::original::Original;
use super::{Mends, RowMend};

/// A file to be checked; rows of [`Original::left_out`] are to be skipped.
#[derive(Debug)]
pub enum Written {
    /// Its bytes, in UTF-8.
    Body(Vec<u8>),
    /// The sheet of a workbook.
    Sheet(Opened),
}

impl Original<'_> {
    /// The rows that are not to be read: those a person left out, and those in which nothing is left.
    pub fn left_out(&self, mends: &Mends) -> Vec<u32> {
        let rows = mends.rows().iter();
        rows.filter(|(row, mend)| self.is_out(*row, mend))
            .map(|(row, _)| *row)
            .collect()
    }

    fn is_out(&self, row: u32, mend: &RowMend) -> bool {
        let is_blank = |cell: &Option<String>| cell.as_deref().unwrap_or_default().trim().is_empty();
        mend.left_out || !self.is_json() && self.with(row, mend).iter().all(is_blank)
    }

    /// The file with all rows in their places, changed or not.
    pub fn to_check(&self, mends: &Mends) -> Written {
        match &self.workbook {
            Some(workbook) => Written::Sheet(self.sheet(workbook, mends)),
            None => Written::Body(self.spliced(mends, false)),
        }
    }

    /// The file as it is sent: without the rows left out, in UTF-8, and of a workbook as CSV.
    pub fn to_send(&self, mends: &Mends) -> Vec<u8> {
        let text = if self.workbook.is_some() {
            let mut out = self.head();
            for row in 1..=self.rows() {
                if !mends.row(row).is_some_and(|mend| self.is_out(row, mend)) {
                    self.write(&mut out, row, mends.row(row), "\n");
                }
            }
            out.into_bytes()
        } else {
            self.spliced(mends, true)
        };
        let mark = if self.has_mark { "\u{FEFF}" } else { "" };
        [mark.as_bytes(), &text].concat()
    }

    /// A file of nothing but these rows as they came.
    pub fn of_rows(&self, rows: &[u32]) -> Vec<u8> {
        let all = (1..=self.rows()).filter(|row| rows.binary_search(row).is_err());
        let out = |row| {
            let mend = RowMend {
                left_out: true,
                ..RowMend::default()
            };
            (row, mend)
        };
        let mut mends = Mends::default();
        mends.apply(String::new(), all.map(out).collect());
        self.to_send(&mends)
    }

    /// A body of one row as it is now, to be checked by itself; as CSV or JSON.
    pub fn alone(&self, row: u32, mends: &Mends) -> Vec<u8> {
        let mut out = if self.is_json() { "[".to_owned() } else { self.head() };
        self.write(&mut out, row, mends.row(row), "\n");
        if self.is_json() {
            out.push(']');
        }
        out.into_bytes()
    }

    /// What stands above the first row.
    fn head(&self) -> String {
        match (&self.workbook, self.starts.first()) {
            (None, Some(first)) => self.source.text.get(..*first as usize).unwrap_or_default().to_owned(),
            _ => {
                let mut out = String::new();
                let names = self.source.columns.iter().map(String::as_str);
                write_record(&mut out, names, self.delimiter);
                out.push('\n');
                out
            }
        }
    }

    /// Writes an object as it is now.
    pub(super) fn write_row(&self, out: &mut String, row: u32, mends: &Mends) {
        self.write(out, row, mends.row(row), "");
    }

    /// Writes a row as it is now.
    fn write(&self, out: &mut String, row: u32, mend: Option<&RowMend>, line_end: &str) {
        let unchanged = RowMend::default();
        let mend = mend.unwrap_or(&unchanged);
        if self.is_json() {
            self.write_object(out, row, mend);
            return;
        }
        let mut cells = self.with(row, mend);
        if let (Some(rows), Some(start), None) = (&self.source.rows, self.start(row), &mend.whole) {
            // what a sheet shows in the place of a value is none
            for (column, shows, _) in row_of_sheet(rows, start as usize, &self.source.text) {
                let is_touched = mend.cells.iter().any(|(touched, _)| *touched as usize == column);
                if let Some(cell) = cells.get_mut(column).filter(|_| shows != Shows::Text && !is_touched) {
                    *cell = None;
                }
            }
        }
        let texts = cells.iter().map(|cell| cell.as_deref().unwrap_or_default());
        write_record(out, texts, self.delimiter);
        out.push_str(line_end);
    }

    fn write_object(&self, out: &mut String, row: u32, mend: &RowMend) {
        let text = self.start(row).and_then(|start| self.source.text.get(start as usize..));
        let raw = text.and_then(element).unwrap_or_default();
        let object: Pairs<'_> = serde_json::from_str(raw).unwrap_or_default();
        let mut pairs: Vec<(String, String)> = Vec::new();
        if mend.whole.is_none() {
            for (key, value) in object.0 {
                if !pairs.iter().any(|(known, _)| *known == key) {
                    pairs.push((key, value.get().to_owned()));
                }
            }
        }
        let whole = mend.whole.iter().flatten().enumerate();
        let whole = whole.map(|(column, text)| (column, text.as_str()));
        let cells = mend
            .cells
            .iter()
            .map(|(column, text)| (*column as usize, text.as_str()));
        for (column, text) in whole.chain(cells) {
            let Some(key) = self.source.columns.get(column) else {
                continue;
            };
            let value = in_json(text);
            match pairs.iter_mut().find(|(known, _)| known == key) {
                Some((_, known)) => *known = value,
                None => pairs.push((key.clone(), value)),
            }
        }
        out.push('{');
        for (index, (key, value)) in pairs.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            out.push_str(&in_json(key));
            out.push_str(": ");
            out.push_str(value);
        }
        out.push('}');
    }

    /// The text with the changed rows in the place of the old ones.
    fn spliced(&self, mends: &Mends, without: bool) -> Vec<u8> {
        let text: &str = &self.source.text;
        let mut out = Vec::with_capacity(text.len() + 64 * mends.rows().len());
        let mut at = 0;
        for (row, mend) in mends.rows() {
            let Some(start) = self.start(*row).map(|start| start as usize) else {
                continue;
            };
            let is_out = self.is_out(*row, mend);
            if is_out && !without {
                continue;
            }
            let (end, line_end) = self.end(start);
            self.copy(&mut out, at, start);
            at = end;
            if !is_out {
                let mut written = String::new();
                self.write(&mut written, *row, Some(mend), line_end);
                out.extend_from_slice(written.as_bytes());
            } else if self.is_json() {
                at = match self.start(row + 1) {
                    Some(next) => next as usize,
                    None => {
                        // the comma behind the last that stays
                        let kept = out.trim_ascii_end();
                        let kept = kept.strip_suffix(b",").unwrap_or(kept).len();
                        out.truncate(kept);
                        end
                    }
                };
            }
        }
        self.copy(&mut out, at, text.len());
        out
    }

    /// Copies a piece of the text; what could not be decoded stays something that can't be.
    fn copy(&self, out: &mut Vec<u8>, from: usize, to: usize) {
        let text = self.source.text.as_bytes();
        let mut at = from;
        let first = self.undecodable.partition_point(|lost| *lost < from);
        for lost in self.undecodable[first..].iter().take_while(|lost| **lost < to) {
            out.extend_from_slice(text.get(at..*lost).unwrap_or_default());
            out.push(0xFF);
            at = lost + char::REPLACEMENT_CHARACTER.len_utf8();
        }
        out.extend_from_slice(text.get(at..to).unwrap_or_default());
    }

    /// Where the record that begins here ends, and the line end that closes it.
    fn end(&self, start: usize) -> (usize, &str) {
        let text: &str = &self.source.text;
        if self.is_json() {
            let raw = text.get(start..).and_then(element).unwrap_or_default();
            return (start + raw.len(), "");
        }
        let end = csv::Rows::new(self.source.delimiter)
            .read(text, start, 0, &mut Vec::new())
            .map_or(text.len(), |end| end.next);
        let record = text.get(start..end).unwrap_or_default();
        let content = match record.strip_suffix('\n') {
            Some(content) => content.strip_suffix('\r').unwrap_or(content),
            None => record.strip_suffix('\r').unwrap_or(record),
        };
        (end, &record[content.len()..])
    }

    fn sheet(&self, workbook: &Opened, mends: &Mends) -> Opened {
        let mut opened = workbook.clone();
        let (Ok(sheet), Some(rows)) = (&mut opened.sheet, &self.source.rows) else {
            return opened;
        };
        let mut builder = Builder::default();
        builder.text().push_str(&self.source.text);
        let mut next = self.starts.iter().enumerate().peekable();
        for (number, is_hidden, cells) in rows_of(rows) {
            builder.begin_row(number, is_hidden);
            let record = next
                .next_if(|(_, start)| **start == cells)
                .map(|(index, _)| index as u32 + 1);
            let mend = record.and_then(|row| Some((row, mends.row(row)?)));
            let touched = mend.filter(|(row, mend)| mend.changes_cells() && !self.is_out(*row, mend));
            let (touches, whole) = match touched {
                Some((row, mend)) => (self.with(row, mend), mend.whole.is_some()),
                None => (Vec::new(), false),
            };
            let is_touched = |column: usize| {
                touched.is_some_and(|(_, mend)| whole || mend.cells.iter().any(|(cell, _)| *cell as usize == column))
            };
            let mut old: Vec<_> = spans_of(rows, cells).filter(|cell| !is_touched(cell.0)).collect();
            for (column, text) in touches.iter().enumerate() {
                if let Some(text) = text.as_deref().filter(|text| is_touched(column) && !text.is_empty()) {
                    let span = builder.keep(text);
                    old.push((column, Shows::Text, span));
                }
            }
            order::sort_by_key(&mut old, |(column, ..)| *column);
            for (column, shows, span) in old {
                builder.add_cell(column as u32, shows, span);
            }
        }
        let written = builder.finish(sheet.name.clone());
        sheet.take_cells(written);
        opened
    }
}

/// The JSON value that a text begins with.
fn element(text: &str) -> Option<&str> {
    let mut rest = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    Some(rest.next()?.ok()?.get())
}

pub(super) fn in_json(text: &str) -> String {
    serde_json::to_string(text).expect("a text can be written")
}

/// The keys and values of an object, in their order, each as it is written.
#[derive(Default)]
struct Pairs<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Pairs<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// Writes the cells of a record, in quotes where they need them.
pub(super) fn write_record<'t>(out: &mut String, cells: impl Iterator<Item = &'t str>, delimiter: u8) {
    let delimiter = char::from(delimiter);
    for (index, text) in cells.enumerate() {
        if index > 0 {
            out.push(delimiter);
        }
        if text.contains([delimiter, '"', '\n', '\r']) {
            out.push('"');
            for (piece, part) in text.split('"').enumerate() {
                out.push_str(if piece == 0 { "" } else { "\"\"" });
                out.push_str(part);
            }
            out.push('"');
        } else {
            out.push_str(text);
        }
    }
}
