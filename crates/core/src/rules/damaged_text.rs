//! `damaged_text`: A text holds U+FFFD, the mark of text that was decoded wrongly before it came here.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "damaged_text",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The text holds the mark �, which stands where a letter was lost before the file came here: Zo� \
              instead of Zoë. The lost letter is not in this file. Export it again with the encoding UTF-8 and \
              look at the same name before you send it.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The text holds the mark of lost characters (U+FFFD).",
        "Export again with the right encoding; the lost characters are not in this file.",
    )
}
