//! `not_clearable`: `<clear>` stands where a value is needed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not_clearable",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "<clear> takes away what the directory has, but this value cannot be taken away: nobody can be \
              without a name, and Is Active is either True or False. Write the value that it should have. To leave \
              it as it is, remove the column or, where the mapping allows it, leave the cell blank.",
};

/// What it says.
pub fn words(label: &str) -> Words {
    Words::new(format!("{label} can't be cleared."), "Write a value.")
}
