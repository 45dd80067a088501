//! `error_value`: A cell that shows an error, such as #N/A or #REF!, instead of a value.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "error_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The cell shows an error of the spreadsheet, such as #N/A or #REF!, instead of a value; usually a \
              look-up found nobody. It would be loaded as a name or an ID if it were let through. Correct the \
              formula, or put the value in its place.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("The cell shows the error {}, not a value.", super::shown(value)),
        "Correct the formula, or clear the cell.",
    )
}
