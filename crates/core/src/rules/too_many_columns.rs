//! `too_many_columns`: More columns than any file of users has.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too_many_columns",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "More columns than any file of users has.",
};

/// What it says.
pub fn words(columns: usize) -> Words {
    Words::new(
        format!("The header has {columns} columns; at most 16,384 are read."),
        "Check that the file uses line ends and the delimiter that it should.",
    )
}
