//! `ragged_row`: A row has more cells than the header, usually because a delimiter in a text is not quoted.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ragged_row",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The row has more cells than there are headers, so its values have moved into the wrong columns. Most \
              often a text with a comma is not in quotes: Acme, Inc. makes two cells, \"Acme, Inc.\" makes one. \
              Put that text into quotes, or let the export do so.",
};

/// What it says.
pub fn words(cells: usize, width: usize, first: String) -> Words {
    Words::new(
        format!(
            "The row has {cells} cells, the header {width}; the first without a header holds \"{}\".",
            super::shown(&first)
        ),
        "Put a text that contains the delimiter into quotes.",
    )
    .with_value(first)
}

/// What it says of a sheet, where cells have names.
pub fn words_for_sheet(cell: &str, width: usize, text: String) -> Words {
    Words::new(
        format!(
            "Cell {cell} holds \"{}\", but only the first {width} columns have a header.",
            super::shown(&text)
        ),
        "Write a header over the column, or clear the cell.",
    )
    .with_value(text)
}
