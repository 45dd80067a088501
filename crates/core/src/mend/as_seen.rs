//! What is said of the file as it was sent, told of the file that the person sees: its row numbers, why values go, and whose
//! manager stays. This must not change what is planned.

use std::collections::BTreeMap;

use crate::decide::{CLEARED, STAYS};
use crate::mapping::{ApiField, Mapping, OnBlank};
use crate::plan::{Plan, Value};
use crate::problem::Report;
use crate::rules;

/// The row of the file that is the sent file's row of this number, where the file was sent without some rows, which rise.
fn row_of_file(row: u64, left_out: &[u32]) -> u64 {
    let before = left_out.iter().map(|out| u64::from(*out));
    before.fold(row, |row, out| if out <= row { row + 1 } else { row })
}

/// A message by the rows of the file, where it names another row: `Row 5 (line 6) has the same address.`
fn message_of_file(message: &str, left_out: &[u32]) -> Option<String> {
    const BEGINNINGS: [&str; 2] = ["Row ", "This row repeats row "];
    let (beginning, rest) = BEGINNINGS
        .into_iter()
        .find_map(|beginning| Some((beginning, message.strip_prefix(beginning)?)))?;
    let end = rest.find(|character: char| !character.is_ascii_digit())?;
    let row = row_of_file(rest[..end].parse().ok()?, left_out);
    let rest = &rest[end..];
    // The line is one of what was sent.
    let line = rest.strip_prefix(" (line ").and_then(|line| line.split_once(')'));
    let rest = line.map_or(rest, |(_, behind)| behind);
    Some(format!("{beginning}{row}{rest}"))
}

/// A report by the rows of the file. Its lines are those of what was sent, so they go.
pub fn report(report: &mut Report, left_out: &[u32]) {
    if left_out.is_empty() {
        return;
    }
    for problem in &mut report.problems {
        problem.row = problem.row.map(|row| row_of_file(row, left_out));
        problem.line = None;
        if let Some(message) = message_of_file(&problem.message, left_out) {
            problem.message = message;
        }
    }
    for tally in &mut report.summary {
        tally.first_row = tally.first_row.map(|row| row_of_file(row, left_out));
    }
}

/// A plan by the rows of the file, with the reason of each value that is cleared; `by_word` tells whether the file may hold
/// `<clear>` in a field's column.
pub fn plan(plan: &mut Plan, left_out: &[u32], mapping: &Mapping, by_word: impl Fn(&ApiField) -> bool) {
    for change in &mut plan.changes {
        change.row = change.row.map(|row| row_of_file(row, left_out));
        let is_cleared = |before: &Value, after: &Value| {
            *before != Value::Null && (*after == Value::Null || after == &Value::List(Vec::new()))
        };
        if !change.edits.iter().any(|edit| is_cleared(&edit.before, &edit.after)) {
            continue;
        }
        for edit in change.edits.make_list() {
            let said = edit.reason.as_deref();
            if !is_cleared(&edit.before, &edit.after) || said.is_some_and(|reason| reason != CLEARED) {
                continue;
            }
            let Some(field) = mapping.field_of(&edit.field) else {
                continue;
            };
            let reason = match (field.on_blank, by_word(field)) {
                (OnBlank::Clear, false) => "cleared because blank",
                (OnBlank::Clear, true) => "cleared because blank or <clear>",
                _ => "cleared by <clear>",
            };
            edit.reason = Some(reason.to_owned());
        }
    }
}

/// By row, whose manager stays because the file names one who can't be it.
pub fn managers_kept(report: &Report) -> BTreeMap<u64, String> {
    let kinds = [
        (rules::unknown_manager::RULE.id, "unknown"),
        (rules::inactive_manager::RULE.id, "inactive"),
    ];
    let kept = report.problems.iter().filter_map(|problem| {
        let (_, kind) = kinds.iter().find(|(rule, _)| problem.rule == *rule)?;
        let message = problem.message.strip_suffix('.')?;
        let row = problem.row.filter(|_| message.ends_with(STAYS))?;
        let named = problem.value.as_deref().map(|named| format!(": {named}"));
        let named = named.unwrap_or_default();
        Some((row, format!("Manager kept; the one in the file is {kind}{named}")))
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_behind_those_left_out_keep_their_numbers() {
        let rows: Vec<u64> = (1..=5).map(|row| row_of_file(row, &[2, 3, 6])).collect();
        assert_eq!(rows, [1, 4, 5, 7, 8]);
        assert_eq!(row_of_file(9, &[]), 9);
    }

    #[test]
    fn messages_name_rows_of_the_file() {
        let told = |message: &str| message_of_file(message, &[2]);
        // All rules that name another row.
        for words in [
            rules::duplicate_email::words(5, 6, "Team"),
            rules::duplicate_username::words(5, 6),
            rules::duplicate_integration_id::words("Payroll", 5, 6),
            rules::duplicate_alias::words("annie", 5, 6),
            rules::duplicate_row::words(5),
        ] {
            let message = words.message.as_str();
            let expected = message.replace("ow 5", "ow 6").replace(" (line 6)", "");
            assert_eq!(told(message), Some(expected), "{message}");
        }
        assert_eq!(told("\"Row 5\" is no address."), None);
    }
}
