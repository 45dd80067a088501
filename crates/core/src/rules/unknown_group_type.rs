//! `unknown_group_type`: A group type that does not exist; an upload never creates one.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_group_type",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The column is mapped to a group type that the workspace does not have, such as Team. A file can \
              create groups, but never a type of groups. Create the group type first, or map the column to another \
              one.",
};

/// What it says.
pub fn words(name: &str) -> Words {
    Words::new(
        format!("There is no group type \"{}\".", super::shown(name)),
        "Create the group type, or map the column to another.",
    )
}
