//! `near_miss_group`: A group that would be new and whose name differs from that of another only by case, space, punctuation or one letter.

use super::{Family, Rule, Words};
use icu_normalizer::DecomposingNormalizerBorrowed;

/// The rule.
pub static RULE: Rule = Rule {
    id: "near_miss_group",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The group would be new, and its name is almost that of another: sales instead of Sales, or \
              Alpha-Dogs instead of Alpha Dogs. Upper and lower case, spaces and each letter count, so a second \
              group would be made. If one group is meant, write both alike, or map this value to the right name.",
};

/// What it says.
pub fn words(name: &str, near: &str) -> Words {
    let parts = DecomposingNormalizerBorrowed::new_nfd();
    Words::new(
        if parts.normalize(name) == parts.normalize(near) {
            format!(
                "\"{}\" looks like another group of that name, but its accents are stored as characters of their own.",
                super::shown(name)
            )
        } else {
            format!(
                "\"{}\" is almost \"{}\"; did you mean that?",
                super::shown(name),
                super::shown(near)
            )
        },
        "Write both alike if they are one group, or map this value.",
    )
}
