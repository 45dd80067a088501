//! `unknown_sheet`: The sheet that was asked for is not in the workbook.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_sheet",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The sheet that was asked for is not in the workbook; spaces and letters count. The message lists the \
              sheets that there are. Ask for one of them, or for none: then the first visible sheet is read.",
};

/// What it says.
pub fn words(asked: &str, sheets: &[String]) -> Words {
    Words::new(
        format!("The workbook has no sheet \"{}\".", super::shown(asked)),
        match sheets {
            [] => "It has no sheet at all.".to_owned(),
            sheets => format!("Its sheets are {}.", super::listed(sheets)),
        },
    )
    .with_value(asked.to_owned())
}
