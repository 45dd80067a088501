//! `workbook_too_large`: An Excel workbook that holds, unpacked, more than is read at once.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "workbook_too_large",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "Unpacked, the workbook holds more than is read at once; a small file can hold millions of cells. \
              Often whole columns were formatted far below the last person. Delete the empty rows, or save the \
              sheet as \"CSV UTF-8\" and send that.",
};

/// What it says.
pub fn words(what: &str) -> Words {
    Words::new(
        format!("The Excel workbook holds more than is read here: {what}."),
        "Remove sheets, rows and columns that aren't needed, or save the sheet as \"CSV UTF-8\".",
    )
}
