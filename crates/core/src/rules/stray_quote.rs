//! `stray_quote`: A quote stands in the middle of a cell that is not quoted; it is kept as it is.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "stray_quote",
    family: Family::Parse,
    severity: crate::problem::Severity::Warning,
    explain: "A double quote stands in the middle of a cell that does not begin with one: 5\" pipe. It was kept as \
              part of the text, which is usually right. If the cell looks wrong in the preview, put it into quotes \
              and write the inner quote twice: \"5\"\" pipe\".",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "A quote stands in the middle of this cell; it was kept as part of the text.",
        "If it belongs to the text, put the cell into quotes and double it.",
    )
}
