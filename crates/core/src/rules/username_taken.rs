//! `username_taken`: A username that another user of the directory has, and keeps.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "username_taken",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The username belongs to somebody else in the directory, who keeps it; upper and lower case make no \
              difference. The message names them. Correct the username, or give the other person another one in \
              the same file: two people may swap theirs.",
};

/// What it says.
pub fn words(owner: &str) -> Words {
    Words::new(
        format!("The username belongs to {owner}."),
        "Correct the username, or change that of the other user in the same file.",
    )
}
