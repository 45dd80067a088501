//! A CSV body read in parts, side by side where the caller lends a way to do so: the same records, the same problems.
//!
//! A part is read as if a row began where it begins. Whether one does is known when the part before it has been read: it
//! ends there or it doesn't. A part that begins within a row is forgotten, and the one before it goes on.

use crate::log::Log;
use crate::read::table::{Counted, Part, Table};

use super::Reading;

/// Does several pieces of work, in any order or side by side, and returns when all are done.
pub type Together = fn(&mut [&mut (dyn FnMut() + Send)]);

/// How a body is read in parts.
#[derive(Debug, Clone, Copy)]
pub struct SideBySide {
    /// The most parts.
    pub parts: usize,
    /// The fewest bytes of a part.
    pub bytes: usize,
    /// How they are read.
    pub together: Together,
}

/// A part and what was read of it.
struct Work<'m> {
    begin: usize,
    /// Where the next part begins.
    until: usize,
    part: Part,
    reading: Reading<'m>,
    log: Log,
}

impl Work<'_> {
    /// Reads on, up to a byte of the body.
    fn read(&mut self, table: &Table<'_>, until: usize) {
        table.read_part(&mut self.part, until, &mut self.log, &mut self.reading);
    }

    /// Adds the next part, if it begins where this one ends and there is room for its records; otherwise reads it again.
    fn join(&mut self, next: Self, table: &Table<'_>) {
        let (place, counted) = (self.part.next, &mut self.part.counted);
        let records = self.reading.places.len() + next.reading.places.len();
        let fits = records <= self.reading.most
            && !next.reading.is_over
            && self.reading.cells.has_room_for(&next.reading.cells);
        if place.start as usize != next.begin || !fits {
            self.read(table, next.until);
            return;
        }
        // rows are counted up, lines from 1
        let (rows, lines) = (counted.records as u32, place.line - 1);
        self.log.join(next.log, rows, lines);
        self.reading.places.join(next.reading.places, rows, lines);
        self.reading.cells.join(next.reading.cells);
        counted.records += next.part.counted.records;
        counted.blank_rows += next.part.counted.blank_rows;
        self.part.next = next.part.next;
        self.part.next.line += lines;
    }
}

/// Reads the records of a body in parts; `reading` is empty. `None` when it is better read as a whole.
pub(super) fn read(table: &Table<'_>, reading: &mut Reading<'_>, how: SideBySide, log: &mut Log) -> Option<Counted> {
    let parts = table.parts(how.parts, how.bytes);
    if parts.len() < 2 {
        return None;
    }
    let begins: Vec<usize> = parts.iter().map(|part| part.next.start as usize).collect();
    let expected = table.expected_records().min(reading.most) / parts.len();
    let mut works: Vec<Work<'_>> = parts
        .into_iter()
        .enumerate()
        .map(|(at, part)| Work {
            begin: begins[at],
            until: begins.get(at + 1).copied().unwrap_or(usize::MAX),
            part,
            // the first one takes in all others, each of which may have its share of the records that there is room for
            reading: match at {
                0 => reading.more(expected * begins.len(), reading.most),
                _ => reading.more(expected, reading.most / begins.len()),
            },
            log: log.of_a_part(),
        })
        .collect();
    {
        let mut pieces: Vec<_> = works.iter_mut().map(|work| || work.read(table, work.until)).collect();
        let mut pieces: Vec<&mut (dyn FnMut() + Send)> = pieces.iter_mut().map(|piece| piece as _).collect();
        (how.together)(&mut pieces);
    }
    let mut works = works.into_iter();
    let mut whole = works.next()?;
    for next in works {
        whole.join(next, table);
    }
    log.join(whole.log, 0, 0);
    reading.places = whole.reading.places;
    reading.cells = whole.reading.cells;
    Some(whole.part.counted)
}
