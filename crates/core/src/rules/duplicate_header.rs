//! `duplicate_header`: A mapped header stands twice, so it is not known which column counts.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_header",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A column that is mapped stands twice, so it is not known which of the two counts: Email,Email,First \
              Name. Even if both say the same today, they need not tomorrow. Rename or remove one of the two \
              columns.",
};

/// What it says.
pub fn words(name: &str) -> Words {
    Words::new(
        format!("The header \"{name}\" stands in two columns."),
        "Rename or remove one of the two columns.",
    )
}
