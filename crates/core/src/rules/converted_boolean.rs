//! `converted_boolean`: 1, 0, yes, no, y, n, t or f, read as True or False.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "converted_boolean",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The cell says 1, 0, yes, no, y, n, t or f; it was read as True or False. There is nothing to do. \
              Write True and False if you want to be rid of the note.",
};

/// What it says.
pub fn words(truth: bool) -> Words {
    Words::new(
        format!("Read as {}.", if truth { "True" } else { "False" }),
        "Nothing to do.",
    )
}
