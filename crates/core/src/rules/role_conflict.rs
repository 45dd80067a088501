//! `role_conflict`: A role that says something else than the column Is Active or Is Admin of the same row; the column counts.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "role_conflict",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The role and another column of the same row contradict each other: the role Deactivated beside Is \
              Active True, or FullAdmin beside Is Admin False. The column counts, and the role is kept as a word. \
              Make both say the same, or leave one of the two columns out.",
};

/// What it says.
pub fn words(role: &str, label: &str, said: &str) -> Words {
    Words::new(
        format!("The role {role} and {label} {said} contradict each other; {label} counts."),
        "Make both say the same, or leave one of the two columns out.",
    )
}
