//! `nested_value`: A value is a list or an object; JSON must be flat.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "nested_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A value is a list or an object; JSON must be flat.",
};

/// What it says.
pub fn words(key: &str, is_wrapper: bool) -> Words {
    Words::new(
        format!(
            "\"{}\" holds a list or an object; values must be flat.",
            super::shown(key)
        ),
        if is_wrapper {
            format!("If \"{}\" holds the users, send that list itself.", super::shown(key))
        } else {
            "Give each value a key of its own; write several words as one text: tags with |, groups with ; between them.".to_owned()
        },
    )
}
