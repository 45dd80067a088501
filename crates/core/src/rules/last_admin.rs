//! `last_admin`: The last active admin cannot lose Is Admin or the account; nobody could administer the workspace.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "last_admin",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "After this file nobody could administer the workspace: the last active admin would lose Is Admin or \
              the account. Make somebody else an admin first, in the same file if you like, then send it again.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "After this file nobody would be an active admin.",
        "Make another active user admin first.",
    )
}
