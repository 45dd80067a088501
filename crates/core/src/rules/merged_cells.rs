//! `merged_cells`: Merged cells in a sheet: only the first cell of each range has its text, the others are blank.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "merged_cells",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "Merged cells in a sheet: only the first cell of each range has its text, the others are blank.",
};

/// What it says.
pub fn words(ranges: u32, first: &str) -> Words {
    Words::new(
        format!(
            "The sheet has {} ({}{}); only the first cell of each has its text, the others count as blank.",
            if ranges == 1 {
                "1 range of merged cells".to_owned()
            } else {
                format!("{ranges} ranges of merged cells")
            },
            if ranges == 1 { "" } else { "the first is " },
            super::shown(first)
        ),
        "Unmerge the cells and write the text into each of them.",
    )
}
