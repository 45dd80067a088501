//! `duplicate_integration_id`: Two users of one body with the same ID in another system.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_integration_id",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two people in this file have the same ID, such as the phone extension 0042. An ID belongs to one \
              person, and with it other systems find them. Correct one of the two rows; the message names the \
              other one.",
};

/// What it says.
pub fn words(label: &str, first: u32, first_line: u32) -> Words {
    Words::new(
        format!("Row {first} (line {first_line}) has the same {label}."),
        "An ID belongs to one user; correct one of the two.",
    )
}
