//! `scientific_notation`: A number in scientific notation where an ID should be: a spreadsheet has lost its digits.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "scientific_notation",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A spreadsheet has turned a long ID into a rounded number: 123456789012 became 1.23E+11. The digits \
              behind are lost and cannot be brought back from this file. Format the column as text before the \
              numbers are put in, and export again.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!(
            "\"{}\" is a number that a spreadsheet shortened; its digits are lost.",
            super::shown(value)
        ),
        "Format the column as text in the spreadsheet and export again.",
    )
}
