//! `duplicate_key`: A key stands twice in one object, so it is not known which value counts.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_key",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A key stands twice in one object, so it is not known which value counts: {\"email\": \
              \"ann@example.com\", \"email\": \"bob@example.com\"}. Many programs silently take the last one; here \
              the file is refused. Keep one of the two, or give the other a name of its own.",
};

/// What it says.
pub fn words(key: &str) -> Words {
    Words::new(
        format!("The key \"{}\" stands twice in this object.", super::shown(key)),
        "Keep one of the two.",
    )
}
