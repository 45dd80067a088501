//! `duplicate_username`: Two users of one body with the same username.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_username",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two users of one body with the same username.",
};

/// What it says.
pub fn words(first: u32, first_line: u32) -> Words {
    Words::new(
        format!("Row {first} (line {first_line}) has the same username."),
        "Give each user a username of their own.",
    )
}
