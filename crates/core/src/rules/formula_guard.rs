//! `formula_guard`: An apostrophe that keeps a spreadsheet from running the text; it was taken off again.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "formula_guard",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "An apostrophe that keeps a spreadsheet from running the text; it was taken off again.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The apostrophe before this text guards it in spreadsheets; it was taken off.",
        "Nothing to do.",
    )
}
