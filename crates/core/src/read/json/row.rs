//! The keys of a body and the cells of one object by them. Knows nothing of syntax.

use std::collections::HashMap;

use crate::read::RawCell;
use crate::read::table::COLUMN_LIMIT;

/// The columns of a body, as its objects name them.
#[derive(Debug, Default)]
pub struct Keys {
    /// In order of appearance.
    pub names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Keys {
    /// The column of a key; `None` when there are too many.
    pub(super) fn of(&mut self, key: &str) -> Option<usize> {
        if let Some(index) = self.index.get(key) {
            return Some(*index);
        }
        let index = self.names.len();
        if index == COLUMN_LIMIT {
            return None;
        }
        self.names.push(key.to_owned());
        self.index.insert(key.to_owned(), index);
        Some(index)
    }

    /// Forgets those behind the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        if count < self.names.len() {
            self.names.truncate(count);
            self.index.retain(|_, index| *index < count);
        }
    }
}

/// The cells of one object by the index of their column, made ready for the next at the price of the
/// cells it had, not of all columns.
#[derive(Debug, Default)]
pub struct Row {
    /// By column; absent where the object has no such key.
    pub cells: Vec<RawCell>,
    /// The columns that have a cell, in the order of the keys.
    filled: Vec<usize>,
}

/// A row that gets the cells of another object: where the two have the same keys in the same order, nothing needs to be
/// cleared.
pub(super) struct Filling<'r> {
    row: &'r mut Row,
    /// How many keys were put; those that the row was filled with before and that are behind them are still in it.
    count: usize,
    /// Whether all keys so far are those that the row was filled with before.
    in_step: bool,
}

impl Filling<'_> {
    /// Puts the cell of the next key; `false` when the object had that key already.
    #[inline]
    pub(super) fn put(&mut self, column: usize, cell: RawCell) -> bool {
        if self.in_step {
            if self.row.filled.get(self.count) == Some(&column) {
                self.row.cells[column] = cell;
                self.count += 1;
                return true;
            }
            self.in_step = false;
            self.row.clear_from(self.count);
        }
        self.count += 1;
        let is_first = !self.row.has(column);
        self.row.set(column, cell);
        is_first
    }

    /// Takes away what the object doesn't have.
    #[inline]
    pub(super) fn finish(self) {
        if self.in_step {
            self.row.clear_from(self.count);
        }
    }
}

impl Row {
    pub(super) fn fill(&mut self) -> Filling<'_> {
        Filling {
            row: self,
            count: 0,
            in_step: true,
        }
    }

    fn clear_from(&mut self, count: usize) {
        for column in self.filled.drain(count..) {
            self.cells[column] = RawCell::ABSENT;
        }
    }

    pub(super) fn clear(&mut self) {
        self.clear_from(0);
    }

    pub(super) fn set(&mut self, column: usize, cell: RawCell) {
        if column >= self.cells.len() {
            self.cells.resize(column + 1, RawCell::ABSENT);
        }
        if self.cells[column] == RawCell::ABSENT {
            self.filled.push(column);
        }
        self.cells[column] = cell;
    }

    pub(super) fn has(&self, column: usize) -> bool {
        self.cells.get(column).is_some_and(|cell| *cell != RawCell::ABSENT)
    }
}
