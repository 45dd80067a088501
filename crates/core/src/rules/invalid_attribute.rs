//! `invalid_attribute`: A value that does not fit the type of its custom attribute.

use super::{Family, Rule, Words};
use crate::value::attribute::Mismatch;

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_attribute",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The value does not fit the type of the attribute: soon where a day such as 2026-11-21 should be, \
              3,14 where a number needs a point, or a word that is not in the attribute's list. The message says \
              what is expected. Correct the value, or map it to one that fits.",
};

/// What it says.
pub fn words(value: &str, mismatch: &Mismatch) -> Words {
    Words::new(
        format!("\"{}\" is not {}.", super::shown(value), mismatch.expected),
        mismatch.hint.clone(),
    )
}
