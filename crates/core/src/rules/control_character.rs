//! `control_character`: A text holds a control character such as NUL or a line break, which names and keys never have.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "control_character",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A text holds a control character such as NUL or a line break, which names and keys never have.",
};

/// What it says.
pub fn words(character: char) -> Words {
    Words::new(
        format!("The text holds a control character (U+{:04X}).", u32::from(character)),
        "Remove it in the source.",
    )
}
