//! `hidden_column`: A column that is hidden in the sheet; it is read all the same.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "hidden_column",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "A column that is hidden in the sheet; it is read all the same.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The column is hidden in the sheet; it was read all the same.",
        "Delete the column, or remove it from the mapping, if it should not be loaded.",
    )
}
