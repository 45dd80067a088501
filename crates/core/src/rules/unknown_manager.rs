//! `unknown_manager`: A manager whom neither the body nor the directory knows. The policy on_unknown says what happens: the manager is cleared, kept, or it is an error.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_manager",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "Nobody with this address, or with Salesforce this username, is in the file or in the directory. The \
              person then has no manager, unless the mapping says keep or error for unknown managers. Correct the \
              address, or send the manager's own row in the same file.",
};

/// What it says.
pub fn words(value: &str, what: &str, by_username: bool) -> Words {
    Words::new(
        format!("No user \"{}\" is known; {what}.", super::shown(value)),
        if by_username {
            "With Salesforce a manager is named by their Salesforce username; correct it, or send the manager in the same file."
        } else {
            "Correct the address, or send the manager in the same file."
        },
    )
}
