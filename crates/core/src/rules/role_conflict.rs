//! `role_conflict`: A role that says something else than the column Is Active or Is Admin of the same row; the column counts.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "role_conflict",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "A role that says something else than the column Is Active or Is Admin of the same row; the column counts.",
};

/// What it says.
pub fn words(role: &str, label: &str, said: &str) -> Words {
    Words::new(
        format!("The role {role} and {label} {said} contradict each other; {label} counts."),
        "Make both say the same, or leave one of the two columns out.",
    )
}
