//! `invalid_json`: The body breaks the syntax of JSON.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_json",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The body breaks the syntax of JSON.",
};

/// What it says.
pub fn words(fault: &str) -> Words {
    Words::new(
        format!("This is not JSON from here on: {fault}."),
        "Check commas, quotes and brackets around this place; a JSON library writes them right.",
    )
}
