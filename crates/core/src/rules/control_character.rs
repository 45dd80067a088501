//! `control_character`: A text holds a control character such as NUL or a line break, which names and keys never have.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "control_character",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The text holds a character that is no letter, such as a line break in the middle of a name: Ann⏎Lee. \
              Programs show and compare such texts differently, so names, IDs and groups never have them. Remove \
              it in the source; often it is enough to type the cell again.",
};

/// What it says.
pub fn words(character: char) -> Words {
    Words::new(
        format!("The text holds a control character (U+{:04X}).", u32::from(character)),
        "Remove it in the source.",
    )
}
