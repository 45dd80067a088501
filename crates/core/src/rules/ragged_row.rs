//! `ragged_row`: A row has more cells than the header, usually because a delimiter in a text is not quoted.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ragged_row",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A row has more cells than the header, usually because a delimiter in a text is not quoted.",
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
