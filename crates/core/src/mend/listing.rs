//! Which rows a person wants to see, and what was found in each of them.

use serde::{Deserialize, Serialize};

use crate::import::Mark;
use crate::problem::{Column, Problem, Report, Severity, Tally};
use crate::rules;

use super::Mends;

/// The rows that are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    /// All of them.
    #[default]
    All,
    /// Those with errors.
    Errors,
    /// Those with warnings.
    Warnings,
    /// Those that a person changed or left out.
    Changed,
    /// Those with a problem of one count of the summary, by its index.
    Group(u32),
}

/// How many rows are how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// All that the file has.
    pub rows: u64,
    /// Read, with neither errors nor warnings.
    pub sound: u64,
    /// With errors.
    pub errors: u64,
    /// With warnings, and no errors.
    pub warnings: u64,
    /// Left out.
    pub left_out: u64,
    /// Changed and not left out.
    pub changed: u64,
}

/// A problem of one row, as it is shown beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// The index of its column; `None`: the row as a whole.
    pub column: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// The rule's stable name.
    pub rule: String,
    /// What was found, and what was expected.
    pub message: String,
    /// What to do instead.
    pub hint: String,
}

/// What checking a file found, row by row.
#[derive(Debug)]
pub struct Findings {
    /// With as many problems in words as checking was asked for.
    report: Report,
    marks: Vec<Mark>,
}

impl Findings {
    /// What [`crate::import::Prepared::into_marked`] gave.
    pub fn new((report, marks): (Report, Vec<Mark>)) -> Self {
        Self { report, marks }
    }

    /// The report with at most `limit` problems of each severity in words.
    pub fn report(&self, limit: usize) -> Report {
        let mut counts = [0; 3];
        let problems = self.report.problems.iter().filter(|problem| {
            let count = &mut counts[problem.severity as usize];
            *count += 1;
            *count <= limit
        });
        let problems: Vec<Problem> = problems.cloned().collect();
        let all = self.report.error_count + self.report.warning_count + self.report.info_count;
        Report {
            problem_limit: limit as u64,
            problems_capped: (problems.len() as u64) < all,
            problems,
            summary: self.report.summary.clone(),
            file: self.report.file.clone(),
            ..self.report
        }
    }

    fn severity(&self, mark: &Mark) -> Severity {
        self.tally(mark).map_or(Severity::Info, |tally| tally.severity)
    }

    fn tally(&self, mark: &Mark) -> Option<&Tally> {
        self.report.summary.get(mark.group as usize)
    }

    fn of_row(&self, row: u32) -> &[Mark] {
        let first = self.marks.partition_point(|mark| mark.row < row);
        let count = self.marks[first..].partition_point(|mark| mark.row == row);
        &self.marks[first..first + count]
    }

    /// The worst that was found in a row.
    pub fn worst(&self, row: u32) -> Option<Severity> {
        self.of_row(row).iter().map(|mark| self.severity(mark)).min()
    }

    /// Rows with a mark that `is_it`, each once.
    fn rows_with(&self, is_it: impl Fn(&Mark) -> bool) -> Vec<u32> {
        let marks = self.marks.iter().filter(|mark| mark.row > 0 && is_it(mark));
        let mut rows: Vec<u32> = marks.map(|mark| mark.row).collect();
        rows.dedup();
        rows
    }

    /// The rows with errors.
    pub fn bad_rows(&self) -> Vec<u32> {
        self.rows_with(|mark| self.severity(mark) == Severity::Error)
    }

    /// The rows to show, rising; `None`: all.
    pub fn listed(&self, show: Show, mends: &Mends) -> Option<Vec<u32>> {
        match show {
            Show::All => None,
            Show::Errors => Some(self.bad_rows()),
            Show::Warnings => Some(self.rows_with(|mark| self.severity(mark) == Severity::Warning)),
            Show::Changed => Some(mends.rows().iter().map(|(row, _)| *row).collect()),
            Show::Group(group) => Some(self.rows_with(|mark| mark.group == group)),
        }
    }

    /// How many of so many rows are how.
    pub fn counts(&self, rows: u64, mends: &Mends) -> RowCounts {
        let errors = self.bad_rows().len() as u64;
        let marked = self.rows_with(|mark| self.severity(mark) != Severity::Info).len() as u64;
        let left_out = mends.rows().iter().filter(|(_, mend)| mend.left_out).count() as u64;
        RowCounts {
            rows,
            sound: rows.saturating_sub(marked + left_out),
            errors,
            warnings: marked - errors,
            left_out,
            changed: mends.rows().len() as u64 - left_out,
        }
    }

    /// The next error or warning behind a cell, or before it, among the rows that are `listed`; behind the last comes the
    /// first. Of a row as a whole it is at its first cell.
    pub fn next(&self, from: (u32, u32), back: bool, listed: Option<&[u32]>) -> Option<(u32, u32)> {
        let mut before = None;
        let (mut first, mut behind, mut last) = (None, None, None);
        for mark in &self.marks {
            let is_listed = listed.is_none_or(|rows| rows.binary_search(&mark.row).is_ok());
            if mark.row == 0 || !is_listed || self.severity(mark) == Severity::Info {
                continue;
            }
            let column = if mark.column == u32::MAX { 0 } else { mark.column };
            let here = (mark.row, column);
            first = first.or(Some(here));
            last = last.max(Some(here));
            if here < from {
                before = before.max(Some(here));
            } else if here > from {
                behind = behind.map_or(Some(here), |known: (u32, u32)| Some(known.min(here)));
            }
        }
        if back { before.or(last) } else { behind.or(first) }
    }

    /// What was found in a row; problems beyond those in words are told by their rule.
    pub fn problems(&self, row: u32) -> Vec<RowProblem> {
        let mut told = Vec::new();
        let mut used = Vec::new();
        for mark in self.of_row(row) {
            let Some(tally) = self.tally(mark) else { continue };
            let found = self.worded(row).find(|(at, problem)| {
                !used.contains(at)
                    && problem.rule == tally.rule
                    && problem.severity == tally.severity
                    && (mark.column == u32::MAX || problem.column == tally.column || tally.column.is_none())
            });
            let (message, hint) = match found {
                Some((at, problem)) => {
                    used.push(at);
                    (problem.message.clone(), problem.hint.clone())
                }
                None => match rules::find(&tally.rule) {
                    Some(rule) => (rule.explain.to_owned(), String::new()),
                    None => continue,
                },
            };
            told.push(RowProblem {
                column: (mark.column != u32::MAX).then_some(mark.column),
                severity: tally.severity,
                rule: tally.rule.to_string(),
                message,
                hint,
            });
        }
        told
    }

    /// The problems of a row that are in words, with their places in the report.
    fn worded(&self, row: u32) -> impl Iterator<Item = (usize, &Problem)> {
        let problems = &self.report.problems;
        let row = u64::from(row);
        [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .flat_map(move |severity| {
                let first = problems
                    .partition_point(|problem| (problem.severity, problem.row.unwrap_or_default()) < (severity, row));
                let these = problems[first..].iter().enumerate();
                these
                    .take_while(move |(_, problem)| problem.severity == severity && problem.row == Some(row))
                    .map(move |(at, problem)| (first + at, problem))
            })
    }
}

/// Problems of a row that was checked by itself, as they are shown beside it; what is about the file or about other rows
/// is left to checking the file.
pub fn of_one_row(report: &Report) -> Vec<RowProblem> {
    let columns = &report.file.columns;
    let of_row = report.problems.iter().filter(|problem| problem.row.is_some());
    let by_itself = of_row.filter(|problem| problem.rule != "manager_not_in_file");
    by_itself
        .map(|problem| RowProblem {
            column: match &problem.column {
                Some(Column::Name(name)) => columns.iter().position(|column| column == name).map(|at| at as u32),
                _ => None,
            },
            severity: problem.severity,
            rule: problem.rule.to_string(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        })
        .collect()
}
