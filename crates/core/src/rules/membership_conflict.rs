//! `membership_conflict`: Two rows of a request give a user two groups of one type.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "membership_conflict",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two rows of a request name different groups of the same type for one user. A user is a member of at most \
              one group of each type. Keep one of the two rows.",
};

/// What it says.
pub fn words(group_type: &str, other: &str, other_row: u64) -> Words {
    Words::new(
        format!(
            "Row {other_row} says \"{}\" for {} of the same user.",
            super::shown(other),
            super::shown(group_type)
        ),
        "Keep one of them: a user is a member of one group of each type.",
    )
}
