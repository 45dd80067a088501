//! `invalid_email`: An e-mail address that mail systems or browsers refuse.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "An e-mail address that mail systems or browsers refuse.",
};

/// What it says.
pub fn words(value: &str, fault: &str) -> Words {
    Words::new(
        format!("\"{}\" is not an e-mail address: {fault}.", super::shown(value)),
        "Write an address such as jason@yourcompany.com.",
    )
}
