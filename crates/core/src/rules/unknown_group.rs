//! `unknown_group`: A group that does not exist, where the policy on_unknown of its column is error.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_group",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "There is no group of this name, and the mapping of the column says that unknown groups are an error. \
              Upper and lower case count: sales is not Sales. Correct the name, create the group first, or let the \
              column create groups.",
};

/// What it says.
pub fn words(name: &str, group_type: &str, near: Option<&str>) -> Words {
    Words::new(
        format!("There is no group \"{}\" of the type {group_type}.", super::shown(name)),
        match near {
            Some(near) => format!(
                "Did you mean \"{}\"? Otherwise create the group first.",
                super::shown(near)
            ),
            None => "Create the group first, or let the column create groups.".to_owned(),
        },
    )
}
