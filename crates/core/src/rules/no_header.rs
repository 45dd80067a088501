//! `no_header`: A CSV body begins with a row of headers.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no_header",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "A CSV body begins with a row of headers.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "No row of headers was found.",
        "Put the names of the columns into the first row.",
    )
}
