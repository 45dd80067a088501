//! `near_miss_group`: A group that would be new and whose name differs from that of another only by case, space, punctuation or one letter.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "near_miss_group",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "A group that would be new and whose name differs from that of another only by case, space, punctuation or one letter.",
};

/// What it says.
pub fn words(name: &str, near: &str) -> Words {
    Words::new(
        format!(
            "\"{}\" is almost \"{}\"; did you mean that?",
            super::shown(name),
            super::shown(near)
        ),
        "Write both alike if they are one group, or map this value.",
    )
}
