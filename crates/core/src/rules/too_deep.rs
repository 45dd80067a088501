//! `too_deep`: The JSON is nested deeper than 32 levels.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too_deep",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The JSON has lists and objects within each other more than 32 levels deep. People's values need one \
              level: a list of objects with plain values. Usually a report or a tree was exported where a table \
              should be; choose a flat export.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The JSON is nested deeper than 32 levels.",
        "Send a list of flat objects.",
    )
}
