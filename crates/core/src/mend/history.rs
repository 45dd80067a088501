//! What a person did, act by act, and the way back: of the last act, or of any one of them.
//!
//! An act that is taken back out of its turn takes nothing else with it: what later acts wrote stays.

use super::{Mends, RowMend, Step};

/// All acts on a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Those that hold, the first one first; each has what its rows were before it.
    done: Vec<Step>,
    /// Those taken back, the last one last; each has what its rows would be after it.
    undone: Vec<Step>,
    /// How many acts there ever were.
    count: u32,
}

impl History {
    /// Does what becomes of rows, which rise; what was taken back before can't be done again. Gives back the act.
    pub fn act(&mut self, mends: &mut Mends, words: String, rule: Option<u32>, rows: Vec<(u32, RowMend)>) -> &Step {
        self.undone.clear();
        self.count += 1;
        let mut step = mends.apply(words, rows);
        (step.id, step.rule) = (self.count, rule);
        self.done.push(step);
        &self.done[self.done.len() - 1]
    }

    /// Takes an act back, or the last one; `None`: there is none.
    pub fn undo(&mut self, mends: &mut Mends, id: Option<u32>) -> Option<&Step> {
        let at = match id {
            Some(id) => self.done.iter().position(|step| step.id == id)?,
            None => self.done.len().checked_sub(1)?,
        };
        let mut step = self.done.remove(at);
        let now = step.rows.iter_mut().map(|(row, state)| {
            let now = self.without(mends, at, *row, state);
            (*row, now)
        });
        let now = now.collect();
        mends.apply(String::new(), now);
        self.undone.push(step);
        self.undone.last()
    }

    /// Does again what was taken back last; `None`: nothing was.
    pub fn redo(&mut self, mends: &mut Mends) -> Option<&Step> {
        let mut step = self.undone.pop()?;
        mends.turn(&mut step);
        self.done.push(step);
        self.done.last()
    }

    /// What a row is without an act that isn't in the list any more, behind which the acts from `at` on came. `before` is
    /// what the row was before it and becomes what it will be once it is done again; all others are told anew.
    fn without(&mut self, mends: &Mends, at: usize, row: u32, before: &mut RowMend) -> RowMend {
        let current = mends.row(row).cloned().unwrap_or_default();
        let mut after = None;
        // What the row was and what it is, walking from act to act.
        let (mut was, mut is) = (before.clone(), before.clone());
        for slot in self.done[at..].iter_mut().filter_map(|step| step.row_mut(row)) {
            let old = slot.clone();
            if after.is_none() {
                after = Some(old.clone());
            } else {
                is = is.with(&was, &old);
            }
            slot.clone_from(&is);
            was = old;
        }
        match &after {
            None => after = Some(current.clone()),
            Some(_) => is = is.with(&was, &current),
        }
        let now = is.clone();
        // Done again it comes last, before what was taken back earlier.
        is = is.with(before, &after.unwrap_or_default());
        *before = is.clone();
        was = current;
        for slot in self.undone.iter_mut().rev().filter_map(|step| step.row_mut(row)) {
            let old = slot.clone();
            is = is.with(&was, &old);
            slot.clone_from(&is);
            was = old;
        }
        now
    }

    /// The acts that hold, the last one first.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = &Step> {
        self.done.iter().rev()
    }

    /// How many can be done again.
    pub fn undone(&self) -> usize {
        self.undone.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[(u32, &str)]) -> RowMend {
        RowMend {
            cells: cells.iter().map(|(at, text)| (*at, (*text).to_owned())).collect(),
            ..RowMend::default()
        }
    }

    /// Writes a cell, as a person does.
    fn write(history: &mut History, mends: &mut Mends, row: u32, column: u32, text: &str) -> u32 {
        let mut mend = mends.row(row).cloned().unwrap_or_default();
        mend.put(column, Some(text.to_owned()));
        history.act(mends, String::new(), None, vec![(row, mend)]).id
    }

    #[test]
    fn an_act_in_the_middle_is_taken_back_alone() {
        let (mut history, mut mends) = (History::default(), Mends::default());
        let first = write(&mut history, &mut mends, 1, 0, "a");
        write(&mut history, &mut mends, 1, 1, "b");
        write(&mut history, &mut mends, 2, 0, "c");
        history.undo(&mut mends, Some(first));
        assert_eq!(mends.row(1), Some(&cells(&[(1, "b")])));
        assert_eq!(mends.row(2), Some(&cells(&[(0, "c")])));
        history.undo(&mut mends, None);
        history.undo(&mut mends, None);
        assert!(mends.is_empty());
        for _ in 0..3 {
            history.redo(&mut mends);
        }
        assert_eq!(mends.row(1), Some(&cells(&[(0, "a"), (1, "b")])));
        assert_eq!(mends.row(2), Some(&cells(&[(0, "c")])));
        assert_eq!(history.redo(&mut mends), None);
    }

    #[test]
    fn what_was_written_over_stays_written_over() {
        let (mut history, mut mends) = (History::default(), Mends::default());
        let first = write(&mut history, &mut mends, 1, 0, "a");
        let second = write(&mut history, &mut mends, 1, 0, "b");
        history.undo(&mut mends, Some(first));
        assert_eq!(mends.row(1), Some(&cells(&[(0, "b")])));
        // Without both, the cell is as it came: what the first wrote doesn't come back.
        history.undo(&mut mends, Some(second));
        assert!(mends.is_empty());
    }

    #[test]
    fn a_row_left_out_keeps_what_was_written_in_it() {
        let (mut history, mut mends) = (History::default(), Mends::default());
        write(&mut history, &mut mends, 1, 0, "a");
        let mut out = mends.row(1).cloned().unwrap_or_default();
        out.left_out = true;
        let leaving = history.act(&mut mends, String::new(), Some(7), vec![(1, out)]).id;
        write(&mut history, &mut mends, 1, 1, "b");
        let taken = history.undo(&mut mends, Some(leaving));
        assert_eq!(taken.and_then(|step| step.rule), Some(7));
        assert_eq!(mends.row(1), Some(&cells(&[(0, "a"), (1, "b")])));
        assert_eq!((history.steps().len(), history.undone()), (2, 1));
    }
}
