//! `other_sheets`: A workbook has more than one sheet; only one of them is read.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "other_sheets",
    family: Family::Parse,
    severity: crate::problem::Severity::Info,
    explain: "The workbook has more than one sheet, and only one of them was read: the first visible one, unless \
              another was asked for. People on the other sheets were not loaded. There is nothing to do if the \
              right sheet was read; otherwise choose the sheet.",
};

/// What it says.
pub fn words(read: &str, visible: &[String], hidden: &[String]) -> Words {
    let mut others = String::new();
    if !visible.is_empty() {
        others.push_str(&format!(", not {}", super::listed(visible)));
    }
    if !hidden.is_empty() {
        others.push_str(&format!(", not the hidden {}", super::listed(hidden)));
    }
    Words::new(
        format!("The sheet \"{}\" is read{others}.", super::shown(read)),
        "If the users are on another sheet, choose it by its name.",
    )
}
