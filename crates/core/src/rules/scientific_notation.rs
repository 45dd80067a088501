//! `scientific_notation`: A number in scientific notation where an ID should be: a spreadsheet has lost its digits.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "scientific_notation",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A number in scientific notation where an ID should be: a spreadsheet has lost its digits.",
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
