//! Problems for people: each as a compiler writes it, with its place and what to do, then a table of all kinds.
//!
//! Many problems of one kind in one column are one mistake to a person: some are shown, all are counted with their rows.

use std::collections::HashMap;
use std::fmt::Write as _;

use passmuster_core::problem::{Problem, Report, Severity, Tally};
use passmuster_core::wire::ErrorItem;

use crate::words::{counted, number, table, visible};

/// How many problems of one rule in one column are shown, unless all are asked for.
const SHOWN_OF_A_KIND: usize = 5;
/// The same of those that repair something and lose nothing.
const SHOWN_INFOS_OF_A_KIND: usize = 1;
/// How many rows the table names of one kind.
const ROWS_NAMED: usize = 8;
/// Up to how many problems need no table.
const NEED_NO_TABLE: u64 = 3;

/// One finding, whether it was made here or came from a server.
pub(crate) struct Finding<'a> {
    pub(crate) severity: &'a str,
    pub(crate) rule: &'a str,
    pub(crate) row: Option<u64>,
    pub(crate) line: Option<u64>,
    pub(crate) character: Option<u64>,
    pub(crate) column: Option<String>,
    pub(crate) value: Option<&'a str>,
    pub(crate) message: &'a str,
    pub(crate) hint: &'a str,
}

impl<'a> From<&'a Problem> for Finding<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            severity: problem.severity.as_str(),
            rule: &problem.rule,
            row: problem.row,
            line: problem.line,
            character: problem.character,
            column: problem.column.as_ref().map(ToString::to_string),
            value: problem.value.as_deref(),
            message: &problem.message,
            hint: &problem.hint,
        }
    }
}

impl<'a> From<&'a ErrorItem> for Finding<'a> {
    fn from(item: &'a ErrorItem) -> Self {
        Self {
            severity: Severity::Error.as_str(),
            rule: item.rule.as_deref().unwrap_or(&item.id),
            row: item.row,
            line: item.line,
            character: None,
            column: item.column.as_ref().map(ToString::to_string),
            value: item.value.as_deref(),
            message: &item.description,
            hint: item.hint.as_deref().unwrap_or_default(),
        }
    }
}

impl Finding<'_> {
    /// `file.csv:12:4: error[duplicate_email]: message`, then where it is as a spreadsheet counts, then the hint.
    pub(crate) fn write(&self, text: &mut String, file: &str) {
        let _ = write!(text, "{file}");
        if let Some(line) = self.line {
            let _ = write!(text, ":{line}");
            if let Some(character) = self.character {
                let _ = write!(text, ":{character}");
            }
        }
        let _ = writeln!(text, ": {}[{}]: {}", self.severity, self.rule, visible(self.message));
        let mut place = Vec::new();
        if let Some(row) = self.row {
            place.push(format!("row {}", number(row)));
        }
        if let Some(column) = self.column.as_deref().filter(|column| !column.is_empty()) {
            place.push(format!("column {}", visible(column)));
        }
        // Said once is enough.
        let is_news = |value: &&str| !self.message.contains(*value) && self.column.as_deref() != Some(*value);
        if let Some(value) = self.value.filter(is_news) {
            place.push(format!("\"{}\"", visible(value)));
        }
        if !place.is_empty() {
            let _ = writeln!(text, "  at:   {}", place.join(", "));
        }
        if !self.hint.is_empty() && self.hint != NOTHING_TO_DO {
            let _ = writeln!(text, "  hint: {}", visible(self.hint));
        }
        text.push('\n');
    }
}

/// A hint that needs no line.
const NOTHING_TO_DO: &str = "Nothing to do.";

/// The whole report; `all` shows every problem that it holds.
pub(crate) fn write_report(text: &mut String, file: &str, report: &Report, all: bool) {
    let mut kinds: HashMap<_, usize> = HashMap::new();
    let mut shown = 0_u64;
    for problem in &report.problems {
        let of_kind = kinds.entry(kind_of(problem)).or_default();
        *of_kind += 1;
        let limit = match problem.severity {
            Severity::Info => SHOWN_INFOS_OF_A_KIND,
            Severity::Error | Severity::Warning => SHOWN_OF_A_KIND,
        };
        if all || *of_kind <= limit {
            Finding::from(problem).write(text, file);
            shown += 1;
        }
    }
    let total = report.error_count + report.warning_count + report.info_count;
    if total > NEED_NO_TABLE {
        let rows: Vec<_> = report.summary.iter().map(|tally| tally_row(tally, report)).collect();
        table(text, "", &[1], &rows);
        text.push('\n');
    }
    let held = report.problems.len() as u64;
    if shown < held {
        let _ = writeln!(
            text,
            "{} like those above are only counted here; --all shows them.",
            counted(held - shown, "problem")
        );
    }
    if held < total {
        let _ = writeln!(
            text,
            "{} are only counted: a report holds the first {} of each severity.",
            counted(total - held, "problem"),
            report.problem_limit
        );
    }
    let _ = writeln!(text, "{file}: {}", summary(report));
}

/// `200 records, 17 errors, 5 warnings, 21 infos`
pub(crate) fn summary(report: &Report) -> String {
    let records = counted(report.records, "record");
    if report.error_count + report.warning_count + report.info_count == 0 {
        return format!("{records}, no problems");
    }
    format!(
        "{records}, {}, {}, {}",
        counted(report.error_count, "error"),
        counted(report.warning_count, "warning"),
        counted(report.info_count, "info"),
    )
}

fn kind_of(problem: &Problem) -> (Severity, &str, Option<String>) {
    (
        problem.severity,
        &problem.rule,
        problem.column.as_ref().map(ToString::to_string),
    )
}

/// `error  4  invalid_time_zone  Time Zone  rows 30, 45, 101, 145`
fn tally_row(tally: &Tally, report: &Report) -> Vec<String> {
    let column = tally.column.as_ref().map(ToString::to_string);
    let kind = (tally.severity, &*tally.rule, column.clone());
    let of_kind = report.problems.iter().filter(|problem| kind_of(problem) == kind);
    let mut rows: Vec<u64> = of_kind.filter_map(|problem| problem.row).collect();
    rows.dedup();
    let mut named: Vec<String> = rows.iter().take(ROWS_NAMED).map(ToString::to_string).collect();
    let has_more = rows.len() > ROWS_NAMED || (!rows.is_empty() && (rows.len() as u64) < tally.count);
    if has_more {
        named.push("…".to_owned());
    }
    let rows = match named.len() {
        0 => String::new(),
        1 => format!("row {}", named[0]),
        _ => format!("rows {}", named.join(", ")),
    };
    vec![
        tally.severity.as_str().to_owned(),
        number(tally.count),
        tally.rule.to_string(),
        column.as_deref().map(visible).unwrap_or_default().into_owned(),
        rows,
    ]
}
