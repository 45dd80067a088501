//! `unknown_group_type`: A group type that does not exist; an upload never creates one.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_group_type",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A group type that does not exist; an upload never creates one.",
};

/// What it says.
pub fn words(name: &str) -> Words {
    Words::new(
        format!("There is no group type \"{}\".", super::shown(name)),
        "Create the group type, or map the column to another.",
    )
}
