//! `invalid_attribute`: A value that does not fit the type of its custom attribute.

use super::{Family, Rule, Words};
use crate::value::attribute::Mismatch;

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_attribute",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A value that does not fit the type of its custom attribute.",
};

/// What it says.
pub fn words(value: &str, mismatch: &Mismatch) -> Words {
    Words::new(
        format!("\"{}\" is not {}.", super::shown(value), mismatch.expected),
        mismatch.hint.clone(),
    )
}
