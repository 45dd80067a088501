//! `text_after_quote`: Between a closing quote and the next delimiter stands text, so it is not known what the cell holds.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "text_after_quote",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A cell ends with a double quote, and more text follows before the next comma: \"Li\" Wei. It is not \
              known whether the cell ended, so the row is refused. Put the whole cell into quotes and write quotes \
              within it twice: \"\"\"Li\"\" Wei\".",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "Text stands between the closing quote of this cell and the next delimiter.",
        "Put the whole cell into quotes and double the quotes within it.",
    )
}
