//! `empty_file`: The body is empty, or nothing but white space.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "empty_file",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The file holds nothing, or nothing but spaces and blank lines. That happens when an export is \
              stopped before its first line is written. Run the export again and look at the size of the file \
              before you send it.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The file is empty.",
        "Check that the export ran to its end, then send the file again.",
    )
}
