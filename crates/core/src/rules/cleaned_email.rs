//! `cleaned_email`: An address was stripped of mailto:.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "cleaned_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "An address was stripped of mailto:.",
};

/// What it says.
pub fn words(clean: &str) -> Words {
    Words::new(
        format!("Read as {}.", super::shown(clean)),
        "Nothing to do; export the bare address to be rid of this.",
    )
}
