//! `merged_cells`: Merged cells in a sheet: only the first cell of each range has its text, the others are blank.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "merged_cells",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "Some cells of the sheet are merged. Excel keeps the text in the first of them only, so the others \
              are blank: a department merged over ten rows belongs to the first person alone. Unmerge the cells \
              and fill in each row.",
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
