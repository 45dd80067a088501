//! `too_deep`: The JSON is nested deeper than 32 levels.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too_deep",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The JSON is nested deeper than 32 levels.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The JSON is nested deeper than 32 levels.",
        "Send a list of flat objects.",
    )
}
