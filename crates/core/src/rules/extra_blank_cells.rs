//! `extra_blank_cells`: Blank cells behind the last header, as spreadsheets leave them; they are ignored.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "extra_blank_cells",
    family: Family::Parse,
    severity: crate::problem::Severity::Info,
    explain: "Blank cells behind the last header, as spreadsheets leave them; they are ignored.",
};

/// What it says.
pub fn words(cells: usize, width: usize) -> Words {
    Words::new(
        format!("The row has {cells} cells, the header {width}; the extra ones are blank and were ignored."),
        "Nothing to do.",
    )
}
