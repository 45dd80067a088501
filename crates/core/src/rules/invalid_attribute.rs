//! `invalid_attribute`: A value that does not fit the type of its custom attribute.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_attribute",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A value that does not fit the type of its custom attribute.",
};

/// What it says.
pub fn words(value: &str, expected: &str) -> Words {
    Words::new(
        format!("\"{}\" is not {expected}.", super::shown(value)),
        "Write a value of the type of the attribute, or map this value.",
    )
}
