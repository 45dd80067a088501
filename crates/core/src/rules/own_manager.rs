//! `own_manager`: A user cannot be their own manager.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "own_manager",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The person is named as their own manager. HR systems do that for whoever is at the top. Leave the \
              cell empty to say that there is no manager, or name somebody else.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "This user is named as their own manager.",
        "Name another user, or leave the cell empty to have no manager.",
    )
}
