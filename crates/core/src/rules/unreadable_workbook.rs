//! `unreadable_workbook`: An Excel workbook that is damaged, cut off or not put together as one.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unreadable_workbook",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The file calls itself an Excel workbook but cannot be opened as one: it is damaged, was cut off on \
              the way, or is something else under that name. Open it in Excel. If Excel can read it, save it \
              again; otherwise export it anew.",
};

/// What it says.
pub fn words(fault: &str) -> Words {
    Words::new(
        format!("The Excel workbook can't be read: {fault}."),
        "Open it in a spreadsheet program and save it again as .xlsx, or save the sheet as \"CSV UTF-8\".",
    )
}
