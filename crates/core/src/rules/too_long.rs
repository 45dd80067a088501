//! `too_long`: A text with more characters than its target takes.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too_long",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The text has more characters than its field takes: 150 for names of people, groups and tags, 255 for \
              IDs. Usually two columns ran together, or a whole note stands where a name should. Shorten it in the \
              source.",
};

/// What it says.
pub fn words(label: &str, characters: usize, limit: usize) -> Words {
    Words::new(
        format!("{label} has {characters} characters; at most {limit} are allowed."),
        "Shorten it in the source.",
    )
}
