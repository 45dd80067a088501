//! `unknown_file_type`: The body is not text but another kind of file, whatever its name says.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_file_type",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The body is not text but another kind of file, whatever its name says.",
};

/// What it says.
pub fn words(name: &str) -> Words {
    Words::new(
        format!("This is {name}, not a file of users that can be read here."),
        "Send CSV text or JSON. From a spreadsheet: save as \"CSV UTF-8\".",
    )
}
