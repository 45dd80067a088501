//! `hidden_row`: A row that is hidden in the sheet, by hand or by a filter; it is read all the same.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "hidden_row",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The row is hidden in the sheet, by hand or by a filter, and was read all the same: hidden people are \
              people. If they should not be loaded, delete the row; if a filter hides them, copy what is visible \
              to a new sheet.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The row is hidden in the sheet, by hand or by a filter; it was read all the same.",
        "Delete the row if it should not be loaded.",
    )
}
