//! `invalid_username`: A username that is not in the form of an e-mail address.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_username",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A username has the form of an e-mail address, such as ann@example.com, though no mail need arrive \
              there. This one is not: there may be no @ in it, or a space. Write the username as it stands in \
              Salesforce or in your sign-in system.",
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
