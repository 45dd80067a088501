//! `invalid_email`: An e-mail address that mail systems or browsers refuse.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "This is no address that mail can be sent to: ann@example, ann.example.com, ann@@example.com, or two \
              addresses in one cell. The e-mail is the key by which a person is found again, so it has to be \
              right. Write one address such as ann@example.com and nothing else.",
};

/// What it says.
pub fn words(value: &str, fault: &str) -> Words {
    Words::new(
        format!("\"{}\" is not an e-mail address: {fault}.", super::shown(value)),
        "Write an address such as jason@yourcompany.com.",
    )
}
