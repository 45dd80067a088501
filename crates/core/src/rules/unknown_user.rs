//! `unknown_user`: A request speaks of a user whom the directory doesn't have.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_user",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A request gives a group to a username that nobody has, nor goes by as their address. Memberships are \
              given to users who are there already. Create the user first, or correct the username.",
};

/// What it says.
pub fn words(username: &str) -> Words {
    Words::new(
        format!("Nobody has the username \"{}\".", super::shown(username)),
        "Create the user first, or correct the username.",
    )
}
