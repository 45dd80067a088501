//! `invalid_boolean`: A cell that should say True or False says something else.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_boolean",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A cell that should say True or False says something else.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("\"{}\" is neither True nor False.", super::shown(value)),
        "Write True or False, or map this value to one of them.",
    )
}
