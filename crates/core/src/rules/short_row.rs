//! `short_row`: A row has fewer cells than the header. The missing cells count as absent: they change nothing.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "short_row",
    family: Family::Parse,
    severity: crate::problem::Severity::Warning,
    explain: "The row ends before the last column: there are five headers and three cells. What is missing is left \
              as it is in the directory, because a missing cell is not a blank one. If the cells should be blank, \
              write the commas; if the file was cut off, export it again.",
};

/// What it says.
pub fn words(cells: usize, width: usize, missing: &[String]) -> Words {
    Words::new(
        format!(
            "The row has {cells} cells, the header {width}; nothing is read for {}.",
            super::listed(missing)
        ),
        "If the cells should be blank, write the delimiters; if the row was cut off, export again.",
    )
}
