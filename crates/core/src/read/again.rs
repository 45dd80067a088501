//! A body of which only a piece is in memory at a time: what of it is asked for later is read again.
//!
//! Knows nothing of files: whoever has the body lends a way to read it.

use std::borrow::Cow;
use std::fmt::Debug;

use super::csv::Rows;
use super::{Place, Source};

/// A body that can be read from any byte on, again and again.
pub trait ReadAt: Debug + Sync {
    /// Fills the buffer with the bytes from `at` on; returns how many there are, fewer than asked for only at the end of
    /// the body. Who lends it notes what keeps it from being read, which ends the body here.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> usize;
}

/// Where the text of a body of CSV is read again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again<'a> {
    pub(crate) body: &'a dyn ReadAt,
    /// Where in it the text begins.
    pub(crate) begin: u64,
}

/// How many bytes are read at first for a row.
const ROW: usize = 1 << 10;

impl Again<'_> {
    /// A source that has the row of a place alone, as its first byte on.
    pub(crate) fn row(&self, source: &Source<'_>, place: Place) -> (Source<'static>, Place) {
        let rows = Rows::new(source.delimiter);
        let (mut bytes, mut wanted) = (Vec::new(), ROW);
        let text = loop {
            bytes.resize(wanted, 0);
            let got = self.body.read_at(self.begin + u64::from(place.start), &mut bytes);
            bytes.truncate(got);
            // a character may be cut, but not at the end of the row
            let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            let end = rows
                .read(valid, 0, 0, &mut Vec::new())
                .map_or(valid.len(), |end| end.next);
            if end < valid.len() || got < wanted {
                break valid[..end].to_owned();
            }
            wanted *= 4;
        };
        let source = Source {
            format: source.format,
            text: Cow::Owned(text),
            delimiter: source.delimiter,
            columns: source.columns.clone(),
            header: source.header,
            rows: None,
            again: None,
        };
        (source, Place { start: 0, ..place })
    }
}
