//! `integration_id_taken`: An ID that another user of the directory has, and keeps.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "integration_id_taken",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The ID belongs to somebody else in the directory, who keeps it; the message names them. Perhaps the \
              number was given to a new colleague. Correct the ID, or take it from the other person in the same \
              file, by another ID or by <clear>.",
};

/// What it says.
pub fn words(owner: &str) -> Words {
    Words::new(
        format!("The ID belongs to {owner}."),
        "Correct the ID, or change that of the other user in the same file.",
    )
}
