//! `hidden_column`: A column that is hidden in the sheet; it is read all the same.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "hidden_column",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The column is hidden in the sheet and was read all the same, because a mapped column counts whether \
              it is shown or not. Look at what it holds. If it should not be loaded, delete it or take it out of \
              the mapping.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The column is hidden in the sheet; it was read all the same.",
        "Delete the column, or remove it from the mapping, if it should not be loaded.",
    )
}
