//! `alias_taken`: An alias that another user of the directory has, and keeps.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "alias_taken",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "An alias that another user of the directory has, and keeps.",
};

/// What it says.
pub fn words(alias: &str, owner: &str) -> Words {
    Words::new(
        format!("The alias \"{}\" belongs to {owner}.", super::shown(alias)),
        "Leave the alias out.",
    )
}
