//! The pages of rows that a grid has at hand: few, fetched as they come into view, the longest unseen put away first.

use std::{collections::VecDeque, sync::Arc};

use leptos::prelude::*;
use passmuster_core::wire::worker::FileRow;

/// Rows of a page.
pub(crate) const PAGE: u64 = 64;

/// How many pages are kept.
const KEPT: usize = 16;

/// A row.
pub(crate) type Row = Arc<FileRow>;

/// Rows that were fetched.
#[derive(Debug)]
struct Page {
    number: u64,
    rows: Vec<Row>,
    /// Whether they may say something else by now.
    is_old: bool,
}

/// The pages at hand.
#[derive(Clone, Copy)]
pub(crate) struct RowPages {
    kept: RwSignal<VecDeque<Page>>,
    asked: StoredValue<Option<u64>>,
    /// How many rows there are to show.
    pub(crate) count: RwSignal<u64>,
}

impl RowPages {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            kept: RwSignal::new(VecDeque::new()),
            asked: StoredValue::new(None),
            count: RwSignal::new(0),
        }
    }

    /// Puts all away: other rows are to be shown now.
    pub(crate) fn forget(self) {
        self.asked.set_value(None);
        self.kept.update(VecDeque::clear);
    }

    /// Has all asked for again; what is at hand is shown until then.
    pub(crate) fn refresh(self) {
        self.asked.set_value(None);
        self.kept
            .update(|kept| kept.iter_mut().for_each(|page| page.is_old = true));
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
                .find(|page| !kept.iter().any(|known| known.number == *page && !known.is_old))
        });
        let page = missing.filter(|_| self.asked.with_value(Option::is_none))?;
        self.asked.set_value(Some(page));
        Some(page)
    }

    /// Takes a page that was asked for, of so many rows.
    pub(crate) fn take(self, number: u64, rows: Vec<FileRow>, count: u64) {
        self.asked.set_value(None);
        if self.count.get_untracked() != count {
            self.count.set(count);
        }
        self.kept.update(|kept| {
            kept.retain(|page| page.number != number);
            kept.truncate(KEPT - 1);
            kept.push_front(Page {
                number,
                rows: rows.into_iter().map(Arc::new).collect(),
                is_old: false,
            });
        });
    }

    /// A row by its place among those shown, from 0; `None`: its page isn't here yet.
    pub(crate) fn row(self, place: u64) -> Option<Row> {
        self.kept.with(|kept| row_in(kept, place))
    }

    /// The same, for who doesn't want to be told when it changes.
    pub(crate) fn row_now(self, place: u64) -> Option<Row> {
        self.kept.with_untracked(|kept| row_in(kept, place))
    }
}

fn row_in(kept: &VecDeque<Page>, place: u64) -> Option<Row> {
    let page = kept.iter().find(|page| page.number == place / PAGE)?;
    page.rows.get((place % PAGE) as usize).cloned()
}
