//! `missing_value`: A cell is blank, or the key is not there, where a value is needed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A cell is blank, or the key is not there, where a value is needed.",
};

/// What it says.
pub fn words(label: &str, absent: bool) -> Words {
    Words::new(
        format!("{label} {}.", if absent { "is missing" } else { "is blank" }),
        "Fill it in; to clear what the directory has on purpose, where that is possible, write <clear>.",
    )
}
