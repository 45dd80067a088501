//! `username_taken`: A username that another user of the directory has, and keeps.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "username_taken",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A username that another user of the directory has, and keeps.",
};

/// What it says.
pub fn words(owner: &str) -> Words {
    Words::new(
        format!("The username belongs to {owner}."),
        "Correct the username, or change that of the other user in the same file.",
    )
}
