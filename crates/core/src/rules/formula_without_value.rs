//! `formula_without_value`: A cell with a formula that no program has calculated: what it would show is not in the file.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "formula_without_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The cell holds a formula, and no program has calculated it, so what it would show is not in the \
              file. That happens when a program other than Excel wrote the workbook. Open it in Excel, save it, \
              and send it again.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The cell has a formula without a value: the program that wrote the workbook did not calculate it.",
        "Open the workbook in Excel, save it and send it again.",
    )
}
