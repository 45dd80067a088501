//! The pages of rows that a grid has at hand: few, fetched as they come into view, the longest unseen put away first.

use std::{collections::VecDeque, sync::Arc};

use leptos::prelude::*;
use passmuster_core::wire::worker::FileRow;

/// Rows of a page.
pub(crate) const PAGE: u64 = 64;

/// How many pages are kept.
const KEPT: usize = 16;

/// A row; `None`: the file has it, but it can't be read.
pub(crate) type Row = Option<Arc<FileRow>>;

/// The pages at hand.
#[derive(Clone, Copy)]
pub(crate) struct RowPages {
    kept: RwSignal<VecDeque<(u64, Vec<Row>)>>,
    asked: StoredValue<Option<u64>>,
}

impl RowPages {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            kept: RwSignal::new(VecDeque::new()),
            asked: StoredValue::new(None),
        }
    }

    /// Puts all away: the file or its meaning is another one now.
    pub(crate) fn forget(self) {
        self.asked.set_value(None);
        self.kept.update(VecDeque::clear);
    }

    /// The page to ask for next, for the rows from `first` to `last` of `rows` to be shown, and then for those around them:
    /// one at a time, so that who scrolls past a million rows doesn't wait for all of them.
    pub(crate) fn next(self, first: u64, last: u64, rows: u64) -> Option<u64> {
        let (from, to) = (first / PAGE, last / PAGE);
        let around = [to + 1, from.saturating_sub(1)]
            .into_iter()
            .filter(|page| page * PAGE < rows);
        let missing = self.kept.with(|kept| {
            (from..=to)
                .chain(around)
                .find(|page| !kept.iter().any(|(known, _)| known == page))
        });
        let page = missing.filter(|_| self.asked.with_value(Option::is_none))?;
        self.asked.set_value(Some(page));
        Some(page)
    }

    /// Takes a page that was asked for.
    pub(crate) fn take(self, page: u64, rows: Vec<FileRow>) {
        self.asked.set_value(None);
        let mut page_rows = vec![None; PAGE as usize];
        for row in rows {
            // Rows count from 1.
            let place = (row.row - 1).checked_sub(page * PAGE).unwrap_or(PAGE) as usize;
            if let Some(place) = page_rows.get_mut(place) {
                *place = Some(Arc::new(row));
            }
        }
        self.kept.update(|kept| {
            kept.truncate(KEPT - 1);
            kept.push_front((page, page_rows));
        });
    }

    /// A row, counted from 0; `None`: its page isn't here yet.
    pub(crate) fn row(self, row: u64) -> Option<Row> {
        self.kept.with(|kept| {
            let (_, rows) = kept.iter().find(|(page, _)| *page == row / PAGE)?;
            rows.get((row % PAGE) as usize).cloned()
        })
    }
}
