//! `not_clearable`: `<clear>` stands where a value is needed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not_clearable",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "`<clear>` stands where a value is needed.",
};

/// What it says.
pub fn words(label: &str) -> Words {
    Words::new(format!("{label} can't be cleared."), "Write a value.")
}
