//! `inactive_manager`: A manager without an active account cannot manage. The policy on_unknown says what happens: the manager is cleared, kept, or it is an error.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "inactive_manager",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The manager named has no active account, so they cannot manage anybody. The person then has no \
              manager, unless the mapping says keep or error for such managers. Name somebody who is active, or \
              activate the manager's account in the same file.",
};

/// What it says.
pub fn words(value: &str, what: &str) -> Words {
    Words::new(
        format!("\"{}\" has no active account; {what}.", super::shown(value)),
        "Name an active user, or activate the account.",
    )
}
