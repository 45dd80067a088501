//! `duplicate_row`: A row that says the same as an earlier one; the two count as one.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_row",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The row says exactly the same as an earlier one, so the two count as one person. That happens when \
              two exports were put together. There is nothing to do.",
};

/// What it says.
pub fn words(first: u32) -> Words {
    Words::new(
        format!("This row repeats row {first} and was taken as one with it."),
        "Nothing to do.",
    )
}
