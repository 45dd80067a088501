//! `invalid_role`: A role that is not one of FullAdmin, LimitedAdmin, Participant and Deactivated.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_role",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The role is not one of FullAdmin, LimitedAdmin, Participant and Deactivated; upper and lower case \
              count. Write one of the four. If your system has names of its own, map them: Administrator means \
              FullAdmin.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("\"{}\" is not a role.", super::shown(value)),
        "Write FullAdmin, LimitedAdmin, Participant or Deactivated, or map this value to one of them.",
    )
}
