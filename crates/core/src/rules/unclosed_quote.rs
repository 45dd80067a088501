//! `unclosed_quote`: A quote opens a cell and nothing closes it; everything behind it would be one cell.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unclosed_quote",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A double quote opens this cell and no double quote closes it, so everything to the end of the file \
              would be one cell: \"Li, Wei,Chen. Close the quote behind the text. If the quote belongs to the \
              text, put the whole cell into quotes and write it twice: \"5\"\" pipe\".",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "A quote opens this cell and no quote closes it before the end of the file.",
        "Close the quote, or double it if it belongs to the text.",
    )
}
