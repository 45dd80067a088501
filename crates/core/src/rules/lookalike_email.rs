//! `lookalike_email`: An address whose letters look like others: of mixed scripts, or the twin of another address.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "lookalike_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The address looks like another one, but some of its letters are of another alphabet: the а of \
              аnn@example.com may be the Cyrillic one. Mail to it goes to somebody else, and the two count as two \
              people. Type the address again by hand; if it is meant so, there is nothing to do.",
};

/// What it says.
pub fn words(value: &str, why: &str) -> Words {
    Words::new(
        format!("\"{}\" {why}.", super::shown(value)),
        "Make sure that this address is the one you mean; type it again by hand.",
    )
}
