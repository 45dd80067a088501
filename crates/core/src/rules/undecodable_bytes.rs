//! `undecodable_bytes`: Bytes that are no text in the encoding of the body.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "undecodable_bytes",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "Bytes that are no text in the encoding of the body.",
};

/// What it says.
pub fn words(encoding: &str) -> Words {
    Words::new(
        format!("Here are bytes that are not {encoding} text."),
        "Export the file again as UTF-8, or choose the encoding it really has.",
    )
}
