//! `undecodable_bytes`: Bytes that are no text in the encoding of the body.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "undecodable_bytes",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "Here are bytes that are no letters in the encoding of the file, so what was meant is lost: Zo�, \
              where Zoë should be. Usually pieces in two encodings were put together, or the file was cut in the \
              middle of a letter. Export the whole file again as UTF-8.",
};

/// What it says.
pub fn words(encoding: &str) -> Words {
    Words::new(
        format!("Here are bytes that are not {encoding} text."),
        "Export the file again as UTF-8, or choose the encoding it really has.",
    )
}
