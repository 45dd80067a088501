//! `error_value`: A cell that shows an error, such as #N/A or #REF!, instead of a value.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "error_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A cell that shows an error, such as #N/A or #REF!, instead of a value.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("The cell shows the error {}, not a value.", super::shown(value)),
        "Correct the formula, or clear the cell.",
    )
}
