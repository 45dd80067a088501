//! `duplicate_email`: Two rows of one user, compared in any case, that differ.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two rows of one user, compared in any case, that differ.",
};

/// What it says.
pub fn words(first: u32, first_line: u32, differs: &str) -> Words {
    Words::new(
        format!("Row {first} (line {first_line}) has the same address, and {differs} differs."),
        "Keep one of the two rows.",
    )
}
