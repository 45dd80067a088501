//! `formula_guard`: An apostrophe that keeps a spreadsheet from running the text; it was taken off again.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "formula_guard",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The cell begins with an apostrophe that keeps a spreadsheet from running the text as a formula: \
              '=1+1. Our own export writes it so. The apostrophe was taken off again and the text is =1+1; there \
              is nothing to do.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The apostrophe before this text guards it in spreadsheets; it was taken off.",
        "Nothing to do.",
    )
}
