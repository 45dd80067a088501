//! `guessed_encoding`: The body is not UTF-8 and says nothing of its encoding; it was read as Windows-1252, as Excel writes CSV.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "guessed_encoding",
    family: Family::Parse,
    severity: crate::problem::Severity::Warning,
    explain: "The body is not UTF-8 and says nothing of its encoding; it was read as Windows-1252, as Excel writes CSV.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The file is not UTF-8; it was read as Windows-1252.",
        "Look at names with accents. Save as \"CSV UTF-8\", or say charset=windows-1252.",
    )
}
