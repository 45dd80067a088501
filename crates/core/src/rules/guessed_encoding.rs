//! `guessed_encoding`: The body is not UTF-8 and says nothing of its encoding; it was read as Windows-1252, as Excel writes CSV.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "guessed_encoding",
    family: Family::Parse,
    severity: crate::problem::Severity::Warning,
    explain: "The file is not UTF-8 and does not say what it is, so it was read as Windows-1252, which is what \
              Excel writes when you choose plain \"CSV\". If the guess is wrong, names such as Zoë or Łukasz come \
              out garbled. Look at a few names with accents; to be sure, save as \"CSV UTF-8\".",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The file is not UTF-8; it was read as Windows-1252.",
        "Look at names with accents. Save as \"CSV UTF-8\", or say charset=windows-1252.",
    )
}
