//! `extra_blank_cells`: Blank cells behind the last header, as spreadsheets leave them; they are ignored.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "extra_blank_cells",
    family: Family::Parse,
    severity: crate::problem::Severity::Info,
    explain: "Behind the last header the row has more cells, all of them blank, as spreadsheets leave them: \
              ann@example.com,Ann,Lee,,, under three headers. They were ignored. There is nothing to do; to be rid \
              of the note, delete the empty columns in the spreadsheet.",
};

/// What it says.
pub fn words(cells: usize, width: usize) -> Words {
    Words::new(
        format!("The row has {cells} cells, the header {width}; the extra ones are blank and were ignored."),
        "Nothing to do.",
    )
}
