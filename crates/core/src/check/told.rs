//! Telling how far reading has come, to who waits for it. What is read, and what is found, is the same without.

use crate::log::Log;
use crate::problem::Problem;
use crate::read::scan::Batch;
use crate::read::table::Visit;
use crate::read::{Place, RawCell, Source};

/// What is told on the way.
#[derive(Clone, Copy)]
pub struct Telling<'l> {
    /// Bytes of the body's text that are read; of a workbook, of its rows.
    pub done: u64,
    /// All of them.
    pub total: u64,
    log: &'l Log,
}

impl Telling<'_> {
    /// How many errors, warnings and infos were found so far.
    pub fn counts(&self) -> [u64; 3] {
        self.log.counts()
    }

    /// The first of them in the body, at most `limit`, errors before warnings before infos.
    pub fn first_problems(&self, limit: usize) -> Vec<Problem> {
        self.log.first(limit)
    }
}

/// Who is told.
pub type Tell<'t> = dyn FnMut(&Telling<'_>) + 't;

/// How many records that come one by one are between two tellings.
const RECORDS_BETWEEN: u32 = 1024;

/// Hands records on and tells of them.
pub(crate) struct Told<'v, 't> {
    pub(crate) visit: &'v mut dyn Visit,
    pub(crate) tell: &'v mut Tell<'t>,
    pub(crate) untold: u32,
}

impl Told<'_, '_> {
    fn tell(&mut self, log: &Log, source: &Source<'_>, read: u32) {
        let whole = source.rows.as_ref().map_or(source.text.len(), Vec::len);
        (self.tell)(&Telling {
            done: u64::from(read),
            total: whole as u64,
            log,
        });
    }
}

impl Visit for Told<'_, '_> {
    fn row(&mut self, log: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]) {
        self.visit.row(log, source, place, cells);
        self.untold += 1;
        if self.untold >= RECORDS_BETWEEN {
            self.untold = 0;
            self.tell(log, source, place.start);
        }
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        self.visit.rows(log, source, first, batch);
        self.tell(log, source, first.start);
    }

    fn broken(&mut self, place: Place) {
        self.visit.broken(place);
    }
}
