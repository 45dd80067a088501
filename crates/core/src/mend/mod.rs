//! What a person changed in a file before it is sent: cells, whole rows, rows left out; and the way back.
//!
//! Changes are kept beside the file, whose bytes stay as they are. Rows are numbered as in the file, also behind one that
//! is left out. This must not judge what a change is worth: that is the work of checking what is written here.

use serde::{Deserialize, Serialize};

pub mod as_seen;
pub mod history;
pub mod listing;
pub mod original;
pub mod replacing;
pub mod telling;
pub mod writing;

/// What became of one row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowMend {
    /// Whether it isn't sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_out: bool,
    /// Cells that stand in the place of all that the row had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Vec<String>>,
    /// Columns, rising, with the texts that cells have now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<(u32, String)>,
}

impl RowMend {
    /// Whether nothing became of it.
    pub fn is_empty(&self) -> bool {
        !self.left_out && !self.changes_cells()
    }

    /// Whether it says something else than it did.
    pub fn changes_cells(&self) -> bool {
        self.whole.is_some() || !self.cells.is_empty()
    }

    /// Puts a text into a cell; `None`: what the file has there.
    pub fn put(&mut self, column: u32, text: Option<String>) {
        match (self.cells.binary_search_by_key(&column, |(known, _)| *known), text) {
            (Ok(at), Some(text)) => self.cells[at].1 = text,
            (Ok(at), None) => drop(self.cells.remove(at)),
            (Err(at), Some(text)) => self.cells.insert(at, (column, text)),
            (Err(_), None) => {}
        }
    }

    /// What becomes of it when what differs between two others is done to it.
    fn with(&self, from: &Self, to: &Self) -> Self {
        let mut with = self.clone();
        if from.left_out != to.left_out {
            with.left_out = to.left_out;
        }
        if from.whole != to.whole {
            with.whole.clone_from(&to.whole);
        }
        for (column, _) in &from.cells {
            if !to.cells.iter().any(|(known, _)| known == column) {
                with.put(*column, None);
            }
        }
        for cell in to.cells.iter().filter(|cell| !from.cells.contains(cell)) {
            with.put(cell.0, Some(cell.1.clone()));
        }
        with
    }
}

/// All that a person changed, by row; rows count from 1 and rise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mends {
    rows: Vec<(u32, RowMend)>,
}

/// One act of a person, with what is needed to take it back, or to do it again once it was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Counts the acts on a file, from 1; 0 of one that isn't in its [`history::History`].
    pub id: u32,
    /// What it was, in words.
    pub words: String,
    /// The rule of the mapping that came with it, by the number of whoever keeps the mapping.
    pub rule: Option<u32>,
    rows: Vec<(u32, RowMend)>,
}

/// How much was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Cells that say something else; of a row that was written anew, one.
    pub cells: u64,
    /// Rows that say something else.
    pub rows: u64,
    /// Rows left out.
    pub left_out: u64,
}

impl Mends {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What became of a row.
    pub fn row(&self, row: u32) -> Option<&RowMend> {
        let at = self.rows.binary_search_by_key(&row, |(known, _)| *known).ok()?;
        Some(&self.rows[at].1)
    }

    /// The rows that something became of.
    pub fn rows(&self) -> &[(u32, RowMend)] {
        &self.rows
    }

    /// How much was changed.
    pub fn extent(&self) -> Extent {
        let mut extent = Extent::default();
        for (_, mend) in &self.rows {
            extent.left_out += u64::from(mend.left_out);
            extent.rows += u64::from(mend.changes_cells());
            extent.cells += mend.cells.len() as u64 + u64::from(mend.whole.is_some());
        }
        extent
    }

    /// Takes what becomes of rows, which rise; gives back the step.
    pub fn apply(&mut self, words: String, rows: Vec<(u32, RowMend)>) -> Step {
        let mut step = Step {
            id: 0,
            words,
            rule: None,
            rows,
        };
        self.turn(&mut step);
        step
    }

    /// Takes a step back, or does it again: what rows have and what the step holds change places.
    pub fn turn(&mut self, step: &mut Step) {
        let before = std::mem::take(&mut self.rows);
        let mut old = before.into_iter().peekable();
        for (row, mend) in &mut step.rows {
            while let Some(kept) = old.next_if(|(known, _)| known < row) {
                self.rows.push(kept);
            }
            let had = old.next_if(|(known, _)| known == row);
            let now = std::mem::replace(mend, had.map(|(_, mend)| mend).unwrap_or_default());
            if !now.is_empty() {
                self.rows.push((*row, now));
            }
        }
        self.rows.extend(old);
    }
}

impl Step {
    /// The rows it is about.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.rows.iter().map(|(row, _)| *row)
    }

    fn row_mut(&mut self, row: u32) -> Option<&mut RowMend> {
        let at = self.rows.binary_search_by_key(&row, |(known, _)| *known).ok()?;
        Some(&mut self.rows[at].1)
    }
}
