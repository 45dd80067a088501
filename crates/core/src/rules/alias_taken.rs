//! `alias_taken`: An alias that another user of the directory has, and keeps.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "alias_taken",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The alias belongs to somebody else in the directory, who keeps it; upper and lower case make no \
              difference. The message names them. Leave the alias out, or take it from the other person in the \
              same file.",
};

/// What it says.
pub fn words(alias: &str, owner: &str) -> Words {
    Words::new(
        format!("The alias \"{}\" belongs to {owner}.", super::shown(alias)),
        "Leave the alias out.",
    )
}
