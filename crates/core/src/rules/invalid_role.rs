//! `invalid_role`: A role that is not one of FullAdmin, LimitedAdmin, Participant and Deactivated.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_role",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A role that is not one of FullAdmin, LimitedAdmin, Participant and Deactivated.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("\"{}\" is not a role.", super::shown(value)),
        "Write FullAdmin, LimitedAdmin, Participant or Deactivated, or map this value to one of them.",
    )
}
