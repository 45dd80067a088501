//! Telling how far reading has come, to who waits for it. What is read, and what is found, is the same without.

use crate::log::Log;
use crate::read::scan::Batch;
use crate::read::table::Visit;
use crate::read::{Place, RawCell, Source};

/// What is told: bytes of the body's text that are read, and all of them.
pub type Tell<'t> = dyn FnMut(u64, u64) + 't;

/// How many records that come one by one are between two tellings.
const RECORDS_BETWEEN: u32 = 1024;

/// Hands records on and tells of them.
pub(super) struct Told<'v, 't> {
    pub(super) visit: &'v mut dyn Visit,
    pub(super) tell: &'v mut Tell<'t>,
    pub(super) untold: u32,
}

impl Told<'_, '_> {
    fn tell(&mut self, source: &Source<'_>, read: u32) {
        let whole = source.rows.as_ref().map_or(source.text.len(), Vec::len);
        (self.tell)(u64::from(read), whole as u64);
    }
}

impl Visit for Told<'_, '_> {
    fn row(&mut self, log: &mut Log, source: &Source<'_>, place: Place, cells: &[RawCell]) {
        self.visit.row(log, source, place, cells);
        self.untold += 1;
        if self.untold >= RECORDS_BETWEEN {
            self.untold = 0;
            self.tell(source, place.start);
        }
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        self.visit.rows(log, source, first, batch);
        self.tell(source, first.start);
    }
}
