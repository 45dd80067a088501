//! `invalid_json`: The body breaks the syntax of JSON.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_json",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "From this place on the text is not JSON. Usual reasons are a comma behind the last value, [1, 2,], \
              single quotes, 'Ann', or a file that was cut off. Let a JSON library write the file instead of \
              putting it together by hand, and send it again.",
};

/// What it says.
pub fn words(fault: &str) -> Words {
    Words::new(
        format!("This is not JSON from here on: {fault}."),
        "Check commas, quotes and brackets around this place; a JSON library writes them right.",
    )
}
