//! `nested_value`: A value is a list or an object; JSON must be flat.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "nested_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A value is itself a list or an object: \"name\": {\"first\": \"Ann\"}. Each key needs one plain \
              value. Give each part a key of its own, such as \"first_name\": \"Ann\"; write several tags as one \
              text, \"new|remote\", and several groups as \"Dogs;Cats\".",
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
