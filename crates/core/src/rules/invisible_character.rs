//! `invisible_character`: A text holds a character that cannot be seen, such as a zero-width space; two texts then look alike and differ.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invisible_character",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The text holds a character that nobody can see, such as a zero-width space copied from a web page: \
              Dogs and Dogs with such a character look alike and are two groups. It was kept as it is. Type the \
              text again by hand, in the source, unless the character belongs there.",
};

/// What it says.
pub fn words(name: &str) -> Words {
    Words::new(
        format!("The text holds an invisible character ({name}); it was kept."),
        "Remove it in the source.",
    )
}
