//! `duplicate_email`: Two rows of one user, compared in any case, that differ.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "Two rows have the same e-mail but say different things: ann@example.com is in Dogs in one and in \
              Cats in the other. Upper and lower case make no difference. It is not known which row is right, so \
              keep one of the two.",
};

/// What it says.
pub fn words(first: u32, first_line: u32, differs: &str) -> Words {
    Words::new(
        format!("Row {first} (line {first_line}) has the same address, and {differs} differs."),
        "Keep one of the two rows.",
    )
}
