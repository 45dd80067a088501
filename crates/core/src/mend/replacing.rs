//! Finding a text in many rows and putting another in its place.

use serde::{Deserialize, Serialize};

use super::original::Original;
use super::{Mends, RowMend};

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// The text. Nothing: cells in which nothing stands.
    pub text: String,
    /// In this column only.
    pub column: Option<u32>,
    /// Whether it is all that a cell says, but for spaces around it.
    pub whole: bool,
    /// Whether capitals matter.
    pub case: bool,
}

impl Find {
    /// What a cell says then; `None`: it doesn't have the text.
    pub fn replaced(&self, cell: &str, with: &str) -> Option<String> {
        if self.whole || self.text.is_empty() {
            let (found, text) = (cell.trim(), self.text.trim());
            let is_it = if self.case {
                found == text
            } else {
                lower(found).eq(lower(text))
            };
            return is_it.then(|| with.to_owned());
        }
        let mut out = String::new();
        let (mut rest, mut found) = (cell, false);
        while let Some(next) = rest.chars().next() {
            match self.begins(rest) {
                Some(behind) => {
                    out.push_str(with);
                    rest = behind;
                    found = true;
                }
                None => {
                    out.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        found.then_some(out)
    }

    /// What stands behind the text, if a cell begins with it.
    fn begins<'c>(&self, cell: &'c str) -> Option<&'c str> {
        if self.case {
            return cell.strip_prefix(self.text.as_str());
        }
        let mut rest = cell.chars();
        for wanted in self.text.chars() {
            let is_it = rest.next()?.to_lowercase().eq(wanted.to_lowercase());
            if !is_it {
                return None;
            }
        }
        Some(rest.as_str())
    }
}

fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

/// What replacing comes to.
#[derive(Debug, Default)]
pub struct Replaced {
    /// How many cells change.
    pub cells: u64,
    /// What becomes of their rows.
    pub rows: Vec<(u32, RowMend)>,
}

impl Original<'_> {
    /// Finds what is looked for in all rows that aren't left out; cells that would stay as they are don't count.
    pub fn replace(&self, mends: &Mends, find: &Find, with: &str) -> Replaced {
        let mut replaced = Replaced::default();
        for row in 1..=self.rows() {
            let mend = mends.row(row);
            if mend.is_some_and(|mend| mend.left_out) {
                continue;
            }
            let mut now = None;
            for (column, cell) in self.mended(row, mends).into_iter().enumerate() {
                let Some(cell) = cell.filter(|_| find.column.is_none_or(|wanted| wanted as usize == column)) else {
                    continue;
                };
                if let Some(text) = find.replaced(&cell, with).filter(|text| *text != cell) {
                    now.get_or_insert_with(|| mend.cloned().unwrap_or_default())
                        .put(column as u32, Some(text));
                    replaced.cells += 1;
                }
            }
            replaced.rows.extend(now.map(|now: RowMend| (row, now)));
        }
        replaced
    }
}
