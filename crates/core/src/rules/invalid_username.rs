//! `invalid_username`: A username that is not in the form of an e-mail address.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_username",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A username that is not in the form of an e-mail address.",
};

/// What it says.
pub fn words(value: &str, fault: &str) -> Words {
    Words::new(
        format!(
            "\"{}\" is not in the form of an e-mail address: {fault}.",
            super::shown(value)
        ),
        "Write a username such as jason@yourcompany.com.",
    )
}
