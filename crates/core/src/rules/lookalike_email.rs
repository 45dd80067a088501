//! `lookalike_email`: An address whose letters look like others: of mixed scripts, or the twin of another address.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "lookalike_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "An address whose letters look like others: of mixed scripts, or the twin of another address.",
};

/// What it says.
pub fn words(value: &str, why: &str) -> Words {
    Words::new(
        format!("\"{}\" {why}.", super::shown(value)),
        "Make sure that this address is the one you mean; type it again by hand.",
    )
}
