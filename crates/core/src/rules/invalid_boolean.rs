//! `invalid_boolean`: A cell that should say True or False says something else.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_boolean",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The cell should say True or False and says something else, such as Maybe or Terminated. Write True \
              or False. If your system has words of its own, add them to the value map of the column: Terminated \
              means False.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("\"{}\" is neither True nor False.", super::shown(value)),
        "Write True or False, or map this value to one of them.",
    )
}
