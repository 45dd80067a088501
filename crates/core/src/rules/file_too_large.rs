//! `file_too_large`: The body is larger than can be addressed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "file_too_large",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The body is larger than can be addressed.",
};

/// What it says.
pub fn words() -> Words {
    Words::new("The file is larger than 3.75 GiB.", "Split the file.")
}
