//! `duplicate_username`: Two users of one body with the same username.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_username",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two people in this file have the same username; upper and lower case make no difference. A username \
              belongs to one person. Correct one of the two rows; the message names the other one.",
};

/// What it says.
pub fn words(first: u32, first_line: u32) -> Words {
    Words::new(
        format!("Row {first} (line {first_line}) has the same username."),
        "Give each user a username of their own.",
    )
}
