//! `semicolon_in_group`: Semicolons separate groups, so the name of a group has none; a membership names one group.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "semicolon_in_group",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A person is a member of one group of each type, and the cell names several: Dogs;Cats. Semicolons \
              separate groups only in the columns of Group Manager; the name of a group never has one. Name one \
              group.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!(
            "\"{}\" holds a semicolon; a user is a member of one group of a type.",
            super::shown(value)
        ),
        "Name one group.",
    )
}
