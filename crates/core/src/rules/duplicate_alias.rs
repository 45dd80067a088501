//! `duplicate_alias`: Two users of one body with the same alias, compared in any case.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_alias",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two people in this file have the same alias, such as annie; upper and lower case make no difference. \
              An alias belongs to one person. Take it from one of the two; the message names the other row.",
};

/// What it says.
pub fn words(alias: &str, first: u32, first_line: u32) -> Words {
    Words::new(
        format!(
            "Row {first} (line {first_line}) has the alias \"{}\" too.",
            super::shown(alias)
        ),
        "An alias belongs to one user; correct one of the two.",
    )
}
