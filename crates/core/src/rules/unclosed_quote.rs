//! `unclosed_quote`: A quote opens a cell and nothing closes it; everything behind it would be one cell.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unclosed_quote",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A quote opens a cell and nothing closes it; everything behind it would be one cell.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "A quote opens this cell and no quote closes it before the end of the file.",
        "Close the quote, or double it if it belongs to the text.",
    )
}
