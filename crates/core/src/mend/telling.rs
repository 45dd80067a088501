//! Files for people: the rows with what is wrong with them, and the list of what was changed.

use super::Mends;
use super::listing::Findings;
use super::original::Original;
use super::writing::{in_json, write_record};
use crate::problem::Severity;

/// The columns that the file with reasons has behind its own; in a file that comes back they mean nothing.
pub const REASONS: [&str; 3] = ["row", "status", "problems"];

/// How many of these columns are a file's own.
pub fn own_columns<T: AsRef<str>>(columns: &[T]) -> usize {
    let own = columns.len().saturating_sub(REASONS.len());
    let is_told = columns[own..].iter().map(AsRef::as_ref).eq(REASONS);
    if is_told { own } else { columns.len() }
}

/// Texts that a spreadsheet would run are made safe.
fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

impl Original<'_> {
    /// The file as it is now, each row with its number, how it stands, and what was found in it.
    pub fn with_reasons(&self, mends: &Mends, findings: &Findings) -> Vec<u8> {
        let own = own_columns(self.columns());
        let mut out = String::new();
        if self.is_json() {
            out.push_str("[\n");
        } else {
            let names = self.columns()[..own].iter().map(String::as_str);
            write_record(&mut out, names.chain(REASONS), self.delimiter);
            out.push('\n');
        }
        for row in 1..=self.rows() {
            let is_out = mends.row(row).is_some_and(|mend| mend.left_out);
            let status = match findings.worst(row) {
                _ if is_out => "left out",
                Some(Severity::Error) => "error",
                Some(Severity::Warning) => "warning",
                _ => "ok",
            };
            let mut problems = findings.problems(row);
            problems.retain(|problem| problem.severity != Severity::Info);
            let texts = problems.iter().map(|problem| {
                let column = problem.column.and_then(|column| self.columns().get(column as usize));
                let place = column.map(|name| format!("{name}: ")).unwrap_or_default();
                format!("{place}{} {}", problem.message, problem.hint).trim().to_owned()
            });
            let reasons = guarded(texts.collect::<Vec<_>>().join(" | "));
            let number = row.to_string();
            let told = [number.as_str(), status, reasons.as_str()];
            if self.is_json() {
                let from = out.len();
                self.write_row(&mut out, row, mends);
                let is_empty = out[from..].len() <= 2;
                out.pop();
                for (index, (key, text)) in REASONS.iter().zip(told).enumerate() {
                    out.push_str(if index == 0 && is_empty { "" } else { ", " });
                    let value = if index == 0 { text.to_owned() } else { in_json(text) };
                    out.push_str(&format!("{}: {value}", in_json(key)));
                }
                out.push_str(if row == self.rows() { "}\n" } else { "},\n" });
                continue;
            }
            let mut cells = self.mended(row, mends);
            let behind = cells.split_off(cells.len().min(self.columns().len()));
            cells.resize(own, None);
            let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
            let cells: Vec<String> = cells.iter().map(text).collect();
            let behind: Vec<String> = behind.iter().map(text).collect();
            let all = cells.iter().map(String::as_str).chain(told);
            write_record(&mut out, all.chain(behind.iter().map(String::as_str)), self.delimiter);
            out.push('\n');
        }
        if self.is_json() {
            out.push_str("]\n");
        }
        self.marked(out)
    }

    /// What was changed, a line for each cell: row, column, and what stood and stands there. Rules that were saved come
    /// first, in words, without a row.
    pub fn changes<'w>(&self, mends: &Mends, rules: impl Iterator<Item = &'w str>) -> Vec<u8> {
        let mut out = String::from("row,column,before,after\n");
        let mut tell = |row: u32, column: &str, before: String, after: String| {
            let number = if row == 0 { String::new() } else { row.to_string() };
            let texts = [column.to_owned(), before, after].map(guarded);
            let cells = std::iter::once(number.as_str()).chain(texts.iter().map(String::as_str));
            write_record(&mut out, cells, b',');
            out.push('\n');
        };
        for rule in rules {
            tell(0, "(a rule)", String::new(), rule.to_owned());
        }
        for (row, mend) in mends.rows() {
            if mend.left_out {
                tell(*row, "(the row)", "sent".to_owned(), "left out".to_owned());
            }
            if !mend.changes_cells() {
                continue;
            }
            let (before, after) = (self.cells(*row), self.with(*row, mend));
            for column in 0..before.len().max(after.len()) {
                let text = |cells: &[Option<String>]| cells.get(column).cloned().flatten().unwrap_or_default();
                let (before, after) = (text(&before), text(&after));
                if before != after {
                    let name = self.columns().get(column).cloned();
                    let name = name.unwrap_or_else(|| format!("(cell {})", column + 1));
                    tell(*row, &name, before, after);
                }
            }
        }
        self.marked(out)
    }

    /// With a byte order mark, by which spreadsheets know UTF-8.
    fn marked(&self, text: String) -> Vec<u8> {
        let mark = if self.is_json() { "" } else { "\u{FEFF}" };
        [mark.as_bytes(), text.as_bytes()].concat()
    }
}
