//! `last_admin`: The last active admin cannot lose Is Admin or the account; nobody could administer the workspace.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "last_admin",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The last active admin cannot lose Is Admin or the account; nobody could administer the workspace.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "After this file nobody would be an active admin.",
        "Make another active user admin first.",
    )
}
